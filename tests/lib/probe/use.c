// SPDX-License-Identifier: ISC
// Probes of what can be used up: `use KIND N` makes N of a kind and keeps
// them, and says "allowed", or how it was refused. With `count` in the place
// of `use` it says how many there came to be.
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>
#include "tests/lib/probe/probe.h"

typedef int use_fn(long i);

static int
use_fd(long i)
{
	(void)i;
	return open("/dev/null", O_RDONLY);
}

static int
use_inotify(long i)
{
	(void)i;
	return inotify_init1(0);
}

// A watch each, of a file each, which stays: the test cleans up.
static int
use_watch(long i)
{
	static int fd = -1;
	char name[64];

	if (fd < 0)
		fd = inotify_init1(0);
	snprintf(name, sizeof(name), "watch.%ld", i);
	mknod(name, S_IFREG | 0600, 0);
	return inotify_add_watch(fd, name, IN_MODIFY);
}

static int
use_pty(long i)
{
	(void)i;
	return open("/dev/ptmx", O_RDWR | O_NOCTTY);
}

static int
use_timer(long i)
{
	struct sigevent ev = {.sigev_notify = SIGEV_NONE};
	timer_t t;

	(void)i;
	return timer_create(CLOCK_MONOTONIC, &ev, &t);
}

static int
use_signal(long i)
{
	union sigval v = {0};

	if (i == 0)
		signal(SIGRTMIN, SIG_IGN);
	if (i == 0) {
		sigset_t s;

		sigemptyset(&s);
		sigaddset(&s, SIGRTMIN + 1);
		sigprocmask(SIG_BLOCK, &s, NULL);
	}
	return sigqueue(getpid(), SIGRTMIN + 1, v);
}

static int
use_mqueue(long i)
{
	struct mq_attr a = {.mq_maxmsg = 10, .mq_msgsize = 8192};
	char name[64];
	int fd;

	snprintf(name, sizeof(name), "/probe.%d.%ld", (int)getpid(), i);
	fd = mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0600, &a);
	if (fd >= 0)
		mq_unlink(name);
	return fd;
}

static int
use_shm(long i)
{
	int id = shmget(IPC_PRIVATE, 4096, 0600 | IPC_CREAT);
	void *p = id < 0 ? (void *)-1 : shmat(id, NULL, 0);

	(void)i;
	if (id >= 0)
		shmctl(id, IPC_RMID, NULL);
	return p == (void *)-1 ? -1 : 0;
}

// A file in the folder; gone again with it, as the test cleans up.
static int
use_inode(long i)
{
	char name[64];
	int fd;

	snprintf(name, sizeof(name), "inode.%ld", i);
	fd = open(name, O_CREAT | O_EXCL | O_WRONLY, 0600);
	if (fd >= 0)
		close(fd);
	return fd;
}

static void *
idle(void *arg)
{
	pause();
	return arg;
}

static int
use_thread(long i)
{
	pthread_attr_t a;
	pthread_t t;
	int rc;

	(void)i;
	pthread_attr_init(&a);
	pthread_attr_setstacksize(&a, 65536);
	rc = pthread_create(&t, &a, idle, NULL);
	pthread_attr_destroy(&a);
	errno = rc;
	return rc == 0 ? 0 : -1;
}

static pid_t children[4096];

static int
use_process(long i)
{
	pid_t pid = i < 4096 ? fork() : -1;

	if (pid == 0) {
		pause();
		_exit(0);
	}
	if (pid > 0)
		children[i] = pid;
	return pid;
}

static int
use_socket(long i)
{
	int sv[2];

	(void)i;
	return socketpair(AF_UNIX, SOCK_STREAM, 0, sv);
}

static const struct kind {
	const char *name;
	use_fn *fn;
} kinds[] = {
    {"fd", use_fd},
    {"inotify", use_inotify},
    {"watch", use_watch},
    {"pty", use_pty},
    {"timer", use_timer},
    {"signal", use_signal},
    {"mqueue", use_mqueue},
    {"shm", use_shm},
    {"inode", use_inode},
    {"thread", use_thread},
    {"process", use_process},
    {"socket", use_socket},
};

static const struct kind *
kind_of(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	}
	fprintf(stderr, "probe: no kind %s\n", name);
	exit(2);
}

static long
make(char **argv)
{
	const struct kind *k = kind_of(argv[0]);
	long n = probe_number(argv[1]), i;

	for (i = 0; i < n; i++) {
		if (k->fn(i) < 0)
			break;
	}
	return i;
}

static void
unmake(void)
{
	int saved = errno;
	size_t i;

	for (i = 0; i < 4096 && children[i] > 0; i++)
		kill(children[i], SIGKILL);
	errno = saved;
}

static int
use(int argc, char **argv)
{
	long made = make(argv);

	(void)argc;
	unmake();
	return made == probe_number(argv[1]) ? 0 : -1;
}

static int
count(int argc, char **argv)
{
	long made = make(argv);

	(void)argc;
	printf("%ld\n", made);
	fflush(stdout);
	unmake();
	return PROBE_SAID;
}

// Objects of System V and POSIX that another may have made.
static int
shm_attach(int argc, char **argv)
{
	(void)argc;
	return shmat((int)probe_number(argv[0]), NULL, SHM_RDONLY) == (void *)-1
		   ? -1
		   : 0;
}

static int
msg_stat(int argc, char **argv)
{
	struct msqid_ds ds;

	(void)argc;
	return msgctl((int)probe_number(argv[0]), IPC_STAT, &ds);
}

static int
mq_make(int argc, char **argv)
{
	(void)argc;
	return mq_open(argv[0], O_CREAT | O_EXCL | O_RDWR, 0666, NULL) < 0 ? -1
									   : 0;
}

static int
do_mq_open(int argc, char **argv)
{
	(void)argc;
	return mq_open(argv[0], O_RDONLY) < 0 ? -1 : 0;
}

static int
mq_remove(int argc, char **argv)
{
	(void)argc;
	return mq_unlink(argv[0]);
}

const struct probe_def probe_use[] = {
    {"use", use, 2, true, false},
    {"count", count, 2, true, false},
    {"shm-attach", shm_attach, 1, true, false},
    {"msg-stat", msg_stat, 1, true, false},
    {"mq-make", mq_make, 1, true, false},
    {"mq-open", do_mq_open, 1, true, false},
    {"mq-remove", mq_remove, 1, true, false},
    {NULL, NULL, 0, false, false},
};
