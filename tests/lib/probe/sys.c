// SPDX-License-Identifier: ISC
// Probes of the kernel's own surface: clocks, modules, keys, bpf, odd
// entries. Where success would do harm the arguments are such that a kernel
// that got as far as looking at them says something else than EPERM.
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/reboot.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>
#include "tests/lib/probe/probe.h"

struct call_name {
	const char *name;
	long nr;
};

#define CALL(name)                \
	{                         \
#		name, SYS_##name \
	}

// Calls that need nothing but to be refused, whatever the arguments.
static const struct call_name calls[] = {
    CALL(kexec_load),
    CALL(kexec_file_load),
    CALL(init_module),
    CALL(finit_module),
    CALL(delete_module),
    CALL(swapon),
    CALL(swapoff),
    CALL(acct),
    CALL(quotactl),
    CALL(syslog),
    CALL(vhangup),
    CALL(open_by_handle_at),
    CALL(fanotify_init),
    CALL(perf_event_open),
    CALL(bpf),
    CALL(io_uring_setup),
    CALL(io_uring_enter),
    CALL(io_uring_register),
    CALL(keyctl),
    CALL(add_key),
    CALL(request_key),
    CALL(userfaultfd),
    CALL(lookup_dcookie),
    CALL(nfsservctl),
    CALL(migrate_pages),
    CALL(move_pages),
    CALL(clock_adjtime),
    CALL(pivot_root),
    CALL(fsmount),
    CALL(fsconfig),
    CALL(mount_setattr),
    CALL(move_mount),
    CALL(open_tree),
    CALL(fsopen),
    CALL(fspick),
    CALL(ptrace),
    CALL(process_vm_readv),
    CALL(process_vm_writev),
    CALL(kcmp),
    CALL(setns),
    CALL(chroot),
    CALL(mount),
    CALL(umount2),
    CALL(quotactl_fd),
    CALL(fanotify_mark),
    CALL(io_uring_register),
#ifdef __x86_64__
    CALL(iopl),
    CALL(ioperm),
    CALL(modify_ldt),
    CALL(uselib),
    CALL(_sysctl),
    CALL(ustat),
    CALL(sysfs),
    CALL(create_module),
#endif
};

static int
call(int argc, char **argv)
{
	size_t i;

	(void)argc;
	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		if (strcmp(calls[i].name, argv[0]) == 0)
			return syscall(calls[i].nr, -1L, -1L, -1L, -1L, -1L,
				   -1L) < 0
				   ? -1
				   : 0;
	}
	fprintf(stderr, "probe: no call %s\n", argv[0]);
	_exit(2);
}

static int
call_names(int argc, char **argv)
{
	size_t i;

	(void)argc;
	(void)argv;
	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		puts(calls[i].name);
	return PROBE_SAID;
}

static int
do_sethostname(int argc, char **argv)
{
	(void)argc;
	return sethostname(argv[0], strlen(argv[0]));
}

static int
do_setdomainname(int argc, char **argv)
{
	(void)argc;
	return setdomainname(argv[0], strlen(argv[0]));
}

static int
set_clock(int argc, char **argv)
{
	struct timespec bad = {0, 2000000000};

	(void)argc;
	(void)argv;
	return (int)syscall(SYS_clock_settime, CLOCK_REALTIME, &bad);
}

static int
set_time(int argc, char **argv)
{
	struct timeval bad = {0, 2000000000};

	(void)argc;
	(void)argv;
	return (int)syscall(SYS_settimeofday, &bad, NULL);
}

static int
adjust_time(int argc, char **argv)
{
	struct timex t = {.modes = ADJ_FREQUENCY};

	(void)argc;
	(void)argv;
	return adjtimex(&t) < 0 ? -1 : 0;
}

// A tick that no clock could keep: refused by what looks at it.
static int
adjust_badly(int argc, char **argv)
{
	struct timex t = {.modes = ADJ_TICK, .tick = 1};

	(void)argc;
	(void)argv;
	return adjtimex(&t) < 0 ? -1 : 0;
}

