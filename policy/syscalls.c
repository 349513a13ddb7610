// SPDX-License-Identifier: ISC
// The tables of system calls: what a command may make. What it may not, and
// why, stands in refused.c.
#include <stddef.h>
#include "policy/syscalls.h"

#define LOW32 0xffffffffu
#define ALL64 0xffffffffffffffffu

// CLONE_NEW*: no new namespaces. clone(2) cannot say CLONE_NEWTIME (0x80 is
// part of the exit signal there), unshare(2) can.
#define CLONE_NEW_MASK	 0x7e020000u
#define UNSHARE_NEW_MASK 0x7e020080u

#define ROW(v, n, ...)                                                      \
	{                                                                   \
		.name = #n, .verdict = SYSCALL_##v, .cond = { __VA_ARGS__ } \
	}
#define COND(a, m, v)            \
	{                        \
		1, (a), (m), (v) \
	}
#define IF(n, a, m, v) ROW(ALLOW, n, COND(a, m, v))
// socket(2): family, type without its flags, protocol
#define SOCKET(family, type, proto)                                        \
	ROW(ALLOW, socket, COND(0, LOW32, (family)), COND(1, 0xf, (type)), \
	    COND(2, LOW32, (proto)))
#define PRCTL(option) IF(prctl, 0, LOW32, (option))
#define END       \
	{         \
		0 \
	}

enum {
	FAMILY_UNIX = 1,
	FAMILY_INET = 2,
	FAMILY_INET6 = 10,
	FAMILY_NETLINK = 16,
	TYPE_STREAM = 1,
	TYPE_DGRAM = 2,
	TYPE_RAW = 3,
	PROTO_TCP = 6,
	PROTO_UDP = 17,
	PROTO_MPTCP = 262,
	PROTO_ROUTE = 0, // of netlink: what getifaddrs(3) asks
	PROTO_SOCK_DIAG = 4,
	PROTO_NETFILTER = 12,
	RLIMIT_CORE_NR = 4,
	WRITABLE = 2,	  // PROT_WRITE
	EXECUTABLE = 4,	  // PROT_EXEC
	ANONYMOUS = 0x20, // MAP_ANONYMOUS
};

static const char *const files[] = {"read", "write", "open", "close", "stat",
    "fstat", "lstat", "poll", "lseek", "pread64", "pwrite64", "readv", "writev",
    "access", "pipe", "select", "dup", "dup2", "dup3", "sendfile", "fcntl",
    "flock", "fsync", "fdatasync", "truncate", "ftruncate", "getdents",
    "getdents64", "getcwd", "chdir", "fchdir", "rename", "mkdir", "rmdir",
    "creat", "link", "unlink", "symlink", "readlink", "chmod", "fchmod",
    "chown", "fchown", "lchown", "umask", "utime", "utimes", "futimesat",
    "statfs", "fstatfs", "sync", "syncfs", "sync_file_range", "readahead",
    "fadvise64", "fallocate", "openat", "openat2", "mkdirat", "fchownat",
    "newfstatat", "unlinkat", "renameat", "renameat2", "linkat", "symlinkat",
    "readlinkat", "fchmodat", "faccessat", "faccessat2", "utimensat", "statx",
    "setxattr", "lsetxattr", "fsetxattr", "getxattr", "lgetxattr", "fgetxattr",
    "listxattr", "llistxattr", "flistxattr", "removexattr", "lremovexattr",
    "fremovexattr", "preadv", "pwritev", "preadv2", "pwritev2", "pipe2",
    "splice", "tee", "copy_file_range", "close_range", "inotify_init",
    "inotify_init1", "inotify_add_watch", "inotify_rm_watch", "eventfd",
    "eventfd2", "signalfd", "signalfd4", "timerfd_create", "timerfd_settime",
    "timerfd_gettime", "epoll_create", "epoll_create1", "epoll_ctl",
    "epoll_wait", "epoll_pwait", "epoll_pwait2", "pselect6", "ppoll",
    "fchmodat2", "cachestat", NULL};

// FIFOs, sockets and plain files, never devices.
static const struct syscall_rule nodes[] = {IF(mknod, 1, 0170000, 0),
    IF(mknod, 1, 0170000, 0010000), IF(mknod, 1, 0170000, 0100000),
    IF(mknod, 1, 0170000, 0140000), IF(mknodat, 2, 0170000, 0),
    IF(mknodat, 2, 0170000, 0010000), IF(mknodat, 2, 0170000, 0100000),
    IF(mknodat, 2, 0170000, 0140000), END};

