// SPDX-License-Identifier: ISC
// status: figures that people read, and a line that leaves no trace.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include <unistd.h>
#include "src/term/status.h"

static void
figures(void **state)
{
	static const struct {
		uint64_t n;
		const char *count, *time;
	} rows[] = {
	    {0, "0", "0:00"},
	    {999, "999", "0:00"},
	    {1000, "1.0k", "0:01"},
	    {12399, "12.3k", "0:12"},
	    {999999, "999.9k", "16:39"},
	    {4500000, "4.5M", "1:15:00"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		autotext struct text count = {0}, time = {0};

		status_count(&count, rows[i].n);
		status_time(&time, rows[i].n);
		assert_string_equal(text_of(&count), rows[i].count);
		assert_string_equal(text_of(&time), rows[i].time);
	}
}

static void
one_line(void **state)
{
	struct status s = {.turns = 3,
	    .input_tokens = 12300,
	    .output_tokens = 400,
	    .cost_usd_micro = 1234567,
	    .ms = 65000,
	    .box = "rootless",
	    .tests = "red",
	    .doing = "bash make"};
	autotext struct text all = {0}, least = {0};

	(void)state;
	status_text(&all, &s);
	assert_string_equal(text_of(&all), "bash make | turn 3 | tokens 12.3k "
					   "in, 400 out | $1.234 | 1:05 | box: "
					   "rootless | tests red");
	s = (struct status){.cost_usd_micro = STATUS_NO_COST};
	status_text(&least, &s);
	assert_string_equal(text_of(&least), "turn 0 | 0:00");
}

static void
comes_and_goes(void **state)
{
	struct status_line l = {.fd = -1};
	char buf[400];
	char much[200];
	int p[2];
	ssize_t n;

	(void)state;
	assert_int_equal(pipe(p), 0);
	// Nowhere: nothing happens.
	status_show(&l, "x");
	status_hide(&l);
	l.fd = p[1];
	// No more than a row takes, less one column.
	memset(much, 'x', sizeof(much));
	much[199] = '\0';
	status_show(&l, much);
	n = read(p[0], buf, sizeof(buf) - 1);
	buf[n] = '\0';
	assert_int_equal(strspn(strchr(buf, 'x'), "x"), 79);
	assert_null(strchr(buf, '\n'));
	status_hide(&l);
	status_hide(&l);
	n = read(p[0], buf, sizeof(buf) - 1);
	buf[n] = '\0';
	assert_string_equal(buf, "\r\033[K");
	close(p[0]);
	close(p[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(figures),
	    cmocka_unit_test(one_line),
	    cmocka_unit_test(comes_and_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
