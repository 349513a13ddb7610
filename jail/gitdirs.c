// SPDX-License-Identifier: ISC
// Where in a tree git keeps what it obeys.
//
// Breadth first, so that what a bound leaves out lies deep. A git directory
// is one that is named .git, or that looks like one to git: HEAD, objects and
// refs. Nothing is read but names: no content of the tree is trusted.
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <dirent.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include "jail/base/fd.h"
#include "jail/gitdirs.h"
#include "jail/sources.h"

enum {
	NAMES_MAX = 262144,
	PATH_SIZE = 1024,
	BUFFER_SIZE = 32768,
	// what a search may spend, in GITDIRS_COST_MAX
	COST_NAME = 1,
	COST_STAT = 6,
	COST_OPEN = 16,
	// what a directory's names say of it
	SEEN_HEAD = 1,
	SEEN_OBJECTS = 2,
	SEEN_REFS = 4,
	SEEN_ALL = 7,
};

struct node {
	uint32_t parent, name;
	bool worktrees; // its directories are what is known of worktrees
};

// Touched as far as it is used; too large for a stack.
static struct scan {
	struct gitdirs_find *find;
	int root;
	dev_t dev;
	bool counts; // the file system's links tell of directories
	uint32_t nnodes, nnames, cost, found;
	unsigned seen; // in the directory that is read
	struct node nodes[GITDIRS_DIRS_MAX];
	char names[NAMES_MAX];
	char buffer[BUFFER_SIZE] __attribute__((aligned(8)));
} the_scan;

// The name below node parent; what there is no room for bounds the search.
static void
push(struct scan *s, uint32_t parent, const char *name, bool worktrees)
{
	size_t n = strlen(name) + 1;

	if (s->nnodes == GITDIRS_DIRS_MAX || n > NAMES_MAX - s->nnames) {
		s->find->bounded = true;
		return;
	}
	s->nodes[s->nnodes++] = (struct node){parent, s->nnames, worktrees};
	memcpy(s->names + s->nnames, name, n);
	s->nnames += (uint32_t)n;
}

// The path of node i and, if it is not NULL, of last below it. NULL if it is
// too long.
static const char *
path_of(struct scan *s, uint32_t i, const char *last, char buf[PATH_SIZE])
{
	// Its last byte; cppcheck counts from the array's declaration.
	// cppcheck-suppress ctuPointerArith
	char *p = buf + PATH_SIZE - 1;
	const char *name = last;
	size_t n;

	*p = '\0';
	if (last == NULL)
		name = i == 0 ? "" : s->names + s->nodes[i].name;
	for (;; name = s->names + s->nodes[i].name) {
		n = strlen(name);
		if (n + 1 >= (size_t)(p - buf)) {
			s->find->bounded = true;
			return NULL;
		}
		if (*p != '\0')
			*--p = '/';
		p -= n;
		memcpy(p, name, n);
		if (name != last)
			i = s->nodes[i].parent;
		if (i == 0)
			return p;
	}
}

static int
report(struct scan *s, enum gitdirs_kind kind, uint32_t i, const char *last,
    struct err *e)
{
	char buf[PATH_SIZE];
	const char *path = path_of(s, i, last, buf);

	if (path == NULL)
		return 0;
	if (s->found == GITDIRS_FOUND_MAX) {
		s->find->bounded = true;
		return 0;
	}
	s->found++;
	return s->find->found(s->find->arg, kind, path, e);
}

