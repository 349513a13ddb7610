// SPDX-License-Identifier: ISC
// names: an address for each name and a name for each address, for ever, also
// across processes that end.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "jail/egress/names.h"

static void
name_of(uint32_t i, char name[SPEC_NET_HOST_MAX])
{
	snprintf(name, SPEC_NET_HOST_MAX, "n%u.example.test", i);
}

static void
test_stable(void **state)
{
	struct names *n = names_new(10);
	uint8_t a[4], b[4], again[4];

	(void)state;
	assert_non_null(n);
	assert_int_equal(names_count(n), 0);
	assert_int_equal(names_address(n, "a.test", a), 0);
	assert_int_equal(names_address(n, "b.test", b), 0);
	assert_int_equal(names_address(n, "a.test", again), 0);
	assert_memory_equal(a, again, 4);
	assert_memory_not_equal(a, b, 4);
	assert_string_equal(names_name(n, a), "a.test");
	assert_string_equal(names_name(n, b), "b.test");
	assert_int_equal(names_count(n), 2);
	names_free(n);
	names_free(NULL);
}

static void
test_range(void **state)
{
	static const uint8_t in[][4] = {
	    {198, 18, 0, 0}, {198, 18, 0, 1}, {198, 19, 255, 255}};
	static const uint8_t out[][4] = {{198, 17, 255, 255}, {198, 20, 0, 0},
	    {197, 18, 0, 1}, {0, 0, 0, 0}, {255, 255, 255, 255}};
	struct names *n = names_new(NAMES_MAX);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(in) / sizeof(in[0]); i++) {
		assert_true(names_synthetic(in[i]));
		assert_null(names_name(n, in[i]));
	}
	for (i = 0; i < sizeof(out) / sizeof(out[0]); i++) {
		assert_false(names_synthetic(out[i]));
		assert_null(names_name(n, out[i]));
	}
	names_free(n);
}

/* All that fit, each with an address of its own; then no other, ever. */
static void
test_full(void **state)
{
	static uint8_t seen[1 << 17];
	struct names *n = names_new(NAMES_MAX + 1);
	char name[SPEC_NET_HOST_MAX];
	uint8_t a[4];
	uint32_t i, at;

	(void)state;
	for (i = 0; i < NAMES_MAX; i++) {
		name_of(i, name);
		assert_int_equal(names_address(n, name, a), 0);
		assert_true(names_synthetic(a));
		at = (uint32_t)(a[1] & 1) << 16 | (uint32_t)a[2] << 8 | a[3];
		assert_int_equal(seen[at]++, 0);
	}
	assert_int_equal(names_address(n, "another.test", a), -1);
	assert_int_equal(names_count(n), NAMES_MAX);
	for (i = 0; i < NAMES_MAX; i++) {
		name_of(i, name);
		assert_int_equal(names_address(n, name, a), 0);
		assert_string_equal(names_name(n, a), name);
	}
	names_free(n);
}

static void
test_limit(void **state)
{
	char longest[SPEC_NET_HOST_MAX + 1];
	struct names *n = names_new(1);
	uint8_t a[4];

	(void)state;
	assert_int_equal(names_address(n, "a.test", a), 0);
	assert_int_equal(names_address(n, "b.test", a), -1);
	assert_int_equal(names_address(n, "a.test", a), 0);
	names_limit(n, 3);
	assert_int_equal(names_address(n, "b.test", a), 0);
	names_limit(n, 0);
	assert_int_equal(names_address(n, "c.test", a), -1);
	assert_int_equal(names_address(n, "b.test", a), 0);
	names_limit(n, 3);
	memset(longest, 'a', sizeof(longest));
	longest[SPEC_NET_HOST_MAX] = '\0';
	assert_int_equal(names_address(n, longest, a), -1);
	longest[SPEC_NET_HOST_MAX - 1] = '\0';
	assert_int_equal(names_address(n, longest, a), 0);
	names_free(n);
}

/* A worker adds names and is killed: the next one knows them. */
static void
test_shared(void **state)
{
	struct names *n = names_new(100);
	uint8_t a[4], b[4];
	int status;
	pid_t pid;

	(void)state;
	assert_int_equal(names_address(n, "before.test", a), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(names_address(n, "worker.test", b) != 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(names_count(n), 2);
	assert_int_equal(names_address(n, "after.test", a), 0);
	assert_int_equal(names_address(n, "worker.test", b), 0);
	assert_memory_not_equal(a, b, 4);
	assert_string_equal(names_name(n, b), "worker.test");
	assert_int_equal(names_count(n), 3);
	names_free(n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_stable),
	    cmocka_unit_test(test_range),
	    cmocka_unit_test(test_full),
	    cmocka_unit_test(test_limit),
	    cmocka_unit_test(test_shared),
	};

	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
