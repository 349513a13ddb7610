// SPDX-License-Identifier: ISC
// A tree of files: copied, and taken away. No link in it is followed.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "jail/base/fd.h"
#include "src/cli/signals.h"
#include "src/trial/copy.h"

#define DEPTH 128 // directories open at a time, twice

struct copy {
	bool root; // owners are kept
	uid_t uid; // ...or are these: who called us by sudo
	gid_t gid;
	bool given; // uid and gid are
};

static int
copy_dir(const struct copy *c, int from, int to, int depth, struct err *e);

static int
own(const struct copy *c, int dir, const char *name, const struct stat *st)
{
	uid_t uid = c->given ? c->uid : st->st_uid;
	gid_t gid = c->given ? c->gid : st->st_gid;

	return c->root ? fchownat(dir, name, uid, gid,
			     AT_SYMLINK_NOFOLLOW |
				 (*name == '\0' ? AT_EMPTY_PATH : 0))
		       : 0;
}

static int
copy_bytes(int from, int to)
{
	char piece[65536];
	ssize_t n;

	while ((n = read(from, piece, sizeof(piece))) > 0)
		if (fd_write_all(to, piece, (size_t)n) < 0)
			return -1;
	return n < 0 ? -1 : 0;
}

/* Mode last: chown takes setuid away, and writing may need a right. */
static int
finish(const struct copy *c, int fd, const struct stat *st)
{
	const struct timespec times[2] = {st->st_atim, st->st_mtim};

	return own(c, fd, "", st) < 0 || fchmod(fd, st->st_mode & 07777) < 0 ||
		       futimens(fd, times) < 0
		   ? -1
		   : 0;
}