// Requests that push input into a terminal, move the console, or load a
// line discipline. The kernel reads 32 bits of the request, so we do too.
#define IOCTL_REFUSED                                   \
	ROW(REFUSE, ioctl, COND(1, LOW32, 0x5412)),     \
	    ROW(REFUSE, ioctl, COND(1, LOW32, 0x541c)), \
	    ROW(REFUSE, ioctl, COND(1, LOW32, 0x541d)), \
	    ROW(REFUSE, ioctl, COND(1, LOW32, 0x5423))

static const struct syscall_rule ioctl_default[] = {
    IOCTL_REFUSED, // TIOCSTI, TIOCLINUX, TIOCCONS, TIOCSETD
    ROW(ALLOW, ioctl), END};

// Terminals and the general ones (FIONREAD...), sockets, and FICLONE,
// FICLONERANGE, FIDEDUPERANGE.
static const struct syscall_rule ioctl_strict[] = {IOCTL_REFUSED,
    IF(ioctl, 1, 0xff00, 0x5400), IF(ioctl, 1, LOW32, 0x40049409),
    IF(ioctl, 1, LOW32, 0x4020940d), IF(ioctl, 1, LOW32, 0xc0189436), END};

static const char *const old_aio[] = {"io_setup", "io_destroy", "io_getevents",
    "io_submit", "io_cancel", "io_pgetevents", NULL};

static const char *const memory[] = {"munmap", "brk", "mremap", "msync",
    "mincore", "madvise", "mlock", "mlock2", "munlock", "mlockall",
    "munlockall", "membarrier", "mseal", "pkey_alloc", "pkey_free", NULL};

static const char *const more_memory[] = {"mmap", "mprotect", "pkey_mprotect",
    "shmat", "memfd_create", "remap_file_pages", "mbind", "get_mempolicy",
    "set_mempolicy", "process_madvise", "process_mrelease", "vmsplice", NULL};

// Memory is executable only as a file is mapped, and then not writable.
static const struct syscall_rule memory_strict[] = {IF(mmap, 2, EXECUTABLE, 0),
    ROW(ALLOW, mmap, COND(2, EXECUTABLE | WRITABLE, EXECUTABLE),
	COND(3, ANONYMOUS, 0)),
    IF(mprotect, 2, EXECUTABLE, 0), IF(pkey_mprotect, 2, EXECUTABLE, 0),
    IF(shmat, 2, 0100000, 0), // SHM_EXEC
    END};

static const char *const processes[] = {"execve", "execveat", "exit",
    "exit_group", "fork", "vfork", "wait4", "waitid", "kill", "tkill", "tgkill",
    "pidfd_open", "pidfd_send_signal", "getpid", "getppid", "gettid", "getpgrp",
    "getpgid", "setpgid", "getsid", "setsid", "set_tid_address",
    "set_robust_list", "get_robust_list", "rseq", "futex", "futex_waitv",
    "futex_wake", "futex_wait", "futex_requeue", "arch_prctl", "getrlimit",
    "getrusage", "times", "sysinfo", "uname", "getcpu", "getpriority",
    "setpriority", "ioprio_get", "ioprio_set", "sched_yield", "sched_setparam",
    "sched_getparam", "sched_setscheduler", "sched_getscheduler",
    "sched_get_priority_max", "sched_get_priority_min", "sched_rr_get_interval",
    "sched_setaffinity", "sched_getaffinity", "sched_setattr", "sched_getattr",
    NULL};

static const struct syscall_rule process_rows[] = {
    IF(clone, 0, CLONE_NEW_MASK, 0), IF(unshare, 0, UNSHARE_NEW_MASK, 0),
    // its flags lie behind a pointer: libc falls back to clone
    ROW(KEYED, clone3),
    // Asking is free. One's own are set, but not how large a core may be: a
    // core_pattern that is a program is kept away by the 1 alone, and who
    // would make it 0 is told that it is.
    IF(prlimit64, 2, ALL64, 0),
    ROW(PRETEND, prlimit64, COND(0, LOW32, 0), COND(1, LOW32, RLIMIT_CORE_NR),
	COND(3, ALL64, 0)),
    ROW(REFUSE, prlimit64, COND(1, LOW32, RLIMIT_CORE_NR)),
    IF(prlimit64, 0, LOW32, 0),
    ROW(PRETEND, setrlimit, COND(0, LOW32, RLIMIT_CORE_NR)),
    ROW(ALLOW, setrlimit),
    // the plain domain, and asking
    IF(personality, 0, LOW32, 0), IF(personality, 0, LOW32, LOW32), END};

