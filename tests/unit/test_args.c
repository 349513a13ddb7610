// SPDX-License-Identifier: ISC
// args: what is packed is what was said, sealed, and never too large.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/box/args.h"

static void
check(const struct box_command *c, const char *want, size_t size, unsigned argc,
    unsigned envc)
{
	struct wire_exec x = {0};
	autoclose int fd = -1;
	char buf[256];
	struct err e;

	fd = args_pack(c, &x, &e);
	assert_true(fd >= 0);
	assert_int_equal(x.argc, argc);
	assert_int_equal(x.envc, envc);
	assert_int_equal(x.size, size);
	assert_int_equal(pread(fd, buf, sizeof(buf), 0), (ssize_t)size);
	assert_memory_equal(buf, want, size);
}

static void
test_layout(void **state)
{
	char *argv[] = {(char[]){"echo"}, (char[]){""}, (char[]){"a b"}, NULL};
	char *envp[] = {(char[]){"A=1"}, (char[]){"B="}, NULL};
	char *none[] = {NULL};
	struct box_command c = {.argv = argv, .envp = envp, .cwd = "/tmp"};

	(void)state;
#define WANT "/tmp\0echo\0\0a b\0A=1\0B="
	check(&c, WANT, sizeof(WANT), 3, 2);
#undef WANT
	c.envp = none;
	c.cwd = NULL;
#define WANT "/workspace\0echo\0\0a b"
	check(&c, WANT, sizeof(WANT), 3, 0);
#undef WANT
}

static void
test_sealed(void **state)
{
	char *argv[] = {(char[]){"true"}, NULL}, *envp[] = {NULL};
	struct box_command c = {.argv = argv, .envp = envp};
	struct wire_exec x = {0};
	autoclose int fd = -1;
	struct stat st;
	struct err e;
	int seals;

	(void)state;
	fd = args_pack(&c, &x, &e);
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_size, x.size);
	seals = fcntl(fd, F_GET_SEALS);
	assert_true(seals >= 0);
	assert_int_equal(
	    seals & (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE),
	    F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
	assert_int_equal(pwrite(fd, "x", 1, 0), -1);
	assert_int_equal(ftruncate(fd, 0), -1);
	assert_ptr_equal(
	    mmap(NULL, 1, PROT_WRITE, MAP_SHARED, fd, 0), MAP_FAILED);
}

static void
test_bytes(void **state)
{
	char *big = malloc(WIRE_ARGS_MAX + 1);
	char *argv[] = {(char[]){"x"}, big, NULL}, *envp[] = {NULL};
	struct box_command c = {.argv = argv, .envp = envp, .cwd = "/"};
	struct wire_exec x = {0};
	struct err e = {0};
	int fd;

	(void)state;
	assert_non_null(big);
	// cwd and argv[0] are four bytes, and the end is one
	memset(big, 'a', WIRE_ARGS_MAX);
	big[WIRE_ARGS_MAX - 5] = '\0';
	fd = args_pack(&c, &x, &e);
	assert_true(fd >= 0);
	assert_int_equal(x.size, WIRE_ARGS_MAX);
	close(fd);
	big[WIRE_ARGS_MAX - 5] = 'a';
	big[WIRE_ARGS_MAX - 4] = '\0';
	assert_int_equal(args_pack(&c, &x, &e), -1);
	assert_int_equal(e.code, ERR_LIMIT);
	assert_int_equal(e.sys_errno, E2BIG);
	free(big);
}

static void
test_count(void **state)
{
	char **argv = calloc(WIRE_ARGC_MAX + 2, sizeof(*argv));
	char one[] = "", *envp[] = {one, NULL};
	struct box_command c = {.argv = argv, .envp = envp};
	struct wire_exec x = {0};
	struct err e = {0};
	size_t i;
	int fd;

	(void)state;
	assert_non_null(argv);
	for (i = 0; i < WIRE_ARGC_MAX - 1; i++)
		argv[i] = one;
	fd = args_pack(&c, &x, &e);
	assert_true(fd >= 0);
	assert_int_equal(x.argc + x.envc, WIRE_ARGC_MAX);
	close(fd);
	argv[i] = one;
	assert_int_equal(args_pack(&c, &x, &e), -1);
	assert_int_equal(e.code, ERR_LIMIT);
	free(argv);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_layout),
	    cmocka_unit_test(test_sealed),
	    cmocka_unit_test(test_bytes),
	    cmocka_unit_test(test_count),
	};

	return cmocka_run_group_tests_name("args", tests, NULL, NULL);
}
