// SPDX-License-Identifier: ISC
// Probes of a life in the box: what one is, what one inherits, what one may
// use up, and how hard one is to get rid of.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "tests/lib/probe/probe.h"

static int
ids(int argc, char **argv)
{
	uid_t r, e, s;
	gid_t rg, eg, sg;

	(void)argc;
	(void)argv;
	getresuid(&r, &e, &s);
	getresgid(&rg, &eg, &sg);
	printf("uid %s gid %s groups %d\n",
	    r == e && e == s ? "same" : "differ",
	    rg == eg && eg == sg ? "same" : "differ", getgroups(0, NULL));
	return PROBE_SAID;
}

static int
become(int argc, char **argv)
{
	(void)argc;
	return setresuid((uid_t)probe_number(argv[0]),
	    (uid_t)probe_number(argv[0]), (uid_t)probe_number(argv[0]));
}

static int
set_groups(int argc, char **argv)
{
	gid_t g = (gid_t)probe_number(argv[0]);

	(void)argc;
	return setgroups(1, &g);
}

// Each open descriptor, but for the one that lists them.
static int
descriptors(int argc, char **argv)
{
	struct dirent *e;
	DIR *d;

	(void)argc;
	(void)argv;
	d = opendir("/proc/self/fd");
	if (d == NULL)
		return -1;
	while ((e = readdir(d)) != NULL) {
		if (e->d_name[0] != '.' && probe_number(e->d_name) != dirfd(d))
			printf("%s\n", e->d_name);
	}
	closedir(d);
	return PROBE_SAID;
}

static int
session(int argc, char **argv)
{
	int fd;

	(void)argc;
	(void)argv;
	fd = open("/dev/tty", O_RDWR | O_NOCTTY);
	printf("leader %s tty %s\n", getsid(0) != 0 ? "inside" : "outside",
	    fd >= 0 ? "yes" : "no");
	return PROBE_SAID;
}

static int
core_limit(int argc, char **argv)
{
	struct rlimit r;

	(void)argc;
	(void)argv;
	if (getrlimit(RLIMIT_CORE, &r) < 0)
		return -1;
	printf("%llu %llu\n", (unsigned long long)r.rlim_cur,
	    (unsigned long long)r.rlim_max);
	return PROBE_SAID;
}

// Whether a crash leaves a core, with as much room for it as may be had.
static int
crash(int argc, char **argv)
{
	struct rlimit r;
	int status;
	pid_t pid = fork();

	(void)argc;
	(void)argv;
	if (pid < 0)
		return -1;
	if (pid == 0) {
		getrlimit(RLIMIT_CORE, &r);
		r.rlim_cur = r.rlim_max;
		setrlimit(RLIMIT_CORE, &r);
		abort();
	}
	if (waitpid(pid, &status, 0) < 0)
		return -1;
	puts(WCOREDUMP(status) ? "core" : "no core");
	return PROBE_SAID;
}

static int
is_tty(int argc, char **argv)
{
	(void)argc;
	printf("%s\n", isatty((int)probe_number(argv[0])) ? "tty" : "no tty");
	return PROBE_SAID;
}