// PR_SET_PDEATHSIG to PR_SET_DUMPABLE, KEEPCAPS, TIMING, NAME; SECCOMP,
// CAPBSET, TSC; TIMERSLACK, MCE_KILL_GET; CHILD_SUBREAPER, NO_NEW_PRIVS,
// GET_TID_ADDRESS, THP_DISABLE; CAP_AMBIENT, SPECULATION_CTRL, MDWE; then
// PR_SET_VMA, PR_GET_AUXV, PR_SET_PTRACER.
static const struct syscall_rule prctl_rows[] = {PRCTL(1), PRCTL(2), PRCTL(3),
    PRCTL(4), PRCTL(7), PRCTL(8), PRCTL(13), PRCTL(14), PRCTL(15), PRCTL(16),
    PRCTL(21), PRCTL(22), PRCTL(23), PRCTL(24), PRCTL(25), PRCTL(26), PRCTL(27),
    PRCTL(29), PRCTL(30), PRCTL(34), PRCTL(36), PRCTL(37), PRCTL(38), PRCTL(39),
    PRCTL(40), PRCTL(41), PRCTL(42), PRCTL(47), PRCTL(52), PRCTL(53), PRCTL(65),
    PRCTL(66), PRCTL(0x53564d41), PRCTL(0x41555856), PRCTL(0x59616d61),
    ROW(INVAL, prctl), END};

// A process may look into its like. Pid 1 and the reapers are not dumpable,
// and a command holds no capability that would pass over that.
static const char *const tracing[] = {
    "ptrace", "process_vm_readv", "process_vm_writev", NULL};
static const struct syscall_rule tracing_rows[] = {
    IF(personality, 0, LOW32, 0x40000), // no address randomisation
    END};

static const char *const signals_time[] = {"rt_sigaction", "rt_sigprocmask",
    "rt_sigreturn", "rt_sigpending", "rt_sigtimedwait", "rt_sigqueueinfo",
    "rt_tgsigqueueinfo", "rt_sigsuspend", "sigaltstack", "pause", "alarm",
    "getitimer", "setitimer", "nanosleep", "clock_gettime", "clock_getres",
    "clock_nanosleep", "gettimeofday", "time", "timer_create", "timer_settime",
    "timer_gettime", "timer_getoverrun", "timer_delete", "restart_syscall",
    NULL};

// All of it is empty already, so asking and keeping is fine.
static const char *const identity[] = {"getuid", "getgid", "geteuid", "getegid",
    "setuid", "setgid", "setreuid", "setregid", "getgroups", "setgroups",
    "setresuid", "getresuid", "setresgid", "getresgid", "setfsuid", "setfsgid",
    "capget", "capset", "getrandom", NULL};

static const char *const tightening[] = {"seccomp", "landlock_create_ruleset",
    "landlock_add_rule", "landlock_restrict_self", NULL};

// System V and POSIX IPC, in the box's own namespace.
static const char *const ipc[] = {"shmget", "shmctl", "shmdt", "semget",
    "semop", "semctl", "semtimedop", "msgget", "msgsnd", "msgrcv", "msgctl",
    "mq_open", "mq_unlink", "mq_timedsend", "mq_timedreceive", "mq_notify",
    "mq_getsetattr", NULL};

static const char *const sockets[] = {"connect", "accept", "accept4", "sendto",
    "recvfrom", "sendmsg", "recvmsg", "sendmmsg", "recvmmsg", "shutdown",
    "bind", "listen", "getsockname", "getpeername", "setsockopt", "getsockopt",
    NULL};

static const struct syscall_rule unix_sockets[] = {
    IF(socket, 0, LOW32, FAMILY_UNIX), IF(socketpair, 0, LOW32, FAMILY_UNIX),
    END};

