// SPDX-License-Identifier: ISC
// What is written into a control group's files to limit it, and the device
// that a limit of input and output is for.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/cgroup.h"

#define BUSY_TRIES 5000	  // a millisecond each
#define PERIOD_US  100000 // of cpu.max; 1 % of it is 1 ms, the kernel's least

int
cgroup_put(int dir, const char *name, const char *text)
{
	autoclose int fd = openat(dir, name, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	return write(fd, text, strlen(text)) == (ssize_t)strlen(text) ? 0 : -1;
}

static int
put(int dir, const char *name, const char *text, struct err *e)
{
	if (cgroup_put(dir, name, text) != 0)
		return err_set(e, ERR_CGROUP, errno, "set %s", name);
	return 0;
}

static int
put_number(int dir, const char *name, uint64_t v, struct err *e)
{
	char text[32];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)v);
	return put(dir, name, text, e);
}

static int
put_memory(int dir, const struct cgroup_limits *l, struct err *e)
{
	if (l->memory == 0)
		return 0;
	if (put_number(dir, "memory.max", l->memory, e) != 0)
		return -1;
	// Not there on a kernel without swap. A limit that may swap only makes
	// the host slow.
	cgroup_put(dir, "memory.swap.max", "0");
	return 0;
}

static int
put_cpu(int dir, const struct cgroup_limits *l, struct err *e)
{
	char text[64];

	snprintf(text, sizeof(text), "%llu %d",
	    (unsigned long long)l->cpu * (PERIOD_US / 100), PERIOD_US);
	if (l->cpu != 0 && put(dir, "cpu.max", text, e) != 0)
		return -1;
	if (l->cpu_weight != 0 && l->cpu_weight != 100)
		return put_number(dir, "cpu.weight", l->cpu_weight, e);
	return 0;
}

static int
put_io(int dir, const struct cgroup_limits *l, struct err *e)
{
	char text[128];

	if (l->io_rate == 0)
		return 0;
	snprintf(text, sizeof(text), "%u:%u rbps=%llu wbps=%llu",
	    l->device.major, l->device.minor, (unsigned long long)l->io_rate,
	    (unsigned long long)l->io_rate);
	return put(dir, "io.max", text, e);
}

int
cgroup_put_limits(
    unsigned has, int dir, const struct cgroup_limits *l, struct err *e)
{
	int rc = 0;

	if ((has & CGROUP_MEMORY) != 0)
		rc = put_memory(dir, l, e);
	if (rc == 0 && (has & CGROUP_PIDS) != 0 && l->pids != 0)
		rc = put_number(dir, "pids.max", l->pids, e);
	if (rc == 0 && (has & CGROUP_CPU) != 0)
		rc = put_cpu(dir, l, e);
	if (rc == 0 && (has & CGROUP_IO) != 0)
		rc = put_io(dir, l, e);
	return rc;
}

// The go-between that began in the box's directory is not waited for: while
// it ends, the kernel says that the directory is busy.
int
cgroup_hand_down(int dir, const char *controller, struct err *e)
{
	char text[16];
	int i;

	snprintf(text, sizeof(text), "+%s", controller);
	for (i = 0; i < BUSY_TRIES; i++) {
		if (cgroup_put(dir, "cgroup.subtree_control", text) == 0)
			return 0;
		if (errno != EBUSY)
			break;
		poll(NULL, 0, 1);
	}
	return err_set(
	    e, ERR_CGROUP, errno, "hand down the %s controller", controller);
}

// Of a partition the disk is throttled: the kernel knows no other.
static int
whole_disk(struct cgroup_device *d)
{
	char path[96], text[64];
	char *end;

	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/partition", d->major,
	    d->minor);
	if (access(path, F_OK) != 0)
		return 0;
	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/../dev", d->major,
	    d->minor);
	if (fd_read_text(AT_FDCWD, path, text, sizeof(text)) <= 0)
		return -1;
	d->major = (unsigned)strtoul(text, &end, 10);
	if (*end != ':')
		return -1;
	d->minor = (unsigned)strtoul(end + 1, NULL, 10);
	return 0;
}

int
cgroup_device(int fd, struct cgroup_device *d)
{
	struct stat st;

	// A file system without a device of its own: overlay, btrfs, network.
	if (fstat(fd, &st) != 0 || major(st.st_dev) == 0)
		return -1;
	d->major = major(st.st_dev);
	d->minor = minor(st.st_dev);
	return whole_disk(d);
}

int
cgroup_probe_io(int dir, const struct cgroup_device *d)
{
	char text[96];

	snprintf(
	    text, sizeof(text), "%u:%u rbps=max wbps=max", d->major, d->minor);
	return cgroup_put(dir, "io.max", text);
}
