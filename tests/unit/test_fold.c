// SPDX-License-Identifier: ISC
// Repeated refusals: what is the same, and what a killed worker leaves.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/egress/fold.h"

static struct record
refusal(const char *name, uint16_t port)
{
	return (struct record){
	    .conn = 7,
	    .proto = "tcp",
	    .mode = "rootless",
	    .name = name,
	    .name_from = "dns",
	    .port = port,
	    .uid = UINT32_MAX,
	    .verdict = NET_DENY,
	    .reason = REASON_UNLISTED,
	    .generation = 1,
	};
}

static void
test_same(void **state)
{
	struct record a = refusal("a.example", 443);
	struct record b = refusal("a.example", 80);
	struct record c = refusal("b.example", 443);
	struct fold f[FOLDS] = {0};

	(void)state;
	assert_false(fold_count(f, &a, 1));
	fold_fill(fold_place(f), &a, 1);
	assert_true(fold_count(f, &a, 2));
	assert_true(fold_count(f, &a, 3));
	assert_false(fold_count(f, &b, 4));
	assert_false(fold_count(f, &c, 5));
	a.generation++;
	assert_false(fold_count(f, &a, 6));
	assert_int_equal(f[0].count, 2);
	assert_int_equal(f[0].first_us, 2);
	assert_int_equal(f[0].last_us, 3);
}

static bool
says(int fd, const char *text)
{
	char all[8192];
	ssize_t n = pread(fd, all, sizeof(all) - 1, 0);

	assert_true(n >= 0);
	all[n] = '\0';
	return strstr(all, text) != NULL;
}

/* A worker that is killed writes nothing; the next one writes what it left. */
static void
test_left_behind(void **state)
{
	autoclose int fd = memfd_create("records", MFD_CLOEXEC);
	struct fold shared[FOLDS] = {0}, elsewhere[FOLDS] = {0};
	struct record c = refusal("a.example", 443);
	struct records *r;
	struct err e;
	int i;

	(void)state;
	assert_return_code(fcntl(fd, F_SETFL, O_APPEND), errno);
	r = records_new(fd, "x", &e);
	assert_non_null(r);
	records_share(r, shared);
	for (i = 0; i < 5; i++)
		assert_int_equal(record_decision(r, &c, &e), 0);
	records_share(r, elsewhere);
	records_free(r);
	assert_false(says(fd, "\"count\":"));

	r = records_new(fd, "x", &e);
	assert_non_null(r);
	records_share(r, shared);
	assert_int_equal(record_decision(r, &c, &e), 0);
	records_free(r);
	assert_true(says(fd, "\"count\":5,\"first\":\""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_same),
	    cmocka_unit_test(test_left_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
