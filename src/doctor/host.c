// SPDX-License-Identifier: ISC
// What the host says of itself, in /proc, /sys and /etc.
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <errno.h>
#include <unistd.h>
#include <linux/magic.h>
#include "jail/base/fd.h"
#include "src/doctor/host.h"

#define V2_UNIFIED "/sys/fs/cgroup"
#define V2_HYBRID  "/sys/fs/cgroup/unified"

void
host_parse_release(struct host *h, const char *release)
{
	char *end;

	snprintf(h->release, sizeof(h->release), "%s", release);
	h->major = (int)strtol(release, &end, 10);
	h->minor = *end == '.' ? (int)strtol(end + 1, NULL, 10) : 0;
}

bool
host_at_least(const struct host *h, int major, int minor)
{
	return h->major > major || (h->major == major && h->minor >= minor);
}

bool
host_parse_cgroup(const char *text, char *path, unsigned long size)
{
	const char *p =
	    strncmp(text, "0::/", 4) == 0 ? text : strstr(text, "\n0::/");

	if (p == NULL)
		return false;
	p = strchr(p, '/');
	snprintf(path, size, "%.*s", (int)strcspn(p, "\n"), p);
	return true;
}

bool
host_has_word(const char *list, const char *word)
{
	size_t n = strlen(word), k;

	for (; *list != '\0'; list += k + (list[k] != '\0')) {
		k = strcspn(list, ", \n");
		if (k == n && memcmp(list, word, n) == 0)
			return true;
	}
	return false;
}

bool
host_parse_subid(const char *text, const char *name, unsigned uid)
{
	char number[16];
	size_t k, n;

	snprintf(number, sizeof(number), "%u", uid);
	for (; *text != '\0'; text += n + (text[n] != '\0')) {
		n = strcspn(text, "\n");
		k = strcspn(text, ":\n");
		if (k == n || k == 0)
			continue;
		if ((name != NULL && strlen(name) == k &&
			memcmp(text, name, k) == 0) ||
		    (strlen(number) == k && memcmp(text, number, k) == 0))
			return true;
	}
	return false;
}

// Empty where there is nothing to read.
static void
read_text(const char *path, char *buf, size_t size)
{
	ssize_t n = fd_read_text(AT_FDCWD, path, buf, size);

	if (n <= 0)
		buf[0] = '\0';
	else if (buf[n - 1] == '\n')
		buf[n - 1] = '\0';
}

static long
read_number(const char *path)
{
	char text[32];

	read_text(path, text, sizeof(text));
	return text[0] == '\0' ? HOST_UNKNOWN : strtol(text, NULL, 10);
}

static bool
is_v2(const char *path)
{
	struct statfs sfs;

	return statfs(path, &sfs) == 0 && sfs.f_type == CGROUP2_SUPER_MAGIC;
}

static void
read_cgroup(struct host *h)
{
	const char *root = V2_UNIFIED;
	char text[4096], path[512];

	h->cgroup = HOST_CGROUP_NONE;
	if (is_v2(V2_UNIFIED)) {
		h->cgroup = HOST_CGROUP_UNIFIED;
	} else if (is_v2(V2_HYBRID)) {
		h->cgroup = HOST_CGROUP_HYBRID;
		root = V2_HYBRID;
	} else {
		return;
	}
	snprintf(path, sizeof(path), "%s/cgroup.controllers", root);
	read_text(path, h->top, sizeof(h->top));
	read_text("/proc/self/cgroup", text, sizeof(text));
	if (!host_parse_cgroup(text, h->own, sizeof(h->own)))
		return;
	snprintf(path, sizeof(path), "%s%s", root, h->own);
	h->delegated = access(path, W_OK) == 0;
	snprintf(path, sizeof(path), "%s%s/cgroup.controllers", root, h->own);
	read_text(path, h->has, sizeof(h->has));
}

// Not getpwuid(3), which may ask a directory service and cannot be linked
// statically.
static void
read_subgids(struct host *h)
{
	static char text[65536];
	FILE *f = fopen("/etc/passwd", "re");
	struct passwd *pw = NULL;

	while (f != NULL && (pw = fgetpwent(f)) != NULL)
		if (pw->pw_uid == geteuid())
			break;
	read_text("/etc/subgid", text, sizeof(text));
	h->subgids = host_parse_subid(text, pw ? pw->pw_name : NULL, geteuid());
	if (f != NULL)
		fclose(f);
}

static bool
in_container(void)
{
	return access("/.dockerenv", F_OK) == 0 ||
	       access("/run/.containerenv", F_OK) == 0 ||
	       getenv("KUBERNETES_SERVICE_HOST") != NULL;
}

// The first namespace maps every id but one to itself.
static bool
in_userns(void)
{
	char text[256];

	read_text("/proc/self/uid_map", text, sizeof(text));
	return text[0] != '\0' && strstr(text, "4294967295") == NULL;
}

void
host_read(struct host *h)
{
	struct utsname u;

	memset(h, 0, sizeof(*h));
	if (uname(&u) == 0)
		host_parse_release(h, u.release);
	read_cgroup(h);
	read_text("/sys/kernel/security/lsm", h->lsm, sizeof(h->lsm));
	// Built in and not in use answers otherwise than not there.
	h->landlock_built =
	    syscall(SYS_landlock_create_ruleset, NULL, 0, 1) >= 0 ||
	    errno == EOPNOTSUPP;
	h->max_userns = read_number("/proc/sys/user/max_user_namespaces");
	h->clone_switch =
	    read_number("/proc/sys/kernel/unprivileged_userns_clone");
	h->apparmor = read_number(
	    "/proc/sys/kernel/apparmor_restrict_unprivileged_userns");
	h->filtered = prctl(PR_GET_SECCOMP) > 0;
	h->container = in_container();
	h->nested = in_userns();
	h->newgidmap = access("/usr/bin/newgidmap", X_OK) == 0;
	read_subgids(h);
}