// memory BYTES: touches them all, by pieces.
static int
use_memory(int argc, char **argv)
{
	size_t piece = 1 << 20, left = (size_t)probe_number(argv[0]);
	char *p;

	(void)argc;
	for (; left >= piece; left -= piece) {
		p = mmap(NULL, piece, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (p == MAP_FAILED)
			return -1;
		memset(p, 1, piece);
	}
	sleep(argc > 1 ? (unsigned)probe_number(argv[1]) : 0);
	return 0;
}

// memory-shared N SECONDS: of nobody's own, as threads of a server share it.
static int
share_memory(int argc, char **argv)
{
	size_t n = (size_t)probe_number(argv[0]);
	char *p = mmap(
	    NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	(void)argc;
	if (p == MAP_FAILED)
		return -1;
	memset(p, 1, n);
	sleep((unsigned)probe_number(argv[1]));
	return 0;
}

// memory-hidden N SECONDS: in a process that nobody else may look into.
static int
hide_memory(int argc, char **argv)
{
	if (fork() == 0) {
		prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
		_exit(use_memory(argc, argv));
	}
	sleep((unsigned)probe_number(argv[1]));
	return 0;
}

// memory-memfd N SECONDS: written, mapped by nobody.
static int
memfd_memory(int argc, char **argv)
{
	static char piece[1 << 20];
	size_t left = (size_t)probe_number(argv[0]);
	int fd = memfd_create("memory", 0);

	(void)argc;
	memset(piece, 1, sizeof(piece));
	for (; left >= sizeof(piece); left -= sizeof(piece))
		if (write(fd, piece, sizeof(piece)) != (ssize_t)sizeof(piece))
			return -1;
	sleep((unsigned)probe_number(argv[1]));
	return 0;
}

// memory-memfd-mapped N SECONDS: in memory once, to be seen in two places.
static int
map_memfd(int argc, char **argv)
{
	size_t n = (size_t)probe_number(argv[0]);
	int fd = memfd_create("memory", 0);
	char *p;

	(void)argc;
	if (ftruncate(fd, (off_t)n) != 0)
		return -1;
	p = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return -1;
	memset(p, 1, n);
	sleep((unsigned)probe_number(argv[1]));
	return 0;
}

// Takes memory for ever, and tells a file how much it has.
static int
race(const char *path, int memfd)
{
	static char piece[1 << 18];
	int to = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	uint64_t got;
	char *p;

	memset(piece, 1, sizeof(piece));
	for (got = sizeof(piece); to >= 0; got += sizeof(piece)) {
		if (memfd >= 0) {
			if (write(memfd, piece, sizeof(piece)) < 0)
				return -1;
		} else {
			p = mmap(NULL, sizeof(piece), PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
			if (p == MAP_FAILED)
				return -1;
			memset(p, 1, sizeof(piece));
		}
		if (pwrite(to, &got, sizeof(got), 0) != sizeof(got))
			return -1;
	}
	return -1;
}

// memory-race FILE: by pages.
static int
race_pages(int argc, char **argv)
{
	(void)argc;
	return race(argv[0], -1);
}

// memory-race-memfd FILE: by a file in memory.
static int
race_memfd(int argc, char **argv)
{
	(void)argc;
	return race(argv[0], memfd_create("race", 0));
}

// memory-segment N SECONDS: attached to no process.
static int
segment_memory(int argc, char **argv)
{
	size_t n = (size_t)probe_number(argv[0]);
	int id = shmget(IPC_PRIVATE, n, 0600 | IPC_CREAT);
	void *p = id < 0 ? (void *)-1 : shmat(id, NULL, 0);

	(void)argc;
	if (p == (void *)-1)
		return -1;
	memset(p, 1, n);
	shmdt(p);
	sleep((unsigned)probe_number(argv[1]));
	return 0;
}

// storm: forks faster than anybody looks, in sessions of their own.
static int
storm(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	for (;;) {
		if (fork() == 0)
			setsid();
		else if (rand() % 3 == 0 && fork() > 0)
			_exit(0);
	}
	return -1;
}

// processes N: so many at once; says how many there came to be.
static int
use_processes(int argc, char **argv)
{
	long n = probe_number(argv[0]), made;
	pid_t pid;

	(void)argc;
	setpgid(0, 0);
	for (made = 0; made < n; made++) {
		pid = fork();
		if (pid < 0)
			break;
		if (pid == 0) {
			sleep(30);
			_exit(0);
		}
	}
	printf("%ld\n", made);
	fflush(stdout);
	signal(SIGTERM, SIG_IGN);
	kill(0, SIGTERM);
	return PROBE_SAID;
}

static int
use_files(int argc, char **argv)
{
	long n = probe_number(argv[0]);

	(void)argc;
	while (n-- > 0) {
		if (open("/dev/null", O_RDONLY) < 0)
			return -1;
	}
	return 0;
}

// A limit that is told as an error instead of a signal.
static int
fill_quietly(int argc, char **argv)
{
	static char block[4096];
	long left = probe_number(argv[1]);
	int fd;

	(void)argc;
	signal(SIGXFSZ, SIG_IGN);
	fd = open(argv[0], O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0)
		return -1;
	for (; left > 0; left -= (long)sizeof(block)) {
		if (write(fd, block, sizeof(block)) < 0)
			return -1;
	}
	return 0;
}

static int
burn(int argc, char **argv)
{
	long ms = probe_number(argv[0]);
	clock_t end = clock() + ms * (CLOCKS_PER_SEC / 1000);

	(void)argc;
	while (clock() < end)
		continue;
	return 0;
}

static void
ignore_all(void)
{
	int i;

	for (i = 1; i <= SIGRTMAX; i++)
		signal(i, SIG_IGN);
}

// linger MARK: leaves a grandchild in a session of its own, deaf to every
// signal, holding stdout and stderr, named MARK; returns at once.
static int
linger(int argc, char **argv)
{
	char *args[] = {argv[0], "linger-on", argv[0], NULL};
	pid_t pid;

	(void)argc;
	pid = fork();
	if (pid < 0)
		return -1;
	if (pid == 0) {
		setsid();
		ignore_all();
		if (fork() != 0)
			_exit(0);
		execv("/proc/self/exe", args);
		_exit(1);
	}
	waitpid(pid, NULL, 0);
	return PROBE_SAID;
}

static int
linger_on(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	ignore_all();
	for (;;)
		sleep(60);
	return -1;
}

// Prints each signal's name as it comes; ends after SIGUSR2.
static int
catch_signals(int argc, char **argv)
{
	sigset_t all;
	int signo;

	(void)argc;
	(void)argv;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	puts("ready");
	fflush(stdout);
	alarm(60);
	do {
		if (sigwait(&all, &signo) != 0)
			return -1;
		printf("got %s\n", sigabbrev_np(signo));
		fflush(stdout);
	} while (signo != SIGUSR2 && signo != SIGALRM);
	return PROBE_SAID;
}

const struct probe_def probe_life[] = {
    {"ids", ids, 0, true, true},
    {"become", become, 1, true, false},
    {"setgroups", set_groups, 1, true, false},
    {"descriptors", descriptors, 0, true, true},
    {"session", session, 0, true, true},
    {"core-limit", core_limit, 0, true, true},
    {"crash", crash, 0, true, true},
    {"isatty", is_tty, 1, true, true},
    {"memory", use_memory, 1, true, true},
    {"memory-shared", share_memory, 2, true, true},
    {"memory-hidden", hide_memory, 2, true, true},
    {"memory-race", race_pages, 1, false, true},
    {"memory-race-memfd", race_memfd, 1, false, true},
    {"memory-memfd", memfd_memory, 2, true, true},
    {"memory-memfd-mapped", map_memfd, 2, true, true},
    {"memory-segment", segment_memory, 2, false, true},
    {"storm", storm, 0, false, true},
    {"processes", use_processes, 1, true, true},
    {"files", use_files, 1, true, true},
    {"fill-quietly", fill_quietly, 2, false, true},
    {"burn", burn, 1, true, true},
    {"linger", linger, 1, true, true},
    {"linger-on", linger_on, 1, true, true},
    {"catch", catch_signals, 0, true, true},
    {NULL, NULL, 0, false, false},
};
