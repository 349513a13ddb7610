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
	struct open_how how = {
	    .flags = flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
	    .mode = (flags & O_CREAT) != 0 ? mode : 0,
	    .resolve = RESOLVE_NO_MAGICLINKS,
	};
	long fd = syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));

	if (fd < 0 && errno == ENOSYS)
		return open(path, (int)how.flags, (mode_t)how.mode);
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

static int
make_dir(const char *path)
{
	struct stat st;
	int sys;

	if (mkdir(path, 0777) == 0)
		return 0;
	sys = errno;
	// There already, whatever the file system thinks of making it.
	if ((sys == EEXIST || sys == EROFS) && stat(path, &st) == 0)
		sys = S_ISDIR(st.st_mode) ? 0 : ENOTDIR;
	errno = sys;
	return sys == 0 ? 0 : -1;
}

static int
make_dirs(char *path, struct err *e)
{
	char *p = path;

	while (*p == '/')
		p++;
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
serve_names(struct wire_msg *m, struct err *e)
{
	if (m->h.type == WIRE_MKDIRS)
		return make_dirs(m->u.path.path, e);
	if (m->h.type == WIRE_RENAME &&
	    rename(m->u.rename.from, m->u.rename.to) != 0)
		return err_set(e, ERR_FILE, errno, "rename %s to %s",
		    m->u.rename.from, m->u.rename.to);
	if (m->h.type == WIRE_UNLINK && unlink(m->u.path.path) != 0)
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
