// SPDX-License-Identifier: ISC
// scan: what each kind of value accepts, refuses and says; and the reverse.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "policy/scan.h"

#define COUNT(a)  (sizeof(a) / sizeof((a)[0]))
#define UNTOUCHED UINT64_C(0x5a5a5a5a)

struct row {
	const char *text;
	uint64_t value;	 /* if why is NULL */
	const char *why; /* a part of the phrase */
};

/* Each text in a buffer of exactly its length, for the sanitizers' sake. */
static void
check(int (*scan)(const char *, size_t, uint64_t *, const char **),
    const struct row *rows, size_t n)
{
	const char *why;
	uint64_t v;
	size_t i, len;
	char *s;
	int r;

	for (i = 0; i < n; i++) {
		len = strlen(rows[i].text);
		s = malloc(len > 0 ? len : 1);
		assert_non_null(s);
		memcpy(s, rows[i].text, len);
		v = UNTOUCHED;
		why = NULL;
		r = scan(s, len, &v, &why);
		free(s);
		if (rows[i].why == NULL) {
			if (r != 0 || v != rows[i].value)
				fail_msg("\"%s\": %s", rows[i].text, why);
			continue;
		}
		if (r != -1 || v != UNTOUCHED || why == NULL)
			fail_msg("\"%s\" was taken", rows[i].text);
		if (strstr(why, rows[i].why) == NULL)
			fail_msg("\"%s\" says: %s", rows[i].text, why);
	}
}

static void
test_count(void **state)
{
	static const struct row rows[] = {
	    {"0", 0, NULL},
	    {"1", 1, NULL},
	    {"128", 128, NULL},
	    {"18446744073709551615", UINT64_MAX, NULL},
	    {"18446744073709551616", 0, "too large"},
	    {"18446744073709551620", 0, "too large"},
	    {"99999999999999999999999999", 0, "too large"},
	    {"", 0, "not a count"},
	    {"-1", 0, "not a count"},
	    {"+1", 0, "not a count"},
	    {" 1", 0, "not a count"},
	    {"1 ", 0, "not a count"},
	    {"0x10", 0, "not a count"},
	    {"1K", 0, "not a count"},
	    {"1e3", 0, "not a count"},
	    {"1.5", 0, "not a whole number"},
	    {"010", 0, "needless 0"},
	    {"00", 0, "needless 0"},
	    {"many", 0, "not a count"},
	    {"none", 0, "not a count"},
	};

	(void)state;
	check(scan_count, rows, COUNT(rows));
}

static void
test_size(void **state)
{
	static const struct row rows[] = {
	    {"0", 0, NULL},
	    {"512", 512, NULL},
	    {"64K", 65536, NULL},
	    {"1M", 1048576, NULL},
	    {"2G", 2147483648, NULL},
	    {"3T", 3298534883328, NULL},
	    {"16777215T", UINT64_C(16777215) << 40, NULL},
	    {"16777216T", 0, "too large"},
	    {"18446744073709551615K", 0, "too large"},
	    {"", 0, "not a size"},
	    {"K", 0, "not a size"},
	    {"64k", 0, "not a size"},
	    {"64KB", 0, "not a size"},
	    {"64KiB", 0, "not a size"},
	    {"64 K", 0, "not a size"},
	    {"1P", 0, "not a size"},
	    {"1MM", 0, "not a size"},
	    {"-1M", 0, "not a size"},
	    {"1.5G", 0, "smaller unit"},
	    {"064K", 0, "needless 0"},
	};

	(void)state;
	check(scan_size, rows, COUNT(rows));
}

static void
test_duration(void **state)
{
	static const struct row rows[] = {
	    {"0s", 0, NULL},
	    {"300ms", 300, NULL},
	    {"10s", 10000, NULL},
	    {"5m", 300000, NULL},
	    {"1h", 3600000, NULL},
	    {"5124095576030h", UINT64_C(5124095576030) * 3600000, NULL},
	    {"5124095576031h", 0, "too large"},
	    {"10", 0, "add ms, s, m or h"},
	    {"0", 0, "add ms, s, m or h"},
	    {"", 0, "not a duration"},
	    {"s", 0, "not a duration"},
	    {"10S", 0, "not a duration"},
	    {"10sec", 0, "not a duration"},
	    {"10 s", 0, "not a duration"},
	    {"1h30m", 0, "not a duration"},
	    {"1d", 0, "not a duration"},
	    {"1.5h", 0, "smaller unit"},
	    {"-5s", 0, "not a duration"},
	};

	(void)state;
	check(scan_duration, rows, COUNT(rows));
}

