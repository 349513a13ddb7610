// SPDX-License-Identifier: ISC
// The table of properties.
#include <stddef.h>
#include <string.h>
#include "src/doctor/limits.h"
#include "src/doctor/property.h"

// A namespace: always one of its own, judged by the kernel's number of it.
#define NS(id, n, s)                                                     \
	{                                                                \
		.group = "namespaces", .name = n "-namespace",           \
		.what = "the number of the namespace differs from ours", \
		.by = "namespace", .since = s, .judge = judge_namespace, \
		.arg = TRIAL_NS_##id, .mend = MEND_USERNS                \
	}
const struct property properties[] = {
    {"sandbox", "sandbox", "a sandbox is built, and a program runs in it",
	"stockade-jail", "5.10", judge_sandbox, 0, {0}, MEND_NONE},
    NS(USER, "user", "3.8"),
    NS(MNT, "mount", "2.4.19"),
    NS(PID, "pid", "2.6.24"),
    NS(NET, "network", "2.6.29"),
    NS(IPC, "ipc", "2.6.19"),
    NS(UTS, "uts", "2.6.19"),
    NS(CGROUP, "cgroup", "4.6"),
    {"namespaces", "no-new-namespaces",
	"unshare, clone, clone3 and setns of namespaces", "seccomp", "3.5",
	judge_refused, PROBE_UNSHARE, {PROBE_CLONE, PROBE_CLONE3, PROBE_SETNS},
	MEND_REPORT},

    {"privileges", "no-capabilities", "all five sets are empty",
	"user namespace", "4.3", judge_status, 0, {0}, MEND_REPORT},
    {"privileges", "no-setuid-gain",
	"a setuid program of the system is run, and stays who we are",
	"no_new_privs", "3.5", judge_setuid, 0, {0}, MEND_REPORT},
    {"privileges", "own-ids",
	"the kernel tells a command's user id on the host", "id-mapped mounts",
	"5.12", judge_own_ids, 0, {0}, MEND_OWN_IDS},
    {"privileges", "no-groups", "no supplementary group comes along",
	"setgroups", "-", judge_groups, 0, {0}, MEND_GROUPS},
    {"privileges", "environment", "a variable of the caller's is looked for",
	"stockade", "-", judge_refused, PROBE_ENVIRONMENT, {0}, MEND_REPORT},
    {"privileges", "descriptors",
	"a descriptor left open by the caller is looked for", "close_range",
	"-", judge_refused, PROBE_DESCRIPTORS, {0}, MEND_REPORT},
    {"privileges", "hostname", "the host name is set", "uts namespace", "-",
	judge_refused, PROBE_HOSTNAME, {0}, MEND_REPORT},
    {"privileges", "clock", "the clock is set", "seccomp", "3.5", judge_refused,
	PROBE_CLOCK, {0}, MEND_REPORT},

    {"kernel", "system-calls",
	"io_uring, bpf, perf, userfaultfd, keyctl, modules", "seccomp", "3.5",
	judge_refused, PROBE_IO_URING,
	{PROBE_BPF, PROBE_PERF, PROBE_USERFAULTFD, PROBE_KEYCTL, PROBE_MODULE},
	MEND_REPORT},
    {"kernel", "other-entries", "system calls of i386 and x32", "seccomp",
	"3.5", judge_refused, PROBE_X32, {PROBE_I386}, MEND_REPORT},
    {"kernel", "terminal-input", "a key is pushed into a terminal (TIOCSTI)",
	"seccomp", "3.5", judge_refused, PROBE_TIOCSTI, {0}, MEND_REPORT},

    {"files", "system-read-only",
	"files are made in /usr, /etc and / of the sandbox", "read-only mounts",
	"5.12", judge_refused, PROBE_WRITE_USR,
	{PROBE_WRITE_ETC, PROBE_WRITE_ROOT}, MEND_REPORT},
    {"files", "host-files", "a file of the caller's is opened by its path",
	"mount namespace", "-", judge_refused, PROBE_HOST_FILE, {0},
	MEND_REPORT},
    {"files", "landlock", "a directory held open by the caller is opened anew",
	"Landlock", "5.19", judge_landlock, 0, {0}, MEND_LANDLOCK},
    {"files", "no-mounts", "mount, remount, open_tree and fsopen", "seccomp",
	"3.5", judge_refused, PROBE_MOUNT, {PROBE_REMOUNT, PROBE_MOUNT_NEW},
	MEND_REPORT},
    {"files", "no-devices",
	"a device is made; disks and memory are looked for in /dev", "seccomp",
	"3.5", judge_refused, PROBE_MKNOD, {PROBE_DISKS}, MEND_REPORT},
    {"files", "workspace", "a file is made in /workspace", "mount", "-",
	judge_allowed, PROBE_WORKSPACE, {0}, MEND_REPORT},
    {"files", "protected-paths",
	"what the host's tools obey is written, removed, renamed, replaced",
	"mounts", "-", judge_refused, PROBE_PROTECTED, {0}, MEND_REPORT},
    {"files", "ownership", "outside, that file is the caller's", "mount", "-",
	judge_ownership, 0, {0}, MEND_OWN_IDS},
    {"files", "proc-masks", "files of /proc that tell of the host are read",
	"mounts", "-", judge_secrets, 0, {0}, MEND_REPORT},
    {"files", "proc-sys", "settings in /proc/sys are opened for writing",
	"read-only mount", "-", judge_refused, PROBE_PROC_SYS, {0},
	MEND_REPORT},
    {"files", "no-sys", "/sys is looked for", "mount namespace", "-",
	judge_refused, PROBE_SYS, {0}, MEND_REPORT},

    {"processes", "pid1", "pid 1 is traced, read, stopped and killed",
	"seccomp, dumpable", "3.5", judge_refused, PROBE_TRACE_INIT,
	{PROBE_READ_INIT, PROBE_STOP_INIT}, MEND_REPORT},
    {"processes", "host-processes", "processes in /proc are counted",
	"pid namespace", "2.6.24", judge_processes, 0, {0}, MEND_REPORT},
    {"processes", "cgroup-per-command",
	"the control groups of two commands differ", "cgroup v2", "5.7",
	judge_cgroup, 0, {0}, MEND_CGROUP},
    {"processes", "leftovers",
	"a process that left its session dies with its command", "cgroup.kill",
	"5.14", judge_leftovers, 0, {0}, MEND_REPORT},
    {"processes", "nothing-left",
	"afterwards no process and no control group is there", "stockade-jail",
	"-", judge_clean, 0, {0}, MEND_REPORT},

    {"network", "no-network", "a datagram is addressed to the Internet",
	"network namespace", "2.6.29", judge_refused, PROBE_OUTSIDE, {0},
	MEND_REPORT},
    {"network", "host-loopback", "a listener on the host's 127.0.0.1",
	"network namespace", "2.6.29", judge_refused, PROBE_TCP_HOST, {0},
	MEND_REPORT},
    {"network", "abstract-sockets", "an abstract socket of the host",
	"network namespace", "2.6.29", judge_refused, PROBE_ABSTRACT, {0},
	MEND_REPORT},
    {"network", "socket-families",
	"packet, alg, vsock, generic netlink, bluetooth and raw sockets",
	"seccomp", "3.5", judge_refused, PROBE_FAMILIES, {0}, MEND_REPORT},
    {"network", "own-loopback", "a listener on its own 127.0.0.1",
	"network namespace", "-", judge_allowed, PROBE_LOOPBACK, {0},
	MEND_REPORT},

    {"network", "gate",
	"a sandbox with a rule of the network is built, and its ports heard",
	"nf_tables", "4.19", judge_gate, 0, {0}, MEND_GATE},
    {"network", "gate-rules",
	"what its rule lists is dialled, and what it does not",
	"stockade-egress", "-", judge_gate_rules, 0, {0}, MEND_REPORT},

    {"policy", "command-rules",
	"a program that is not listed is run, by its path and by ld.so",
	"Landlock, noexec", "5.19", judge_commands, 0, {0}, MEND_REPORT},
    {"policy", "root-directory",
	"a command runs in another system, and looks for the host's",
	"mount namespace", "5.2", judge_root, 0, {0}, MEND_REPORT},
    {"policy", "workspace-noexec",
	"a program in a workspace that is noexec is run", "noexec mount",
	"5.12", judge_noexec, PROBE_EXEC_COPY, {0}, MEND_REPORT},
    {"policy", "seccomp-strict",
	"a socket of the network and executable memory, with seccomp strict",
	"seccomp", "3.5", judge_strict, PROBE_INET, {PROBE_EXEC_MEMORY},
	MEND_REPORT},

#define X(id, name, unit, def, min, max, what)                               \
	{"limits", "limit-" name, what, NULL, NULL, judge_limit, LIMIT_##id, \
	    {0}, MEND_CONTROLLER},
    LIMIT_TABLE(X)
#undef X
	{.name = NULL},
};

void
property_find(
    const struct trial *t, const struct property *p, struct finding *f)
{
	memset(f, 0, sizeof(*f));
	f->state = STATE_UNTRIED;
	f->by = p->by != NULL ? p->by : "-";
	f->mend.privileged = t->privileged;
	f->mend.landlock_abi = t->facts.landlock_abi;
	p->judge(t, p, f);
	if (f->state == STATE_PRESENT || f->state == STATE_UNTRIED)
		f->mend.kind = MEND_NONE;
	else if (f->mend.kind == MEND_NONE)
		f->mend.kind = p->mend;
	if (f->state == STATE_MISSING || f->state == STATE_UNTRIED)
		f->by = "-";
}

const char *
property_since(const struct property *p)
{
	return p->since != NULL ? p->since
				: limit_row((enum spec_limit)p->arg)->since;
}

const char *
state_name(enum state state)
{
	static const char *const names[] = {
	    "present", "degraded", "missing", "untried"};

	return names[state];
}
