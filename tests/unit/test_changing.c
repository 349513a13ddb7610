// SPDX-License-Identifier: ISC
// changing: what differs between runs gets its name, and nothing else does.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "src/model/changing.h"

static const struct {
	const char *in, *out;
} named[] = {
    {"2 passed in 0.03s", "2 passed in {DURATION}"},
    {"0.12 seconds", "{DURATION}"},
    {"took 12ms, 3 us", "took {DURATION}, {DURATION}"},
    {"(1.5 s)", "({DURATION})"},
    {"in 65.20s (0:01:05)", "in {DURATION} ({TIME})"},
    {"ok pkg 0.005s", "ok pkg {DURATION}"},
    {"12.5 \xc2\xb5s", "{DURATION}"},
    {"2026-11-20", "{DATE}"},
    {"2026-11-20T12:43:19Z", "{TIME}"},
    {"2026-11-20 12:43:19.123456+01:00.", "{TIME}."},
    {"2026-11-20 12:43:19 +0000", "{TIME} +0000"},
    {"at 12:43:19,", "at {TIME},"},
    {"Fri Nov 20 12:43:19 2026 +0000", "{TIME}"},
    {"Date:   Fri Nov  6 12:43:19 UTC 2026\n", "Date:   {TIME}\n"},
    {"<Foo object at 0x7f8a1c2d3e50>", "<Foo object at {ADDR}>"},
    {"/tmp/pytest-of-root/pytest-12/test_a0/x", "{TMP}/test_a0/x"},
    {"open /tmp/tmpab_d9fgh/out", "open {TMP}/out"},
    {"/tmp/tmpabcdefgh", "{TMP}"},
    {"/tmp/tmp.AbCd123456", "{TMP}"},
    {"/tmp/ccQ7x2Lm.s:3", "{TMP}.s:3"},
    {"/tmp/build-k3j9x2", "{TMP}"},
    {"pid 4242", "pid {PID}"},
    {"PID: 7;", "PID: {PID};"},
    {"pid=99", "pid={PID}"},
    {"2026-11-20 10:00:00+01005ms", "{TIME}{DURATION}"},
    {"==4242== ERROR", "=={PID}== ERROR"},
};

static const char *const kept[] = {
    "",
    "limit 300s",
    "line 12, column 3",
    "version 1.2.3",
    "x0.03s 0.03sx 0.03 files",
    "2026-11-200",
    "12026-11-20",
    "10.0.0.1:8080",
    "12:34:56:78:9a:bc",
    "1:2",
    "0xdeadbeef",
    "0x00007f8a1c2d3e501",
    "/tmp/readme.txt /tmp/build",
    "/var/tmp/tmpabcdefgh",
    "a/tmp/tmpabcdefgh",
    "rapid 12",
    "stupid 12",
    "pid",
    "pid x",
    "123==",
    "Fri Nov 20",
    "{DURATION}",
};

static char *
name(const char *s)
{
	size_t len;
	char *out = changing_named(s, strlen(s), &len);

	assert_non_null(out);
	assert_int_equal(strlen(out), len);
	return out;
}

static void
test_named(void **state)
{
	char *once, *twice;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
		once = name(named[i].in);
		assert_string_equal(once, named[i].out);
		twice = name(once);
		assert_string_equal(once, twice);
		free(once);
		free(twice);
	}
}

static void
test_kept(void **state)
{
	size_t i;
	char *out;

	(void)state;
	for (i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		out = name(kept[i]);
		assert_string_equal(out, kept[i]);
		free(out);
	}
}

/* Whatever end a text is cut at, nothing behind it is looked at. */
static void
test_cut(void **state)
{
	size_t i, n, len;
	char *exact, *out;

	(void)state;
	for (i = 0; i < sizeof(named) / sizeof(named[0]); i++)
		for (n = 0; n <= strlen(named[i].in); n++) {
			exact = malloc(n > 0 ? n : 1);
			assert_non_null(exact);
			memcpy(exact, named[i].in, n);
			out = changing_named(exact, n, &len);
			assert_non_null(out);
			free(out);
			free(exact);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_named),
	    cmocka_unit_test(test_kept),
	    cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests_name("changing", tests, NULL, NULL);
}