static void
test_percent(void **state)
{
	static const struct row rows[] = {
	    {"0%", 0, NULL},
	    {"50%", 50, NULL},
	    {"250%", 250, NULL},
	    {"50", 0, "add %"},
	    {"", 0, "not a share"},
	    {"%", 0, "not a share"},
	    {"50 %", 0, "not a share"},
	    {"50%%", 0, "not a share"},
	    {"-5%", 0, "not a share"},
	    {"0.5%", 0, "not a whole number"},
	    {"050%", 0, "needless 0"},
	    {"18446744073709551616%", 0, "too large"},
	};

	(void)state;
	check(scan_percent, rows, COUNT(rows));
}

static void
test_rate(void **state)
{
	static const struct row rows[] = {
	    {"512/s", 512, NULL},
	    {"64K/s", 65536, NULL},
	    {"10M/s", 10485760, NULL},
	    {"1G/s", 1073741824, NULL},
	    {"10", 0, "add /s, K/s, M/s or G/s"},
	    {"10M", 0, "not a rate"},
	    {"10M/", 0, "not a rate"},
	    {"10M/m", 0, "not a rate"},
	    {"10MB/s", 0, "not a rate"},
	    {"M/s", 0, "not a rate"},
	    {"/s", 0, "not a rate"},
	    {"", 0, "not a rate"},
	    {"1.5M/s", 0, "smaller unit"},
	    {"17179869184G/s", 0, "too large"},
	};

	(void)state;
	check(scan_rate, rows, COUNT(rows));
}

static void
test_money(void **state)
{
	static const struct row rows[] = {
	    {"2", 2000000, NULL},
	    {"0", 0, NULL},
	    {"0.50", 500000, NULL},
	    {"12.345678", 12345678, NULL},
	    {"18446744073709.551615", UINT64_MAX, NULL},
	    {"", 0, "amount of dollars"},
	    {".5", 0, "amount of dollars"},
	    {"1.", 0, "amount of dollars"},
	    {"1,5", 0, "amount of dollars"},
	    {"$2", 0, "amount of dollars"},
	    {"2USD", 0, "amount of dollars"},
	    {"-1", 0, "amount of dollars"},
	    {"1.2.3", 0, "amount of dollars"},
	    {"02", 0, "needless 0"},
	    {"0.0000001", 0, "six digits"},
	    {"1.0000000", 0, "six digits"},
	    {"18446744073709.551616", 0, "too large"},
	    {"18446744073710", 0, "too large"},
	    {"99999999999999999999", 0, "too large"},
	};

	(void)state;
	check(scan_money, rows, COUNT(rows));
}

static void
test_value(void **state)
{
	const char *why;
	uint64_t v = 7;

	(void)state;
	assert_int_equal(scan_value(SPEC_UNIT_MS, "none", 4, &v, &why), 0);
	assert_int_equal(v, 0);
	assert_int_equal(scan_value(SPEC_UNIT_MS, "2s", 2, &v, &why), 0);
	assert_int_equal(v, 2000);
	assert_int_equal(scan_value(SPEC_UNIT_BYTES, "2K", 2, &v, &why), 0);
	assert_int_equal(v, 2048);
	assert_int_equal(scan_value(SPEC_UNIT_COUNT, "22", 1, &v, &why), 0);
	assert_int_equal(v, 2);
	assert_int_equal(scan_value(SPEC_UNIT_PERCENT, "7%", 2, &v, &why), 0);
	assert_int_equal(v, 7);
	assert_int_equal(scan_value(SPEC_UNIT_RATE, "3K/s", 4, &v, &why), 0);
	assert_int_equal(v, 3072);
	assert_int_equal(scan_value(SPEC_UNIT_RATE, "none", 4, &v, &why), 0);
	assert_int_equal(v, 0);
	assert_int_equal(scan_value(SPEC_UNIT_MS, "None", 4, &v, &why), -1);
	assert_int_equal(scan_value(SPEC_UNIT_MS, "nones", 5, &v, &why), -1);
	assert_int_equal(scan_value(SPEC_UNIT_MS, "non", 3, &v, &why), -1);
}

static void
test_path(void **state)
{
	char buf[8] = "before";
	const char *why;

	(void)state;
	assert_int_equal(scan_path("/a/bcde", 7, buf, 8, &why), 0);
	assert_string_equal(buf, "/a/bcde");
	assert_int_equal(scan_path("/a/bcdef", 8, buf, 8, &why), -1);
	assert_string_equal(why, "is too long for its place");
	assert_int_equal(scan_path("/a/../b", 7, buf, 8, &why), -1);
	assert_non_null(strstr(why, "\"..\""));
	assert_int_equal(scan_path("a", 1, buf, 8, &why), -1);
	assert_non_null(strstr(why, "absolute"));
	assert_int_equal(scan_path("", 0, buf, 8, &why), -1);
	assert_string_equal(buf, "/a/bcde"); // as it was
}

