// SPDX-License-Identifier: ISC
// caps: what was given up is gone, in a child that has it first: root's, or
// one in a user namespace of its own.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include "jail/base/caps.h"

#define NOBODY 4242
#define SKIP   77

/* In a child, a failed check is its line number, as much as fits. */
#define MUST(what)                                                    \
	do {                                                          \
		if (!(what)) {                                        \
			dprintf(2, "line %d: %s\n", __LINE__, #what); \
			_exit(1);                                     \
		}                                                     \
	} while (0)

static unsigned long long
status_of(const char *key)
{
	char line[256];
	unsigned long long v = 12345;
	FILE *f = fopen("/proc/self/status", "re");
	int base = strncmp(key, "Cap", 3) == 0 ? 16 : 10;

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, key, strlen(key)) == 0 &&
		    line[strlen(key)] == ':')
			v = strtoull(line + strlen(key) + 1, NULL, base);
	if (f != NULL)
		fclose(f);
	return v;
}

static void
in_child(void (*f)(void))
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		if (geteuid() != 0 && unshare(CLONE_NEWUSER) != 0)
			_exit(SKIP);
		f();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	// cmocka's own skip() is a failed point to a TAP reader.
	if (WEXITSTATUS(status) == SKIP) {
		print_message("# not run: no right to change ids\n");
		return;
	}
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
nothing_left(void)
{
	MUST(status_of("CapInh") == 0);
	MUST(status_of("CapPrm") == 0);
	MUST(status_of("CapEff") == 0);
	MUST(status_of("CapAmb") == 0);
}

static void
drop_all(void)
{
	struct err e;

	MUST(status_of("CapPrm") != 0);
	MUST(caps_drop_all(&e) == 0);
	nothing_left();
	MUST(status_of("CapBnd") == 0);
	MUST((prctl(PR_GET_SECUREBITS) & SECURE_ALL_LOCKS) == SECURE_ALL_LOCKS);
	MUST((prctl(PR_GET_SECUREBITS) & SECBIT_NOROOT) != 0);
	MUST(prctl(PR_SET_SECUREBITS, 0, 0, 0, 0) != 0);
	// Twice is no fault: there is nothing left to drop.
	MUST(caps_drop_all(&e) == 0);
	// And uid 0 means nothing to exec.
	execl("/bin/grep", "grep", "-q", "^CapPrm:.0000000000000000$",
	    "/proc/self/status", NULL);
	MUST(0);
}

static void
drop_without_right(void)
{
	struct err e;

	if (geteuid() == 0)
		MUST(setresuid(NOBODY, NOBODY, NOBODY) == 0);
	else
		MUST(caps_keep(0, &e) == 0);
	nothing_left();
	MUST(caps_drop_all(&e) == 0);
	nothing_left();
	MUST(status_of("CapBnd") != 0);
}

static void
keep(void)
{
	unsigned long long bounding = status_of("CapBnd");
	const uint64_t two = 1ULL << CAP_SETUID | 1ULL << CAP_PERFMON;
	struct err e;

	MUST(caps_keep(two, &e) == 0);
	MUST(status_of("CapPrm") == two);
	MUST(status_of("CapEff") == two);
	MUST(status_of("CapInh") == 0);
	MUST(status_of("CapBnd") == bounding);
	// What it does not have is no fault, and does not come back.
	MUST(caps_keep(1ULL << CAP_SETUID | 1ULL << CAP_SYS_ADMIN, &e) == 0);
	MUST(status_of("CapPrm") == 1ULL << CAP_SETUID);
	MUST(caps_keep(UINT64_MAX, &e) == 0);
	MUST(status_of("CapPrm") == 1ULL << CAP_SETUID);
	MUST(caps_keep(0, &e) == 0);
	nothing_left();
}

static void
no_new_privs(void)
{
	struct err e;

	MUST(caps_no_new_privs(&e) == 0);
	MUST(status_of("NoNewPrivs") == 1);
	MUST(caps_no_new_privs(&e) == 0);
}

static void
become(void)
{
	gid_t groups[] = {1, 2, 3};
	uid_t r, eff, s;
	struct err e;

	if (setgroups(3, groups) != 0)
		_exit(SKIP);
	MUST(caps_become(NOBODY, NOBODY + 1, &e) == 0);
	MUST(getresuid(&r, &eff, &s) == 0);
	MUST(r == NOBODY && eff == NOBODY && s == NOBODY);
	MUST(getresgid(&r, &eff, &s) == 0);
	MUST(r == NOBODY + 1 && eff == NOBODY + 1 && s == NOBODY + 1);
	MUST(getgroups(0, NULL) == 0);
	MUST(setuid(0) != 0 && setgid(0) != 0);
	MUST(status_of("CapPrm") == 0);
	// No right, no change.
	memset(&e, 0, sizeof(e));
	MUST(caps_become(0, 0, &e) == -1);
	MUST(e.code == ERR_CAPS && e.sys_errno == EPERM);
}

#define CHILD_TEST(f)                      \
	static void test_##f(void **state) \
	{                                  \
		(void)state;               \
		in_child(f);               \
	}
CHILD_TEST(drop_all)
CHILD_TEST(drop_without_right)
CHILD_TEST(keep)
CHILD_TEST(no_new_privs)
CHILD_TEST(become)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_drop_all),
	    cmocka_unit_test(test_drop_without_right),
	    cmocka_unit_test(test_keep),
	    cmocka_unit_test(test_no_new_privs),
	    cmocka_unit_test(test_become),
	};

	return cmocka_run_group_tests_name("caps", tests, NULL, NULL);
}
