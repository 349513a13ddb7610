/* SPDX-License-Identifier: ISC */
/*
 * What the host says of itself: why a property may be missing, so that what
 * mends it can be named. Read from outside, without privilege.
 */
#ifndef SRC_DOCTOR_HOST_H
#define SRC_DOCTOR_HOST_H

#include <stdbool.h>

enum host_cgroup {
	HOST_CGROUP_NONE,    /* no v2 tree, or none that we can see */
	HOST_CGROUP_HYBRID,  /* a v2 tree beside v1's controllers */
	HOST_CGROUP_UNIFIED, /* v2 alone */
};

#define HOST_UNKNOWN (-1) /* the kernel has no such switch */

struct host {
	char release[65]; /* uname's, "6.1.0-18-amd64" */
	int major, minor;
	enum host_cgroup cgroup;
	char own[256];	     /* our own path in the v2 tree, "" if unknown */
	bool delegated;	     /* that directory is ours to write to */
	char has[256];	     /* controllers that it has, " memory pids " */
	char top[256];	     /* controllers of the tree's top, likewise */
	char lsm[256];	     /* list of security modules, "" if unknown */
	bool landlock_built; /* in the kernel, in use or not */
	long max_userns;     /* user.max_user_namespaces */
	long clone_switch;   /* kernel.unprivileged_userns_clone */
	long apparmor;	     /* kernel.apparmor_restrict_unprivileged_userns */
	bool filtered;	     /* we run under a seccomp filter: a container? */
	bool container;	     /* a container engine left its mark */
	bool nested;	     /* in a user namespace that has not all ids */
	bool subgids;	     /* /etc/subgid has a range for us */
	bool newgidmap;	     /* the program is there */
};

void host_read(struct host *h);
/* Pure parts, for tests. */
void host_parse_release(struct host *h, const char *release);
/* The path of the line "0::" of /proc/self/cgroup; false if there is none. */
bool host_parse_cgroup(const char *text, char *path, unsigned long size);
/* True if a line of subgid(5) gives a range to name or to the number uid. */
bool host_parse_subid(const char *text, const char *name, unsigned uid);
/* True if a list separated by commas or blanks has the word. */
bool host_has_word(const char *list, const char *word);
/* At least that release. */
bool host_at_least(const struct host *h, int major, int minor);

#endif