static const struct syscall_rule network[] = {
    SOCKET(FAMILY_INET, TYPE_STREAM, 0),
    SOCKET(FAMILY_INET, TYPE_STREAM, PROTO_TCP),
    SOCKET(FAMILY_INET, TYPE_STREAM, PROTO_MPTCP),
    SOCKET(FAMILY_INET, TYPE_DGRAM, 0),
    SOCKET(FAMILY_INET, TYPE_DGRAM, PROTO_UDP),
    SOCKET(FAMILY_INET6, TYPE_STREAM, 0),
    SOCKET(FAMILY_INET6, TYPE_STREAM, PROTO_TCP),
    SOCKET(FAMILY_INET6, TYPE_STREAM, PROTO_MPTCP),
    SOCKET(FAMILY_INET6, TYPE_DGRAM, 0),
    SOCKET(FAMILY_INET6, TYPE_DGRAM, PROTO_UDP),
    SOCKET(FAMILY_NETLINK, TYPE_DGRAM, PROTO_ROUTE),
    SOCKET(FAMILY_NETLINK, TYPE_RAW, PROTO_ROUTE), END};

// Of the network's gate, which the builder makes.
static const struct syscall_rule gate[] = {
    SOCKET(FAMILY_NETLINK, TYPE_RAW, PROTO_NETFILTER),
    SOCKET(FAMILY_NETLINK, TYPE_DGRAM, PROTO_SOCK_DIAG), END};

// Known to the tables, not to be had: libc and runtimes probe them.
static const struct syscall_rule too_new[] = {ROW(NOSYS, map_shadow_stack),
    ROW(NOSYS, statmount), ROW(NOSYS, listmount), ROW(NOSYS, lsm_get_self_attr),
    ROW(NOSYS, lsm_set_self_attr), ROW(NOSYS, lsm_list_modules),
    ROW(NOSYS, setxattrat), ROW(NOSYS, getxattrat), ROW(NOSYS, listxattrat),
    ROW(NOSYS, removexattrat), ROW(NOSYS, open_tree_attr), END};

const struct syscall_group syscalls_groups[] = {
    {"files and events", SYSCALL_IN_ALL, files, nodes},
    {"ioctl", SYSCALL_IN_DEFAULT, NULL, ioctl_default},
    {"ioctl of terminals", SYSCALL_IN_STRICT, NULL, ioctl_strict},
    {"old asynchronous I/O", SYSCALL_IN_DEFAULT, old_aio, NULL},
    {"memory", SYSCALL_IN_ALL, memory, NULL},
    {"executable memory", SYSCALL_IN_DEFAULT, more_memory, NULL},
    {"memory, never written and executed", SYSCALL_IN_STRICT, NULL,
	memory_strict},
    {"processes", SYSCALL_IN_ALL, processes, process_rows},
    {"prctl", SYSCALL_IN_ALL, NULL, prctl_rows},
    {"tracing", SYSCALL_IN_DEFAULT, tracing, tracing_rows},
    {"signals and time", SYSCALL_IN_ALL, signals_time, NULL},
    {"identity", SYSCALL_IN_ALL, identity, NULL},
    {"tightening", SYSCALL_IN_ALL, tightening, NULL},
    {"IPC", SYSCALL_IN_ALL, ipc, NULL},
    {"local sockets", SYSCALL_IN_ALL, sockets, unix_sockets},
    {"network sockets", SYSCALL_IN_DEFAULT, NULL, network},
    {"the gate's sockets", SYSCALL_IN_HELPER, NULL, gate},
    {"too new", SYSCALL_IN_ALL, NULL, too_new},
    {NULL, 0, NULL, NULL},
};

const struct syscall_number syscalls_numbers[] = {{"clone3", 435},
    {"cachestat", 451}, {"fchmodat2", 452}, {"map_shadow_stack", 453},
    {"futex_wake", 454}, {"futex_wait", 455}, {"futex_requeue", 456},
    {"statmount", 457}, {"listmount", 458}, {"lsm_get_self_attr", 459},
    {"lsm_set_self_attr", 460}, {"lsm_list_modules", 461}, {"mseal", 462},
    {"setxattrat", 463}, {"getxattrat", 464}, {"listxattrat", 465},
    {"removexattrat", 466}, {"open_tree_attr", 467}, {NULL, 0}};

const char *const syscalls_helper[] = {"clone", "clone3", "unshare", "setns",
    "mount", "umount2", "pivot_root", "open_tree", "move_mount", "fsopen",
    "fsconfig", "fsmount", "mount_setattr", "sethostname", "prlimit64",
    "setrlimit", "prctl", NULL};
