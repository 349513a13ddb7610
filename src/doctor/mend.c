// SPDX-License-Identifier: ISC
// From what the host says of itself to the command that mends it.
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "src/doctor/mend.h"

#define OLDEST_MAJOR 5
#define OLDEST_MINOR 10
#define DELEGATE     "systemd-run --user --scope -p Delegate=yes stockade ..."

static void __attribute__((format(printf, 2, 3)))
why(struct mend *m, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(m->why, sizeof(m->why), fmt, ap);
	va_end(ap);
}

static void __attribute__((format(printf, 2, 3)))
command(struct mend *m, const char *fmt, ...)
{
	va_list ap;

	if (m->ncommands == MEND_COMMANDS_MAX)
		return;
	va_start(ap, fmt);
	vsnprintf(m->command[m->ncommands++], sizeof(m->command[0]), fmt, ap);
	va_end(ap);
}

static void
in_container(struct mend *m, const char *what)
{
	why(m,
	    "this process runs under a system call filter of its own, as in a "
	    "container: that is what refuses %s",
	    what);
	command(m, "docker run --security-opt seccomp=unconfined \\");
	command(m, "    --security-opt systempaths=unconfined ...");
}

static void
mend_userns(const struct host *h, struct mend *m)
{
	if (h->max_userns == 0) {
		why(m, "user.max_user_namespaces is 0");
		command(m, "sysctl -w user.max_user_namespaces=15000");
	} else if (h->clone_switch == 0) {
		why(m, "this kernel keeps user namespaces from ordinary users "
		       "(kernel.unprivileged_userns_clone is 0)");
		command(m, "sysctl -w kernel.unprivileged_userns_clone=1");
	} else if (h->apparmor > 0) {
		why(m, "AppArmor takes the rights from user namespaces of "
		       "programs that have no profile");
		command(m, "sysctl -w "
			   "kernel.apparmor_restrict_unprivileged_userns=0");
	} else if (h->filtered || h->container) {
		in_container(m, "new namespaces");
	} else if (h->max_userns == HOST_UNKNOWN) {
		why(m, "this kernel was built without user namespaces");
		command(m, "zgrep CONFIG_USER_NS /proc/config.gz");
	} else {
		why(m,
		    "the kernel refuses new namespaces: a security module, a "
		    "chroot, or as many as user.max_*_namespaces allows are "
		    "there");
		command(m, "sysctl user");
		command(m, "sysctl -w user.max_user_namespaces=15000");
	}
}

static void
mend_mount(const struct host *h, bool privileged, struct mend *m)
{
	if (!host_at_least(h, OLDEST_MAJOR, OLDEST_MINOR)) {
		why(m, "Linux %s is older than 5.10, the oldest that works",
		    h->release);
	} else if (h->apparmor > 0) {
		mend_userns(h, m);
	} else if (privileged && h->nested) {
		why(m, "we are root of a user namespace alone, without rights "
		       "over these mounts");
		command(m, "unshare --user --map-root-user --mount stockade "
			   "...");
	} else if (h->filtered || h->container) {
		in_container(m, "mounts");
	} else {
		why(m, "a mount was refused: by a security module, or because "
		       "parts of /proc are covered here");
		command(m, "dmesg | grep -iE 'apparmor|selinux|denied'");
	}
}

static void
mend_cgroup(const struct host *h, bool privileged, struct mend *m)
{
	if (h->cgroup == HOST_CGROUP_NONE) {
		why(m, "no cgroup v2 tree is mounted below /sys/fs/cgroup");
		command(m, "mount -t cgroup2 none /sys/fs/cgroup");
	} else if (privileged || h->delegated) {
		why(m, "the cgroup v2 tree cannot be written to");
		command(m, "mount -o remount,rw /sys/fs/cgroup%s",
		    h->cgroup == HOST_CGROUP_HYBRID ? "/unified" : "");
	} else {
		why(m, "%.100s of the cgroup v2 tree is not delegated to us",
		    h->own[0] != '\0' ? h->own : "our place");
		command(m, DELEGATE);
	}
}

static void
mend_controller(
    const struct host *h, const struct mend_about *a, struct mend *m)
{
	if (h->cgroup == HOST_CGROUP_NONE) {
		mend_cgroup(h, a->privileged, m);
	} else if (!host_has_word(h->top, a->controller)) {
		why(m,
		    "cgroup v2 has no controller %s here: it is bound to "
		    "cgroup v1, or the kernel was booted without it",
		    a->controller);
		if (h->cgroup == HOST_CGROUP_HYBRID)
			command(m, "boot with: "
				   "systemd.unified_cgroup_hierarchy=1");
		else
			command(
			    m, "boot with: cgroup_enable=%s", a->controller);
	} else if (!a->privileged && !h->delegated) {
		mend_cgroup(h, false, m);
	} else if (!a->privileged) {
		why(m, "the controller %s is not delegated to us",
		    a->controller);
		command(m, "systemctl edit user@.service   # [Service]");
		command(m, "    Delegate=cpu cpuset io memory pids");
	} else {
		why(m, "the controller %s cannot be handed down",
		    a->controller);
		command(m, "echo +%s >/sys/fs/cgroup/cgroup.subtree_control",
		    a->controller);
	}
}

