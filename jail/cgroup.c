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
put(int dir, const char *name, const char *text)
{
	autoclose int fd = openat(dir, name, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	return write(fd, text, strlen(text)) == (ssize_t)strlen(text) ? 0 : -1;
}

// The number behind "key " in a flat-keyed file; 0 if it is not there.
static uint64_t
number_of(const char *text, const char *key)
{
	const char *p = text;
	size_t n = strlen(key);

	while (p != NULL) {
		if (strncmp(p, key, n) == 0 && p[n] == ' ')
			return strtoull(p + n + 1, NULL, 10);
		p = strchr(p, '\n');
		if (p != NULL)
			p++;
	}
	return 0;
}

static int
has_word(const char *text, const char *word)
{
	const char *p = strstr(text, word);
	size_t n = strlen(word);

	return p != NULL && (p == text || p[-1] == ' ') &&
	       (p[n] == ' ' || p[n] == '\n' || p[n] == '\0');
}

// Whether the box may have a controller. It is handed down to what lies in
// the box's directory only once nobody is born in that one any more: v2 has
// no processes beside controllers (EBUSY), and the go-between begins there.
static int
offered(struct cgroup *c, const char *controller)
{
	char buf[512], text[16];

	snprintf(text, sizeof(text), "+%s", controller);
	if (fd_read_text(c->box, "cgroup.controllers", buf, sizeof(buf)) < 0)
		return 0;
	if (has_word(buf, controller))
		return 1;
	// The base may have it and only not hand it down.
	return fd_read_text(c->base, "cgroup.controllers", buf, sizeof(buf)) >=
		   0 &&
	       has_word(buf, controller) &&
	       put(c->base, "cgroup.subtree_control", text) == 0;
}

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

int
cgroup_make(struct cgroup *c, struct err *e)
{
	if (c->base < 0)
		return 0;
	c->box = make_dir(c->base, c->name, e);
	if (c->box < 0) {
		// Not ours to use: read-only, or somebody else's.
		fd_close(&c->base);
		return 0;
	}
	c->memory = offered(c, "memory");
	c->pids = offered(c, "pids");
	c->init = make_dir(c->box, "init", e);
	return c->init < 0 ? -1 : 0;
}

static void
command_name(uint32_t cmd, char *buf, size_t size)
{
	snprintf(buf, size, "c%u", cmd);
}

static int
put_number(int dir, const char *name, uint64_t v, struct err *e)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)v);
	if (put(dir, name, text) != 0)
		return err_set(e, ERR_CGROUP, errno, "set %s", name);
	return 0;
}

static int
put_limits(const struct cgroup *c, int dir, const struct cgroup_limits *l,
    struct err *e)
{
	if (c->memory && l->memory != 0) {
		if (put_number(dir, "memory.max", l->memory, e) != 0)
			return -1;
		// Not there on a kernel without swap. A limit that may swap
		// only makes the host slow.
		put(dir, "memory.swap.max", "0");
		// One process of a command gone is a command gone wrong.
		put(dir, "memory.oom.group", "1");
	}
	if (c->pids && l->pids != 0)
		return put_number(dir, "pids.max", l->pids, e);
	return 0;
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
	if (c->memory && put(c->box, "cgroup.subtree_control", "+memory") != 0)
		return err_set(
		    e, ERR_CGROUP, errno, "hand down the memory controller");
	if (c->pids && put(c->box, "cgroup.subtree_control", "+pids") != 0)
		return err_set(
		    e, ERR_CGROUP, errno, "hand down the pids controller");
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
    int fds[3], struct err *e)
{
	autoclose int dir = -1, procs = -1;
	char name[16];

	command_name(cmd, name, sizeof(name));
	dir = make_dir(c->box, name, e);
	if (dir < 0 || put_limits(c, dir, l, e) != 0)
		return -1;
	if (c->uid != geteuid() && hand_over(dir, c->uid, e) != 0)
		return -1;
	procs = openat(dir, "cgroup.procs", O_WRONLY | O_CLOEXEC);
	if (procs < 0)
		return err_set(e, ERR_CGROUP, errno, "open cgroup.procs");
	fds[2] = openat(dir, "cgroup.kill", O_WRONLY | O_CLOEXEC);
	// Before 5.14 there is none: the directory again, which nobody can
	// write to, so that pid 1 finds out.
	if (fds[2] < 0)
		fds[2] = fcntl(dir, F_DUPFD_CLOEXEC, 3);
	if (fds[2] < 0)
		return err_set(e, ERR_CGROUP, errno, "open cgroup.kill");
	fds[0] = take_fd(&dir);
	fds[1] = take_fd(&procs);
	return 0;
}

