// SPDX-License-Identifier: ISC
// landlock: a confined child of no privilege reaches what it may, no more.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <netinet/in.h>
#include "jail/base/landlock.h"

#define NOBODY 4242
#define MUST(what)                                                    \
	do {                                                          \
		if (!(what)) {                                        \
			dprintf(2, "line %d: %s\n", __LINE__, #what); \
			_exit(1);                                     \
		}                                                     \
	} while (0)

static char top[] = "/tmp/stockade-test-landlock.XXXXXX";

static int
put(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int
get(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int
setup(void **state)
{
	mode_t mask = umask(0);
	int rc;

	(void)state;
	memcpy(top + sizeof(top) - 7, "XXXXXX", 6);
	if (mkdtemp(top) == NULL || chdir(top) != 0 || chmod(top, 0777) != 0)
		return -1;
	rc = mkdir("a", 0777) | mkdir("a/d", 0777) | mkdir("b", 0777) |
	     put("b/file") | put("b/other");
	umask(mask);
	return rc;
}

static int
teardown(void **state)
{
	static const char *const files[] = {
	    "a/new", "a/d/new", "b/new", "b/file", "b/other", "a/d", "a", "b"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (unlink(files[i]) != 0)
			rmdir(files[i]);
	return chdir("/") | rmdir(top);
}

// f in a child that is nobody; root would need no no_new_privs.
static void
in_child(void (*f)(void))
{
	int status;
	pid_t pid;

	// cmocka's own skip() is a failed point to a TAP reader.
	if (landlock_abi() == 0) {
		print_message("# not run: this kernel has no Landlock\n");
		return;
	}
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (geteuid() == 0)
			MUST(setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
			     setresuid(NOBODY, NOBODY, NOBODY) == 0);
		f();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
confine(const struct landlock_path *p)
{
	struct err e;

	// All of it was possible before.
	MUST(put("b/new") == 0 && get("b/file") == 0 && put("a/new") == 0);
	MUST(unlink("b/new") == 0 && unlink("a/new") == 0);
	MUST(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	if (landlock_confine(landlock_abi(), p, true, &e) != 0) {
		dprintf(2, "%s\n", e.text);
		_exit(2);
	}
}

static void
read_and_write(void)
{
	const struct landlock_path p[] = {
	    {"/", 0}, {"a", 1}, {"not-there", 1}, {NULL, 0}};

	confine(p);
	MUST(put("a/new") == 0);
	MUST(rename("a/new", "a/d/new") == 0);
	MUST(put("b/new") == EACCES);
	MUST(put("b/file") == EACCES);
	MUST(get("b/file") == 0);
	MUST(unlink("b/file") != 0 && errno == EACCES);
	MUST(mkdir("b/x", 0777) != 0 && errno == EACCES);
	MUST(symlink("/", "b/new") != 0 && errno == EACCES);
	MUST(rename("b/file", "a/file") != 0 && errno == EACCES);
	if (landlock_abi() >= 3)
		MUST(truncate("b/file", 0) != 0 && errno == EACCES);
	// What may be read may be run.
	execl("/bin/true", "true", NULL);
	MUST(0);
}

static void
deny_is_the_default(void)
{
	const struct landlock_path p[] = {{"a", 1}, {NULL, 0}};

	confine(p);
	MUST(put("a/new") == 0 && get("a/new") == 0);
	MUST(get("b/file") == EACCES);
	MUST(get("/etc/passwd") == EACCES);
	execl("/bin/true", "true", NULL);
	MUST(errno == EACCES);
}

static void
one_file(void)
{
	const struct landlock_path p[] = {{"/", 0}, {"b/file", 1}, {NULL, 0}};

	confine(p);
	MUST(put("b/file") == 0);
	MUST(put("b/other") == EACCES);
	MUST(put("b/new") == EACCES);
}

static void
twice(void)
{
	const struct landlock_path p[] = {{"/", 0}, {"a", 1}, {NULL, 0}};
	const struct landlock_path all[] = {{"/", 1}, {NULL, 0}};
	struct err e;

	confine(p);
	// A second one only takes away.
	MUST(landlock_confine(landlock_abi(), all, true, &e) == 0);
	MUST(put("b/new") == EACCES && put("a/new") == 0);
}

static void
not_allowed(void)
{
	const struct landlock_path p[] = {{"/", 0}, {NULL, 0}};
	struct err e = {0};

	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1)
		return;
	MUST(landlock_confine(landlock_abi(), p, true, &e) == -1);
	MUST(e.code == ERR_LANDLOCK && e.sys_errno == EPERM);
	MUST(put("b/new") == 0 && unlink("b/new") == 0);
}

static void
bad_paths(void)
{
	const struct landlock_path p[] = {{"b/file/x", 1}, {NULL, 0}};
	const struct landlock_path q[] = {{"/", 1}, {"", 1}, {NULL, 0}};
	struct err e = {0};

	MUST(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	MUST(landlock_confine(landlock_abi(), p, true, &e) == -1);
	MUST(e.code == ERR_LANDLOCK && e.sys_errno == ENOTDIR);
	MUST(landlock_confine(landlock_abi(), q, true, &e) == 0);
}

static int
tcp(int (*f)(int, const struct sockaddr *, socklen_t))
{
	struct sockaddr_in a = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int sys = f(fd, (struct sockaddr *)&a, sizeof(a)) != 0 ? errno : 0;

	close(fd);
	return sys;
}

static void
no_tcp(void)
{
	const struct landlock_path p[] = {{"/", 1}, {NULL, 0}};
	struct err e;

	MUST(tcp(bind) == 0 && tcp(connect) != EACCES);
	MUST(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	MUST(landlock_confine(landlock_abi(), p, true, &e) == 0);
	MUST(tcp(bind) == 0 && tcp(connect) != EACCES);
	MUST(landlock_confine(landlock_abi(), p, false, &e) == 0);
	if (landlock_abi() >= 4)
		MUST(tcp(bind) == EACCES && tcp(connect) == EACCES);
}

// A child of ours, confined as we are, that lives as long as we do. The
// kernel's own word of a parent's death would not pass a domain's border.
static pid_t
neighbour(void)
{
	int end[2];
	pid_t pid;
	char c;

	// A change of uid made us one that cannot be looked into.
	MUST(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0);
	MUST(pipe2(end, O_CLOEXEC) == 0);
	pid = fork();
	MUST(pid >= 0);
	if (pid == 0) {
		close(end[1]);
		_exit(read(end[0], &c, 1) == 0 ? 0 : 1);
	}
	close(end[0]);
	return pid;
}

static int
environ_of(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/environ", (int)pid);
	return get(path);
}

static void
secluded(void)
{
	const struct landlock_path p[] = {{"/", 1}, {NULL, 0}};
	pid_t other = neighbour(), own;
	struct err e;

	MUST(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	// Within one domain, one's like can be reached.
	MUST(landlock_confine(landlock_abi(), p, true, &e) == 0);
	own = neighbour();
	MUST(kill(own, 0) == 0 && environ_of(own) == 0);
	MUST(landlock_seclude(landlock_abi(), &e) == 0);
	if (landlock_abi() >= 6) {
		MUST(kill(other, 0) != 0 && errno == EPERM);
		MUST(kill(own, 0) != 0 && errno == EPERM);
		MUST(environ_of(own) == EACCES);
	}
	// What it starts from now on is its own, and files are as before.
	own = neighbour();
	MUST(kill(own, SIGKILL) == 0 && waitpid(own, NULL, 0) == own);
	MUST(put("b/new") == 0);
}

// By what each ABI was first told to do, on a kernel that knows more.
static void
each_abi(void)
{
	const struct landlock_path p[] = {{"/", 0}, {"a", 1}, {NULL, 0}};
	struct err e;
	int abi;

	MUST(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	for (abi = 2; abi <= landlock_abi(); abi++) {
		MUST(landlock_confine(abi, p, true, &e) == 0);
		MUST(landlock_confine(abi, p, false, &e) == 0);
		MUST(landlock_seclude(abi, &e) == 0);
	}
	MUST(put("b/new") == EACCES && put("a/new") == 0);
}

static void
no_abi(void)
{
	const struct landlock_path p[] = {{"a", 1}, {NULL, 0}};
	struct err e;

	MUST(landlock_confine(0, p, true, &e) == 0);
	MUST(put("b/new") == 0 && unlink("b/new") == 0);
}

static void
test_features(void **state)
{
	const struct landlock_feature *f;
	unsigned i;

	(void)state;
	for (i = 0; (f = landlock_feature(i)) != NULL; i++) {
		assert_int_equal(f->abi, i + 1);
		assert_true(f->kernel[0] != 0 && f->what[0] != 0);
	}
	assert_int_equal(i, 7);
	assert_true(landlock_kernel_abi() >= landlock_abi());
	assert_int_not_equal(landlock_abi(), 1);
}

#define CHILD_TEST(f)                      \
	static void test_##f(void **state) \
	{                                  \
		(void)state;               \
		in_child(f);               \
	}
CHILD_TEST(read_and_write)
CHILD_TEST(deny_is_the_default)
CHILD_TEST(one_file)
CHILD_TEST(twice)
CHILD_TEST(not_allowed)
CHILD_TEST(bad_paths)
CHILD_TEST(no_abi)
CHILD_TEST(no_tcp)
CHILD_TEST(secluded)
CHILD_TEST(each_abi)

int
main(void)
{
#define IN_DIR(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    IN_DIR(test_read_and_write),
	    IN_DIR(test_deny_is_the_default),
	    IN_DIR(test_one_file),
	    IN_DIR(test_twice),
	    IN_DIR(test_not_allowed),
	    IN_DIR(test_bad_paths),
	    IN_DIR(test_no_abi),
	    IN_DIR(test_no_tcp),
	    IN_DIR(test_secluded),
	    IN_DIR(test_each_abi),
	    cmocka_unit_test(test_features),
	};

	return cmocka_run_group_tests_name("landlock", tests, NULL, NULL);
}
