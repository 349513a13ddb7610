/* SPDX-License-Identifier: ISC */
/*
 * The floor's system call filter: a fixed program, so that a start pays for
 * loading one and for nothing else. Refuses a list, allows the rest; about
 * as long as a real one.
 */
#ifndef TESTS_BENCH_FLOOR_FILTER_H
#define TESTS_BENCH_FLOOR_FILTER_H

#include <errno.h>
#include <stddef.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>

#ifdef __x86_64__
#	define FLOOR_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#	define FLOOR_ARCH AUDIT_ARCH_AARCH64
#endif

#define FLOOR_EPERM  (SECCOMP_RET_ERRNO | EPERM)
#define FLOOR_ENOSYS (SECCOMP_RET_ERRNO | ENOSYS)

/* if (nr == x) return ret; */
#define FLOOR_ON(x, ret)                                \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (x), 0, 1), \
	    BPF_STMT(BPF_RET | BPF_K, (ret))
#define FLOOR_NO(name) FLOOR_ON(SYS_##name, FLOOR_EPERM)

static struct sock_filter floor_program[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, FLOOR_ARCH, 1, 0),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, FLOOR_ENOSYS),
    FLOOR_ON(SYS_clone3, FLOOR_ENOSYS),
    FLOOR_NO(unshare),
    FLOOR_NO(setns),
    FLOOR_NO(mount),
    FLOOR_NO(umount2),
    FLOOR_NO(pivot_root),
    FLOOR_NO(chroot),
    FLOOR_NO(open_tree),
    FLOOR_NO(move_mount),
    FLOOR_NO(mount_setattr),
    FLOOR_NO(fsopen),
    FLOOR_NO(fsconfig),
    FLOOR_NO(fsmount),
    FLOOR_NO(fspick),
    FLOOR_NO(bpf),
    FLOOR_NO(perf_event_open),
    FLOOR_NO(io_uring_setup),
    FLOOR_NO(io_uring_enter),
    FLOOR_NO(io_uring_register),
    FLOOR_NO(userfaultfd),
    FLOOR_NO(keyctl),
    FLOOR_NO(add_key),
    FLOOR_NO(request_key),
    FLOOR_NO(ptrace),
    FLOOR_NO(process_vm_readv),
    FLOOR_NO(process_vm_writev),
    FLOOR_NO(kcmp),
    FLOOR_NO(reboot),
    FLOOR_NO(kexec_load),
    FLOOR_NO(init_module),
    FLOOR_NO(finit_module),
    FLOOR_NO(delete_module),
    FLOOR_NO(swapon),
    FLOOR_NO(swapoff),
    FLOOR_NO(acct),
    FLOOR_NO(quotactl),
    FLOOR_NO(syslog),
    FLOOR_NO(settimeofday),
    FLOOR_NO(clock_settime),
    FLOOR_NO(clock_adjtime),
    FLOOR_NO(adjtimex),
    FLOOR_NO(sethostname),
    FLOOR_NO(setdomainname),
    FLOOR_NO(open_by_handle_at),
    FLOOR_NO(fanotify_init),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};

static const struct sock_fprog floor_filter = {
    .len = sizeof(floor_program) / sizeof(floor_program[0]),
    .filter = floor_program,
};

#endif
