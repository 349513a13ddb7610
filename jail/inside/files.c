// SPDX-License-Identifier: ISC
// Files for the agent: paths are walked here, inside, with a command's rights.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/openat2.h>
#include "jail/base/fd.h"
#include "jail/inside/inside.h"

#define OPEN_FLAGS                                                         \
	(O_ACCMODE | O_CREAT | O_EXCL | O_TRUNC | O_APPEND | O_DIRECTORY | \
	    O_NOFOLLOW)

// A name that leads through /proc/PID/fd would be an object, not a path.
static int
open_inside(const char *path, uint64_t flags, uint64_t mode)
{
	// openat2 takes no flag beside O_PATH that would say nothing.
	const uint64_t quiet =
	    (flags & O_PATH) != 0 ? 0 : O_NOCTTY | O_NONBLOCK;
	struct open_how how = {
	    .flags = flags | quiet | O_CLOEXEC,
	    .mode = (flags & O_CREAT) != 0 ? mode : 0,
	    .resolve = RESOLVE_NO_MAGICLINKS,
	};
	long fd = syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));

	if (fd < 0 && errno == ENOSYS)
		return walk_open(path, how.flags, (mode_t)how.mode);
	return (int)fd;
}

static int
serve_open(const struct wire_open *o, int *fd, struct err *e)
{
	struct stat st;

	if ((o->flags & ~(uint32_t)OPEN_FLAGS) != 0 || o->mode > 0777)
		return err_set(e, ERR_FILE, EINVAL, "open %s", o->path);
	// Truncated only once it is known to be a file.
	*fd = open_inside(o->path, o->flags & ~(uint32_t)O_TRUNC, o->mode);
	if (*fd < 0)
		return err_set(e, ERR_FILE, errno, "open %s", o->path);
	if (fstat(*fd, &st) != 0)
		return err_set(e, ERR_FILE, errno, "stat %s", o->path);
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return err_set(e, ERR_FILE, 0,
		    "%s is neither a file nor a directory", o->path);
	if ((o->flags & O_TRUNC) != 0 && S_ISREG(st.st_mode) &&
	    ftruncate(*fd, 0) != 0)
		return err_set(e, ERR_FILE, errno, "truncate %s", o->path);
	return 0;
}

// The directory that a path's last name lies in.
static int
open_parent(const char *path, const char **name)
{
	const char *slash = strrchr(path, '/');
	char dir[WIRE_PATH_MAX] = ".";

	*name = slash != NULL ? slash + 1 : path;
	if (slash == path)
		dir[0] = '/';
	else if (slash != NULL)
		snprintf(dir, sizeof(dir), "%.*s", (int)(slash - path), path);
	return open_inside(dir, O_PATH | O_DIRECTORY, 0);
}

static int
make_dir(const char *path)
{
	const char *name;
	autoclose int dir = open_parent(path, &name);
	struct stat st;
	int sys;

	// No name: a slash too many, behind what is there.
	if (dir < 0 || *name == '\0')
		return dir < 0 ? -1 : 0;
	if (mkdirat(dir, name, 0777) == 0)
		return 0;
	sys = errno;
	// There already, whatever the file system thinks of making it.
	if ((sys == EEXIST || sys == EROFS) && fstatat(dir, name, &st, 0) == 0)
		sys = S_ISDIR(st.st_mode) ? 0 : ENOTDIR;
	errno = sys;
	return sys == 0 ? 0 : -1;
}

static int
make_dirs(char *path, struct err *e)
{
	char *p = path + strspn(path, "/");

	for (p = strchr(p, '/');; p = strchr(p + 1, '/')) {
		if (p != NULL)
			*p = '\0';
		if (make_dir(path) != 0)
			return err_set(e, ERR_FILE, errno, "make %s", path);
		if (p == NULL)
			return 0;
		*p = '/';
	}
}

static int
move(const struct wire_rename *r, struct err *e)
{
	const char *from_name, *to_name;
	autoclose int from = open_parent(r->from, &from_name);
	autoclose int to = from < 0 ? -1 : open_parent(r->to, &to_name);

	if (to < 0 || renameat(from, from_name, to, to_name) != 0)
		return err_set(
		    e, ERR_FILE, errno, "rename %s to %s", r->from, r->to);
	return 0;
}

static int
serve_names(struct wire_msg *m, struct err *e)
{
	const char *name;
	autoclose int dir = -1;

	if (m->h.type == WIRE_MKDIRS)
		return make_dirs(m->u.path.path, e);
	if (m->h.type == WIRE_RENAME)
		return move(&m->u.rename, e);
	dir = open_parent(m->u.path.path, &name);
	if (dir < 0 || unlinkat(dir, name, 0) != 0)
		return err_set(e, ERR_FILE, errno, "remove %s", m->u.path.path);
	return 0;
}

int
files_serve(int chan, struct wire_msg *m, struct err *e)
{
	struct wire_ok ok = {0};
	autoclose int fd = -1;
	struct err why;

	// Relative paths are the workspace's.
	if (chdir(SPEC_WORKSPACE) != 0) {
		err_set(&why, ERR_FILE, errno, "enter " SPEC_WORKSPACE);
		return inside_refuse(chan, m, &why, e);
	}
	if (m->h.type == WIRE_OPEN) {
		if (serve_open(&m->u.open, &fd, &why) != 0)
			return inside_refuse(chan, m, &why, e);
		return wire_send(
		    chan, MSG_DONTWAIT, WIRE_OPENED, m->h.seq, &ok, &fd, e);
	}
	if (serve_names(m, &why) != 0)
		return inside_refuse(chan, m, &why, e);
	return wire_send(chan, MSG_DONTWAIT, WIRE_OK, m->h.seq, &ok, NULL, e);
}
