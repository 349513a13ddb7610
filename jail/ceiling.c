// SPDX-License-Identifier: ISC
// The administrator's files. The only texts that a privileged process parses:
// whoever may write them may decide what everybody else may ask for.
//
// A group's file is the group's by its owner, not by its name: the helper asks
// no name service, and what the file is called is for people.
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/ceiling.h"

#define SUFFIX ".policy"

enum {
	TEXT_MAX = 65536,
	NAME_BYTES = 256,
};

static int
check_owner(int fd, const char *name, struct stat *st, struct err *e)
{
	if (fstat(fd, st) != 0)
		return err_set(e, ERR_POLICY, errno, "%s", name);
	if (st->st_uid != 0 || (st->st_mode & 022) != 0)
		return err_set(e, ERR_POLICY, 0,
		    "%s must be root's, and writable by root alone", name);
	return 0;
}

static int
read_text(int fd, const char *name, struct policy *ceiling, struct err *e)
{
	static char text[TEXT_MAX];
	struct policy_fault f;
	ssize_t n = read(fd, text, sizeof(text));

	if (n < 0 || n == (ssize_t)sizeof(text))
		return err_set(
		    e, ERR_POLICY, n < 0 ? errno : EFBIG, "%s", name);
	if (policy_parse(text, (size_t)n, ceiling, &f) == 0)
		return 0;
	return err_set(
	    e, ERR_POLICY, 0, "%s:%u:%u: %s", name, f.line, f.column, f.text);
}

int
ceiling_read(const char *file, struct policy *ceiling, struct err *e)
{
	autoclose int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;

	policy_init_empty(ceiling);
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return err_set(e, ERR_POLICY, errno, "%s", file);
	if (check_owner(fd, file, &st, e) != 0)
		return -1;
	return read_text(fd, file, ceiling, e);
}

static bool
is_one(gid_t gid, const struct ceiling_groups *g)
{
	size_t i;

	for (i = 0; i < g->n; i++)
		if (g->gid[i] == gid)
			return true;
	return false;
}

static bool
is_policy(const char *name)
{
	size_t n = strlen(name), s = strlen(SUFFIX);

	return name[0] != '.' && n > s && n < NAME_BYTES &&
	       strcmp(name + n - s, SUFFIX) == 0;
}

// The first name behind the last one; there are few, and no room for all.
static bool
next_name(DIR *d, char name[NAME_BYTES])
{
	char best[NAME_BYTES] = "";
	struct dirent *de;

	rewinddir(d);
	while ((de = readdir(d)) != NULL)
		if (is_policy(de->d_name) && strcmp(de->d_name, name) > 0 &&
		    (best[0] == '\0' || strcmp(de->d_name, best) < 0))
			snprintf(best, sizeof(best), "%s", de->d_name);
	memcpy(name, best, sizeof(best));
	return best[0] != '\0';
}

static int
read_one(int dir, const char *name, const struct ceiling_groups *g,
    struct policy *ceiling, struct err *e)
{
	autoclose int fd =
	    openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;

	// Others' files, too: one that anybody may change is a fault that
	// shall not wait for the day on which it counts.
	if (fd < 0)
		return err_set(e, ERR_POLICY, errno, "%s", name);
	if (check_owner(fd, name, &st, e) != 0)
		return -1;
	return is_one(st.st_gid, g) ? read_text(fd, name, ceiling, e) : 0;
}

int
ceiling_read_groups(const char *path, const struct ceiling_groups *g,
    struct policy *ceiling, struct err *e)
{
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	autoclosedir DIR *d = NULL;
	char name[NAME_BYTES] = "";
	struct stat st;

	if (dir < 0 && errno == ENOENT)
		return 0;
	if (dir < 0 || (d = fdopendir(dir)) == NULL) {
		err_set(e, ERR_POLICY, errno, "%s", path);
		fd_close(&dir);
		return -1;
	}
	if (check_owner(dirfd(d), path, &st, e) != 0)
		return -1;
	while (next_name(d, name))
		if (read_one(dirfd(d), name, g, ceiling, e) != 0)
			return err_prefix(e, "%s", path);
	return 0;
}
