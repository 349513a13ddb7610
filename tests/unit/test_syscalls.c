// SPDX-License-Identifier: ISC
// syscalls: the tables make sense, the compiled filter says what they say
// for every number, and the kernel that has loaded it obeys.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include "jail/filters.h"
#include "policy/syscalls.h"

#define COUNT(a)    (sizeof(a) / sizeof((a)[0]))
#define X32	    0x40000000u
#define GARBAGE	    0xdeadbeef00000000u
#define REFUSE	    (SECCOMP_RET_ERRNO | EPERM)
#define NOT_THERE   (SECCOMP_RET_ERRNO | ENOSYS)
#define UNSUPPORTED 0xffffffffu

struct program {
	const struct sock_filter *f;
	size_t n;
	bool helper;
};

static const struct program box = {filter_box, COUNT(filter_box), false};
static const struct program helper = {
    filter_helper, COUNT(filter_helper), true};

static const char *const dangerous[] = {"mount", "umount2", "pivot_root",
    "chroot", "open_tree", "move_mount", "fsopen", "fsconfig", "fsmount",
    "fspick", "mount_setattr", "setns", "ptrace", "process_vm_readv",
    "process_vm_writev", "kcmp", "pidfd_getfd", "bpf", "perf_event_open",
    "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register",
    "keyctl", "add_key", "request_key", "init_module", "finit_module",
    "delete_module", "kexec_load", "kexec_file_load", "reboot", "swapon",
    "swapoff", "acct", "quotactl", "quotactl_fd", "syslog", "iopl", "ioperm",
    "modify_ldt", "sethostname", "setdomainname", "settimeofday",
    "clock_settime", "clock_adjtime", "adjtimex", "open_by_handle_at",
    "name_to_handle_at", "lookup_dcookie", "nfsservctl", "uselib", "_sysctl",
    "sysfs", "ustat", "vhangup", "fanotify_init", "fanotify_mark", "move_pages",
    "migrate_pages", "memfd_secret"};

static int
number_of(const struct syscall_rule *r)
{
	int nr = seccomp_syscall_resolve_name(r->name);

	return nr == __NR_SCMP_ERROR && r->number > 0 ? r->number : nr;
}

static unsigned
conditions(const struct syscall_rule *r)
{
	unsigned n = 0;

	while (n < COUNT(r->cond) && r->cond[n].used)
		n++;
	return n;
}

static void
test_names(void **state)
{
	const struct syscall_rule *r;
	int nr;

	(void)state;
	for (r = syscalls_default; r->name != NULL; r++) {
		nr = seccomp_syscall_resolve_name(r->name);
		if (nr == __NR_SCMP_ERROR && r->number <= 0)
			fail_msg("%s is no system call", r->name);
		if (nr > 0 && r->number != 0 && nr != r->number)
			fail_msg("%s is %d, not %d", r->name, nr, r->number);
		assert_true(number_of(r) <= SYSCALL_KNOWN_MAX);
		assert_true(r->verdict <= SYSCALL_NOSYS);
	}
}

static void
test_conditions(void **state)
{
	const struct syscall_rule *r;
	unsigned i, n;

	(void)state;
	for (r = syscalls_default; r->name != NULL; r++) {
		n = conditions(r);
		for (i = 0; i < COUNT(r->cond); i++) {
			assert_int_equal(r->cond[i].used, i < n);
			assert_true(r->cond[i].arg < 6);
			// A value outside its mask would never match.
			assert_int_equal(
			    r->cond[i].value & ~r->cond[i].mask, 0);
			if (i > 0 && i < n)
				assert_true(
				    r->cond[i].arg > r->cond[i - 1].arg);
		}
	}
}

static void
test_duplicates(void **state)
{
	const struct syscall_rule *r, *s;

	(void)state;
	for (r = syscalls_default; r->name != NULL; r++)
		for (s = r + 1; s->name != NULL; s++) {
			if (strcmp(r->name, s->name) != 0)
				continue;
			if (conditions(r) == 0 || conditions(s) == 0)
				fail_msg("%s stands twice", r->name);
			if (memcmp(r->cond, s->cond, sizeof(r->cond)) == 0)
				fail_msg("%s says the same twice", r->name);
			assert_int_equal(r->verdict, s->verdict);
		}
}

static bool
in_default(const char *name)
{
	const struct syscall_rule *r;

	for (r = syscalls_default; r->name != NULL; r++)
		if (strcmp(r->name, name) == 0 && r->verdict == SYSCALL_ALLOW)
			return true;
	return false;
}

