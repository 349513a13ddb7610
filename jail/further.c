// SPDX-License-Identifier: ISC
// Copies of the helper, for further connections.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/further.h"

// What a copy's end is told by. Not SIGCHLD: so that a wait for any copy is
// never answered by another child, whose own waiter would then miss it. One of
// those that queue, and so name each: a wait for any child looks at all.
enum {
	ENDED = 40,
	SETTLE_MS = 5,
};

void
further_init(struct further *f)
{
	*f = (struct further){.ended = -1, .alive = {-1, -1}, .spare = -1};
}

// Those of which we were not told: the queue was full.
static void
reap_all(struct further *f)
{
	while (waitpid(-1, NULL, __WCLONE | WNOHANG) > 0)
		f->n--;
}

static bool
full(struct further *f)
{
	if (f->n == FURTHER_MAX)
		reap_all(f);
	return f->n == FURTHER_MAX;
}

// Once, before the first copy: who never wants one pays nothing.
static int
prepare(struct further *f, struct err *e)
{
	sigset_t set;

	if (f->ended >= 0)
		return 0;
	if (f->alive[0] < 0 && pipe2(f->alive, O_CLOEXEC) != 0)
		return err_set(e, ERR_SYSTEM, errno, "pipe");
	sigemptyset(&set);
	sigaddset(&set, ENDED);
	sigprocmask(SIG_BLOCK, &set, NULL);
	f->ended = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (f->ended < 0)
		return err_set(e, ERR_SYSTEM, errno, "signalfd");
	return 0;
}

static int
make_sockets(int sv[2], struct err *e)
{
	const int one = 1;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sv) != 0)
		return err_set(e, ERR_SYSTEM, errno, "socketpair");
	// Before the peer has its end: all that it ever says is signed.
	if (setsockopt(sv[1], SOL_SOCKET, SO_PASSCRED, &one, sizeof(one)) == 0)
		return 0;
	err_set(e, ERR_SYSTEM, errno, "SO_PASSCRED");
	close(sv[0]);
	close(sv[1]);
	return -1;
}

// Holds the connection and what tells of the original's end, nothing else:
// neither its sandbox, nor what others read the end of.
static void
become_copy(struct further *f, int sock)
{
	int alive = fcntl(f->alive[0], F_DUPFD_CLOEXEC, 16);

	sock = fcntl(sock, F_DUPFD_CLOEXEC, 16);
	if (alive < 0 || sock < 0 || dup3(sock, FURTHER_SOCK, O_CLOEXEC) < 0 ||
	    dup3(alive, FURTHER_SOCK + 1, O_CLOEXEC) < 0 ||
	    fd_close_range(FURTHER_SOCK + 2, ~0U, false) != 0)
		_exit(1);
	further_init(f);
	f->is_copy = true;
	f->alive[0] = FURTHER_SOCK + 1;
}

// Makes a copy of the caller. 0 in the original, 1 in the copy.
static int
copy(struct further *f, int *sock, struct err *e)
{
	int sv[2];
	pid_t pid;

	if (f->is_copy)
		return err_set(
		    e, ERR_LIMIT, 0, "ask the first connection for another");
	if (full(f))
		return err_set(
		    e, ERR_LIMIT, 0, "%u sandboxes stand already", f->n);
	if (prepare(f, e) != 0 || make_sockets(sv, e) != 0)
		return -1;
	// Not libc's: see ENDED. There are no threads, and no handlers to run.
	pid = (pid_t)syscall(SYS_clone, ENDED, NULL, NULL, NULL, 0);
	if (pid < 0)
		err_set(e, ERR_SYSTEM, errno, "fork");
	if (pid != 0)
		close(sv[1]);
	if (pid < 0) {
		close(sv[0]);
		return -1;
	}
	if (pid == 0)
		become_copy(f, sv[1]);
	if (pid == 0)
		return 1;
	f->n++;
	*sock = sv[0];
	return 0;
}

int
further_take(struct further *f, int *sock, struct err *e)
{
	struct pollfd p = {.fd = f->spare, .events = 0};

	// Somebody may have killed it meanwhile.
	if (f->spare >= 0 && poll(&p, 1, 0) == 0) {
		*sock = take_fd(&f->spare);
		return 0;
	}
	fd_close(&f->spare);
	return copy(f, sock, e);
}

int
further_stock(struct further *f)
{
	struct err ignored;
	int sock = -1, rc = copy(f, &sock, &ignored);

	if (rc == 0)
		f->spare = sock;
	return rc;
}

void
further_settle(const struct further *f, int sock)
{
	struct pollfd p[2] = {{.fd = sock, .events = POLLIN}, further_event(f)};

	// It was made in the moment in which another sandbox starts.
	if (poll(p, 2, SETTLE_MS) < 0)
		return; // the sooner
}

struct pollfd
further_event(const struct further *f)
{
	return (struct pollfd){
	    .fd = f->is_copy ? f->alive[0] : f->ended,
	    .events = POLLIN,
	};
}

bool
further_over(struct further *f)
{
	struct signalfd_siginfo si;

	if (f->is_copy)
		return true;
	while (read(f->ended, &si, sizeof(si)) > 0)
		if (waitpid((pid_t)si.ssi_pid, NULL, __WCLONE | WNOHANG) > 0)
			f->n--;
	return false;
}

void
further_end(struct further *f)
{
	if (f->ended < 0)
		return;
	fd_close(&f->spare);
	// Also if we are killed: they watch its other end.
	fd_close(&f->alive[1]);
	while (waitpid(-1, NULL, __WCLONE) > 0 || errno == EINTR)
		continue;
	fd_close(&f->alive[0]);
	fd_close(&f->ended);
}
