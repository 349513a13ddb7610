// SPDX-License-Identifier: ISC
// Landlock: a second opinion on the file system.
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/landlock.h>
#include "jail/base/fd.h"
#include "jail/base/landlock.h"

// Newer than the headers of the reference host; values are the kernel's.
#define FS_TRUNCATE  (1ULL << 14) // ABI 3
#define FS_IOCTL_DEV (1ULL << 15) // ABI 5
#define NET_TCP	     3ULL	  // ABI 4: bind, connect
#define SCOPE_ALL    3ULL	  // ABI 6: abstract sockets, signals
#define LOG_NOTHING  5U		  // ABI 7: neither of us nor of domains below
#define FS_ABI2	     ((1ULL << 14) - 1)
#define FS_READ_EXEC                                                 \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | \
	    LANDLOCK_ACCESS_FS_READ_DIR)
// What may be asked of a file that is not a directory.
#define FS_OF_FILE                                                   \
	(LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | \
	    LANDLOCK_ACCESS_FS_WRITE_FILE | FS_TRUNCATE | FS_IOCTL_DEV)

struct ruleset {
	uint64_t fs, net, scoped;
};

static const struct landlock_feature features[] = {
    {1, "5.13", "files"},
    {2, "5.19", "renames between directories"},
    {3, "6.2", "truncation"},
    {4, "6.7", "TCP ports"},
    {5, "6.10", "requests to devices"},
    {6, "6.12", "abstract sockets and signals"},
    {7, "6.15", "no records of refusals in the host's log"},
};

const struct landlock_feature *
landlock_feature(unsigned i)
{
	return i < sizeof(features) / sizeof(features[0]) ? &features[i] : NULL;
}

int
landlock_kernel_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);

	return abi < 0 ? 0 : (int)abi;
}

int
landlock_abi(void)
{
	int abi = landlock_kernel_abi();

	return abi == 1 ? 0 : abi;
}

static uint64_t
fs_of(int abi)
{
	uint64_t fs = FS_ABI2;

	if (abi >= 3)
		fs |= FS_TRUNCATE;
	if (abi >= 5)
		fs |= FS_IOCTL_DEV;
	return fs;
}

static int
add(int ruleset, uint64_t fs, const struct landlock_path *p, struct err *e)
{
	struct landlock_path_beneath_attr a;
	struct stat st;
	autoclose int fd = -1;

	fd = open(p->path, O_PATH | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0 || fstat(fd, &st) != 0)
		return err_set(e, ERR_LANDLOCK, errno, "open %s", p->path);
	memset(&a, 0, sizeof(a));
	a.parent_fd = fd;
	a.allowed_access = p->write ? fs : FS_READ_EXEC;
	if (!S_ISDIR(st.st_mode))
		a.allowed_access &= FS_OF_FILE;
	if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH,
		&a, 0) != 0)
		return err_set(e, ERR_LANDLOCK, errno, "allow %s", p->path);
	return 0;
}

// An older kernel knows a shorter struct.
static int
create(int abi, const struct ruleset *r, struct err *e)
{
	size_t size = sizeof(r->fs);
	int fd;

	if (abi >= 4)
		size = offsetof(struct ruleset, scoped);
	if (abi >= 6)
		size = sizeof(*r);
	fd = (int)syscall(SYS_landlock_create_ruleset, r, size, 0);
	if (fd < 0)
		return err_set(e, ERR_LANDLOCK, errno, "create a ruleset");
	return fd;
}

static int
enforce(int abi, int ruleset, struct err *e)
{
	unsigned flags = abi >= 7 ? LOG_NOTHING : 0;

	if (syscall(SYS_landlock_restrict_self, ruleset, flags) != 0)
		return err_set(e, ERR_LANDLOCK, errno, "restrict");
	return 0;
}

int
landlock_execute(const char *const *paths, struct err *e)
{
	const struct ruleset r = {.fs = LANDLOCK_ACCESS_FS_EXECUTE};
	int abi = landlock_abi();
	autoclose int fd = create(abi, &r, e);

	if (fd < 0)
		return -1;
	for (; *paths != NULL; paths++) {
		struct landlock_path p = {*paths, 1};

		if (add(fd, r.fs, &p, e) != 0)
			return -1;
	}
	return enforce(abi, fd, e);
}

int
landlock_confine(
    int abi, const struct landlock_path *paths, bool tcp, struct err *e)
{
	struct ruleset r = {.fs = fs_of(abi)};
	autoclose int fd = -1;

	if (abi == 0)
		return 0;
	if (abi >= 4 && !tcp)
		r.net = NET_TCP;
	if (abi >= 6)
		r.scoped = SCOPE_ALL;
	fd = create(abi, &r, e);
	if (fd < 0)
		return -1;
	for (; paths->path != NULL; paths++)
		if (add(fd, r.fs, paths, e) != 0)
			return -1;
	return enforce(abi, fd, e);
}

int
landlock_seclude(int abi, struct err *e)
{
	const struct ruleset r = {.scoped = SCOPE_ALL};
	autoclose int fd = -1;

	if (abi < 6)
		return 0;
	fd = create(abi, &r, e);
	return fd < 0 ? -1 : enforce(abi, fd, e);
}