static void
test_env(void **state)
{
	static const char *const good[] = {
	    "A=", "PATH=/bin:/usr/bin", "_x1=a=b", "a=\xc3\xa4\n"};
	static const char *const bad[] = {"", "A", "=", "=x", "1A=x", "A B=x",
	    "A-B=x", " A=x", "A =x", "\xc3\xa4=x", "A.B=x", "A[=x", "A{=x",
	    "A`=x"};
	const char *why;
	size_t i, n;

	(void)state;
	for (i = 0; i < COUNT(good); i++) {
		n = 99;
		assert_int_equal(
		    scan_env(good[i], strlen(good[i]), &n, &why), 0);
		assert_int_equal(good[i][n], '=');
		assert_int_equal(n, strcspn(good[i], "="));
	}
	for (i = 0; i < COUNT(bad); i++) {
		why = NULL;
		if (scan_env(bad[i], strlen(bad[i]), &n, &why) != -1)
			fail_msg("\"%s\" was taken", bad[i]);
		assert_non_null(why);
	}
	assert_int_equal(scan_env("A=b\0c", 5, &n, &why), -1);
	assert_string_equal(why, "has a NUL byte");
	assert_int_equal(scan_env("A=b", 1, &n, &why), -1);
	assert_non_null(strstr(why, "NAME=VALUE"));
}

static void
test_env_name(void **state)
{
	char name[SCAN_NAME_MAX + 1];
	const char *why;

	(void)state;
	memset(name, 'N', sizeof(name));
	assert_int_equal(scan_env_name(name, SCAN_NAME_MAX, &why), 0);
	assert_int_equal(scan_env_name(name, SCAN_NAME_MAX + 1, &why), -1);
	assert_non_null(strstr(why, "too long"));
	assert_int_equal(scan_env_name("A=", 2, &why), -1);
	assert_int_equal(scan_env_name("", 0, &why), -1);
	assert_int_equal(scan_env_name("9", 1, &why), -1);
	assert_non_null(strstr(why, "digit"));
	assert_int_equal(scan_env_name("A\0B", 3, &why), -1);
}

static void
test_format(void **state)
{
	static const struct {
		enum spec_unit unit;
		uint64_t v;
		const char *text;
	} rows[] = {
	    {SPEC_UNIT_MS, 0, "none"},
	    {SPEC_UNIT_MS, 1, "1ms"},
	    {SPEC_UNIT_MS, 1500, "1500ms"},
	    {SPEC_UNIT_MS, 90000, "90s"},
	    {SPEC_UNIT_MS, 300000, "5m"},
	    {SPEC_UNIT_MS, 7200000, "2h"},
	    {SPEC_UNIT_MS, UINT64_MAX, "18446744073709551615ms"},
	    {SPEC_UNIT_BYTES, 1000, "1000"},
	    {SPEC_UNIT_BYTES, 1536, "1536"},
	    {SPEC_UNIT_BYTES, 65536, "64K"},
	    {SPEC_UNIT_BYTES, 4294967296, "4G"},
	    {SPEC_UNIT_BYTES, 1125899906842624, "1024T"},
	    {SPEC_UNIT_COUNT, 1024, "1024"},
	    {SPEC_UNIT_PERCENT, 0, "none"},
	    {SPEC_UNIT_PERCENT, 150, "150%"},
	    {SPEC_UNIT_RATE, 1000, "1000/s"},
	    {SPEC_UNIT_RATE, 10485760, "10M/s"},
	    {SPEC_UNIT_RATE, UINT64_MAX, "18446744073709551615/s"},
	    {SPEC_UNIT_MONEY, 0, "none"},
	    {SPEC_UNIT_MONEY, 1, "0.000001"},
	    {SPEC_UNIT_MONEY, 2000000, "2.00"},
	    {SPEC_UNIT_MONEY, 2500000, "2.50"},
	    {SPEC_UNIT_MONEY, 2125000, "2.125"},
	    {SPEC_UNIT_MONEY, UINT64_MAX, "18446744073709.551615"},
	};
	char buf[SCAN_FORMAT_MAX];
	const char *why;
	uint64_t v;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		scan_format(rows[i].unit, rows[i].v, buf);
		assert_string_equal(buf, rows[i].text);
		assert_int_equal(
		    scan_value(rows[i].unit, buf, strlen(buf), &v, &why), 0);
		assert_true(v == rows[i].v);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_count),
	    cmocka_unit_test(test_size),
	    cmocka_unit_test(test_duration),
	    cmocka_unit_test(test_percent),
	    cmocka_unit_test(test_money),
	    cmocka_unit_test(test_rate),
	    cmocka_unit_test(test_value),
	    cmocka_unit_test(test_path),
	    cmocka_unit_test(test_env),
	    cmocka_unit_test(test_env_name),
	    cmocka_unit_test(test_format),
	};

	return cmocka_run_group_tests_name("scan", tests, NULL, NULL);
}
