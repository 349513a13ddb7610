// SPDX-License-Identifier: ISC
// Where a box's control groups may lie: the v2 tree, and a place in it.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>
#include <linux/magic.h>
#include "jail/base/fd.h"
#include "jail/cgroup.h"

#define ROOM_TRIES 3

static int
open_v2_root(void)
{
	static const char *const places[] = {
	    "/sys/fs/cgroup", "/sys/fs/cgroup/unified"};
	struct statfs sfs;
	size_t i;
	int fd;

	for (i = 0; i < 2; i++) {
		fd = open(places[i], CGROUP_DIR_FLAGS);
		if (fd < 0)
			continue;
		if (fstatfs(fd, &sfs) == 0 && sfs.f_type == CGROUP2_SUPER_MAGIC)
			return fd;
		close(fd);
	}
	return -1;
}

// Our own place in the v2 tree: the line "0::/path" of /proc/self/cgroup.
static int
open_own(int root)
{
	char buf[4096];
	char *p, *end;

	if (fd_read_text(AT_FDCWD, "/proc/self/cgroup", buf, sizeof(buf)) < 0)
		return -1;
	p = strncmp(buf, "0::/", 4) == 0 ? buf : strstr(buf, "\n0::/");
	if (p == NULL)
		return -1;
	p += strcspn(p, "/") + 1;
	end = strchr(p, '\n');
	if (end != NULL)
		*end = '\0';
	return openat(root, *p == '\0' ? "." : p, CGROUP_DIR_FLAGS);
}

// A user's own manager of systemd 252 marks nothing; what it was asked for when
// it made a unit on the fly it keeps in a file of the unit's name.
static bool
asked_for(int dir)
{
	char link[32], path[4096], file[512], text[4096];
	const char *said;
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", dir);
	n = readlink(link, path, sizeof(path) - 1);
	if (n <= 0)
		return false;
	path[n] = '\0';
	said = strrchr(path, '/');
	n = snprintf(file, sizeof(file), "/run/user/%d/systemd/transient%s",
	    (int)geteuid(), said != NULL ? said : "/");
	if (n >= (ssize_t)sizeof(file) ||
	    fd_read_text(AT_FDCWD, file, text, sizeof(text)) <= 0)
		return false;
	said = strstr(text, "\nDelegate=");
	return said != NULL && strncmp(said, "\nDelegate=no\n", 13) != 0;
}

// Whether a directory was handed over with all below it: systemd marks those.
// What else a session of its own owns it will write to again as it sees fit.
// Where it does not run, who owns one was given it.
static bool
delegated(int dir)
{
	char mark = 0;

	if (faccessat(dir, ".", W_OK, 0) != 0 ||
	    faccessat(dir, "cgroup.procs", W_OK, 0) != 0 ||
	    faccessat(dir, "cgroup.subtree_control", W_OK, 0) != 0)
		return false;
	if (access("/run/systemd/system", F_OK) != 0)
		return true;
	if (fgetxattr(dir, "user.delegate", &mark, 1) == 1)
		return mark == '1';
	return asked_for(dir);
}

// Where we are; or above it, if that was handed to us and holds no process: a
// unit may have its own in a directory below, and so have we, once we had to
// make room (cgroup.c).
static int
open_handed(struct cgroup *c, int root)
{
	autoclose int own = open_own(root), above = -1;
	char procs[16];

	if (own < 0)
		return -1;
	above = openat(own, "..", CGROUP_DIR_FLAGS);
	if (above >= 0 && delegated(above) &&
	    fd_read_text(above, "cgroup.procs", procs, sizeof(procs)) == 0) {
		c->delegated = true;
		return take_fd(&above);
	}
	c->delegated = delegated(own);
	return take_fd(&own);
}

void
cgroup_find(struct cgroup *c, int privileged)
{
	autoclose int root = open_v2_root();
	struct timespec ts;
	struct stat ns = {0};

	if (root < 0)
		return;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	// A pid means nothing in another pid namespace, and one v2 tree may be
	// seen from many. Without /proc it is 0 for all who have none.
	if (stat("/proc/self/ns/pid", &ns) != 0)
		ns.st_ino = 0;
	snprintf(c->name, sizeof(c->name), CGROUP_PREFIX "%d-%llx-%llx",
	    (int)getpid(),
	    (unsigned long long)ts.tv_sec * 1000000000ULL +
		(unsigned long long)ts.tv_nsec,
	    (unsigned long long)ns.st_ino);
	// With privilege at the top: our own place may be one that forbids
	// processes beside controllers, or that a session manager removes.
	c->base = privileged ? take_fd(&root) : open_handed(c, root);
	// An ordinary user whose session was not handed to it: even where it
	// can be written to, systemd reckons with nobody else there.
	if (c->base >= 0 && (faccessat(c->base, ".", W_OK, 0) != 0 ||
				(!privileged && !c->delegated)))
		fd_close(&c->base);
}

void
cgroup_init(struct cgroup *c)
{
	memset(c, 0, sizeof(*c));
	c->base = c->box = c->init = -1;
	c->want = CGROUP_MEMORY | CGROUP_PIDS;
	c->uid = geteuid();
}

void
cgroup_close(struct cgroup *c)
{
	fd_close(&c->base);
	fd_close(&c->box);
	fd_close(&c->init);
}

static void
move_all(int from, int to)
{
	char buf[65536], pid[16];
	const char *p;

	if (fd_read_text(from, "cgroup.procs", buf, sizeof(buf)) <= 0)
		return;
	for (p = buf; *p != '\0'; p += strcspn(p, "\n") + 1) {
		snprintf(pid, sizeof(pid), "%.*s", (int)strcspn(p, "\n"), p);
		cgroup_put(to, "cgroup.procs", pid);
		if (p[strcspn(p, "\n")] == '\0')
			break;
	}
}

static bool
peopled(int dir)
{
	char buf[16];

	return fd_read_text(dir, "cgroup.procs", buf, sizeof(buf)) != 0;
}

// Who is in a base that was handed to this user, we among them, moves into a
// directory below it: v2 has no processes beside controllers. It stays as
// long as they do, and is used again.
int
cgroup_make_room(const struct cgroup *c)
{
	autoclose int aside = -1;
	int i;

	if (!peopled(c->base))
		return 0;
	if (mkdirat(c->base, CGROUP_ASIDE, 0755) != 0 && errno != EEXIST)
		return -1;
	aside = openat(c->base, CGROUP_ASIDE, CGROUP_DIR_FLAGS);
	if (aside < 0)
		return -1;
	// Some may fork while others move.
	for (i = 0; i < ROOM_TRIES; i++)
		move_all(c->base, aside);
	return peopled(c->base) ? -1 : 0;
}
