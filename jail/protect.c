// SPDX-License-Identifier: ISC
// What of a writable workspace is read-only all the same.
//
// A mount holds a path: what is mounted on can be neither removed nor
// renamed. So every directory above a held path is mounted on itself, too,
// or it would be renamed and another put in its place. Each step is taken
// from a descriptor by a single name that is not followed.
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <linux/openat2.h>
#include <poll.h>
#include <sys/syscall.h>
#include "jail/base/fd.h"
#include "jail/gitdirs.h"
#include "jail/mount.h"
#include "jail/place.h"
#include "jail/protect.h"
#include "jail/wire/wire.h"
#include "policy/protected.h"

enum {
	PATH_SIZE = 1280, // of what is found, and a name below it
	LOCK_TRIES = 100,
	LOCK_WAIT_MS = 10,
};

struct job {
	int workspace, keeper, lock;
	int one; // a placeholder that others can be links to, or -1
	bool locked, told_lock;
	const struct spec *spec;
	uint32_t *told;
};

// Where the walk to a path ended: at its last name, or at the first that is
// no directory, which is then held in its stead.
struct end {
	int dir; // the caller's
	bool top;
	char name[PLACE_NAME_MAX];
};

static int
open_name(int dir, const char *name)
{
	return openat(dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
}

// Mounts what fd is on itself.
static int
cover(int fd, uint64_t attr, struct err *e)
{
	autoclose int tree = mount_tree(fd, "", attr, e);

	return tree < 0 ? -1 : mount_onto(tree, fd, e);
}

static bool
is_mounted(int fd)
{
	struct statx sx;

	return statx(fd, "", AT_EMPTY_PATH, STATX_TYPE, &sx) == 0 &&
	       (sx.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

// A directory on the way: held in its place, and entered.
static int
pin(int dir, const char *name, int fd, struct err *e)
{
	if (is_mounted(fd))
		return fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (cover(fd, 0, e) != 0)
		return -1;
	return open_name(dir, name);
}

// One step down, if there is a directory. 0: done, 1: the walk ends here.
static int
step(struct end *at, struct err *e)
{
	autoclose int fd = open_name(at->dir, at->name);
	struct stat st;
	int next;

	if (fd < 0 && errno == ENOENT)
		return 1;
	if (fd < 0 || fstat(fd, &st) != 0)
		return err_set(e, ERR_MOUNT, errno, "open");
	if (!S_ISDIR(st.st_mode))
		return 1;
	next = pin(at->dir, at->name, fd, e);
	if (next < 0)
		return -1;
	close(at->dir);
	at->dir = next;
	return 0;
}

static int
walk(struct job *j, const char *path, struct end *at, struct err *e)
{
	const char *slash;
	int rc = 0;

	at->dir = fcntl(j->workspace, F_DUPFD_CLOEXEC, 0);
	at->top = strchr(path, '/') == NULL;
	for (; rc == 0; path = slash + 1) {
		slash = strchrnul(path, '/');
		if (slash - path >= PLACE_NAME_MAX)
			return err_set(e, ERR_MOUNT, ENAMETOOLONG, "open");
		memcpy(at->name, path, (size_t)(slash - path));
		at->name[slash - path] = '\0';
		if (*slash == '\0')
			return 0;
		rc = step(at, e);
	}
	return rc < 0 ? -1 : 0;
}

// Where nobody of the box's id can make anything, nothing needs to be held.
static bool
nobody_could(const struct err *e)
{
	return e->sys_errno == EROFS || e->sys_errno == EACCES;
}

// Before it is made. Without the lock nobody removes anything. Sockets at the
// top the keeper finds by itself.
static int
tell(struct job *j, const struct end *at, enum protected_kind kind,
    struct err *e)
{
	if (!j->locked)
		return 0;
	if (!j->told_lock && place_lock(j->keeper, j->lock, e) != 0)
		return -1;
	j->told_lock = true;
	if (at->top && kind == PROTECTED_SOCKET)
		return 0;
	return place_tell(j->keeper, at->dir, at->name, e);
}

// 1: it is there, a placeholder or not; 0: it is not, and need not be.
static int
make_place(struct job *j, const struct end *at, enum protected_kind kind,
    struct err *e)
{
	if (tell(j, at, kind, e) != 0)
		return -1;
	if (kind == PROTECTED_SOCKET && place_link(j->one, at->dir, at->name))
		return 1;
	if (place_make(at->dir, at->name, kind, e) != 0)
		return nobody_could(e) ? 0 : -1;
	if (kind == PROTECTED_SOCKET && j->one < 0 &&
	    place_is(at->dir, at->name))
		j->one = open_name(at->dir, at->name);
	return 1;
}

static int
hold_end(struct job *j, const struct end *at, const struct protected_path *p,
    bool *link, struct err *e)
{
	autoclose int fd = open_name(at->dir, at->name);
	struct stat st;
	int rc = 1;

	if (fd < 0 && errno == ENOENT) {
		rc = p->absent ? make_place(j, at, p->kind, e) : 0;
		if (rc <= 0)
			return rc;
		fd = open_name(at->dir, at->name);
	} else if (place_is(at->dir, at->name) &&
		   tell(j, at, PROTECTED_EMPTY, e) != 0) {
		return -1;
	}
	if (fd < 0 || fstat(fd, &st) != 0)
		return err_set(e, ERR_MOUNT, errno, "open");
	*link = S_ISLNK(st.st_mode);
	return cover(fd, MOUNT_RDONLY, e);
}

// The path below the workspace that a link leads to. 1: it leads out.
static int
where_to(struct job *j, const char *path, char to[PATH_SIZE], struct err *e)
{
	struct open_how how = {.flags = O_PATH | O_CLOEXEC,
	    .resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
	autoclose int fd =
	    (int)syscall(SYS_openat2, j->workspace, path, &how, sizeof(how));
	const size_t top = sizeof(SPEC_WORKSPACE); // with the slash
	char proc[32];
	ssize_t n;

	if (fd < 0 && (errno == EXDEV || errno == ELOOP))
		return 1;
	if (fd < 0)
		return err_set(e, ERR_MOUNT, errno,
		    "a symbolic link whose end cannot be protected; mend or "
		    "unprotect it");
	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", fd);
	n = readlink(proc, to, PATH_SIZE);
	if (n <= (ssize_t)top || n == PATH_SIZE)
		return err_set(e, ERR_MOUNT, 0,
		    "a symbolic link to the workspace itself; unprotect it");
	memmove(to, to + top, (size_t)n - top);
	to[(size_t)n - top] = '\0';
	return 0;
}

static int
hold_path(struct job *j, const char *path, const struct protected_path *p,
    bool *link, struct err *e)
{
	struct end at = {.dir = -1};
	int rc = walk(j, path, &at, e);

	if (rc == 0)
		rc = hold_end(j, &at, p, link, e);
	fd_close(&at.dir);
	return rc == 0 ? 0 : err_prefix(e, "protect %s", path);
}

// Holds p->path below base, a clean path or "". A link is held, and so is
// what it leads to.
static int
hold(struct job *j, const char *base, const struct protected_path *p,
    struct err *e)
{
	char path[PATH_SIZE], to[PATH_SIZE];
	bool link = false;
	int rc;

	snprintf(path, sizeof(path), "%s%s%s", base, *base != '\0' ? "/" : "",
	    p->path);
	if (protected_open(j->spec, path))
		return 0;
	if (hold_path(j, path, p, &link, e) != 0)
		return -1;
	if (!link)
		return 0;
	rc = where_to(j, path, to, e);
	if (rc < 0)
		return err_prefix(e, "protect %s", path);
	// The search meets a git directory by itself, whatever leads there.
	if (rc > 0 || p->kind == PROTECTED_COMMON)
		return 0;
	return hold_path(j, to, p, &link, e);
}

static int
hold_all(struct job *j, const char *base, const struct protected_path *p,
    struct err *e)
{
	for (; p->path != NULL; p++)
		if (hold(j, base, p, e) != 0)
			return -1;
	return 0;
}

static int
hold_found(void *arg, enum gitdirs_kind kind, const char *path, struct err *e)
{
	static const struct protected_path worktree[] = {
	    {"commondir", PROTECTED_COMMON, false},
	    {"gitdir", PROTECTED_SOCKET, false},
	    {"config.worktree", PROTECTED_EMPTY, false},
	    {NULL, PROTECTED_SOCKET, false},
	};
	// Not what it leads to: git writes there.
	const struct protected_path link = {path, PROTECTED_COMMON, false};
	struct job *j = arg;

	if (protected_open(j->spec, path))
		return 0;
	switch (kind) {
	case GITDIRS_LINK:
		// Ours at the top is held already.
		return strchr(path, '/') == NULL && place_is(j->workspace, path)
			   ? 0
			   : hold(j, "", &link, e);
	case GITDIRS_WORKTREE:
		return hold_all(j, path, worktree, e);
	case GITDIRS_DIR:
		break;
	}
	return hold_all(j, path, protected_gitdir, e);
}

static int
hold_git(struct job *j, struct err *e)
{
	static const struct protected_path none[] = {
	    {".git", PROTECTED_SOCKET, true},
	    // Without it not even a bare repository is one.
	    {"HEAD", PROTECTED_SOCKET, true},
	    {NULL, PROTECTED_SOCKET, false},
	};
	struct gitdirs_find find = {.found = hold_found, .arg = j};
	struct stat st;

	if (!protected_open(j->spec, ".git") &&
	    (fstatat(j->workspace, ".git", &st, AT_SYMLINK_NOFOLLOW) != 0 ||
		place_is(j->workspace, ".git")) &&
	    hold_all(j, "", none, e) != 0)
		return -1;
	if (gitdirs_find(j->lock, &find, e) != 0)
		return -1;
	if (find.bounded)
		*j->told |= WIRE_TOLD_BOUNDED;
	return 0;
}

static int
hold_spec(struct job *j, struct err *e)
{
	const struct spec_list *l = &j->spec->list[LIST_PROTECT];
	struct protected_path p = {.kind = PROTECTED_SOCKET, .absent = true};
	uint32_t i;

	for (i = 0; i < l->n; i++) {
		p.path = l->item[i];
		if (hold(j, "", &p, e) != 0)
			return -1;
	}
	return 0;
}

// Left by a box that was killed, and nobody relies on it: it goes.
static void
sweep_open(struct job *j)
{
	const struct spec_list *l = &j->spec->list[LIST_UNPROTECT];
	uint32_t i;

	if (l->n == 0 || flock(j->lock, LOCK_EX | LOCK_NB) != 0)
		return;
	for (i = 0; i < l->n; i++)
		if (strchr(l->item[i], '/') == NULL)
			place_remove(j->workspace, l->item[i]);
}

// Shared by all boxes of a workspace; alone is who is about to remove.
static int
lock_workspace(struct job *j, struct err *e)
{
	int i;

	sweep_open(j);
	for (i = 0; flock(j->lock, LOCK_SH | LOCK_NB) != 0; i++) {
		if (errno != EWOULDBLOCK) {
			// No locks here: what is made cannot be removed.
			*j->told |= WIRE_TOLD_LEFT;
			return 0;
		}
		if (i == LOCK_TRIES)
			return err_set(e, ERR_MOUNT, 0,
			    "the workspace is locked: a process holds flock(2) "
			    "on the directory; wait for its end");
		poll(NULL, 0, LOCK_WAIT_MS);
	}
	j->locked = true;
	return 0;
}

int
protect_put(int workspace, const struct spec *spec, int keeper, uint32_t *told,
    struct err *e)
{
	struct job j = {
	    .workspace = workspace,
	    .keeper = keeper,
	    .lock = -1,
	    .one = -1,
	    .spec = spec,
	    .told = told,
	};
	int rc = -1;

	j.lock = openat(workspace, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	// Who may not list it cannot be sought in, nor lock it.
	if (j.lock < 0 && errno == EACCES)
		*told |= WIRE_TOLD_BOUNDED;
	else if (j.lock < 0)
		return err_set(e, ERR_MOUNT, errno, "open the workspace");
	if (lock_workspace(&j, e) == 0 &&
	    hold_all(&j, "", protected_workspace, e) == 0 &&
	    hold_git(&j, e) == 0)
		rc = hold_spec(&j, e);
	fd_close(&j.lock);
	fd_close(&j.one);
	return rc;
}
