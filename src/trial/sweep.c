// SPDX-License-Identifier: ISC
// The temporary directory of a bench, and who takes it away.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include "jail/base/clock.h"
#include "jail/base/fd.h"
#include "src/agent/text.h"
#include "src/trial/copy.h"
#include "src/trial/sweep.h"

#define ASKED_MS  20000 // an agent has to end when it is asked to
#define FORCED_MS 5000

// The C library has no names for these everywhere.
static int
pidfd_of(pid_t pid)
{
#ifdef SYS_pidfd_open
	return (int)syscall(SYS_pidfd_open, pid, 0);
#else
	(void)pid;
	errno = ENOSYS;
	return -1;
#endif
}

static void
pidfd_signal(int fd, int signo)
{
#ifdef SYS_pidfd_send_signal
	syscall(SYS_pidfd_send_signal, fd, signo, NULL, 0);
#else
	(void)fd, (void)signo;
#endif
}

/* Closes those of processes that ended, within ms; how many are left. */
static size_t
await(struct pollfd *p, size_t n, uint64_t ms)
{
	uint64_t until = clock_ms() + ms, now;
	size_t i;

	do {
		now = clock_ms();
		if (n == 0 ||
		    poll(p, n, now < until ? (int)(until - now) : 0) <= 0)
			return n;
		for (i = 0; i < n;) {
			if (p[i].revents == 0) {
				i++;
				continue;
			}
			close(p[i].fd);
			p[i] = p[--n];
		}
	} while (n > 0 && ms > 0);
	return n;
}

/* Also a descriptor, which is kept; 0: the other end is gone. */
static ssize_t
hear(int fd, int *came)
{
	union {
		struct cmsghdr head;
		char space[CMSG_SPACE(sizeof(int))];
	} u;
	char byte;
	struct iovec iov = {&byte, 1};
	struct msghdr m = {.msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = &u,
	    .msg_controllen = sizeof(u)};
	struct cmsghdr *c;
	ssize_t n;

	*came = -1;
	do
		n = recvmsg(fd, &m, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	c = n > 0 ? CMSG_FIRSTHDR(&m) : NULL;
	if (c != NULL && c->cmsg_type == SCM_RIGHTS)
		memcpy(came, CMSG_DATA(c), sizeof(*came));
	return n;
}

/* Until nobody is left to tell: then ends what still runs, and cleans up. */
static void
clean_up(int fd, int parent, const char *name)
{
	struct pollfd *p = NULL;
	size_t i, n = 0;
	int came;

	while (hear(fd, &came) > 0) {
		n = await(p, n, 0);
		if (came < 0)
			continue;
		p = mem_grow(p, n + 1, sizeof(*p));
		p[n++] = (struct pollfd){.fd = came, .events = POLLIN};
	}
	n = await(p, n, 0);
	for (i = 0; i < n; i++)
		pidfd_signal(p[i].fd, SIGTERM);
	n = await(p, n, ASKED_MS);
	for (i = 0; i < n; i++)
		pidfd_signal(p[i].fd, SIGKILL);
	await(p, n, FORCED_MS);
	_exit(copy_remove(parent, name) < 0);
}

/* Deaf to what ends a bench, and holding nothing that others wait on. */
static void
be_sweeper(int fd, int parent, const char *name)
{
	static const int deaf[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	size_t i;

	for (i = 0; i < sizeof(deaf) / sizeof(deaf[0]); i++)
		signal(deaf[i], SIG_IGN);
	setsid();
	for (i = 0; i < 3 && null >= 0; i++)
		dup2(null, (int)i);
	clean_up(fd, parent, name);
}

static int
start_sweeper(struct sweep *p, const char *parent, struct err *e)
{
	autoclose int above = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int pair[2];

	if (above < 0 ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return err_set(e, ERR_SYSTEM, errno, "start a bench");
	fflush(NULL);
	p->sweeper = fork();
	if (p->sweeper == 0) {
		close(pair[1]);
		close(p->dir);
		be_sweeper(pair[0], above, strrchr(p->path, '/') + 1);
	}
	close(pair[0]);
	p->tell = pair[1];
	if (p->sweeper < 0) {
		fd_close(&p->tell);
		return err_set(e, ERR_SYSTEM, errno, "start a process");
	}
	return 0;
}

int
sweep_open(struct sweep *p, struct err *e)
{
	const char *tmp = getenv("TMPDIR");
	struct text t = {0};
	char *parent =
	    realpath(tmp != NULL && *tmp == '/' ? tmp : "/tmp", NULL);
	int r = -1;

	memset(p, 0, sizeof(*p));
	p->dir = p->tell = -1;
	text_printf(
	    &t, "%s/stockade-bench.XXXXXX", parent != NULL ? parent : "/tmp");
	p->path = text_take(&t);
	if (mkdtemp(p->path) == NULL) {
		err_set(e, ERR_FILE, errno, "make %.150s", p->path);
		goto out;
	}
	p->dir = open(p->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	// Who called us by sudo works in it, as an ordinary user.
	if (p->dir < 0 || (geteuid() == 0 && fchmod(p->dir, 0711) < 0))
		err_set(e, ERR_FILE, errno, "make %.150s", p->path);
	else
		r = start_sweeper(p, parent, e);
	if (r < 0) {
		rmdir(p->path);
		fd_close(&p->dir);
	}
out:
	free(parent);
	if (r < 0) {
		free(p->path);
		p->path = NULL;
	}
	return r;
}

void
sweep_tell(const struct sweep *p, pid_t pid)
{
	autoclose int fd = pidfd_of(pid);
	union {
		struct cmsghdr head;
		char space[CMSG_SPACE(sizeof(int))];
	} u = {.space = {0}};
	struct iovec iov = {(void *)"", 1};
	struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};
	struct cmsghdr *c;

	// Before Linux 5.3 nobody ends it for us; it ends by its budgets.
	if (fd < 0)
		return;
	m.msg_control = &u;
	m.msg_controllen = sizeof(u);
	c = CMSG_FIRSTHDR(&m);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	while (sendmsg(p->tell, &m, MSG_NOSIGNAL) < 0 && errno == EINTR)
		continue;
}

int
sweep_close(struct sweep *p, struct err *e)
{
	int status = 0, r = 0;

	if (p->path == NULL)
		return 0;
	fd_close(&p->dir);
	fd_close(&p->tell);
	while (waitpid(p->sweeper, &status, 0) < 0 && errno == EINTR)
		continue;
	if (status != 0)
		r = err_set(e, ERR_FILE, 0,
		    "%.150s could not be taken away; it is yours to remove",
		    p->path);
	free(p->path);
	p->path = NULL;
	return r;
}
