// SPDX-License-Identifier: ISC
// seccomp: the kernel obeys the filters, and clone3 is for who has the key.
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
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/sched.h>
#include "jail/seccomp.h"
#include "policy/syscalls.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define X32	 0x40000000u
#define GARBAGE	 0xdeadbeef00000000u

struct call {
	const char *name;
	long nr, a, b, c;
	int want;   // errno; 0: it succeeds
	int strict; // the same, where it is another one; or 0
};

// None of them would do anything without the filter either.
static const struct call calls[] = {
    {"getpid", SYS_getpid, 0, 0, 0, 0, 0},
    {"mount", SYS_mount, 0, 0, 0, EPERM, 0},
    {"umount2", SYS_umount2, 0, 0, 0, EPERM, 0},
    {"pivot_root", SYS_pivot_root, 0, 0, 0, EPERM, 0},
    {"chroot", SYS_chroot, 0, 0, 0, EPERM, 0},
    {"setns", SYS_setns, -1, 0, 0, EPERM, 0},
    {"ptrace", SYS_ptrace, -1, 0, 0, ESRCH, EPERM},
    {"bpf", SYS_bpf, -1, 0, 0, EPERM, 0},
    {"keyctl", SYS_keyctl, -1, 0, 0, EPERM, 0},
    {"add_key", SYS_add_key, 0, 0, 0, EPERM, 0},
    {"perf_event_open", SYS_perf_event_open, 0, 0, 0, EPERM, 0},
    {"userfaultfd", SYS_userfaultfd, -1, 0, 0, EPERM, 0},
    {"io_uring_setup", SYS_io_uring_setup, 0, 0, 0, EPERM, 0},
    {"pidfd_getfd", SYS_pidfd_getfd, -1, -1, -1, EPERM, 0},
    {"process_vm_readv", SYS_process_vm_readv, -1, 0, 0, 0, EPERM},
    {"open_by_handle_at", SYS_open_by_handle_at, -1, 0, 0, EPERM, 0},
    {"clone3", SYS_clone3, 0, 0, 0, ENOSYS, 0},
    {"number 1000", 1000, 0, 0, 0, ENOSYS, 0},
    {"unshare user", SYS_unshare, CLONE_NEWUSER, 0, 0, EPERM, 0},
    {"unshare mounts", SYS_unshare, CLONE_NEWNS, 0, 0, EPERM, 0},
    {"unshare time", SYS_unshare, CLONE_NEWTIME, 0, 0, EPERM, 0},
    {"unshare files", SYS_unshare, CLONE_FILES, 0, 0, 0, 0},
    {"mknod device", SYS_mknod, 0, S_IFCHR | 0600, 0, EPERM, 0},
    {"mknod block", SYS_mknod, 0, S_IFBLK | 0600, 0, EPERM, 0},
    {"mknod FIFO", SYS_mknod, 0, S_IFIFO | 0600, 0, EFAULT, 0},
    {"TIOCSTI", SYS_ioctl, -1, 0x5412, 0, EPERM, 0},
    {"TIOCSTI, garbage above", SYS_ioctl, -1, (long)(GARBAGE | 0x5412), 0,
	EPERM, 0},
    {"TIOCLINUX", SYS_ioctl, -1, 0x541c, 0, EPERM, 0},
    {"TIOCLINUX, garbage above", SYS_ioctl, -1, (long)(GARBAGE | 0x541c), 0,
	EPERM, 0},
    {"TIOCSETD", SYS_ioctl, -1, 0x5423, 0, EPERM, 0},
    {"TCGETS", SYS_ioctl, -1, 0x5401, 0, EBADF, 0},
    {"AF_PACKET", SYS_socket, 17, SOCK_RAW, 0, EPERM, 0},
    {"AF_PACKET, garbage above", SYS_socket, (long)(GARBAGE | 17), SOCK_RAW, 0,
	EPERM, 0},
    {"AF_ALG", SYS_socket, 38, SOCK_SEQPACKET, 0, EPERM, 0},
    {"AF_VSOCK", SYS_socket, 40, SOCK_STREAM, 0, EPERM, 0},
    {"AF_INET raw", SYS_socket, AF_INET, SOCK_RAW, 1, EPERM, 0},
    {"AF_INET SCTP", SYS_socket, AF_INET, SOCK_STREAM, 132, EPERM, 0},
    {"netlink audit", SYS_socket, AF_NETLINK, SOCK_RAW, 9, EPERM, 0},
    {"AF_UNIX pair", SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, EFAULT, 0},
    {"AF_TIPC pair", SYS_socketpair, 30, SOCK_SEQPACKET, 0, EPERM, 0},
    {"personality", SYS_personality, 0x0400000, 0, 0, EPERM, 0},
    {"prlimit64 of another", SYS_prlimit64, 1, 7, 1, EPERM, 0},
    {"prlimit64", SYS_prlimit64, 0, 7, 0, 0, 0},
    {"core size of 0", SYS_prlimit64, 0, 4, 1, 0, 0},
    {"core size of 0, the old way", SYS_setrlimit, 4, 1, 0, 0, 0},
    {"file size, the old way", SYS_setrlimit, 1, 1, 0, EFAULT, 0},
    {"prctl name", SYS_prctl, 15, (long)"x", 0, 0, 0},
    {"prctl core scheduling", SYS_prctl, 62, 0, 0, EINVAL, 0},
    {"prctl map of the process", SYS_prctl, 35, 1, 0, EINVAL, 0},
    {"memfd", SYS_memfd_create, 1, 0, 0, EFAULT, EPERM},
    {"writable and executable", SYS_mprotect, 0, 0, 6, 0, EPERM},
    {"executable", SYS_mprotect, 0, 0, 4, 0, EPERM},
    {"writable", SYS_mprotect, 0, 0, 2, 0, 0},
    {"executable by a key", SYS_pkey_mprotect, 1, 0, 4, EINVAL, EPERM},
    {"shared and executable", SYS_shmat, -1, 0, 0100000, EINVAL, EPERM},
    {"shared", SYS_shmat, -1, 0, 0, EINVAL, 0},
    {"AF_INET", SYS_socket, AF_INET, 0x7f000000, 0, EPERM, EPERM},
    {"AF_INET stream", SYS_socket, AF_INET, SOCK_STREAM, -1, EPERM, EPERM},
    {"ioctl of a socket", SYS_ioctl, -1, 0x8912, 0, EBADF, EPERM},
    {"FICLONE", SYS_ioctl, -1, 0x40049409, 0, EBADF, 0},
    {"debugger's personality", SYS_personality, 0x440000, 0, 0, EPERM, 0},
};