static bool
is_dir(int dir, const struct dirent64 *t)
{
	struct stat st;

	if (t->d_type != DT_UNKNOWN)
		return t->d_type == DT_DIR;
	return fstatat(dir, t->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISDIR(st.st_mode);
}

static int
note_git(struct scan *s, uint32_t i, int dir, const struct dirent64 *t,
    struct err *e)
{
	if (!is_dir(dir, t))
		return report(s, GITDIRS_LINK, i, t->d_name, e);
	push(s, i, ".git/modules", false);
	push(s, i, ".git/worktrees", true);
	return report(s, GITDIRS_DIR, i, t->d_name, e);
}

// True of a directory without directories, nor a .git that is a file: two
// looks for a dozen. Its links are itself, its name, and each ".." below.
static bool
is_leaf(struct scan *s, int dir, const char *name)
{
	char git[NAME_MAX + 8];
	struct stat st;

	s->cost += COST_STAT;
	if (!s->counts || fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
	    st.st_dev != s->dev || st.st_nlink != 2)
		return false;
	snprintf(git, sizeof(git), "%s/.git", name);
	return fstatat(dir, git, &st, AT_SYMLINK_NOFOLLOW) != 0 &&
	       errno == ENOENT;
}

// One name of directory i.
static int
note(struct scan *s, uint32_t i, int dir, const struct dirent64 *t,
    struct err *e)
{
	static const struct {
		const char *name;
		unsigned seen;
	} marks[] = {
	    {"HEAD", SEEN_HEAD},
	    {"objects", SEEN_OBJECTS},
	    {"refs", SEEN_REFS},
	};
	size_t m;

	if (strcmp(t->d_name, ".") == 0 || strcmp(t->d_name, "..") == 0)
		return 0;
	s->cost += COST_NAME;
	if (strcmp(t->d_name, ".git") == 0)
		return note_git(s, i, dir, t, e);
	for (m = 0; m < sizeof(marks) / sizeof(marks[0]); m++)
		if (strcmp(t->d_name, marks[m].name) == 0)
			s->seen |= marks[m].seen;
	if (!is_dir(dir, t))
		return 0;
	if (s->nodes[i].worktrees)
		return report(s, GITDIRS_WORKTREE, i, t->d_name, e);
	if (!is_leaf(s, dir, t->d_name))
		push(s, i, t->d_name, false);
	return 0;
}

static int
open_node(struct scan *s, uint32_t i)
{
	struct open_how how = {
	    .flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW,
	    .resolve =
		RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	char buf[PATH_SIZE];
	const char *path = path_of(s, i, NULL, buf);
	int fd;

	if (path == NULL)
		return -1;
	if (*path == '\0')
		path = ".";
	fd = (int)syscall(SYS_openat2, s->root, path, &how, sizeof(how));
	// A link in the middle would make us read other names, no more: what
	// is found is walked to again.
	if (fd < 0 && errno == ENOSYS)
		fd = openat(s->root, path,
		    O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	return fd;
}

static bool
worth_it(struct scan *s, int dir)
{
	struct stat st;
	struct statfs sfs;

	s->cost += COST_OPEN;
	if (fstat(dir, &st) != 0)
		return false;
	if (s->nnodes == 1) {
		s->dev = st.st_dev;
		s->counts = fstatfs(dir, &sfs) == 0 &&
			    (sfs.f_type == EXT4_SUPER_MAGIC ||
				sfs.f_type == XFS_SUPER_MAGIC ||
				sfs.f_type == TMPFS_MAGIC);
	}
	// Nobody has a repository in /proc.
	return st.st_dev == s->dev || !source_is_kernels(dir);
}

static int
read_names(struct scan *s, uint32_t i, int dir, struct err *e)
{
	const struct dirent64 *t;
	long n, at;

	s->seen = 0;
	while ((n = syscall(
		    SYS_getdents64, dir, s->buffer, sizeof(s->buffer))) > 0)
		for (at = 0; at < n; at += t->d_reclen) {
			t = (const struct dirent64 *)(const void *)(s->buffer +
								    at);
			if (s->cost >= GITDIRS_COST_MAX) {
				s->find->bounded = true;
				return 0;
			}
			if (note(s, i, dir, t, e) != 0)
				return -1;
		}
	return 0;
}

// Directory i. One that cannot be opened is nobody's inside, either.
static int
look(struct scan *s, uint32_t i, struct err *e)
{
	autoclose int dir = open_node(s, i);

	if (dir < 0 || !worth_it(s, dir))
		return 0;
	if (read_names(s, i, dir, e) != 0)
		return -1;
	if ((s->seen & SEEN_ALL) != SEEN_ALL)
		return 0;
	// What lies in it is looked at all the same: three names must not hide
	// a repository from us.
	push(s, i, "worktrees", true);
	return report(s, GITDIRS_DIR, i, NULL, e);
}

int
gitdirs_find(int dir, struct gitdirs_find *f, struct err *e)
{
	struct scan *s = &the_scan;
	uint32_t i;

	s->find = f;
	s->root = dir;
	f->bounded = false;
	s->nnodes = s->nnames = s->cost = s->found = 0;
	push(s, 0, "", false);
	for (i = 0; i < s->nnodes && s->cost < GITDIRS_COST_MAX; i++)
		if (look(s, i, e) != 0)
			return -1;
	if (i < s->nnodes)
		f->bounded = true;
	return 0;
}
