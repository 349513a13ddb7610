// SPDX-License-Identifier: ISC
// Control groups of a box: finding a base, making, killing, removing.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/cgroup.h"

// A killed process may sit in the kernel for a while; then we give up.
#define EMPTY_TRIES 500
#define EMPTY_MS    10

static int
make_dir(int at, const char *name, struct err *e)
{
	int fd;

	if (mkdirat(at, name, 0755) != 0)
		return err_set(e, ERR_CGROUP, errno, "make cgroup %s", name);
	fd = openat(at, name, CGROUP_DIR_FLAGS);
	if (fd < 0)
		return err_set(e, ERR_CGROUP, errno, "open cgroup %s", name);
	return fd;
}

// Whether the box may have a controller. It is handed down to what lies in
// the box's directory only once nobody is born in that one any more: v2 has
// no processes beside controllers (EBUSY), and the go-between begins there.
static int
offered(struct cgroup *c, const char *base, const char *controller)
{
	char buf[512], text[16];

	if (!cgroup_has_word(base, controller))
		return 0;
	if (fd_read_text(c->box, "cgroup.controllers", buf, sizeof(buf)) < 0)
		return 0;
	if (cgroup_has_word(buf, controller))
		return 1;
	// The base has it and only does not hand it down. Beside processes it
	// would hand down pids and cpu, but then nothing could be born below.
	if (c->delegated && cgroup_make_room(c) != 0)
		return 0;
	snprintf(text, sizeof(text), "+%s", controller);
	return cgroup_put(c->base, "cgroup.subtree_control", text) == 0;
}

static const struct {
	const char *name;
	unsigned bit;
} controllers[] = {{"memory", CGROUP_MEMORY}, {"pids", CGROUP_PIDS},
    {"cpu", CGROUP_CPU}, {"io", CGROUP_IO}};
#define NCONTROLLERS (sizeof(controllers) / sizeof(controllers[0]))

static void
take_controllers(struct cgroup *c, const struct cgroup_device *disk)
{
	char base[512];
	size_t i;

	if (fd_read_text(c->base, "cgroup.controllers", base, sizeof(base)) < 0)
		return;

	for (i = 0; i < NCONTROLLERS; i++)
		if ((c->want & controllers[i].bit) != 0 &&
		    offered(c, base, controllers[i].name))
			c->has |= controllers[i].bit;
	// Not every disk can be slowed down.
	if ((c->has & CGROUP_IO) != 0 &&
	    (disk->major == 0 || cgroup_probe_io(c->box, disk) != 0))
		c->has &= ~(unsigned)CGROUP_IO;
}

int
cgroup_make(struct cgroup *c, const struct cgroup_device *disk, struct err *e)
{
	if (c->base < 0)
		return 0;
	c->box = make_dir(c->base, c->name, e);
	if (c->box < 0) {
		// Not ours to use: read-only, or somebody else's.
		fd_close(&c->base);
		return 0;
	}
	take_controllers(c, disk);
	c->freezer = faccessat(c->box, "cgroup.freeze", W_OK, 0) == 0;
	// A place for pid 1 below it, as no process may be beside controllers.
	// Where there are none to hand down, it lives in the box's own.
	if (c->has == 0)
		return 0;
	c->init = make_dir(c->box, "init", e);
	return c->init < 0 ? -1 : 0;
}

int
cgroup_bound(struct cgroup *c, const struct cgroup_limits *whole, struct err *e)
{
	if (c->base < 0)
		return 0;
	c->whole_pids = (c->has & CGROUP_PIDS) != 0 && whole->pids != 0;
	return cgroup_put_limits(c->has, c->box, whole, e);
}

static void
command_name(uint32_t cmd, char *buf, size_t size)
{
	snprintf(buf, size, "c%u", cmd);
}

