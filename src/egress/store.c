// SPDX-License-Identifier: ISC
// Where the broker's records lie, and which of them are kept.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/egress/store.h"

#define SUFFIX ".jsonl"

// Not getpwuid(3): who is linked statically has no name service.
static const char *
passwd_home(void)
{
	FILE *f = fopen("/etc/passwd", "re");
	struct passwd *pw;
	static char home[1024];

	home[0] = '\0';
	while (f != NULL && (pw = fgetpwent(f)) != NULL)
		if (pw->pw_uid == geteuid() &&
		    strlen(pw->pw_dir) < sizeof(home)) {
			snprintf(home, sizeof(home), "%s", pw->pw_dir);
			break;
		}
	if (f != NULL)
		fclose(f);
	return home[0] == '/' ? home : NULL;
}

const char *
store_home(void)
{
	const char *home = getenv("HOME");
	struct stat st;

	// Who came by sudo, or gave up root, may still have root's $HOME.
	if (home != NULL && home[0] == '/' &&
	    (stat(home, &st) != 0 || st.st_uid == geteuid()))
		return home;
	return passwd_home();
}

int
store_dir(char dir[STORE_PATH_MAX], struct err *e)
{
	const char *state = getenv("XDG_STATE_HOME"), *home;
	int n;

	if (state != NULL && state[0] == '/')
		n = snprintf(dir, STORE_PATH_MAX, "%s/stockade/egress", state);
	else if ((home = store_home()) != NULL)
		n = snprintf(dir, STORE_PATH_MAX,
		    "%s/.local/state/stockade/egress", home);
	else
		return err_set(e, ERR_USAGE, 0,
		    "no place for the network's records: set XDG_STATE_HOME "
		    "or HOME");
	// There must be room for the names in it.
	if (n > STORE_PATH_MAX - STORE_RUN_MAX - 16)
		return err_set(e, ERR_USAGE, ENAMETOOLONG, "XDG_STATE_HOME");
	return 0;
}

int
store_make_dir(const char *dir, struct err *e)
{
	char path[STORE_PATH_MAX], kept;
	char *p;

	snprintf(path, sizeof(path), "%s", dir);
	for (p = path + 1; p[-1] != '\0'; p++) {
		if (*p != '/' && *p != '\0')
			continue;
		kept = *p;
		*p = '\0';
		if (mkdir(path, 0700) != 0 && errno != EEXIST)
			return err_set(e, ERR_SYSTEM, errno,
			    "make %.120s for the network's records; another "
			    "place can be set by XDG_STATE_HOME",
			    path);
		*p = kept;
	}
	return 0;
}

int
store_prepare(const char *workspace, struct err *e)
{
	const char *caller = getenv("SUDO_UID");
	char dir[STORE_PATH_MAX];
	struct stat st;

	if (geteuid() != 0 || (caller != NULL && strcmp(caller, "0") != 0) ||
	    stat(workspace, &st) != 0 || st.st_uid != 0)
		return 0;
	if (store_dir(dir, e) != 0)
		return -1;
	return store_make_dir(dir, e);
}

int
store_name(char run[STORE_RUN_MAX], struct err *e)
{
	struct timespec now;
	uint32_t noise;
	struct tm tm;
	size_t n;

	if (getrandom(&noise, sizeof(noise), 0) != sizeof(noise))
		return err_set(e, ERR_SYSTEM, errno, "random number");
	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	n = strftime(run, STORE_RUN_MAX, "%Y%m%d-%H%M%S-", &tm);
	snprintf(run + n, STORE_RUN_MAX - n, "%03u-%08x",
	    (unsigned)(now.tv_nsec / 1000000), noise);
	return 0;
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
	if (store_dir(dir, e) != 0 || store_make_dir(dir, e) != 0 ||
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