static uint32_t profile; // of the child

static void
load_filter(void)
{
	struct err e;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    seccomp_box(profile, &e) != 0)
		_exit(99);
}

// Exits with 1 + the number of the first call that was answered wrongly.
static void
make_calls(void)
{
	const bool strict = profile == SYSCALL_STRICT;
	const struct call *c;
	int sys, want;

	load_filter();
	for (c = calls; c < calls + COUNT(calls); c++) {
		want = strict && c->strict != 0 ? c->strict : c->want;
		errno = 0;
		sys = syscall(c->nr, c->a, c->b, c->c, 0L, 0L, 0L) < 0 ? errno
								       : 0;
		if (sys != want) {
			dprintf(2, "%s: errno %d\n", c->name, sys);
			_exit((int)(1 + c - calls));
		}
	}
	if (syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0L, 0L, 0L, 0L) != -1)
		_exit(98);
	_exit(0);
}

// What real programs do with memory, in the profile that looks at it.
static void
map_memory(void)
{
	const int any = MAP_PRIVATE | MAP_ANONYMOUS;
	int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);

	load_filter();
	if (mmap(NULL, 4096, PROT_READ | PROT_WRITE, any, -1, 0) == MAP_FAILED)
		_exit(1);
	if (mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, self, 0) ==
	    MAP_FAILED)
		_exit(2);
	if (mmap(NULL, 4096, PROT_READ | PROT_EXEC, any, -1, 0) != MAP_FAILED)
		_exit(3);
	if (mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE,
		self, 0) != MAP_FAILED)
		_exit(4);
	_exit(0);
}

