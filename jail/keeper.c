// SPDX-License-Identifier: ISC
// What takes a box's placeholders away again.
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>
#include <dirent.h>
#include "jail/base/caps.h"
#include "jail/base/fd.h"
#include "jail/keeper.h"
#include "jail/place.h"

// The janitor's own, in its copy of our memory.
static struct {
	int lock, pidfd;
	uid_t uid;
	gid_t gid;
	uint32_t n;
	int dir[PLACES_MAX];
	char name[PLACES_MAX][PLACE_NAME_MAX];
} places;

void
keeper_init(void)
{
	places.lock = places.pidfd = -1;
}

int
keeper_pidfd(void)
{
	return places.pidfd;
}

bool
keeper_has(void)
{
	return places.lock >= 0;
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

static void
take_name(const struct place_msg *m, int fd)
{
	if (places.n == PLACES_MAX ||
	    memchr(m->name, '\0', sizeof(m->name)) == NULL ||
	    strchr(m->name, '/') != NULL) {
		close(fd);
		return;
	}
	places.dir[places.n] = fd;
	memcpy(places.name[places.n++], m->name, sizeof(m->name));
}

// Only the helper and the builder speak here, and they are ours; a name is one
// of a directory all the same.
static void
take(const struct place_msg *m, int fd)
{
	switch (m->what) {
	case PLACE_BOX:
		places.uid = m->uid;
		places.gid = m->gid;
		places.pidfd = fd;
		return;
	case PLACE_LOCK:
		places.lock = fd;
		return;
	default:
		take_name(m, fd);
	}
}

int
keeper_hear(int sock)
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
	if (n == (ssize_t)sizeof(m) && (fd >= 0 || m.what == PLACE_BOX))
		take(&m, fd);
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

// Shared by every box that relies on them. Where there is no such thing as a
// lock they stay, and the box has said so.
static void
remove_all(void)
{
	uint32_t i;

	if (flock(places.lock, LOCK_EX | LOCK_NB) != 0)
		return;
	for (i = 0; i < places.n; i++)
		place_remove(places.dir[i], places.name[i]);
	sweep_top(places.lock);
}

// Safe: it gives up all before it touches what lies in a workspace.
void
keeper_clean_up(bool privileged)
{
	struct err ignored;

	if (!keeper_has())
		return;
	if (privileged && caps_become(places.uid, places.gid, &ignored) != 0)
		return;
	if (caps_drop_all(&ignored) != 0)
		return;
	remove_all();
}
