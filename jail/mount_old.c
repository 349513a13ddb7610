// SPDX-License-Identifier: ISC
// Mount attributes before Linux 5.12, which has mount_setattr(2).
//
// Only what is mounted can be remounted, one mount at a time. So a detached
// tree lies on a place of ours for a moment; each mount in it is found in
// mountinfo and remounted; a copy, which keeps the flags, replaces the tree.
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/mount.h"

// statfs, mount and mount_setattr have one number for each of these.
#define FLAGS (MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC)

_Static_assert(FLAGS == (MOUNT_SYSTEM | MOUNT_DATA), "flags");

enum {
	MOUNTS_MAX = 1024, // of one tree
	NO_ID = 0,
};

// mountinfo, line by line; static, for we have neither heap nor threads.
static struct lines {
	int fd;
	size_t at, end;
	char buf[16384];
} in;

// What is remounted, and the mounts of it that were met.
struct tree {
	int fd;
	const char *place;
	unsigned id[MOUNTS_MAX];
	size_t n;
};

static unsigned
number(const char **p)
{
	unsigned v = 0;

	while (**p >= '0' && **p <= '9')
		v = v * 10 + (unsigned)(*(*p)++ - '0');
	if (**p == ' ')
		(*p)++;
	return v;
}

// The next line, without its end; NULL after the last, or if one is longer
// than any that the kernel writes: then errno is set.
static char *
next_line(void)
{
	char *line, *newline;
	ssize_t n;

	errno = 0;
	for (;;) {
		line = in.buf + in.at;
		newline = memchr(line, '\n', in.end - in.at);
		if (newline != NULL) {
			*newline = '\0';
			in.at = (size_t)(newline + 1 - in.buf);
			return line;
		}
		in.end -= in.at;
		memmove(in.buf, line, in.end);
		in.at = 0;
		n = read(in.fd, in.buf + in.end, sizeof(in.buf) - in.end);
		if (n <= 0) {
			if (n == 0 && in.end > 0)
				errno = EOVERFLOW;
			return NULL;
		}
		in.end += (size_t)n;
	}
}

// \040 and its like, in place.
static void
unescape(char *s)
{
	char *to = s;

	for (; *s != '\0'; s++) {
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] >= '0' &&
		    s[2] <= '7' && s[3] >= '0' && s[3] <= '7') {
			*to++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 |
				       (s[3] - '0'));
			s += 3;
		} else {
			*to++ = *s;
		}
	}
	*to = '\0';
}

static unsigned
mount_id(int fd)
{
	char name[40], buf[512];
	const char *p;

	snprintf(name, sizeof(name), "/proc/self/fdinfo/%d", fd);
	if (fd_read_text(AT_FDCWD, name, buf, sizeof(buf)) <= 0)
		return NO_ID;
	p = strstr(buf, "mnt_id:\t");
	if (p == NULL)
		return NO_ID;
	p += strlen("mnt_id:\t");
	return number(&p);
}

static bool
has(const struct tree *t, unsigned id)
{
	size_t i;

	for (i = 0; i < t->n; i++)
		if (t->id[i] == id)
			return true;
	return false;
}

int
mount_attr_one(int fd, uint64_t attr, struct err *e)
{
	char path[40];
	struct statfs sfs;
	unsigned long flags;

	if (fstatfs(fd, &sfs) != 0)
		return err_set(e, ERR_MOUNT, errno, "flags of a mount");
	// What is set already stays: most of it is locked to us.
	flags = ((unsigned long)sfs.f_flags & FLAGS) | (unsigned long)attr;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (mount(NULL, path, NULL, MS_REMOUNT | MS_BIND | flags, NULL) != 0)
		return err_set(e, ERR_MOUNT, errno, "remount");
	return 0;
}

