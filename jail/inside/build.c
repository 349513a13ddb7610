// SPDX-License-Identifier: ISC
// Builds the box around the process that will be its pid 1: outermost layers
// first, what gives up the right to build last.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/caps.h"
#include "jail/base/fd.h"
#include "jail/base/landlock.h"
#include "jail/commands.h"
#include "jail/etc.h"
#include "jail/inside/inside.h"
#include "jail/net.h"
#include "jail/ns.h"
#include "jail/seccomp.h"
#include "policy/syscalls.h"

static int
set_limit(int what, rlim_t value, struct err *e)
{
	struct rlimit r = {value, value};
	struct rlimit was;

	if (getrlimit(what, &was) != 0)
		return err_set(e, ERR_LIMIT, errno, "getrlimit %d", what);
	// What the caller may not have, the box may not have either.
	if (was.rlim_max < value)
		r.rlim_cur = r.rlim_max = was.rlim_max;
	if (setrlimit(what, &r) != 0)
		return err_set(e, ERR_LIMIT, errno, "setrlimit %d", what);
	return 0;
}

// Counted for the box's maker as well, whatever it runs elsewhere: a quarter
// of what it may have.
static int
share_limit(int what, struct err *e)
{
	struct rlimit r;

	if (getrlimit(what, &r) != 0)
		return err_set(e, ERR_LIMIT, errno, "getrlimit %d", what);
	if (r.rlim_max == RLIM_INFINITY)
		return 0;
	return set_limit(what, r.rlim_max / 4, e);
}

// Those that pid 1 can bear itself; the others are set for each command.
static int
set_limits(const struct inside *in, struct err *e)
{
	// Not 0: a host's core_pattern that is a program runs even then, and
	// reads a stranger's memory. 1 is the kernel's word for "not at all".
	if (set_limit(RLIMIT_CORE, 1, e) != 0)
		return -1;
	// Privileges by another name: to be first on the host's processors.
	if (set_limit(RLIMIT_RTPRIO, 0, e) != 0 ||
	    set_limit(RLIMIT_NICE, 0, e) != 0)
		return -1;
	// Queued signals and timers; POSIX message queues.
	if (share_limit(RLIMIT_SIGPENDING, e) != 0 ||
	    share_limit(RLIMIT_MSGQUEUE, e) != 0)
		return -1;
	if (in->limit[LIMIT_FSIZE] != 0 &&
	    set_limit(RLIMIT_FSIZE, in->limit[LIMIT_FSIZE], e) != 0)
		return -1;
	return limits_more_files(e);
}

// 0 to 2: /dev/null of the box; 3: the helper; 4: the agent; 5: /proc;
// nothing else.
static int
tidy_descriptors(const struct inside *in, int proc, struct err *e)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int last[] = {in->ctl, in->chan, proc};
	int i;

	for (i = 0; i < 3; i++) {
		last[i] = fcntl(last[i], F_DUPFD_CLOEXEC, 16);
		if (null < 0 || last[i] < 0)
			return err_set(
			    e, ERR_SYSTEM, errno, "move descriptors");
	}
	for (i = 0; i < 3; i++)
		if ((null != i && dup2(null, i) < 0) ||
		    dup3(last[i], 3 + i, O_CLOEXEC) < 0)
			return err_set(e, ERR_SYSTEM, errno,
			    "descriptors %d and %d", i, 3 + i);
	if (fd_close_range(INSIDE_PROC + 1, ~0U, false) != 0)
		return err_set(e, ERR_SYSTEM, errno, "close descriptors");
	return 0;
}

// Deny is the default: a path not below one of these, the host's reached by
// an open descriptor say, cannot be opened anew.
static int
confine(const struct inside *in, struct err *e)
{
	const bool strict = in->choice[CHOICE_SECCOMP] == SYSCALL_STRICT;
	struct landlock_path p[11 + SPEC_MOUNTS_MAX] = {
	    {"/", 0}, {"/workspace", 1}, {"/tmp", 1}, {"/dev", 1},
	    // /proc/self/mem writes to memory that is only to be executed
	    {"/proc", !strict},
	    {"/proc/self/fd/5", 0}, // INSIDE_PROC, may be a mount of its own
	};
	int abi = landlock_abi();
	uint32_t i, n = 6;

	for (i = 0; i < in->rootfs.nmounts; i++)
		if (in->rootfs.mount[i].writable)
			p[n++] =
			    (struct landlock_path){in->rootfs.mount[i].dst, 1};
	if (landlock_confine(abi, p, !strict, e) != 0)
		return -1;
	return abi;
}

// Nothing that was ours, and no way back: in the order in which each step
// still has the right it needs.
static int
give_up(const struct inside *in, struct err *e)
{
	int abi;

	if (idmap_nest(in->ids, e) != 0)
		return -1;
	if (caps_drop_all(e) != 0 || caps_no_new_privs(e) != 0)
		return -1;
	// No process of the same id may look into pid 1, or stop it.
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return err_set(e, ERR_CAPS, errno, "stop being dumpable");
	abi = confine(in, e);
	if (abi < 0 || set_limits(in, e) != 0)
		return -1;
	if (commands_confine(in->spec, e) != 0)
		return -1;
	if (seccomp_box(in->choice[CHOICE_SECCOMP], e) != 0)
		return -1;
	return abi;
}

static int
make_net(struct inside *in, struct err *e)
{
	if (net_lo_up(e) != 0)
		return -1;
	if (in->shape.net != 0 && gate_begin(in->ctl, &in->gate, e) != 0)
		return err_prefix(e, "network");
	return 0;
}

int
build_begin(struct inside *in, struct rootfs_begun *begun, struct err *e)
{
	if (!in->cgroups_hidden && ns_hide_cgroups(e) != 0)
		return -1;
	if (idmap_become(in->ids, e) != 0)
		return -1;
	if (make_net(in, e) != 0)
		return -1;
	if (sethostname(ETC_HOSTNAME, strlen(ETC_HOSTNAME)) != 0)
		return err_set(e, ERR_NAMESPACE, errno, "set the host name");
	return rootfs_begin(begun, &in->shape, e);
}

int
build_finish(
    const struct inside *in, const struct rootfs_begun *begun, struct err *e)
{
	if (gate_finish(in->ctl, in->gate, &in->spec->net, e) != 0)
		return err_prefix(e, "network");
	if (rootfs_finish(begun, &in->rootfs, e) != 0)
		return -1;
	umask(022);
	if (setsid() < 0)
		return err_set(e, ERR_SYSTEM, errno, "new session");
	if (tidy_descriptors(in, begun->proc, e) != 0)
		return -1;
	// Last of its kind: a change of uid would clear it. Who is gone by now
	// is told by the closed socket.
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
		return err_set(e, ERR_SYSTEM, errno, "die with the helper");
	return give_up(in, e);
}