// A child by clone3, with the key and a bit of it wrong.
static long
clone3(uint64_t key0, uint64_t key1)
{
	struct clone_args a;
	long pid;

	memset(&a, 0, sizeof(a));
	a.exit_signal = SIGCHLD;
	pid = syscall(SYS_clone3, &a, sizeof(a), key0, key1);
	if (pid == 0)
		_exit(0);
	if (pid > 0)
		return waitpid((pid_t)pid, NULL, 0) == pid ? 0 : -1;
	return errno;
}

static void
use_key(void)
{
	const uint64_t *key = seccomp_key();

	if (key[0] != 0 || key[1] != 0)
		_exit(1);
	load_filter();
	// A kernel without the call answers ENOSYS either way.
	if (key[0] == 0 || key[1] == 0)
		_exit(2);
	if (clone3(key[0], key[1]) != 0)
		_exit(3);
	if (clone3(0, 0) != ENOSYS || clone3(key[1], key[0]) != ENOSYS ||
	    clone3(key[0] ^ 1, key[1]) != ENOSYS ||
	    clone3(key[0], key[1] ^ 1ULL << 63) != ENOSYS)
		_exit(4);
	_exit(0);
}

static void
no_such_profile(void)
{
	struct err e;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    seccomp_box(SYSCALL__PROFILES, &e) == 0 || e.code != ERR_SECCOMP)
		_exit(1);
	_exit(prctl(PR_GET_SECCOMP) == 0 ? 0 : 2);
}

static void
without_the_right(void)
{
	struct err e;

	// root may load one without no_new_privs.
	if (geteuid() == 0 && setresuid(4242, 4242, 4242) != 0)
		_exit(99);
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1)
		_exit(0);
	_exit(seccomp_box(SYSCALL_DEFAULT, &e) == -1 && e.code == ERR_SECCOMP &&
		      e.sys_errno == EACCES
		  ? 0
		  : 1);
}

static void
enter_x32(void)
{
	load_filter();
	syscall((long)X32 | SYS_getpid);
	_exit(0);
}

static void
enter_i386(void)
{
	long nr = 20; // getpid there

	load_filter();
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
	int status;

	(void)state;
	for (profile = 0; profile < SYSCALL__PROFILES; profile++) {
		status = in_child(make_calls);
		assert_true(WIFEXITED(status));
		if (WEXITSTATUS(status) != 0)
			fail_msg("profile %u: status %d", profile,
			    WEXITSTATUS(status));
	}
	profile = SYSCALL_STRICT;
	status = in_child(map_memory);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
test_loaded_entries(void **state)
{
	int status;

	(void)state;
	for (profile = 0; profile < SYSCALL__PROFILES; profile++) {
		status = in_child(enter_x32);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
		// A kernel without the entry kills in its own way.
		status = in_child(enter_i386);
		assert_true(
		    WIFSIGNALED(status) && (WTERMSIG(status) == SIGSYS ||
					       WTERMSIG(status) == SIGSEGV));
	}
}

static void
test_key(void **state)
{
	int status;

	(void)state;
	for (profile = 0; profile < SYSCALL__PROFILES; profile++) {
		status = in_child(use_key);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
}

static void
test_not_loaded(void **state)
{
	int status = in_child(no_such_profile);

	(void)state;
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	status = in_child(without_the_right);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_loaded),
	    cmocka_unit_test(test_loaded_entries),
	    cmocka_unit_test(test_key),
	    cmocka_unit_test(test_not_loaded),
	};

	return cmocka_run_group_tests_name("seccomp", tests, NULL, NULL);
}