// Kernels before 5.14 have no cgroup.kill: freeze, then one by one.
static void
kill_slowly(int dir)
{
	char buf[65536];
	char *p, *end;
	long pid;

	put(dir, "cgroup.freeze", "1");
	if (fd_read_text(dir, "cgroup.procs", buf, sizeof(buf)) > 0) {
		for (p = buf; *p != '\0'; p = end + (*end == '\n')) {
			pid = strtol(p, &end, 10);
			if (end == p)
				break;
			if (pid > 0)
				kill((pid_t)pid, SIGKILL);
		}
	}
	put(dir, "cgroup.freeze", "0");
}

static int
populated(int dir)
{
	char buf[256];

	if (fd_read_text(dir, "cgroup.events", buf, sizeof(buf)) < 0)
		return 0;
	return number_of(buf, "populated") != 0;
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
		if (put(dir, "cgroup.kill", "1") != 0)
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
		remove_children(dir);
		if (unlinkat(at, name, AT_REMOVEDIR) == 0)
			return 0;
		if (errno != EBUSY)
			return -1;
		poll(NULL, 0, 1);
	}
	return -1;
}

int
cgroup_finish(
    struct cgroup *c, uint32_t cmd, struct cgroup_usage *u, struct err *e)
{
	autoclose int dir = -1;
	char name[16], buf[4096];

	memset(u, 0, sizeof(*u));
	command_name(cmd, name, sizeof(name));
	dir = openat(c->box, name, CGROUP_DIR_FLAGS);
	if (dir < 0)
		return err_set(e, ERR_CGROUP, errno, "open cgroup %s", name);
	if (kill_all(dir, e) != 0)
		return -1;
	if (fd_read_text(dir, "cpu.stat", buf, sizeof(buf)) > 0)
		u->cpu_usec = number_of(buf, "usage_usec");
	if (c->memory && fd_read_text(dir, "memory.peak", buf, sizeof(buf)) > 0)
		u->memory_peak = strtoull(buf, NULL, 10);
	if (c->memory &&
	    fd_read_text(dir, "memory.events", buf, sizeof(buf)) > 0)
		u->oom_killed = number_of(buf, "oom_kill");
	if (remove_dir(c->box, name, dir) != 0)
		return err_set(e, ERR_CGROUP, errno, "remove cgroup %s", name);
	return 0;
}

// What cannot be removed is for the next sweep.
static int
destroy_at(int base, const char *name)
{
	autoclose int dir = openat(base, name, CGROUP_DIR_FLAGS);
	struct err ignored;

	if (dir < 0)
		return errno == ENOENT ? 0 : -1;
	if (kill_all(dir, &ignored) != 0)
		return -1;
	return remove_dir(base, name, dir);
}

int
cgroup_destroy(struct cgroup *c)
{
	int rc;

	if (c->base < 0)
		return 0;
	rc = destroy_at(c->base, c->name);
	fd_close(&c->box);
	fd_close(&c->init);
	return rc;
}

// Of our pid namespace, that is: whether others live we cannot tell.
static int
ours(const char *name, const char *own)
{
	const char *ns = strrchr(name, '-'), *own_ns = strrchr(own, '-');

	return strncmp(name, CGROUP_PREFIX, strlen(CGROUP_PREFIX)) == 0 &&
	       ns != NULL && own_ns != NULL && strcmp(ns, own_ns) == 0;
}

void
cgroup_sweep(const struct cgroup *c)
{
	autoclosedir DIR *d = NULL;
	struct dirent *de;
	int fd = openat(c->base, ".", CGROUP_DIR_FLAGS);
	long pid;

	if (fd < 0 || (d = fdopendir(fd)) == NULL) {
		fd_close(&fd);
		return;
	}
	while ((de = readdir(d)) != NULL) {
		if (!ours(de->d_name, c->name))
			continue;
		pid = strtol(de->d_name + strlen(CGROUP_PREFIX), NULL, 10);
		if (pid > 1 && kill((pid_t)pid, 0) != 0 && errno == ESRCH &&
		    destroy_at(c->base, de->d_name) != 0)
			continue; // another sweep
	}
}
