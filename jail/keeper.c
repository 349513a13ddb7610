// SPDX-License-Identifier: ISC
// The process that takes a box's placeholders away again.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <dirent.h>
#include "jail/base/caps.h"
#include "jail/base/fd.h"
#include "jail/keeper.h"
#include "jail/place.h"

// The keeper's own, in its copy of our memory.
static struct {
	int lock;
	uint32_t n;
	int dir[PLACES_MAX];
	char name[PLACES_MAX][PLACE_NAME_MAX];
} places;

void
keeper_init(struct keeper *k)
{
	k->pid = 0;
	k->mine = k->inner = k->alive = -1;
}

int
keeper_open(struct keeper *k, struct err *e)
{
	int s[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, s) != 0)
		return err_set(e, ERR_SYSTEM, errno, "socketpair");
	k->mine = s[0];
	k->inner = s[1];
	return 0;
}

// The descriptor of a message, or -1.
static int
brought(struct msghdr *h)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(h);
	int fd = -1;

	if (c != NULL && c->cmsg_level == SOL_SOCKET &&
	    c->cmsg_type == SCM_RIGHTS && c->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	return fd;
}

// Only the builder speaks here, and it is ours; a name is one of a directory
// all the same.
static void
take_place(const struct place_msg *m, int fd)
{
	if (m->lock != 0) {
		places.lock = fd;
	} else if (places.n < PLACES_MAX &&
		   memchr(m->name, '\0', sizeof(m->name)) != NULL &&
		   strchr(m->name, '/') == NULL) {
		places.dir[places.n] = fd;
		memcpy(places.name[places.n++], m->name, sizeof(m->name));
	} else {
		close(fd);
	}
}

// 1 if there was a message, 0 at the end, -1 if there is none now.
static int
hear(int sock)
{
	union {
		char buf[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} c;
	struct place_msg m;
	struct iovec iov = {.iov_base = &m, .iov_len = sizeof(m)};
	struct msghdr h = {.msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = c.buf,
	    .msg_controllen = sizeof(c.buf)};
	ssize_t n = recvmsg(sock, &h, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
	int fd;

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? -1 : 0;
	if (n == 0)
		return 0;
	fd = brought(&h);
	if (fd >= 0 && n == (ssize_t)sizeof(m))
		take_place(&m, fd);
	return 1;
}

// Ours, and what another box made and could not remove, for we were there.
static void
sweep_top(int dir)
{
	autoclosedir DIR *d = fdopendir(fcntl(dir, F_DUPFD_CLOEXEC, 0));
	struct dirent *t;

	while (d != NULL && (t = readdir(d)) != NULL)
		// Not every file system says it here.
		if (t->d_type == DT_SOCK || t->d_type == DT_UNKNOWN)
			place_remove(dir, t->d_name);
}

static void
clean_up(void)
{
	uint32_t i;

	// Shared by every box that relies on them. Where there is no such
	// thing as a lock they stay, and the box has said so.
	if (places.lock < 0 || flock(places.lock, LOCK_EX | LOCK_NB) != 0)
		return;
	for (i = 0; i < places.n; i++)
		place_remove(places.dir[i], places.name[i]);
	sweep_top(places.lock);
}

static void
keep(int sock, int pidfd)
{
	struct pollfd p[2] = {
	    {.fd = pidfd, .events = POLLIN}, {.fd = sock, .events = POLLIN}};
	int rc = 1;

	places.lock = -1;
	while (p[0].revents == 0) {
		if (poll(p, 2, -1) < 0)
			continue;
		if (p[1].revents != 0)
			rc = hear(sock);
		if (rc == 0)
			p[1].fd = -1;
		// All is told, and it is nothing.
		if (rc == 0 && places.lock < 0)
			return;
	}
	while (hear(sock) > 0)
		continue;
	clean_up();
}

// Safe: it gives up all, and keeps two descriptors of the helper's own.
static void
keeper_main(int sock, int pidfd, const struct idmap *ids, bool privileged)
{
	struct err e;
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	if (dup2(sock, 0) < 0 || dup2(pidfd, 1) < 0 ||
	    fd_close_range(2, ~0U, false) != 0)
		_exit(1);
	if (privileged && caps_become(ids->host_uid, ids->host_gid, &e) != 0)
		_exit(1);
	if (caps_drop_all(&e) != 0)
		_exit(1);
	keep(0, 1);
	_exit(0);
}

int
keeper_start(struct keeper *k, int pidfd, const struct idmap *ids,
    bool privileged, struct err *e)
{
	int p[2] = {-1, -1};

	fd_close(&k->inner);
	// Pid 1 dies with us; a moment may pass in which both are at work.
	if (pidfd < 0 && pipe2(p, O_CLOEXEC) != 0)
		return err_set(e, ERR_SYSTEM, errno, "pipe");
	k->pid = fork();
	if (k->pid == 0)
		keeper_main(k->mine, pidfd < 0 ? p[0] : pidfd, ids, privileged);
	fd_close(&k->mine);
	fd_close(&p[0]);
	k->alive = p[1];
	if (k->pid > 0)
		return 0;
	k->pid = 0;
	return err_set(e, ERR_SYSTEM, errno, "fork");
}

void
keeper_undo(void *keeper)
{
	struct keeper *k = keeper;

	fd_close(&k->mine);
	fd_close(&k->inner);
	fd_close(&k->alive);
	if (k->pid == 0)
		return;
	while (waitpid(k->pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	k->pid = 0;
}
