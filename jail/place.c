// SPDX-License-Identifier: ISC
// Placeholders: how they are made, known again, and removed.
//
// Each is whole the moment it has its name, and known by a mode that nobody
// gives a file by accident, so that one that outlived its maker is known, too.
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/place.h"

enum {
	MODE_FILE = 01444,
	MODE_SOCKET = 0,
	TRIES = 8,
};

// What git takes for the directory that it finds it in.
static const char common[] = ".\n";
// Until it says so.
static const char draft[] = "commondir.stockade";

static bool
looks_placed(const struct stat *st)
{
	mode_t mode = st->st_mode & 07777;

	if (S_ISSOCK(st->st_mode))
		return mode == MODE_SOCKET;
	return S_ISREG(st->st_mode) && mode == MODE_FILE &&
	       st->st_size < (off_t)sizeof(common);
}

bool
place_is(int dir, const char *name)
{
	struct stat st;

	return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       looks_placed(&st);
}

void
place_remove(int dir, const char *name)
{
	if (place_is(dir, name))
		unlinkat(dir, name, 0);
}

// Its descriptor, or -1.
static int
write_file(int dir, const char *name, const char *text)
{
	autoclose int fd = openat(dir, name,
	    O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, MODE_FILE);

	// Not every file system lets open(2) set that bit.
	if (fd < 0 || fchmod(fd, MODE_FILE) != 0 ||
	    fd_write_all(fd, text, strlen(text)) != 0)
		return -1;
	return take_fd(&fd);
}

// git would choke on an empty one: it gets its name when it is written. A
// draft that is there was left by a killed box, or is another's at this
// moment, who then finds it gone and tries again. By descriptor: never
// another's, half written.
static int
make_common(int dir, const char *name)
{
	char proc[32];
	int i, sys = EEXIST;

	for (i = 0; i < TRIES && (sys == EEXIST || sys == ENOENT); i++) {
		autoclose int fd = write_file(dir, draft, common);

		if (fd < 0) {
			sys = errno;
			unlinkat(dir, draft, 0);
			continue;
		}
		snprintf(proc, sizeof(proc), "/proc/self/fd/%d", fd);
		sys = linkat(AT_FDCWD, proc, dir, name, AT_SYMLINK_FOLLOW) == 0
			  ? 0
			  : errno;
		unlinkat(dir, draft, 0);
		if (sys == EEXIST)
			break;
	}
	errno = sys;
	return sys == 0 ? 0 : -1;
}

static int
make_empty(int dir, const char *name)
{
	autoclose int fd = write_file(dir, name, "");

	return fd < 0 ? -1 : 0;
}

static int
make(int dir, const char *name, enum protected_kind kind)
{
	switch (kind) {
	case PROTECTED_EMPTY:
		return make_empty(dir, name);
	case PROTECTED_COMMON:
		return make_common(dir, name);
	case PROTECTED_SOCKET:
		break;
	}
	return mknodat(dir, name, S_IFSOCK | MODE_SOCKET, 0);
}

int
place_make(int dir, const char *name, enum protected_kind kind, struct err *e)
{
	bool made = make(dir, name, kind) == 0;

	// Somebody else's by now, a placeholder perhaps: looked at as such.
	if (!made && errno == EEXIST)
		return 0;
	if (!made)
		return err_set(e, ERR_FILE, errno,
		    "no placeholder can be made; unprotect it to go without");
	if (place_is(dir, name))
		return 0;
	unlinkat(dir, name, 0);
	return err_set(e, ERR_FILE, 0,
	    "no placeholder can be made, for the file system keeps no modes; "
	    "unprotect it to go without");
}

bool
place_link(int one, int dir, const char *name)
{
	char proc[32];

	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", one);
	return one >= 0 &&
	       linkat(AT_FDCWD, proc, dir, name, AT_SYMLINK_FOLLOW) == 0;
}

static int
send_place(int sock, const struct place_msg *m, int fd, struct err *e)
{
	union {
		char buf[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} c = {{0}};
	struct iovec iov = {
	    .iov_base = (void *)(uintptr_t)m, .iov_len = sizeof(*m)};
	struct msghdr h = {.msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = fd < 0 ? NULL : c.buf,
	    .msg_controllen = fd < 0 ? 0 : sizeof(c.buf)};

	c.align.cmsg_level = SOL_SOCKET;
	c.align.cmsg_type = SCM_RIGHTS;
	c.align.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&c.align), &fd, sizeof(fd));
	if (sendmsg(sock, &h, MSG_NOSIGNAL) != (ssize_t)sizeof(*m))
		return err_set(e, ERR_GONE, errno,
		    "nobody there to clean up after the sandbox");
	return 0;
}

int
place_box(int sock, int pidfd, uid_t uid, gid_t gid, struct err *e)
{
	const struct place_msg m = {.what = PLACE_BOX, .uid = uid, .gid = gid};

	return send_place(sock, &m, pidfd, e);
}

int
place_lock(int sock, int lock, struct err *e)
{
	const struct place_msg m = {.what = PLACE_LOCK};

	return send_place(sock, &m, lock, e);
}

int
place_tell(int sock, int dir, const char *name, struct err *e)
{
	struct place_msg m = {.what = PLACE_AT};

	snprintf(m.name, sizeof(m.name), "%s", name);
	return send_place(sock, &m, dir, e);
}
