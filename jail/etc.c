// SPDX-License-Identifier: ISC
// The box's /etc: written by us, but for a few things of the host's.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/etc.h"
#include "jail/gate_messages.h"
#include "jail/mount.h"

// Public parts of the host's that programs need to work as they do there; not
// more of them than they need, since each there is costs every start a mount.
// Never a directory that also holds secrets: of ssl only the certificates.
static const struct {
	const char *path; // below /etc
	int dir;
} host[] = {
    {"alternatives", 1},
    {"ld.so.cache", 0},
    {"ssl/certs", 1},
    {"ssl/openssl.cnf", 0},
    {"pki/tls/certs", 1},
    {"pki/ca-trust/extracted", 1},
    {"crypto-policies", 1},
    {"services", 0},
    {"protocols", 0},
    // Debian's packages keep here what these do not start without.
    {"java-8-openjdk", 1},
    {"java-11-openjdk", 1},
    {"java-17-openjdk", 1},
    {"java-21-openjdk", 1},
    {"java-25-openjdk", 1},
    {"php/8.2/cli", 1}, // not its like for servers, which has passwords
    {"php/8.2/mods-available", 1},
    {"php/8.4/cli", 1},
    {"php/8.4/mods-available", 1},
    {"R", 1},
    {"texmf", 1},
};
#define NHOST (sizeof(host) / sizeof(host[0]))
_Static_assert(NHOST <= ETC_HOST_MAX, "room");

static const struct {
	const char *name, *text;
} own[] = {
    {"etc/passwd",
	"root:x:0:0:root:/root:/usr/sbin/nologin\n"
	"user:x:1000:1000:user:/home/user:/bin/sh\n"
	"nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"},
    {"etc/group", "root:x:0:\nuser:x:1000:\nnogroup:x:65534:\n"},
    {"etc/hosts", "127.0.0.1\tlocalhost " ETC_HOSTNAME "\n"
		  "::1\tlocalhost ip6-localhost ip6-loopback\n"},
    {"etc/hostname", ETC_HOSTNAME "\n"},
    {"etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n"
			  "services: files\nprotocols: files\n"},
};

static const struct {
	const char *target, *name;
} links[] = {
    {"/proc/self/mounts", "etc/mtab"},
    {"../usr/lib/os-release", "etc/os-release"},
};

int
etc_open(struct etc_host *h, struct err *e)
{
	char path[64];
	struct stat st;
	size_t i;

	for (i = 0; i < NHOST; i++) {
		h->tree[i] = -1;
		snprintf(path, sizeof(path), "/etc/%s", host[i].path);
		if (stat(path, &st) != 0 ||
		    (S_ISDIR(st.st_mode) != 0) != host[i].dir)
			continue;
		h->tree[i] = mount_tree(AT_FDCWD, path, MOUNT_SYSTEM, e);
		if (h->tree[i] < 0)
			return -1;
	}
	return 0;
}

static int
put_file(int root, const char *name, const char *text, struct err *e)
{
	autoclose int fd =
	    openat(root, name, O_CREAT | O_WRONLY | O_CLOEXEC, 0444);

	if (fd < 0 || fd_write_all(fd, text, strlen(text)) != 0)
		return err_set(e, ERR_MOUNT, errno, "write %s", name);
	return 0;
}

static int
put_host(int root, size_t i, int tree, struct err *e)
{
	char path[64];
	char *p;

	snprintf(path, sizeof(path), "etc/%s", host[i].path);
	for (p = strchr(path + 4, '/'); p != NULL; p = strchr(p + 1, '/')) {
		*p = '\0';
		if (mkdirat(root, path, 0755) != 0 && errno != EEXIST)
			return err_set(e, ERR_MOUNT, errno, "make %s", path);
		*p = '/';
	}
	if (host[i].dir && mkdirat(root, path, 0755) != 0)
		return err_set(e, ERR_MOUNT, errno, "make %s", path);
	if (!host[i].dir && mknodat(root, path, S_IFREG | 0444, 0) != 0)
		return err_set(e, ERR_MOUNT, errno, "make %s", path);
	return mount_move(tree, root, path, e);
}

// The zone is a link into /usr: the same link serves, without a mount.
static void
put_localtime(int root)
{
	char target[PATH_MAX];
	ssize_t n = readlink("/etc/localtime", target, sizeof(target) - 1);

	if (n <= 0)
		return;
	target[n] = '\0';
	if (symlinkat(target, root, "etc/localtime") != 0)
		return; // UTC then
}

static int
put_own(int root, bool net, struct err *e)
{
	size_t i;

	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (put_file(root, own[i].name, own[i].text, e) != 0)
			return -1;
	return put_file(root, "etc/resolv.conf",
	    net ? "nameserver " GATE_ADDRESS "\n"
		: "# no network but loopback\n",
	    e);
}

int
etc_put(const struct etc_host *h, int root, bool net, struct err *e)
{
	size_t i;

	if (mkdirat(root, "etc", 0755) != 0)
		return err_set(e, ERR_MOUNT, errno, "make /etc");
	if (put_own(root, net, e) != 0)
		return -1;
	for (i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		if (symlinkat(links[i].target, root, links[i].name) != 0)
			return err_set(
			    e, ERR_MOUNT, errno, "link %s", links[i].name);
	put_localtime(root);
	for (i = 0; i < NHOST; i++)
		if (h->tree[i] >= 0 && put_host(root, i, h->tree[i], e) != 0)
			return -1;
	return 0;
}