// A mount below the tree's top: its place is walked from there, and must lead
// to that very mount.
static int
below(int tree, const char *path, unsigned id, uint64_t attr, struct err *e)
{
	autoclose int fd = openat(tree, path, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return err_set(e, ERR_MOUNT, errno, "open %s", path);
	if (mount_id(fd) != id)
		return err_set(e, ERR_MOUNT, 0,
		    "%s is mounted over; this needs Linux 5.12", path);
	return mount_attr_one(fd, attr, e) == 0 ? 0 : err_prefix(e, "%s", path);
}

// "id parent major:minor root place options ...": the place.
static char *
place_of(char *line)
{
	char *p = line, *end;
	int i;

	for (i = 0; p != NULL && i < 4; i++)
		if ((p = strchr(p, ' ')) != NULL)
			p++;
	end = p != NULL ? strchr(p, ' ') : NULL;
	if (end == NULL)
		return NULL;
	*end = '\0';
	unescape(p);
	return p;
}

// Parents come first.
static int
line_below(struct tree *t, char *line, uint64_t attr, struct err *e)
{
	const size_t n = strlen(t->place);
	const char *p = line, *path;
	unsigned id = number(&p), parent = number(&p);

	if (!has(t, parent) || has(t, id))
		return 0;
	path = place_of(line);
	if (path == NULL || t->n == MOUNTS_MAX)
		return err_set(e, ERR_MOUNT, E2BIG, "mounts below a source");
	t->id[t->n++] = id;
	if (strncmp(path, t->place, n) != 0 || path[n] != '/')
		return err_set(e, ERR_MOUNT, 0,
		    "a source is mounted over; this needs Linux 5.12");
	return below(t->fd, path + n + 1, id, attr, e);
}

static int
remount_all(int fd, const char *place, uint64_t attr, struct err *e)
{
	static struct tree t;
	autoclose int info = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	char *line;

	t.fd = fd;
	t.place = place;
	t.id[0] = mount_id(fd);
	t.n = 1;
	if (info < 0 || t.id[0] == NO_ID)
		return err_set(e, ERR_MOUNT, errno, "read mountinfo");
	if (mount_attr_one(fd, attr, e) != 0)
		return -1;
	in.fd = info;
	in.at = in.end = 0;
	while ((line = next_line()) != NULL)
		if (line_below(&t, line, attr, e) != 0)
			return -1;
	if (errno != 0)
		return err_set(e, ERR_MOUNT, errno, "read mountinfo");
	return 0;
}

static int
remount_and_copy(int tree, const char *place, uint64_t attr, struct err *e)
{
	char path[40];
	int copy;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", tree);
	// Nobody's peer, as in mount_attr; the copy is what its original is.
	if (mount(NULL, path, NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		return err_set(e, ERR_MOUNT, errno, "make a tree private");
	if (remount_all(tree, place, attr, e) != 0)
		return -1;
	copy = open_tree(tree, "",
	    OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | AT_RECURSIVE);
	if (copy < 0)
		return err_set(e, ERR_MOUNT, errno, "copy a tree");
	return copy;
}

int
mount_attr_old(int tree, uint64_t attr, struct err *e)
{
	autoclose int copy = -1;
	char path[40];
	const char *place;
	struct stat st;

	if (fstat(tree, &st) != 0)
		return err_set(e, ERR_MOUNT, errno, "stat a tree");
	// There on every host and in every box, and of the right kind to be
	// covered.
	place = S_ISDIR(st.st_mode) ? "/dev" : "/dev/null";
	if (mount_move(tree, AT_FDCWD, place, e) != 0)
		return -1;
	copy = remount_and_copy(tree, place, attr, e);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", tree);
	if (umount2(path, MNT_DETACH) != 0)
		return err_set(e, ERR_MOUNT, errno, "take a tree off again");
	if (copy < 0)
		return -1;
	if (dup3(copy, tree, O_CLOEXEC) < 0)
		return err_set(e, ERR_MOUNT, errno, "replace a tree");
	return 0;
}
