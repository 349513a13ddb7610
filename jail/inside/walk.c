// SPDX-License-Identifier: ISC
// Opens a path without passing through a magic link, where there is no
// openat2(2) (Linux 5.6): name by name, links followed by what they say.
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <linux/magic.h>
#include "jail/base/fd.h"
#include "jail/inside/inside.h"

enum {
	LINKS_MAX = 40, // as the kernel
	PROC_TOP = 1,	// proc(5)'s first inode
};

struct walk {
	int dir; // where we are, O_PATH
	char *rest;
	char buf[2 * WIRE_PATH_MAX];
	int links;
	bool directory; // a slash is at the path's very end
};

// Makes text the start of what is to be walked, before rest.
static int
prepend(struct walk *w, const char *text, size_t n)
{
	char new[sizeof(w->buf)];
	size_t m = strlen(w->rest);

	if (n + 1 + m + 1 > sizeof(new)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(new, text, n);
	new[n] = '/';
	memcpy(new + n + 1, w->rest, m + 1);
	// Nothing behind a link: nor a slash, which would ask for a directory.
	if (m == 0)
		new[n] = '\0';
	memcpy(w->buf, new, n + 1 + m + 1);
	w->rest = w->buf;
	return 0;
}

static int
enter(struct walk *w, const char *name)
{
	int fd = openat(w->dir, name, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	fd_close(&w->dir);
	w->dir = fd;
	return 0;
}

// What proc(5) has below its top: /proc/PID/fd/3, exe, root and their like.
// At the top there are texts alone: self, mounts, net.
static bool
is_magic(const struct walk *w, int link)
{
	struct statfs sfs;
	struct stat st;

	return fstatfs(link, &sfs) != 0 ||
	       (sfs.f_type == PROC_SUPER_MAGIC &&
		   (fstat(w->dir, &st) != 0 || st.st_ino != PROC_TOP));
}

// A link by its text. At the end of a path that asks for nothing behind it.
static int
follow(struct walk *w, int link)
{
	char text[WIRE_PATH_MAX];
	ssize_t n = readlinkat(link, "", text, sizeof(text));

	if (n <= 0)
		return -1;
	if (n == (ssize_t)sizeof(text) || ++w->links > LINKS_MAX ||
	    is_magic(w, link)) {
		errno = ELOOP;
		return -1;
	}
	if (prepend(w, text, (size_t)n) != 0)
		return -1;
	return text[0] == '/' ? enter(w, "/") : 0;
}

// The next name of the path, taken off; *last: only slashes are behind it.
static const char *
next_name(struct walk *w, bool *last)
{
	char *name, *end;
	bool slash;

	name = w->rest + strspn(w->rest, "/");
	end = name + strcspn(name, "/");
	slash = *end == '/';
	w->rest = end + strspn(end, "/");
	*last = *w->rest == '\0';
	if (slash && *last)
		w->directory = true;
	*end = '\0';
	return *name != '\0' ? name : "."; // the root
}

// Whether a link at the path's end is opened as it is: ELOOP, or EEXIST.
static bool
stays(const struct walk *w, bool last, uint64_t flags)
{
	return last && !w->directory &&
	       ((flags & O_NOFOLLOW) != 0 ||
		   (flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL));
}

// One name. Returns 1 to go on, 0 if it is the last and to be opened, or -1.
static int
step(struct walk *w, const char *name, bool last, uint64_t flags)
{
	autoclose int fd =
	    openat(w->dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0)
		return last && (flags & O_CREAT) != 0 && errno == ENOENT ? 0
									 : -1;
	if (S_ISLNK(st.st_mode))
		return stays(w, last, flags) ? 0 : follow(w, fd) == 0 ? 1 : -1;
	if (last)
		return 0;
	fd_close(&w->dir);
	w->dir = take_fd(&fd);
	return 1;
}

static int
walk(struct walk *w, uint64_t flags, mode_t mode)
{
	const char *name;
	bool last;
	int rc;

	do {
		name = next_name(w, &last);
		rc = step(w, name, last, flags);
	} while (rc > 0);
	if (rc < 0)
		return -1;
	if (w->directory && (flags & O_CREAT) != 0) {
		errno = EISDIR;
		return -1;
	}
	if (w->directory)
		flags |= O_DIRECTORY;
	// Whoever puts a link there now gets ELOOP for it.
	return openat(w->dir, name, (int)flags | O_NOFOLLOW, mode);
}

int
walk_open(const char *path, uint64_t flags, mode_t mode)
{
	struct walk w = {.links = 0};
	size_t n = strlen(path);
	int fd;

	if (n == 0 || n >= WIRE_PATH_MAX) {
		errno = n == 0 ? ENOENT : ENAMETOOLONG;
		return -1;
	}
	memcpy(w.buf, path, n + 1);
	w.rest = w.buf;
	w.dir =
	    open(path[0] == '/' ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (w.dir < 0)
		return -1;
	fd = walk(&w, flags, mode);
	fd_close(&w.dir);
	return fd;
}