static void
mend_landlock(const struct host *h, unsigned abi, struct mend *m)
{
	if (abi != 0) {
		why(m, "Linux %s has ABI %u of Landlock; 6.12 has 6",
		    h->release, abi);
	} else if (h->lsm[0] != '\0' && !host_has_word(h->lsm, "landlock")) {
		why(m, "Landlock is not among the security modules in use");
		command(m, "boot with: lsm=landlock,%.90s", h->lsm);
	} else if (h->landlock_built) {
		why(m, "Landlock is built into this kernel and not in use");
		command(m, "boot with: lsm=landlock,...   # see "
			   "/sys/kernel/security/lsm");
	} else if (!host_at_least(h, 5, 19)) {
		why(m, "Linux %s is older than 5.19, whose Landlock it takes",
		    h->release);
	} else {
		why(m, "this kernel was built without Landlock, or a filter "
		       "hides it");
		command(m, "zgrep CONFIG_SECURITY_LANDLOCK /proc/config.gz");
	}
}

static void
mend_own_ids(const struct host *h, bool privileged, struct mend *m)
{
	if (!privileged) {
		why(m, "without privilege a sandbox has the caller's own id: "
		       "two sandboxes of one user are kept apart by namespaces "
		       "alone");
		command(m, "sudo stockade ...");
	} else if (!host_at_least(h, 5, 12)) {
		why(m, "Linux %s is older than 5.12: no id-mapped mounts",
		    h->release);
	} else {
		why(m, "the file system of this directory cannot map ids, or "
		       "this is a container that has none to give");
		command(m, "stockade doctor -C DIR   # on another disk");
	}
}

static void
mend_kernel(const struct host *h, struct mend *m)
{
	if (host_at_least(h, OLDEST_MAJOR, OLDEST_MINOR)) {
		why(m,
		    "Linux %s has this system call: a filter hides it from "
		    "us, as an older container engine's does",
		    h->release);
		command(m, "docker run --security-opt seccomp=unconfined ...");
		return;
	}
	why(m, "Linux %s lacks what this needs; 5.10 is the oldest that works",
	    h->release);
}

// By subordinate ids, which newgidmap(1) maps; the kernel lets nobody drop a
// group who maps his own alone.
static void
mend_groups(const struct host *h, struct mend *m)
{
	why(m,
	    "the caller's other groups stay on, and what they may read, the "
	    "sandbox may: they can be dropped with the help of newgidmap and "
	    "of subordinate group ids");
	if (!h->newgidmap)
		command(m, "apt-get install uidmap");
	if (!h->subgids)
		command(m, "usermod --add-subgids 100000-165535 \"$USER\"");
	if (h->newgidmap && h->subgids)
		command(m, "sudo stockade ...");
}

static void
mend_gate(const struct host *h, struct mend *m)
{
	if (h->filtered || h->container) {
		in_container(m, "what makes a gate");
		return;
	}
	why(m, "a sandbox with rules of the network cannot be built: this "
	       "kernel may lack veth, or have no room for more network "
	       "namespaces");
	command(m, "modprobe veth");
	command(m, "sysctl user.max_net_namespaces");
}

void
mend_find(const struct host *h, const struct mend_about *a, struct mend *m)
{
	memset(m, 0, sizeof(*m));
	switch (a->kind) {
	case MEND_NONE:
		return;
	case MEND_REPORT:
		why(m, "this holds on every kernel that runs a sandbox, and "
		       "did not here: please report it");
		command(m, "stockade doctor --json");
		return;
	case MEND_UNHELD:
		why(m, "nothing here can hold this limit: a request for it "
		       "is told of as missing, and --strict refuses it");
		return;
	case MEND_USERNS:
		mend_userns(h, m);
		return;
	case MEND_MOUNT:
		mend_mount(h, a->privileged, m);
		return;
	case MEND_CGROUP:
		mend_cgroup(h, a->privileged, m);
		return;
	case MEND_CONTROLLER:
		mend_controller(h, a, m);
		return;
	case MEND_LANDLOCK:
		mend_landlock(h, a->landlock_abi, m);
		return;
	case MEND_OWN_IDS:
		mend_own_ids(h, a->privileged, m);
		return;
	case MEND_GROUPS:
		mend_groups(h, m);
		return;
	case MEND_CEILING:
		why(m, "the administrator's ceiling refuses what this asks "
		       "for");
		command(m, "cat /etc/stockade/ceiling.policy");
		return;
	case MEND_KERNEL:
		mend_kernel(h, m);
		return;
	case MEND_GATE:
		mend_gate(h, m);
		return;
	case MEND_TPROXY:
		why(m, "this kernel has no nf_tables with TPROXY for us: "
		       "connections to ports that no rule names are refused "
		       "without a record");
		command(m, "modprobe -a nf_tables nft_tproxy");
		return;
	case MEND_INSTALL:
		why(m, "a program of stockade's is missing or cannot run");
		command(m, "./bootstrap install");
		return;
	}
}

enum mend_kind
mend_of_error(const struct err *e)
{
	// Whatever it was for: a kernel without it, or a filter that hides it.
	if (e->sys_errno == ENOSYS || strstr(e->text, strerrordesc_np(ENOSYS)))
		return MEND_KERNEL;
	switch (e->code) {
	case ERR_NAMESPACE:
	case ERR_IDMAP:
		return MEND_USERNS;
	case ERR_MOUNT:
		return MEND_MOUNT;
	case ERR_CGROUP:
		return MEND_CGROUP;
	case ERR_LANDLOCK:
		return MEND_LANDLOCK;
	case ERR_REFUSED:
	case ERR_POLICY:
		return MEND_CEILING;
	case ERR_EXEC:
		return MEND_INSTALL;
	case ERR_SYSTEM:
		return e->sys_errno == ENOENT || e->sys_errno == EACCES
			   ? MEND_INSTALL
			   : MEND_USERNS;
	default:
		return MEND_USERNS;
	}
}
