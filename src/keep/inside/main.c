// SPDX-License-Identifier: ISC
// stockade-keeper: in a sandbox of its own it tells what /workspace holds, and
// changes it as it is told. It walks by one name at a time and follows no link.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "policy/spec.h"
#include "src/keep/inside/ops.h"

enum {
	NAMES_MAX = 64,
	WORD_MAX = 65536,
	DEPTH_MAX = 1000, // each level holds a descriptor
};

static int root = -1;
static char word[2][WORD_MAX];
static char *skip[NAMES_MAX];
static size_t nskip;

/* A string of the request; false at its end, or if it is too long. */
static bool
take(char out[WORD_MAX])
{
	size_t n = 0;
	int c;

	while ((c = getchar()) != EOF && n < WORD_MAX) {
		out[n++] = (char)c;
		if (c == '\0')
			return true;
	}
	return false;
}

static void
answer(uint32_t v)
{
	fwrite(&v, sizeof(v), 1, stdout);
}

/*
 * The directory that path lies in, as a descriptor, and the name it has there;
 * or -1. A link on the way, or a name that leads upwards, is an error.
 */
static int
parent_of(char *path, const char **name)
{
	int fd = fcntl(root, F_DUPFD_CLOEXEC, 3), next;
	char *slash;

	for (; fd >= 0; path = slash + 1) {
		slash = strchr(path, '/');
		if (*path == '\0' || *path == '/' || strcmp(path, ".") == 0 ||
		    strcmp(path, "..") == 0 ||
		    (slash != NULL && (size_t)(slash - path) == 2 &&
			memcmp(path, "..", 2) == 0)) {
			close(fd);
			errno = EINVAL;
			return -1;
		}
		if (slash == NULL) {
			*name = path;
			return fd;
		}
		*slash = '\0';
		next = openat(
		    fd, path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		close(fd);
		fd = next;
	}
	return -1;
}

static unsigned long long
nanoseconds(const struct timespec *t)
{
	return (unsigned long long)t->tv_sec * 1000000000u +
	       (unsigned long long)t->tv_nsec;
}

static void
tell(char type, const struct stat *st, const char *path)
{
	printf("%c %o %llu %llu %llu %llu - %s", type, st->st_mode & 07777,
	    (unsigned long long)st->st_size, (unsigned long long)st->st_ino,
	    nanoseconds(&st->st_mtim), nanoseconds(&st->st_ctim), path);
	putchar('\0');
}

static void
tell_link(int dir, const char *name, const struct stat *st, const char *path)
{
	static char target[8192];
	ssize_t n = readlinkat(dir, name, target, sizeof(target));

	if (n < 0 || n == (ssize_t)sizeof(target)) {
		tell('u', st, path);
		return;
	}
	tell('l', st, path);
	fwrite(target, 1, (size_t)n, stdout);
	putchar('\0');
}

static bool
is_skipped(const char *name)
{
	size_t i;

	for (i = 0; i < nskip; i++)
		if (strcmp(skip[i], name) == 0)
			return true;
	return false;
}

static void scan_dir(int fd, char *path, size_t len, unsigned depth);

static void
scan_below(int dir, const char *name, char *path, size_t len,
    const struct stat *st, unsigned depth)
{
	int fd =
	    openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0 || depth == DEPTH_MAX) {
		tell('u', st, path);
		if (fd >= 0)
			close(fd);
		return;
	}
	tell('d', st, path);
	path[len] = '/';
	scan_dir(fd, path, len + 1, depth + 1);
	path[len] = '\0';
}

static void
scan_one(int dir, const char *name, char *path, size_t len, unsigned depth)
{
	struct stat st;

	// Who is gone meanwhile is not there.
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return;
	if (strcmp(name, KEEPER_TEMP) == 0)
		tell('t', &st, path);
	else if (S_ISDIR(st.st_mode) && is_skipped(name))
		tell('s', &st, path);
	else if (S_ISDIR(st.st_mode))
		scan_below(dir, name, path, len, &st, depth);
	else if (S_ISREG(st.st_mode))
		tell('f', &st, path);
	else if (S_ISLNK(st.st_mode))
		tell_link(dir, name, &st, path);
	else if (S_ISFIFO(st.st_mode))
		tell('p', &st, path);
	else if (!S_ISSOCK(st.st_mode))
		tell('o', &st, path);
}