static bool
in_helper(const char *name)
{
	size_t i;

	for (i = 0; syscalls_helper[i] != NULL; i++)
		if (strcmp(syscalls_helper[i], name) == 0)
			return true;
	return false;
}

static void
test_dangerous(void **state)
{
	const struct syscall_refusal *r;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(dangerous); i++)
		if (in_default(dangerous[i]))
			fail_msg("%s is allowed", dangerous[i]);
	for (i = 0; syscalls_helper[i] != NULL; i++)
		assert_true(
		    seccomp_syscall_resolve_name(syscalls_helper[i]) >= 0);
	for (r = syscalls_refused; r->name != NULL; r++) {
		assert_true(seccomp_syscall_resolve_name(r->name) > 0);
		assert_true(in_default(r->name));
		assert_true(r->arg < 6);
	}
}

static uint32_t
load_word(const struct seccomp_data *d, uint32_t at)
{
	uint32_t v;

	assert_true(at + sizeof(v) <= sizeof(*d) && at % 4 == 0);
	memcpy(&v, (const char *)d + at, sizeof(v));
	return v;
}

static bool
jumps(const struct sock_filter *f, uint32_t a)
{
	switch (BPF_OP(f->code)) {
	case BPF_JEQ:
		return a == f->k;
	case BPF_JGT:
		return a > f->k;
	case BPF_JGE:
		return a >= f->k;
	case BPF_JSET:
		return (a & f->k) != 0;
	default:
		fail_msg("jump %x", f->code);
		return false;
	}
}

// The program, run here: no call is made, so any may be asked about.
static uint32_t
run(const struct program *p, const struct seccomp_data *d)
{
	uint32_t a = 0;
	size_t pc;

	for (pc = 0; pc < p->n; pc++) {
		const struct sock_filter *f = &p->f[pc];

		if (f->code == (BPF_LD | BPF_W | BPF_ABS))
			a = load_word(d, f->k);
		else if (f->code == (BPF_ALU | BPF_AND | BPF_K))
			a &= f->k;
		else if (f->code == (BPF_JMP | BPF_JA))
			pc += f->k;
		else if (BPF_CLASS(f->code) == BPF_JMP)
			pc += jumps(f, a) ? f->jt : f->jf;
		else if (f->code == (BPF_RET | BPF_K))
			return f->k;
		else
			fail_msg("instruction %x", f->code);
	}
	fail_msg("ran off the end");
	return UNSUPPORTED;
}

static bool
matches(const struct syscall_rule *r, const struct seccomp_data *d)
{
	unsigned i;

	for (i = 0; i < conditions(r); i++)
		if ((d->args[r->cond[i].arg] & r->cond[i].mask) !=
		    r->cond[i].value)
			return false;
	return true;
}

// What the tables say, read row by row.
static uint32_t
expected(const struct program *p, const char *name, int nr,
    const struct seccomp_data *d)
{
	const struct syscall_refusal *f;
	const struct syscall_rule *r;

	for (f = syscalls_refused; f->name != NULL; f++)
		if (seccomp_syscall_resolve_name(f->name) == nr &&
		    (uint32_t)d->args[f->arg] == f->value)
			return REFUSE;
	if (p->helper && name != NULL && in_helper(name))
		return SECCOMP_RET_ALLOW;
	for (r = syscalls_default; r->name != NULL; r++) {
		if (number_of(r) != nr || !matches(r, d))
			continue;
		return r->verdict == SYSCALL_NOSYS ? NOT_THERE
						   : SECCOMP_RET_ALLOW;
	}
	return REFUSE;
}

static void
ask(const struct program *p, const char *name, const struct seccomp_data *d)
{
	uint32_t want = expected(p, name, d->nr, d), got = run(p, d);

	if (want != got)
		fail_msg("%s (%d), %#llx %#llx %#llx: %#x, not %#x",
		    name != NULL ? name : "?", d->nr,
		    (unsigned long long)d->args[0],
		    (unsigned long long)d->args[1],
		    (unsigned long long)d->args[2], got, want);
}

static void
ask_plain(const struct program *p, const char *name, int nr)
{
	static const uint64_t fills[] = {0, 1, 0x5412, UINT64_MAX, GARBAGE,
	    UINT32_MAX, GARBAGE | 1, GARBAGE | 0x5412};
	struct seccomp_data d = {.nr = nr, .arch = AUDIT_ARCH_X86_64};
	size_t i, j;

	for (i = 0; i < COUNT(fills); i++) {
		for (j = 0; j < 6; j++)
			d.args[j] = fills[i];
		ask(p, name, &d);
	}
}

