// SPDX-License-Identifier: ISC
// retry: which answers are worth another try, and the wait before it.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <limits.h>
#include "src/model/retry.h"

static void
test_status(void **state)
{
	static const long yes[] = {408, 409, 429, 500, 502, 503, 529, 599};
	static const long no[] = {301, 400, 401, 402, 403, 404, 413, 422};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
		assert_true(retry_status(yes[i], ""));
		assert_false(retry_status(yes[i], "false"));
		assert_true(retry_status(yes[i], "rubbish"));
	}
	for (i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
		assert_false(retry_status(no[i], ""));
		assert_true(retry_status(no[i], "true"));
	}
}

static void
test_asked(void **state)
{
	/* Fri, 20 Nov 2026 12:00:00 GMT */
	const time_t now = 1795176000;
	static const struct {
		const char *ms, *s;
		int64_t v;
	} t[] = {
	    {"", "", -1},
	    {"", "3", 3000},
	    {"", "0", 0},
	    {"", "0.25", 250},
	    {"", "1.5", 1500},
	    {"", "1.0005", 1000},
	    {"", ".5", 500},
	    {"120", "3", 120},
	    {"rubbish", "3", 3000},
	    {"-5", "3", 3000},
	    {"", "-3", -1},
	    {"", "3s", -1},
	    {"", "3 4", -1},
	    {"", ".", -1},
	    {"", "soon", -1},
	    {"", "Fri, 20 Nov 2026 12:00:30 GMT", 30000},
	    {"", "Fri, 20 Nov 2026 11:59:00 GMT", 0},
	    {"", "Friday, 20-Nov-26 12:00:05 GMT", 5000},
	    {"", "Fri Nov 20 12:00:05 2026", 5000},
	    {"", "20261120", 20261120000},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		assert_int_equal(retry_asked_ms(t[i].ms, t[i].s, now), t[i].v);
	/* No number is too large, or wraps round to a short wait. */
	assert_true(retry_asked_ms("", "99999999999999999999999", now) >
		    RETRY_PATIENCE_MS);
	assert_true(retry_asked_ms("99999999999999999999999", "", now) >
		    RETRY_PATIENCE_MS);
	assert_true(
	    retry_asked_ms("", "9223372036854775807", now) > RETRY_PATIENCE_MS);
}

static void
test_wait(void **state)
{
	static const struct {
		uint32_t n;
		int64_t asked;
		uint32_t dice;
		uint64_t v;
	} t[] = {
	    {0, -1, 0, 500},
	    {1, -1, 0, 1000},
	    {2, -1, 0, 2000},
	    {3, -1, 0, 4000},
	    {4, -1, 0, 8000},
	    {5, -1, 0, 8000},
	    {31, -1, 0, 8000},
	    {64, -1, 0, 8000},
	    {UINT32_MAX, -1, 0, 8000},
	    {0, -1, 1000, 375},
	    {4, -1, 1000, 6000},
	    {0, -1, UINT32_MAX, 375},
	    /* the server's word raises the wait, and never lowers it */
	    {0, 0, 0, 500},
	    {0, 100, 1000, 375},
	    {0, 2500, 1000, 2500},
	    {4, 2500, 0, 8000},
	    {0, 60000, 500, 60000},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		assert_int_equal(
		    retry_wait_ms(t[i].n, t[i].asked, t[i].dice), t[i].v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_status),
	    cmocka_unit_test(test_asked),
	    cmocka_unit_test(test_wait),
	};

	return cmocka_run_group_tests_name("retry", tests, NULL, NULL);
}