/* Takes fd. path has room for WORD_MAX. */
static void
scan_dir(int fd, char *path, size_t len, unsigned depth)
{
	DIR *dir = fdopendir(fd);
	struct dirent *d;
	size_t n;

	if (dir == NULL) {
		close(fd);
		return;
	}
	while ((d = readdir(dir)) != NULL) {
		n = strlen(d->d_name);
		if (strcmp(d->d_name, ".") == 0 ||
		    strcmp(d->d_name, "..") == 0 || len + n + 2 > WORD_MAX)
			continue;
		memcpy(path + len, d->d_name, n + 1);
		scan_one(dirfd(dir), d->d_name, path, len + n, depth);
	}
	closedir(dir);
}

static bool
scan(void)
{
	static char path[WORD_MAX];
	const struct stat none = {0};
	int fd;

	for (nskip = 0;;) {
		if (!take(word[0]))
			return false;
		if (word[0][0] == '\0')
			break;
		if (nskip < NAMES_MAX)
			skip[nskip++] = strdup(word[0]);
	}
	fd = openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		scan_dir(fd, path, 0, 0);
	tell(fd >= 0 ? '.' : '!', &none, "");
	while (nskip > 0)
		free(skip[--nskip]);
	return true;
}

static int
open_file(char *path)
{
	const char *name;
	struct stat st;
	int dir = parent_of(path, &name), fd;

	if (dir < 0)
		return -1;
	fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	close(dir);
	if (fd >= 0 && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))) {
		close(fd);
		errno = EISDIR;
		return -1;
	}
	return fd;
}

static bool
give(void)
{
	static char piece[KEEPER_PIECE_MAX];
	ssize_t n = 0;
	int fd;

	if (!take(word[0]))
		return false;
	fd = open_file(word[0]);
	while (fd >= 0 && (n = read(fd, piece, sizeof(piece))) > 0) {
		answer((uint32_t)n);
		fwrite(piece, 1, (size_t)n, stdout);
	}
	if (fd < 0 || n < 0) {
		answer(KEEPER_FAILED);
		answer((uint32_t)errno);
	} else {
		answer(0);
	}
	if (fd >= 0)
		close(fd);
	return true;
}

/* A directory by its descriptor, which may be of O_PATH. */
static int
mode_of(int dir, mode_t mode)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", dir);
	return chmod(path, mode) == 0 ? 0 : errno;
}

static void
discard(int dir)
{
	if (unlinkat(dir, KEEPER_TEMP, 0) != 0 && errno == EISDIR)
		(void)unlinkat(dir, KEEPER_TEMP, AT_REMOVEDIR);
}

/*
 * What was made takes its place at once: there is never nothing, nor half of
 * it, so that who is killed here can begin anew.
 */
static int
place(int dir, const char *name)
{
	int saved;

	if (renameat(dir, KEEPER_TEMP, dir, name) == 0)
		return 0;
	saved = errno;
	if ((saved == EISDIR || saved == ENOTDIR) &&
	    renameat2(dir, KEEPER_TEMP, dir, name, RENAME_EXCHANGE) == 0) {
		if (unlinkat(dir, KEEPER_TEMP,
			saved == EISDIR ? AT_REMOVEDIR : 0) == 0)
			return 0;
		saved = errno;
		(void)renameat2(dir, KEEPER_TEMP, dir, name, RENAME_EXCHANGE);
	}
	discard(dir);
	return saved;
}

/* One attempt at what is asked for, in the directory that it is in. */
static int
attempt(int op, mode_t mode, int dir, const char *name)
{
	int fd;

	switch (op) {
	case KEEPER_UNLINK:
		return unlinkat(dir, name, 0) == 0 ? 0 : errno;
	case KEEPER_RMDIR:
		return unlinkat(dir, name, AT_REMOVEDIR) == 0 ? 0 : errno;
	case KEEPER_MODE:
		fd = openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0)
			return errno;
		op = mode_of(fd, mode);
		close(fd);
		return op;
	case KEEPER_DIR:
		discard(dir);
		if (mkdirat(dir, KEEPER_TEMP, 0700) != 0 ||
		    fchmodat(dir, KEEPER_TEMP, mode, 0) != 0)
			return errno;
		return place(dir, name);
	case KEEPER_FIFO:
		discard(dir);
		if (mkfifoat(dir, KEEPER_TEMP, mode) != 0)
			return errno;
		return place(dir, name);
	case KEEPER_LINK:
		discard(dir);
		if (symlinkat(word[1], dir, KEEPER_TEMP) != 0)
			return errno;
		return place(dir, name);
	default:
		return EINVAL;
	}
}

