/* SPDX-License-Identifier: ISC */
/*
 * What doctor asks for inside of a throw-away sandbox: one row a request.
 *
 * stockade-probe runs inside and makes the requests; stockade reads what it
 * says, a line each: the name, and `allowed', `refused ERRNO', `killed
 * SIGNAL' or `value TEXT'. All rows run in one command, each in a child;
 * `stockade-probe some NAME...' runs those alone that need no operand.
 */
#ifndef SRC_DOCTOR_PROBES_H
#define SRC_DOCTOR_PROBES_H

/* id, name, function of stockade-probe */
#define PROBE_TABLE(X)                                   \
	X(NAMESPACES, "namespaces", probe_namespaces)    \
	X(STATUS, "status", probe_status)                \
	X(GROUPS, "groups", probe_groups)                \
	X(SETUID, "setuid", probe_setuid)                \
	X(ENVIRONMENT, "environment", probe_environment) \
	X(DESCRIPTORS, "descriptors", probe_descriptors) \
	X(HOSTNAME, "hostname", probe_hostname)          \
	X(WRITE_USR, "write-usr", probe_write_usr)       \
	X(WRITE_ROOT, "write-root", probe_write_root)    \
	X(WRITE_ETC, "write-etc", probe_write_etc)       \
	X(HOST_FILE, "host-file", probe_host_file)       \
	X(WORKSPACE, "workspace", probe_workspace)       \
	X(PROTECTED, "protected", probe_protected)       \
	X(MOUNT, "mount", probe_mount)                   \
	X(REMOUNT, "remount", probe_remount)             \
	X(MOUNT_NEW, "mount-new", probe_mount_new)       \
	X(MKNOD, "mknod", probe_mknod)                   \
	X(DISKS, "disks", probe_disks)                   \
	X(PROC_SECRETS, "proc-secrets", probe_secrets)   \
	X(PROC_SYS, "proc-sys", probe_proc_sys)          \
	X(SYS, "sys", probe_sys)                         \
	X(TRACE_INIT, "trace-init", probe_trace_init)    \
	X(READ_INIT, "read-init", probe_read_init)       \
	X(STOP_INIT, "stop-init", probe_stop_init)       \
	X(PROCESSES, "processes", probe_processes)       \
	X(UNSHARE, "unshare", probe_unshare)             \
	X(CLONE, "clone", probe_clone)                   \
	X(CLONE3, "clone3", probe_clone3)                \
	X(SETNS, "setns", probe_setns)                   \
	X(IO_URING, "io-uring", probe_io_uring)          \
	X(BPF, "bpf", probe_bpf)                         \
	X(PERF, "perf", probe_perf)                      \
	X(USERFAULTFD, "userfaultfd", probe_userfaultfd) \
	X(KEYCTL, "keyctl", probe_keyctl)                \
	X(MODULE, "module", probe_module)                \
	X(X32, "x32", probe_x32)                         \
	X(I386, "i386", probe_i386)                      \
	X(TIOCSTI, "tiocsti", probe_tiocsti)             \
	X(CLOCK, "clock", probe_clock)                   \
	X(TCP_HOST, "tcp-host", probe_tcp_host)          \
	X(OUTSIDE, "outside", probe_outside)             \
	X(ABSTRACT, "abstract", probe_abstract)          \
	X(FAMILIES, "families", probe_families)          \
	X(LOOPBACK, "loopback", probe_loopback)          \
	X(FSIZE, "fsize", probe_fsize)                   \
	X(NOFILE, "nofile", probe_nofile)                \
	X(TMP, "tmp", probe_tmp)                         \
	X(INET, "inet", probe_inet)                      \
	X(EXEC_MEMORY, "exec-memory", probe_exec_memory) \
	X(EXEC_COPY, "exec-copy", probe_exec_copy)       \
	X(TREE, "tree", probe_tree)

enum probe_id {
#define X(id, name, fn) PROBE_##id,
	PROBE_TABLE(X)
#undef X
	PROBE__COUNT
};

/* The operands of `stockade-probe all', in this order. */
enum probe_operand {
	OPERAND_PORT,	  /* a listener on the host's 127.0.0.1 */
	OPERAND_ABSTRACT, /* name of an abstract socket of the host */
	OPERAND_FILE,	  /* a file of the host, its absolute path */
	OPERAND_VARIABLE, /* a variable of the caller's environment */
	OPERAND_FSIZE,	  /* the limits, as numbers */
	OPERAND_NOFILE,
	OPERAND_TMP,
	OPERAND__COUNT
};

#define PROBE_PROGRAM "stockade-probe"
/* Made in the workspace by the row "workspace". */
#define PROBE_FILE "made-inside"
/* A copy of the program, put there by doctor. */
#define PROBE_COPY "copy"
/* Made there by `stockade-probe disk', with a number behind it. */
#define PROBE_PART  "part"
#define PROBE_PARTS 64

#endif