// Each bit of each argument of a condition turned, the high ones too.
static void
ask_around(const struct program *p, const struct syscall_rule *r)
{
	struct seccomp_data d = {.nr = number_of(r), .arch = AUDIT_ARCH_X86_64};
	unsigned i, bit, n = conditions(r);

	for (i = 0; i < n; i++)
		d.args[r->cond[i].arg] = r->cond[i].value;
	ask(p, r->name, &d);
	for (i = 0; i < n; i++)
		for (bit = 0; bit < 64; bit++) {
			d.args[r->cond[i].arg] ^= 1ull << bit;
			ask(p, r->name, &d);
			d.args[r->cond[i].arg] ^= 1ull << bit;
		}
}

static void
test_every_number(void **state)
{
	static const struct program *const programs[] = {&box, &helper};
	const struct syscall_rule *r;
	size_t i;
	char *name;
	int nr;

	(void)state;
	for (i = 0; i < COUNT(programs); i++) {
		for (nr = 0; nr <= SYSCALL_KNOWN_MAX; nr++) {
			name = seccomp_syscall_resolve_num_arch(
			    SCMP_ARCH_X86_64, nr);
			ask_plain(programs[i], name, nr);
			free(name);
		}
		for (r = syscalls_default; r->name != NULL; r++)
			if (number_of(r) >= 0)
				ask_around(programs[i], r);
	}
}

static void
test_other_entries(void **state)
{
	static const struct program *const programs[] = {&box, &helper};
	static const uint32_t archs[] = {
	    AUDIT_ARCH_I386, 0, UINT32_MAX, AUDIT_ARCH_AARCH64};
	struct seccomp_data d;
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT(programs); i++) {
		memset(&d, 0, sizeof(d));
		for (j = 0; j < COUNT(archs); j++)
			for (d.nr = 0; d.nr < 500; d.nr++) {
				d.arch = archs[j];
				assert_int_equal(run(programs[i], &d),
				    SECCOMP_RET_KILL_PROCESS);
			}
		d.arch = AUDIT_ARCH_X86_64;
		for (d.nr = 0; d.nr < 600; d.nr++) {
			d.nr |= (int)X32;
			assert_int_equal(
			    run(programs[i], &d), SECCOMP_RET_KILL_PROCESS);
			d.nr &= ~(int)X32;
		}
		for (d.nr = SYSCALL_KNOWN_MAX + 1; d.nr < (int)X32;
		     d.nr += d.nr < 2000 ? 1 : 99991)
			assert_int_equal(run(programs[i], &d), NOT_THERE);
	}
}

struct call {
	const char *name;
	long nr, a, b, c;
	int want; // errno; 0: it succeeds
};

