// SPDX-License-Identifier: ISC
// The system calls that a command may not make, or only in part, and why.
// Every call that libseccomp knows stands here or in syscalls.c: a unit test
// sees to it. The manual prints these sentences.
#include <stddef.h>
#include "policy/syscalls.h"

#define CALLS(...)                \
	(const char *const[])     \
	{                         \
		__VA_ARGS__, NULL \
	}
#define BOTH   SYSCALL_IN_ALL
#define STRICT SYSCALL_IN_STRICT

const struct syscall_reason syscalls_refused[] = {
    {"mounts and roots", BOTH,
	CALLS("mount", "umount2", "pivot_root", "chroot", "open_tree",
	    "move_mount", "fsopen", "fsconfig", "fsmount", "fspick",
	    "mount_setattr"),
	"The root of the sandbox is what keeps the host's files away, and"
	" file systems are much code of the kernel's."},
    {"namespaces", BOTH, CALLS("setns"),
	"A new user namespace would give back every capability that was taken"
	" away, and with them the parts of the kernel that have had the most"
	" faults."},
    {"io_uring", BOTH,
	CALLS("io_uring_setup", "io_uring_enter", "io_uring_register"),
	"A second table of system calls, which no filter sees into."},
    {"programs in the kernel", BOTH,
	CALLS("bpf", "perf_event_open", "init_module", "finit_module",
	    "delete_module", "create_module", "query_module", "get_kernel_syms",
	    "kexec_load", "kexec_file_load"),
	"They load code into the kernel, or measure the whole machine."},
    {"keys", BOTH, CALLS("keyctl", "add_key", "request_key"),
	"Key rings belong to no namespace: those of the same user outside"
	" could be read."},
    {"stopping the kernel in mid-work", BOTH,
	CALLS("userfaultfd", "memfd_secret"),
	"Page faults that a process answers at its leisure win races against"
	" the kernel; secret memory cannot be seen by who watches the"
	" sandbox."},
    {"files by handle", BOTH,
	CALLS("name_to_handle_at", "open_by_handle_at", "fanotify_init",
	    "fanotify_mark", "lookup_dcookie"),
	"They reach files by number, past the sandbox's root, or watch whole"
	" file systems of the host."},
    {"other processes' insides", BOTH, CALLS("pidfd_getfd", "kcmp"),
	"They take descriptors out of another process, or tell of the"
	" kernel's addresses; debuggers do without."},
    {"the machine", BOTH,
	CALLS("reboot", "swapon", "swapoff", "acct", "quotactl", "quotactl_fd",
	    "syslog", "sethostname", "setdomainname", "vhangup", "iopl",
	    "ioperm", "settimeofday", "clock_settime", "clock_adjtime",
	    "adjtimex"),
	"They are the administrator's: power, swap, quotas, the kernel's log,"
	" names, ports and the clock."},
    {"memory of other nodes", BOTH,
	CALLS("move_pages", "migrate_pages", "set_mempolicy_home_node"),
	"Moving pages between nodes of the machine tells where others' pages"
	" lie."},
    {"old doors", BOTH,
	CALLS("modify_ldt", "uselib", "ustat", "sysfs", "_sysctl", "nfsservctl",
	    "getpmsg", "putpmsg", "afs_syscall", "tuxcall", "security",
	    "set_thread_area", "get_thread_area", "epoll_ctl_old",
	    "epoll_wait_old", "vserver"),
	"Nothing of today uses them, and old code is where old faults are."},
    {"tracing", STRICT,
	CALLS("ptrace", "process_vm_readv", "process_vm_writev"),
	"Debuggers,"
	"\n.Xr strace 1\n"
	" and LeakSanitizer need them; most else does not.\nBy default a"
	" process may trace its like in the sandbox, but never pid 1 and what"
	" belongs to it, which are not dumpable."},
    {"asynchronous I/O", STRICT,
	CALLS("io_setup", "io_destroy", "io_getevents", "io_submit",
	    "io_cancel", "io_pgetevents"),
	"Used by databases, and by few of them."},
    {"memory tricks", STRICT,
	CALLS("memfd_create", "remap_file_pages", "mbind", "get_mempolicy",
	    "set_mempolicy", "process_madvise", "process_mrelease", "vmsplice"),
	"A file of memory could be written and then mapped to be executed; the"
	" others are rarely needed, and had faults."},
    {NULL, 0, NULL, NULL},
};

const struct syscall_reason syscalls_partly[] = {
    {"no new namespaces", BOTH, CALLS("clone", "unshare"),
	"Every flag but those of new namespaces; why, see above."},
    {"flags that cannot be seen", BOTH, CALLS("clone3"),
	"The flags lie in memory, where no filter looks: it does not seem to"
	" exist, and libraries fall back to"
	"\n.Xr clone 2 .\n"},
    {"no device", BOTH, CALLS("mknod", "mknodat"),
	"Plain files, FIFOs and sockets can be made."},
    {"terminals", BOTH, CALLS("ioctl"),
	"Not"
	"\n.Dv TIOCSTI , TIOCLINUX , TIOCCONS\n"
	" and"
	"\n.Dv TIOCSETD :\n"
	" they type for the user, take over the console or load code into the"
	" kernel.\nStrict: only the requests of terminals, pipes and sockets,"
	" and those that copy a file by reference."},
    {"families of sockets", BOTH, CALLS("socket", "socketpair"),
	"By default local sockets, TCP, MPTCP and UDP, and the netlink"
	" sockets that list interfaces; strict: local ones only.\nRaw and"
	" packet sockets see others' traffic, and the many other families are"
	" code that few have read."},
    {"core dumps", BOTH, CALLS("setrlimit", "prlimit64"),
	"The size of a core stays 1, which keeps away a program of the host"
	" that the kernel would start for it; a request to change it is said"
	" to have succeeded.\nLimits of another process can be read, not set."},
    {"operations of its own process", BOTH, CALLS("prctl"),
	"A list of allowed ones; not the others, among them core scheduling,"
	" memory merging and changing the map of the process.\nThey are"
	" answered as by a kernel that does not know them."},
    {"address layout", BOTH, CALLS("personality"),
	"Asking, and the usual one.\nBy default, too, turning address"
	" randomisation off for oneself, as debuggers do."},
    {"no executable memory", STRICT,
	CALLS("mmap", "mprotect", "pkey_mprotect", "shmat"),
	"A file can be mapped to be executed but not also to be written, and"
	" no other memory becomes executable.\nPrograms that make code while"
	" they run, such as"
	"\n.Xr java 1\n"
	" and"
	"\n.Xr node 1 ,\n"
	" do not work."},
    {NULL, 0, NULL, NULL},
};
