// SPDX-License-Identifier: ISC
// Whole files of the sandbox: opened inside, read and written by descriptor.
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/agent/files.h"

int
files_read_fd(
    int fd, const char *path, size_t max, struct text *t, struct err *e)
{
	char buf[65536];
	struct stat st;
	size_t got = 0;
	ssize_t n;

	if (fstat(fd, &st) < 0)
		return err_set(e, ERR_FILE, errno, "%.150s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_FILE,
		    S_ISDIR(st.st_mode) ? EISDIR : EINVAL,
		    "%.150s is not a regular file", path);
	while ((n = read(fd, buf, sizeof(buf))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(e, ERR_FILE, errno, "read %.150s", path);
		// It may grow while we read: the cap is on what came.
		got += (size_t)n;
		if (got > max)
			return err_set(e, ERR_FILE, EFBIG, "read %.150s", path);
		text_add(t, buf, (size_t)n);
	}
	return 0;
}

int
files_read(
    struct box *b, const char *path, size_t max, struct text *t, struct err *e)
{
	autoclose int fd = box_open(b, path, O_RDONLY, 0, e);

	if (fd < 0)
		return -1;
	return files_read_fd(fd, path, max, t, e);
}

/* Everything before the last component, or "." */
static char *
parent_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct text t = {0};

	if (slash == NULL)
		text_str(&t, ".");
	else
		text_add(&t, path, slash == path ? 1 : (size_t)(slash - path));
	return text_take(&t);
}

static char *
name_beside(const char *parent)
{
	struct text t = {0};
	uint64_t noise = 0;

	(void)!getrandom(&noise, sizeof(noise), 0);
	text_printf(
	    &t, "%s/.stockade-%016llx.tmp", parent, (unsigned long long)noise);
	return text_take(&t);
}

static int
write_in_place(struct box *b, const char *path, const char *data, size_t len,
    struct err *e)
{
	autoclose int fd = box_open(b, path, O_WRONLY | O_TRUNC, 0, e);

	if (fd < 0)
		return -1;
	if (fd_write_all(fd, data, len) < 0)
		return err_set(e, ERR_FILE, errno, "write %.150s", path);
	return 0;
}

/*
 * Gives the new file the mode of the old one. Inside, the umask took its part
 * of the mode; from here the owner may be another, by the mount's own id map.
 */
static bool
has_mode(int fd, mode_t mode)
{
	struct stat st;

	return (fstat(fd, &st) == 0 && (st.st_mode & 0777) == mode) ||
	       fchmod(fd, mode) == 0;
}

/* 1: done; 0: the mode could not be kept, nothing was done. */
static int
replace(struct box *b, const char *path, const char *data, size_t len,
    mode_t mode, struct err *e)
{
	autofree char *parent = parent_of(path);
	autofree char *beside = name_beside(parent);
	autoclose int fd = -1;
	struct err ignored;
	int r = -1;

	fd = box_open(
	    b, beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode, e);
	if (fd < 0) // the name that was made up means nothing to anyone
		return e->code == ERR_FILE ? err_set(e, ERR_FILE, e->sys_errno,
						 "write %.150s", path)
					   : -1;
	if (!has_mode(fd, mode))
		r = 0;
	else if (fd_write_all(fd, data, len) < 0)
		err_set(e, ERR_FILE, errno, "write %.150s", path);
	else if (box_rename(b, beside, path, e) == 0)
		return 1;
	(void)!box_unlink(b, beside, &ignored);
	return r;
}

int
files_write(struct box *b, const char *path, const char *data, size_t len,
    bool *created, struct err *e)
{
	autofree char *parent = parent_of(path);
	autoclose int old = box_open(b, path, O_RDONLY | O_NOFOLLOW, 0, e);
	struct stat st = {.st_mode = 0644};
	int r;

	*created = false;
	if (old < 0) {
		if (e->code == ERR_FILE && e->sys_errno == ELOOP)
			return write_in_place(b, path, data, len, e);
		if (e->code != ERR_FILE || e->sys_errno != ENOENT)
			return -1;
		if (box_mkdirs(b, parent, e) < 0)
			return -1;
		*created = true;
	} else if (fstat(old, &st) < 0) {
		return err_set(e, ERR_FILE, errno, "%.150s", path);
	} else if (!S_ISREG(st.st_mode)) {
		return err_set(
		    e, ERR_FILE, 0, "%.150s is a directory, not a file", path);
	}
	r = replace(b, path, data, len, st.st_mode & 0777, e);
	if (r == 0)
		return write_in_place(b, path, data, len, e);
	return r < 0 ? -1 : 0;
}