/* A directory that its owner may not write to is opened for a moment. */
static int
insist(int op, mode_t mode, int dir, const char *name)
{
	int failed = attempt(op, mode, dir, name);
	struct stat st;

	if (failed != EACCES || fstat(dir, &st) != 0 ||
	    mode_of(dir, (st.st_mode & 07777) | 0700) != 0)
		return failed;
	failed = attempt(op, mode, dir, name);
	(void)mode_of(dir, st.st_mode & 07777);
	return failed;
}

static bool
change(int op)
{
	bool has_mode =
	    op == KEEPER_MODE || op == KEEPER_DIR || op == KEEPER_FIFO;
	const char *name;
	int dir;

	if ((op == KEEPER_LINK || has_mode) && !take(word[1]))
		return false;
	if (!take(word[0]))
		return false;
	dir = parent_of(word[0], &name);
	if (dir < 0) {
		answer((uint32_t)errno);
		return true;
	}
	answer((uint32_t)insist(
	    op, has_mode ? (mode_t)strtoul(word[1], NULL, 8) : 0, dir, name));
	close(dir);
	return true;
}

/* Opens the place of a new file; *was: the mode its directory gets back. */
static int
new_file(int dir, mode_t *was)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	struct stat st;
	int fd;

	*was = 0;
	discard(dir);
	fd = openat(dir, KEEPER_TEMP, flags, 0600);
	if (fd >= 0 || errno != EACCES || fstat(dir, &st) != 0 ||
	    mode_of(dir, (st.st_mode & 07777) | 0700) != 0)
		return fd;
	*was = st.st_mode & 07777;
	discard(dir);
	return openat(dir, KEEPER_TEMP, flags, 0600);
}

/* Reads pieces to their end, whatever becomes of them. */
static bool
receive(int fd, int *failed)
{
	static char piece[KEEPER_PIECE_MAX];
	uint32_t n;
	ssize_t k;
	size_t done;

	for (;;) {
		if (fread(&n, sizeof(n), 1, stdin) != 1 ||
		    n > KEEPER_PIECE_MAX || fread(piece, 1, n, stdin) != n)
			return false;
		if (n == 0)
			return true;
		for (done = 0; *failed == 0 && done < n; done += (size_t)k) {
			k = write(fd, piece + done, n - done);
			if (k < 0)
				*failed = errno;
		}
	}
}

static bool
put_file(void)
{
	const char *name = "";
	int dir, fd = -1, failed = 0;
	mode_t was = 0;
	bool whole;

	if (!take(word[1]) || !take(word[0]))
		return false;
	dir = parent_of(word[0], &name);
	if (dir >= 0)
		fd = new_file(dir, &was);
	if (fd < 0)
		failed = errno;
	whole = receive(fd, &failed);
	if (failed == 0 &&
	    (fchmod(fd, (mode_t)strtoul(word[1], NULL, 8)) != 0 ||
		fsync(fd) != 0))
		failed = errno;
	if (fd >= 0)
		close(fd);
	if (fd >= 0 && (failed != 0 || !whole))
		discard(dir);
	else if (fd >= 0)
		failed = place(dir, name);
	if (was != 0)
		(void)mode_of(dir, was);
	if (dir >= 0)
		close(dir);
	answer((uint32_t)failed);
	return whole;
}

static bool
sync_all(void)
{
	int fd = openat(root, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int failed = fd < 0 || syncfs(fd) != 0 ? errno : 0;

	if (fd >= 0)
		close(fd);
	answer((uint32_t)failed);
	return true;
}

static bool
serve(int op)
{
	switch (op) {
	case KEEPER_SCAN:
		return scan();
	case KEEPER_READ:
		return give();
	case KEEPER_FILE:
		return put_file();
	case KEEPER_SYNC:
		return sync_all();
	default:
		return change(op);
	}
}

int
main(void)
{
	int op;

	umask(0);
	root = open(SPEC_WORKSPACE, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return 1;
	while ((op = getchar()) != EOF)
		if (!serve(op) || fflush(stdout) != 0)
			return 1;
	return 0;
}
