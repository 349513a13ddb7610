// SPDX-License-Identifier: ISC
// Where the broker's records lie, and which of them are kept.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/box/state.h"
#include "src/egress/store.h"

#define SUFFIX ".jsonl"

int
store_prepare(const char *workspace, struct err *e)
{
	const char *caller = getenv("SUDO_UID");
	char dir[STORE_PATH_MAX];
	struct stat st;

	if (geteuid() != 0 || (caller != NULL && strcmp(caller, "0") != 0) ||
	    stat(workspace, &st) != 0 || st.st_uid != 0)
		return 0;
	if (state_dir("egress", dir, e) != 0)
		return -1;
	return state_make_dir(dir, e);
}

static bool
is_record(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return n > sizeof(SUFFIX) - 1 && d->d_name[0] != '.' &&
	       n < STORE_RUN_MAX + sizeof(SUFFIX) - 1 &&
	       strcmp(d->d_name + n - (sizeof(SUFFIX) - 1), SUFFIX) == 0;
}

static int
only_records(const struct dirent *d)
{
	return is_record(d);
}

// One that nobody has open any more.
static void
remove_old(int dir, const char *name)
{
	autoclose int fd =
	    openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		(void)unlinkat(dir, name, 0);
}

// The newest stay, as long as they are few and small enough.
static void
prune(const char *path)
{
	autoclose int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct dirent **all = NULL;
	uint64_t bytes = 0;
	struct stat st;
	int i, n, kept = 0;

	n = dir < 0 ? -1 : scandirat(dir, ".", &all, only_records, alphasort);
	for (i = n - 1; i >= 0; i--) {
		if (fstatat(dir, all[i]->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0)
			bytes += (uint64_t)st.st_size;
		if (++kept > STORE_RUNS || (kept > 1 && bytes > STORE_BYTES))
			remove_old(dir, all[i]->d_name);
		free(all[i]);
	}
	free(all);
}

int
store_path(
    const char *dir, const char *run, char path[STORE_PATH_MAX], struct err *e)
{
	if (run[0] == '\0' || run[0] == '.' || strchr(run, '/') != NULL ||
	    strlen(run) >= STORE_RUN_MAX)
		return err_set(e, ERR_USAGE, 0,
		    "\"%.64s\" is no name of a run; `ls' names those there "
		    "are in %.80s",
		    run, dir);
	snprintf(path, STORE_PATH_MAX, "%s/%s%s", dir, run, SUFFIX);
	return 0;
}

int
store_open(struct store *s, const char *run, struct err *e)
{
	char dir[STORE_PATH_MAX];

	s->fd = -1;
	if (state_dir("egress", dir, e) != 0 || state_make_dir(dir, e) != 0 ||
	    store_path(dir, run, s->path, e) != 0)
		return -1;
	snprintf(s->run, sizeof(s->run), "%s", run);
	s->fd = open(s->path,
	    O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
	    0600);
	if (s->fd < 0)
		return err_set(e, ERR_SYSTEM, errno,
		    "make %.150s for the network's records", s->path);
	// On a file system without locks it may be pruned while it is used;
	// what is written into it then is lost, and nothing else.
	(void)flock(s->fd, LOCK_SH | LOCK_NB);
	prune(dir);
	return 0;
}

void
store_close(struct store *s)
{
	fd_close(&s->fd);
}

int
store_last(const char *dir, char run[STORE_RUN_MAX], struct err *e)
{
	struct dirent **all = NULL;
	int i, n = scandir(dir, &all, only_records, alphasort);

	if (n > 0)
		snprintf(run, STORE_RUN_MAX, "%.*s",
		    (int)(strlen(all[n - 1]->d_name) - (sizeof(SUFFIX) - 1)),
		    all[n - 1]->d_name);
	for (i = 0; i < n; i++)
		free(all[i]);
	free(all);
	if (n > 0)
		return 0;
	return err_set(e, ERR_USAGE, 0,
	    "there are no records in %.150s: none is made without `net' rules",
	    dir);
}
