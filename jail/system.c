// SPDX-License-Identifier: ISC
// A system other than the host's. The tree lies below the root for a moment, for only what is mounted can be copied in parts (until Linux 6.15).
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/mount.h"
#include "jail/system.h"

enum {
	ETC_MAX = 512, // entries of its etc
};

// Beside the new root's own directories.
static const char place[] = ".root";

static const char *const parts[] = {
    "usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32", "opt"};

static int
put_link(int from, const char *name, int to, struct err *e)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(from, name, target, sizeof(target) - 1);

	if (n < 0)
		return err_set(e, ERR_MOUNT, errno, "read link %s", name);
	target[n] = '\0';
	if (symlinkat(target, to, name) != 0 && errno != EEXIST)
		return err_set(e, ERR_MOUNT, errno, "link %s", name);
	return 0;
}

// A place to mount on: 1 if it is made, 0 if there is something.
static int
make_place(int to, const char *name, mode_t mode, struct err *e)
{
	int fd = -1;
	int rc = S_ISDIR(mode)
		     ? mkdirat(to, name, 0755)
		     : (fd = openat(to, name,
			    O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0444));

	fd_close(&fd);
	if (rc < 0 && errno == EEXIST)
		return 0;
	if (rc < 0)
		return err_set(e, ERR_MOUNT, errno, "make %s", name);
	return 1;
}

// What is called name in from, in to: files, directories and links.
static int
put_part(int from, const char *name, int to, struct err *e)
{
	autoclose int fd = openat(from, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	autoclose int tree = -1;
	struct stat st;
	int rc;

	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0 || fstat(fd, &st) != 0)
		return err_set(e, ERR_MOUNT, errno, "open %s", name);
	if (S_ISLNK(st.st_mode))
		return put_link(from, name, to, e);
	if (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode))
		return 0;
	rc = make_place(to, name, st.st_mode, e);
	if (rc <= 0)
		return rc;
	tree = mount_tree(fd, "", 0, e);
	return tree < 0 ? -1 : mount_move(tree, to, name, e);
}

static int
put_names(int from, int to, struct err *e)
{
	static char buf[8192] __attribute__((aligned(8)));
	const struct dirent64 *t;
	long n, at;
	int left = ETC_MAX;

	while ((n = syscall(SYS_getdents64, from, buf, sizeof(buf))) > 0)
		for (at = 0; at < n; at += t->d_reclen) {
			t = (const struct dirent64 *)(const void *)(buf + at);
			if (strcmp(t->d_name, ".") == 0 ||
			    strcmp(t->d_name, "..") == 0)
				continue;
			if (left-- == 0)
				return err_set(e, ERR_LIMIT, 0,
				    "more than %d entries in its etc", ETC_MAX);
			if (put_part(from, t->d_name, to, e) != 0)
				return -1;
		}
	return 0;
}

static int
put_etc(int top, int root, struct err *e)
{
	autoclose int to = -1,
		      from = openat(top, "etc",
			  O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (from < 0 && errno == ENOENT)
		return 0;
	to = openat(root, "etc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (from < 0 || to < 0)
		return err_set(e, ERR_MOUNT, errno, "open etc");
	return put_names(from, to, e);
}

static int
put_parts(int root, struct err *e)
{
	autoclose int top =
	    openat(root, place, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat st;
	size_t i;

	if (top < 0)
		return err_set(e, ERR_MOUNT, errno, "open");
	if (fstatat(top, "usr", &st, AT_SYMLINK_NOFOLLOW) != 0 &&
	    fstatat(top, "bin", &st, AT_SYMLINK_NOFOLLOW) != 0)
		return err_set(e, ERR_POLICY, 0,
		    "neither usr nor bin is in it: this is no root file "
		    "system");
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (put_part(top, parts[i], root, e) != 0)
			return -1;
	return put_etc(top, root, e);
}

int
system_put(int tree, int root, struct err *e)
{
	char path[32];

	if (mkdirat(root, place, 0700) != 0)
		return err_set(e, ERR_MOUNT, errno, "make %s", place);
	if (mount_move(tree, root, place, e) != 0 || put_parts(root, e) != 0)
		return err_prefix(e, "root");
	snprintf(path, sizeof(path), "/%s", place);
	if (umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) != 0)
		return err_set(e, ERR_MOUNT, errno, "unmount %s", place);
	unlinkat(root, place, AT_REMOVEDIR);
	return 0;
}