// None of them would do anything without the filter either.
static const struct call calls[] = {
    {"getpid", SYS_getpid, 0, 0, 0, 0},
    {"mount", SYS_mount, 0, 0, 0, EPERM},
    {"umount2", SYS_umount2, 0, 0, 0, EPERM},
    {"pivot_root", SYS_pivot_root, 0, 0, 0, EPERM},
    {"chroot", SYS_chroot, 0, 0, 0, EPERM},
    {"setns", SYS_setns, -1, 0, 0, EPERM},
    {"ptrace", SYS_ptrace, -1, 0, 0, EPERM},
    {"bpf", SYS_bpf, -1, 0, 0, EPERM},
    {"keyctl", SYS_keyctl, -1, 0, 0, EPERM},
    {"add_key", SYS_add_key, 0, 0, 0, EPERM},
    {"perf_event_open", SYS_perf_event_open, 0, 0, 0, EPERM},
    {"userfaultfd", SYS_userfaultfd, -1, 0, 0, EPERM},
    {"io_uring_setup", SYS_io_uring_setup, 0, 0, 0, EPERM},
    {"pidfd_getfd", SYS_pidfd_getfd, -1, -1, -1, EPERM},
    {"process_vm_readv", SYS_process_vm_readv, -1, 0, 0, EPERM},
    {"open_by_handle_at", SYS_open_by_handle_at, -1, 0, 0, EPERM},
    {"clone3", SYS_clone3, 0, 0, 0, ENOSYS},
    {"number 1000", 1000, 0, 0, 0, ENOSYS},
    {"unshare user", SYS_unshare, CLONE_NEWUSER, 0, 0, EPERM},
    {"unshare mounts", SYS_unshare, CLONE_NEWNS, 0, 0, EPERM},
    {"unshare time", SYS_unshare, CLONE_NEWTIME, 0, 0, EPERM},
    {"unshare files", SYS_unshare, CLONE_FILES, 0, 0, 0},
    {"mknod device", SYS_mknod, 0, S_IFCHR | 0600, 0, EPERM},
    {"mknod block", SYS_mknod, 0, S_IFBLK | 0600, 0, EPERM},
    {"mknod FIFO", SYS_mknod, 0, S_IFIFO | 0600, 0, EFAULT},
    {"TIOCSTI", SYS_ioctl, -1, 0x5412, 0, EPERM},
    {"TIOCSTI, garbage above", SYS_ioctl, -1, (long)(GARBAGE | 0x5412), 0,
	EPERM},
    {"TIOCLINUX", SYS_ioctl, -1, 0x541c, 0, EPERM},
    {"TIOCLINUX, garbage above", SYS_ioctl, -1, (long)(GARBAGE | 0x541c), 0,
	EPERM},
    {"TIOCSETD", SYS_ioctl, -1, 0x5423, 0, EPERM},
    {"TCGETS", SYS_ioctl, -1, 0x5401, 0, EBADF},
    {"AF_PACKET", SYS_socket, 17, SOCK_RAW, 0, EPERM},
    {"AF_PACKET, garbage above", SYS_socket, (long)(GARBAGE | 17), SOCK_RAW, 0,
	EPERM},
    {"AF_ALG", SYS_socket, 38, SOCK_SEQPACKET, 0, EPERM},
    {"AF_VSOCK", SYS_socket, 40, SOCK_STREAM, 0, EPERM},
    {"AF_INET raw", SYS_socket, AF_INET, SOCK_RAW, 1, EPERM},
    {"AF_INET SCTP", SYS_socket, AF_INET, SOCK_STREAM, 132, EPERM},
    {"netlink audit", SYS_socket, AF_NETLINK, SOCK_RAW, 9, EPERM},
    {"AF_UNIX pair", SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, EFAULT},
    {"AF_TIPC pair", SYS_socketpair, 30, SOCK_SEQPACKET, 0, EPERM},
    {"personality", SYS_personality, 0x0400000, 0, 0, EPERM},
    {"prlimit64 of another", SYS_prlimit64, 1, 7, 0, EPERM},
    {"prlimit64", SYS_prlimit64, 0, 7, 0, 0},
};

static void
load_box(void)
{
	struct sock_fprog prog = {.len = (unsigned short)box.n,
	    .filter = (struct sock_filter *)(uintptr_t)box.f};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0) != 0)
		_exit(99);
}

// Exits with 1 + the number of the first call that was answered wrongly.
static void
make_calls(void)
{
	const struct call *c;
	int sys;

	load_box();
	for (c = calls; c < calls + COUNT(calls); c++) {
		errno = 0;
		sys = syscall(c->nr, c->a, c->b, c->c, 0L, 0L) < 0 ? errno : 0;
		if (sys != c->want) {
			dprintf(2, "%s: errno %d\n", c->name, sys);
			_exit((int)(1 + c - calls));
		}
	}
	if (syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0L, 0L, 0L, 0L) != -1)
		_exit(98);
	_exit(0);
}

static void
enter_x32(void)
{
	load_box();
	syscall((long)X32 | SYS_getpid);
	_exit(0);
}

static void
enter_i386(void)
{
	long nr = 20; // getpid there

	load_box();
	__asm__ volatile("int $0x80"
			 : "+a"(nr)
			 :
			 : "memory", "r8", "r9", "r10", "r11");
	_exit(0);
}

static int
in_child(void (*f)(void))
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		f();
		_exit(97);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void
test_loaded(void **state)
{
	int status = in_child(make_calls);

	(void)state;
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) != 0)
		fail_msg("status %d", WEXITSTATUS(status));
}

static void
test_loaded_entries(void **state)
{
	int status = in_child(enter_x32);

	(void)state;
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
	// A kernel without the entry kills in its own way.
	status = in_child(enter_i386);
	assert_true(WIFSIGNALED(status) && (WTERMSIG(status) == SIGSYS ||
					       WTERMSIG(status) == SIGSEGV));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_conditions),
	    cmocka_unit_test(test_duplicates),
	    cmocka_unit_test(test_dangerous),
	    cmocka_unit_test(test_every_number),
	    cmocka_unit_test(test_other_entries),
	    cmocka_unit_test(test_loaded),
	    cmocka_unit_test(test_loaded_entries),
	};

	return cmocka_run_group_tests_name("syscalls", tests, NULL, NULL);
}
