// SPDX-License-Identifier: ISC
// Placeholders: made whole, known again, and nothing else taken for one.
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "jail/place.h"

static int dir;
static char path[] = "/tmp/place.XXXXXX";

static int
setup(void **state)
{
	(void)state;
	umask(0);
	if (mkdtemp(path) == NULL || chdir(path) != 0)
		return -1;
	dir = open(".", O_PATH | O_DIRECTORY);
	return dir < 0;
}

static int
teardown(void **state)
{
	(void)state;
	return rmdir(path);
}

// 0 if the shell is content.
static int
shell(const char *script)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		execl("/bin/sh", "sh", "-ec", script, (char *)NULL);
		_exit(127);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid ? status : -1;
}

static void
each_kind(void **state)
{
	static const enum protected_kind kinds[] = {
	    PROTECTED_SOCKET, PROTECTED_EMPTY, PROTECTED_COMMON};
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		assert_int_equal(place_make(dir, "p", kinds[i], &e), 0);
		assert_true(place_is(dir, "p"));
		// another box comes by
		assert_int_equal(place_make(dir, "p", kinds[i], &e), 0);
		place_remove(dir, "p");
		assert_int_equal(access("p", F_OK), -1);
	}
}

// One file of many names: each goes by itself.
static void
another_name(void **state)
{
	struct err e;
	struct stat st;
	int one;

	(void)state;
	assert_int_equal(place_make(dir, "p", PROTECTED_SOCKET, &e), 0);
	assert_false(place_link(-1, dir, "q"));
	one = openat(dir, "p", O_PATH | O_NOFOLLOW);
	assert_true(place_link(one, dir, "q"));
	assert_true(place_is(dir, "q"));
	assert_false(place_link(one, dir, "q"));
	assert_int_equal(fstat(one, &st), 0);
	assert_int_equal(st.st_nlink, 2);
	place_remove(dir, "p");
	assert_true(place_is(dir, "q"));
	place_remove(dir, "q");
	// of what is gone nothing can be made
	assert_false(place_link(one, dir, "p"));
	close(one);
}

// git takes a commondir for what it says, an empty one for a fault.
static void
common_says_here(void **state)
{
	char buf[8];
	struct err e;
	int fd;

	(void)state;
	// what a killed box left of it
	assert_true((fd = creat("commondir.stockade", 0644)) >= 0);
	close(fd);
	assert_int_equal(place_make(dir, "commondir", PROTECTED_COMMON, &e), 0);
	fd = open("commondir", O_RDONLY);
	assert_int_equal(read(fd, buf, sizeof(buf)), 2);
	assert_memory_equal(buf, ".\n", 2);
	close(fd);
	assert_int_equal(access("commondir.stockade", F_OK), -1);
	place_remove(dir, "commondir");
}

static void
a_users_file_stays(void **state)
{
	static const char *const scripts[] = {": >p", ": >p; chmod 444 p",
	    "echo much >p; chmod 1444 p", "mkdir p; chmod 1555 p",
	    "ln -s /nowhere p", "mkfifo -m 0 p", "mkdir p; chmod 0 p"};
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		assert_int_equal(shell(scripts[i]), 0);
		assert_int_equal(place_make(dir, "p", PROTECTED_SOCKET, &e), 0);
		assert_false(place_is(dir, "p"));
		place_remove(dir, "p");
		assert_int_equal(shell("rm -rf p 2>/dev/null || rmdir p"), 0);
	}
}

static void
a_fault_is_told(void **state)
{
	struct err e;

	(void)state;
	assert_int_equal(mkdir("d", 0777), 0);
	assert_int_equal(rmdir("d"), 0);
	assert_int_equal(place_make(dir, "d/p", PROTECTED_SOCKET, &e), -1);
	assert_true(e.sys_errno != 0);
}

// One packet, one descriptor; nobody there is a fault.
static void
what_is_told(void **state)
{
	struct place_msg m;
	struct err e;
	int s[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, s), 0);
	assert_int_equal(place_tell(s[0], dir, "name", &e), 0);
	assert_int_equal(place_lock(s[0], dir, &e), 0);
	assert_int_equal(place_box(s[0], -1, 7, 8, &e), 0);
	assert_int_equal(read(s[1], &m, sizeof(m)), sizeof(m));
	assert_int_equal(m.what, PLACE_AT);
	assert_string_equal(m.name, "name");
	assert_int_equal(read(s[1], &m, sizeof(m)), sizeof(m));
	assert_int_equal(m.what, PLACE_LOCK);
	assert_int_equal(read(s[1], &m, sizeof(m)), sizeof(m));
	assert_int_equal(m.what, PLACE_BOX);
	assert_int_equal(m.uid, 7);
	assert_int_equal(m.gid, 8);
	close(s[1]);
	assert_int_equal(place_tell(s[0], dir, "name", &e), -1);
	assert_int_equal(e.code, ERR_GONE);
	close(s[0]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_kind),
	    cmocka_unit_test(another_name),
	    cmocka_unit_test(common_says_here),
	    cmocka_unit_test(a_users_file_stays),
	    cmocka_unit_test(a_fault_is_told),
	    cmocka_unit_test(what_is_told),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
