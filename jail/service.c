// SPDX-License-Identifier: ISC
// The service way in: a process for each connection, who is at its other end,
// and the places that one user has.
//
// A socket that everybody may connect to gives nobody a right: what a sandbox
// can do is what its peer can. The peer hands over directories by descriptor,
// which it had to open; the sandbox's processes have a host id of their own,
// that stands on the peer's mounts for the peer's uid and for no other; and
// they hold the peer's groups. So a file's owner, group or others' bits apply
// to them as they apply to the peer. box.c refuses what cannot be mapped so.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/service.h"

enum {
	SERVED_MAX = 1024, // connections at a time
	SHARE_MAX = 256,   // of them one user's
};

struct served {
	pid_t pid;
	uid_t uid;
};

static struct served served[SERVED_MAX];
static size_t nserved;

bool
service_listening(int fd)
{
	int on = 0;
	socklen_t len = sizeof(on);

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &on, &len) == 0 &&
	       on != 0;
}

static void
reap(int sigfd)
{
	struct signalfd_siginfo si;
	pid_t pid;
	size_t i;

	while (read(sigfd, &si, sizeof(si)) > 0)
		continue;
	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
		for (i = 0; i < nserved; i++)
			if (served[i].pid == pid)
				served[i] = served[--nserved];
}

static size_t
share_of(uid_t uid)
{
	size_t i, n = 0;

	for (i = 0; i < nserved; i++)
		n += served[i].uid == uid;
	return n;
}

// The connection takes the listening socket's place.
static int
become(int fd, int conn, int sigfd, const sigset_t *mask, struct err *e)
{
	close(sigfd);
	sigprocmask(SIG_SETMASK, mask, NULL);
	if (dup3(conn, fd, O_CLOEXEC) < 0)
		return err_set(e, ERR_SYSTEM, errno, "take a connection");
	close(conn);
	return 0;
}

// Returns 0 in the child, 1 in the parent whatever came of it: what one peer
// meets with is no reason to leave the others alone.
static int
take_one(int fd, int sigfd, const sigset_t *mask, struct err *e)
{
	const int one = 1;
	struct ucred cred;
	socklen_t len = sizeof(cred);
	autoclose int conn = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
	pid_t pid;

	// Who came before the listening socket was asked to sign did not
	// inherit it.
	if (conn < 0 ||
	    setsockopt(conn, SOL_SOCKET, SO_PASSCRED, &one, sizeof(one)) != 0 ||
	    getsockopt(conn, SOL_SOCKET, SO_PEERCRED, &cred, &len) != 0)
		return 1;
	// Who fills the table would keep the others out. This is far more
	// than anyone's places: it answers to those who never say HELLO.
	if (share_of(cred.uid) >= SHARE_MAX)
		return 1;
	pid = fork();
	if (pid == 0)
		return become(fd, take_fd(&conn), sigfd, mask, e);
	if (pid > 0)
		served[nserved++] =
		    (struct served){.pid = pid, .uid = cred.uid};
	return 1;
}

int
service_accept(int fd, struct err *e)
{
	sigset_t chld, mask;
	struct pollfd p[2];
	int sigfd, rc;

	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, &mask);
	sigfd = signalfd(-1, &chld, SFD_CLOEXEC | SFD_NONBLOCK);
	if (sigfd < 0)
		return err_set(e, ERR_SYSTEM, errno, "signalfd");
	for (rc = 1; rc > 0;) {
		p[0] = (struct pollfd){.fd = sigfd, .events = POLLIN};
		p[1] = (struct pollfd){
		    .fd = nserved < SERVED_MAX ? fd : -1, .events = POLLIN};
		if (poll(p, 2, -1) < 0 && errno != EINTR)
			return err_set(e, ERR_SYSTEM, errno, "poll");
		if (p[0].revents != 0)
			reap(sigfd);
		if (p[1].revents != 0)
			rc = take_one(fd, sigfd, &mask, e);
	}
	return rc;
}

// Nothing that obeys the number 0 comes along: a peer in group 0 lacks that
// group's rights in its sandbox. The primary group is one of many here; on
// the peer's own mounts it is mapped like the uid.
static size_t
without_zero(gid_t *groups, size_t n)
{
	size_t i, kept = 0;

	for (i = 0; i < n; i++)
		if (groups[i] != 0)
			groups[kept++] = groups[i];
	return kept;
}

int
service_identify(int fd, struct service_peer *peer, struct err *e)
{
	static gid_t groups[NGROUPS_MAX + 1];
	socklen_t len = sizeof(peer->cred);
	size_t n;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer->cred, &len) != 0 ||
	    peer->cred.pid == 0)
		return err_set(e, ERR_USAGE, errno,
		    "descriptor %d is no connection of a process we see", fd);
	len = NGROUPS_MAX * sizeof(gid_t);
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &len) != 0)
		return err_set(e, ERR_SYSTEM, errno, "groups of the peer");
	n = len / sizeof(gid_t);
	groups[n++] = peer->cred.gid;
	n = without_zero(groups, n);
	peer->groups = (struct ceiling_groups){.gid = groups, .n = n};
	// Safe: fewer groups than the peer has; we ourselves need none.
	if (syscall(SYS_setgroups, n > NGROUPS_MAX ? NGROUPS_MAX : n, groups) !=
	    0)
		return err_set(e, ERR_CAPS, errno, "take over groups");
	return 0;
}

// A record lock is the process's own: no child inherits it, and none outlives
// a SIGKILL. Each user has a stretch of the file for itself.
int
service_place(const char *file, uid_t uid, unsigned places, struct err *e)
{
	struct flock lock = {
	    .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};
	struct stat st;
	unsigned i;
	int fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0 || fstat(fd, &st) != 0)
		return err_set(e, ERR_SYSTEM, errno, "%s", file);
	if (st.st_uid != 0 || (st.st_mode & 077) != 0)
		return err_set(e, ERR_SYSTEM, 0,
		    "%s must be root's, and nobody else's to open", file);
	for (i = 0; i < places; i++) {
		lock.l_start = ((off_t)uid << 16) + (off_t)i;
		// Stays open: whoever closes it gives its place up.
		if (fcntl(fd, F_SETLK, &lock) == 0)
			return 0;
		if (errno != EAGAIN && errno != EACCES)
			return err_set(e, ERR_SYSTEM, errno, "lock %s", file);
	}
	close(fd);
	return err_set(e, ERR_REFUSED, 0,
	    "you have %u sandboxes, which is all that you may have at a time: "
	    "end one, or ask the administrator for more",
	    places);
}