// Safe: cgroup.procs alone changes hands. Who owns it may put its own
// processes in, of those below the box's directory; limits stay ours.
static int
hand_over(int dir, uid_t uid, struct err *e)
{
	if (fchownat(dir, "cgroup.procs", uid, (gid_t)-1, 0) != 0)
		return err_set(e, ERR_CGROUP, errno, "hand over cgroup.procs");
	return 0;
}

static int
hand_down(const struct cgroup *c, struct err *e)
{
	size_t i;

	for (i = 0; i < NCONTROLLERS; i++)
		if ((c->has & controllers[i].bit) != 0 &&
		    cgroup_hand_down(c->box, controllers[i].name, e) != 0)
			return -1;
	return 0;
}

int
cgroup_admit(struct cgroup *c, uid_t uid, struct err *e)
{
	if (c->box >= 0 && hand_down(c, e) != 0)
		return -1;
	if (c->box >= 0 && c->uid != uid && hand_over(c->box, uid, e) != 0)
		return -1;
	c->uid = uid;
	return 0;
}

int
cgroup_command(struct cgroup *c, uint32_t cmd, const struct cgroup_limits *l,
    int fds[4], struct err *e)
{
	autoclose int dir = -1, procs = -1;
	char name[16];

	command_name(cmd, name, sizeof(name));
	dir = make_dir(c->box, name, e);
	if (dir < 0 || cgroup_put_limits(c->has, dir, l, e) != 0)
		return -1;
	// One process of a command gone is a command gone wrong.
	if ((c->has & CGROUP_MEMORY) != 0)
		cgroup_put(dir, "memory.oom.group", "1");
	if (c->uid != geteuid() && hand_over(dir, c->uid, e) != 0)
		return -1;
	procs = openat(dir, "cgroup.procs", O_RDWR | O_CLOEXEC);
	if (procs < 0)
		return err_set(e, ERR_CGROUP, errno, "open cgroup.procs");
	fds[2] = openat(dir, "cgroup.kill", O_WRONLY | O_CLOEXEC);
	// Before 5.14 there is none: the directory again, which nobody can
	// write to, so that pid 1 finds out.
	if (fds[2] < 0)
		fds[2] = fcntl(dir, F_DUPFD_CLOEXEC, 3);
	if (fds[2] < 0)
		return err_set(e, ERR_CGROUP, errno, "open cgroup.kill");
	fds[3] = openat(dir, "cpu.stat", O_RDONLY | O_CLOEXEC);
	if (fds[3] < 0)
		return err_set(e, ERR_CGROUP, errno, "open cpu.stat");
	fds[0] = take_fd(&dir);
	fds[1] = take_fd(&procs);
	return 0;
}

// Safe: what is frozen is the command's own. Without a freezer cpu.stat again,
// which nobody can write to.
int
cgroup_watch(const struct cgroup *c, int dir, int *fd, struct err *e)
{
	const char *name = c->freezer ? "cgroup.freeze" : "cpu.stat";

	*fd = openat(dir, name, (c->freezer ? O_WRONLY : O_RDONLY) | O_CLOEXEC);
	if (*fd >= 0)
		return 0;
	return err_set(e, ERR_CGROUP, errno, "open %s", name);
}

// Kernels before 5.14 have no cgroup.kill: freeze, then one by one.
static void
kill_slowly(int dir)
{
	char buf[65536];
	char *p, *end;
	long pid;

	cgroup_put(dir, "cgroup.freeze", "1");
	if (fd_read_text(dir, "cgroup.procs", buf, sizeof(buf)) > 0) {
		for (p = buf; *p != '\0'; p = end + (*end == '\n')) {
			pid = strtol(p, &end, 10);
			if (end == p)
				break;
			if (pid > 0)
				kill((pid_t)pid, SIGKILL);
		}
	}
	cgroup_put(dir, "cgroup.freeze", "0");
}

static int
populated(int dir)
{
	char buf[256];

	if (fd_read_text(dir, "cgroup.events", buf, sizeof(buf)) < 0)
		return 0;
	return cgroup_number(buf, "populated") != 0;
}