// In a pid namespace of one's own the kernel answers EINVAL to this one.
static int
do_reboot(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return (int)syscall(SYS_reboot, LINUX_REBOOT_MAGIC1,
	    LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_CAD_OFF, NULL);
}

static int
uring(int argc, char **argv)
{
	struct io_uring_params p;

	(void)argc;
	(void)argv;
	memset(&p, 0, sizeof(p));
	return syscall(SYS_io_uring_setup, 1, &p) < 0 ? -1 : 0;
}

static int
do_userfaultfd(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return syscall(SYS_userfaultfd, O_CLOEXEC | 1) < 0 ? -1 : 0;
}

static int
do_keyctl(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID,
		   KEY_SPEC_PROCESS_KEYRING, 1) < 0
		   ? -1
		   : 0;
}

static int
do_add_key(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return syscall(SYS_add_key, "user", "stockade-probe", "x", 1,
		   KEY_SPEC_PROCESS_KEYRING) < 0
		   ? -1
		   : 0;
}

static int
do_personality(int argc, char **argv)
{
	(void)argc;
	return personality((unsigned long)probe_number(argv[0])) < 0 ? -1 : 0;
}

// ioctl NUMBER: on stdin; ioctl-high the same with a dropped high half set.
static int
do_ioctl(int argc, char **argv)
{
	char c = 'x';

	(void)argc;
	return (int)syscall(
	    SYS_ioctl, 0, (unsigned long)probe_number(argv[0]), &c);
}

static int
ioctl_high(int argc, char **argv)
{
	char c = 'x';

	(void)argc;
	return (int)syscall(
	    SYS_ioctl, 0, (unsigned long)probe_number(argv[0]) | 1UL << 40, &c);
}

static int
ambient(int argc, char **argv)
{
	struct __user_cap_header_struct h = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct d[2] = {{0, 0, 0}, {0, 0, 0}};

	(void)argc;
	(void)argv;
	// It must be inheritable before.
	d[0].permitted = d[0].effective = d[0].inheritable = 1;
	syscall(SYS_capset, &h, d);
	return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 0, 0, 0);
}

// getpid by the two other doors of an x86-64 kernel.
static int
x32_entry(int argc, char **argv)
{
	(void)argc;
	(void)argv;
#ifdef __x86_64__
	return syscall(0x40000000L | SYS_getpid) < 0 ? -1 : 0;
#else
	errno = ENOSYS;
	return -1;
#endif
}

static int
i386_entry(int argc, char **argv)
{
	long r = -ENOSYS;

	(void)argc;
	(void)argv;
#ifdef __x86_64__
	__asm__ volatile("int $0x80" : "=a"(r) : "a"(20L) : "memory");
	r = (int)r;
#endif
	if (r >= 0)
		return 0;
	errno = (int)-r;
	return -1;
}

const struct probe_def probe_sys[] = {
    {"call", call, 1, true, false},
    {"call-names", call_names, 0, true, false},
    {"sethostname", do_sethostname, 1, false, false},
    {"setdomainname", do_setdomainname, 1, false, false},
    {"clock-settime", set_clock, 0, true, false},
    {"settimeofday", set_time, 0, true, false},
    {"adjtimex", adjust_time, 0, false, false},
    {"adjtimex-bad", adjust_badly, 0, true, false},
    {"reboot", do_reboot, 0, false, false},
    {"io-uring", uring, 0, false, false},
    {"userfaultfd", do_userfaultfd, 0, false, false},
    {"keyctl", do_keyctl, 0, false, false},
    {"add-key", do_add_key, 0, false, false},
    {"personality", do_personality, 1, false, false},
    {"ioctl", do_ioctl, 1, false, false},
    {"ioctl-high", ioctl_high, 1, false, false},
    {"ambient", ambient, 0, true, false},
    {"x32", x32_entry, 0, true, false},
    {"int80", i386_entry, 0, true, false},
    {NULL, NULL, 0, false, false},
};