static int
copy_file(const struct copy *c, int from, int to, const char *name,
    const struct stat *st, struct err *e)
{
	autoclose int in =
	    openat(from, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	autoclose int out = -1;

	if (in < 0)
		return err_set(e, ERR_FILE, errno, "read %.100s", name);
	out = openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (out < 0 || copy_bytes(in, out) < 0 || finish(c, out, st) < 0)
		return err_set(e, ERR_FILE, errno, "copy %.100s", name);
	return 0;
}

static int
copy_link(const struct copy *c, int from, int to, const char *name,
    const struct stat *st, struct err *e)
{
	char at[PATH_MAX];
	ssize_t n = readlinkat(from, name, at, sizeof(at) - 1);

	if (n < 0)
		return err_set(e, ERR_FILE, errno, "read %.100s", name);
	at[n] = '\0';
	if (symlinkat(at, to, name) < 0 || own(c, to, name, st) < 0)
		return err_set(e, ERR_FILE, errno, "copy %.100s", name);
	return 0;
}

static int
copy_below(const struct copy *c, int from, int to, const char *name, int depth,
    struct err *e)
{
	autoclose int in =
	    openat(from, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_DIRECTORY);
	autoclose int out = -1;
	struct stat st;

	if (in < 0 || fstat(in, &st) < 0)
		return err_set(e, ERR_FILE, errno, "read %.100s", name);
	if (depth == DEPTH)
		return err_set(e, ERR_FILE, 0,
		    "%.100s: more than %d directories in each other", name,
		    DEPTH);
	if (mkdirat(to, name, 0700) < 0 ||
	    (out = openat(to, name,
		 O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_DIRECTORY)) < 0)
		return err_set(e, ERR_FILE, errno, "make %.100s", name);
	if (copy_dir(c, in, out, depth + 1, e) < 0)
		return err_prefix(e, "%.60s", name);
	if (finish(c, out, &st) < 0)
		return err_set(e, ERR_FILE, errno, "make %.100s", name);
	return 0;
}

static int
copy_one(const struct copy *c, int from, int to, const char *name, int depth,
    struct err *e)
{
	struct stat st;

	if (signals_ending())
		return err_set(e, ERR_INTERRUPTED, 0, "a signal came");
	if (fstatat(from, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_set(e, ERR_FILE, errno, "read %.100s", name);
	if (S_ISREG(st.st_mode))
		return copy_file(c, from, to, name, &st, e);
	if (S_ISLNK(st.st_mode))
		return copy_link(c, from, to, name, &st, e);
	if (S_ISDIR(st.st_mode))
		return copy_below(c, from, to, name, depth, e);
	return err_set(e, ERR_USAGE, 0,
	    "%.100s is no file, directory or symbolic link; take it out of "
	    "the task's workspace",
	    name);
}

static DIR *
list(int fd)
{
	int again = openat(fd, ".", O_RDONLY | O_CLOEXEC | O_DIRECTORY);
	DIR *d = again >= 0 ? fdopendir(again) : NULL;

	if (d == NULL && again >= 0)
		close(again);
	return d;
}

static bool
dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static int
copy_dir(const struct copy *c, int from, int to, int depth, struct err *e)
{
	autoclosedir DIR *d = list(from);
	struct dirent *entry;

	if (d == NULL)
		return err_set(e, ERR_FILE, errno, "list it");
	while ((entry = readdir(d)) != NULL)
		if (!dots(entry->d_name) &&
		    copy_one(c, from, to, entry->d_name, depth, e) < 0)
			return -1;
	return 0;
}

static bool
id_of(const char *name, unsigned int *id)
{
	const char *s = getenv(name);
	unsigned long v;
	char *end;

	if (s == NULL || *s < '0' || *s > '9')
		return false;
	errno = 0;
	v = strtoul(s, &end, 10);
	*id = (unsigned int)v;
	return errno == 0 && *end == '\0' && v < UINT_MAX;
}

int
copy_tree(const char *from, const char *to, struct err *e)
{
	struct copy c = {.root = geteuid() == 0};
	autoclose int in = open(from, O_RDONLY | O_CLOEXEC | O_DIRECTORY);
	autoclose int out = -1;
	struct stat st;

	// Started by sudo, the files are its caller's, as a project's are.
	c.given =
	    c.root && id_of("SUDO_UID", &c.uid) && id_of("SUDO_GID", &c.gid);
	if (in < 0 || fstat(in, &st) < 0)
		return err_set(e, ERR_FILE, errno, "%.150s", from);
	if (mkdir(to, 0700) < 0 ||
	    (out = open(to, O_RDONLY | O_CLOEXEC | O_DIRECTORY)) < 0)
		return err_set(e, ERR_FILE, errno, "make %.150s", to);
	if (copy_dir(&c, in, out, 0, e) < 0)
		return err_prefix(e, "%.100s", from);
	if (finish(&c, out, &st) < 0)
		return err_set(e, ERR_FILE, errno, "make %.150s", to);
	return 0;
}

static void
remove_below(int dir, const char *name, int depth)
{
	autoclose int fd = -1;
	autoclosedir DIR *d = NULL;
	struct dirent *entry;

	// What a run made may have no right to be listed, but by root, who
	// must not change what a link put there meanwhile would lead to.
	if (geteuid() != 0)
		(void)!fchmodat(dir, name, 0700, 0);
	fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_DIRECTORY);
	d = fd >= 0 && depth < 4 * DEPTH ? list(fd) : NULL;
	while (d != NULL && (entry = readdir(d)) != NULL) {
		if (dots(entry->d_name))
			continue;
		if (unlinkat(fd, entry->d_name, 0) < 0 &&
		    (errno == EISDIR || errno == EPERM))
			remove_below(fd, entry->d_name, depth + 1);
	}
	(void)!unlinkat(dir, name, AT_REMOVEDIR);
}

int
copy_remove(int dir, const char *name)
{
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -1;
	if (!S_ISDIR(st.st_mode))
		return unlinkat(dir, name, 0);
	remove_below(dir, name, 0);
	return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0 ? 0 : -1;
}