static int
kill_all(int dir, struct err *e)
{
	autoclose int events = -1;
	struct pollfd p;
	char buf[256];
	int i;

	for (i = 0; i < EMPTY_TRIES; i++) {
		if (!populated(dir))
			return 0;
		if (cgroup_put(dir, "cgroup.kill", "1") != 0)
			kill_slowly(dir);
		if (events < 0)
			events =
			    openat(dir, "cgroup.events", O_RDONLY | O_CLOEXEC);
		// A read arms the notice; a change since raises POLLPRI.
		if (events < 0 || pread(events, buf, sizeof(buf), 0) < 0)
			continue;
		p = (struct pollfd){.fd = events, .events = POLLPRI};
		if (populated(dir))
			poll(&p, 1, EMPTY_MS);
	}
	return err_set(
	    e, ERR_CGROUP, 0, "processes do not die: stuck in the kernel?");
}

int
cgroup_kill(struct cgroup *c, uint32_t cmd, struct err *e)
{
	autoclose int dir = -1;
	char name[16];

	command_name(cmd, name, sizeof(name));
	dir = openat(c->box, name, CGROUP_DIR_FLAGS);
	if (dir < 0)
		return err_set(e, ERR_CGROUP, errno, "open cgroup %s", name);
	return kill_all(dir, e);
}

static void
remove_children(int dir)
{
	autoclosedir DIR *d = NULL;
	struct dirent *de;
	int fd = openat(dir, ".", CGROUP_DIR_FLAGS);

	if (fd < 0 || (d = fdopendir(fd)) == NULL) {
		fd_close(&fd);
		return;
	}
	while ((de = readdir(d)) != NULL)
		if (de->d_type == DT_DIR && de->d_name[0] != '.')
			unlinkat(dir, de->d_name, AT_REMOVEDIR);
}

// A dead process leaves its cgroup a moment after that is empty.
static int
remove_dir(int at, const char *name, int dir)
{
	int i;

	for (i = 0; i < EMPTY_TRIES; i++) {
		if (unlinkat(at, name, AT_REMOVEDIR) == 0)
			return 0;
		if (errno != EBUSY)
			return -1;
		// Most have none.
		remove_children(dir);
		if (i > 0)
			poll(NULL, 0, 1);
	}
	return -1;
}

int
cgroup_finish(
    struct cgroup *c, uint32_t cmd, struct cgroup_usage *u, struct err *e)
{
	autoclose int dir = -1;
	char name[16];

	memset(u, 0, sizeof(*u));
	command_name(cmd, name, sizeof(name));
	dir = openat(c->box, name, CGROUP_DIR_FLAGS);
	if (dir < 0)
		return err_set(e, ERR_CGROUP, errno, "open cgroup %s", name);
	if (kill_all(dir, e) != 0)
		return -1;
	cgroup_read_usage(c->has, dir, u);
	cgroup_read_whole(c, u);
	return 0;
}

// What cannot be removed is for the next sweep.
static int
destroy_at(int base, const char *name, struct err *e)
{
	autoclose int dir = openat(base, name, CGROUP_DIR_FLAGS);

	if (dir < 0)
		return errno == ENOENT ? 0 : -1;
	if (kill_all(dir, e) != 0)
		return -1;
	return remove_dir(base, name, dir);
}

int
cgroup_remove(struct cgroup *c, uint32_t cmd)
{
	struct err ignored;
	char name[16];

	if (c->base < 0)
		return 0;
	command_name(cmd, name, sizeof(name));
	if (unlinkat(c->box, name, AT_REMOVEDIR) == 0)
		return 0;
	// The usual case was over quickly; whatever kept it is killed.
	return destroy_at(c->box, name, &ignored);
}

int
cgroup_destroy(struct cgroup *c)
{
	struct err ignored;
	int rc;

	if (c->base < 0)
		return 0;
	rc = destroy_at(c->base, c->name, &ignored);
	fd_close(&c->box);
	fd_close(&c->init);
	return rc;
}
