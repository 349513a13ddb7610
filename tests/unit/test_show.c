// SPDX-License-Identifier: ISC
// show: plain in a pipe, coloured on a terminal that wants it, safe on both.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include "src/agent/show.h"

size_t
model_redact(const struct model *m, char *buf, size_t len)
{
	char *hit = memmem(buf, len, "sk-secret", 9);

	(void)m;
	if (hit != NULL)
		memset(hit, '*', 9);
	return hit != NULL;
}

/* Any address will do: nobody looks into it. */
static const struct model *const some_model = (const void *)&some_model;

static char *memory;
static size_t memory_len;
static struct show s;

static int
begin(void **state)
{
	FILE *f = tmpfile();

	(void)state;
	if (f == NULL)
		return -1;
	show_begin(&s, f);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	free(memory);
	memory = NULL;
	return fclose(s.f);
}

/* All that was shown since the last time. */
static const char *
shown(void)
{
	long len = ftell(s.f);

	free(memory);
	memory = calloc(1, (size_t)len + 1);
	assert_non_null(memory);
	rewind(s.f);
	memory_len = fread(memory, 1, (size_t)len, s.f);
	assert_int_equal(memory_len, len);
	rewind(s.f);
	assert_int_equal(ftruncate(fileno(s.f), 0), 0);
	return memory;
}

static void
test_line(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
	    {"", "\n"},
	    {"plain", "plain\n"},
	    {"\033[31mred\033[0m", "\\x1b[31mred\\x1b[0m\n"},
	    {"\033]0;title\007x", "\\x1b]0;title\\x07x\n"},
	    {"a\bb\001", "a\\x08b\\x01\n"},
	    {"bad \xff", "bad \xef\xbf\xbd\n"},
	    {"\xe2\x80\xae"
	     "evil",
		"\\u{202e}evil\n"},
	    {"key sk-secret.", "key *********.\n"},
	};
	size_t i;

	(void)state;
	assert_false(s.color);
	s.model = some_model;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		show_line(&s, SHOW_RED, "%s", rows[i].text);
		assert_string_equal(shown(), rows[i].want);
	}
}

static void
test_quiet(void **state)
{
	struct show none;

	(void)state;
	show_begin(&none, NULL);
	assert_false(none.color);
	show_line(&none, SHOW_RED, "x");
	show_stream(&none, "x", 1);
	show_stream_end(&none);
	show_tail(&none, "x\n", 1);
}

static void
test_stream(void **state)
{
	(void)state;
	show_stream(&s, "one ", 4);
	show_stream(&s, "", 0);
	show_stream(&s, "two", 3);
	// A line of ours does not hang on to a model's word.
	show_line(&s, SHOW_PLAIN, "said");
	assert_string_equal(shown(), "one two\nsaid\n");
	show_stream(&s, "whole\n", 6);
	show_line(&s, SHOW_PLAIN, "said");
	show_stream_end(&s);
	assert_string_equal(shown(), "whole\nsaid\n");
	// Characters and sequences in pieces are not cut.
	show_stream(&s, "\xc3", 1);
	show_stream(&s, "\xa9\033[", 3);
	show_stream(&s, "31mx", 4);
	show_stream_end(&s);
	assert_string_equal(shown(), "\xc3\xa9x\n");
	s.model = some_model;
	show_stream(&s, "a sk-secret b\n", 14);
	assert_string_equal(shown(), "a ********* b\n");
}

static void
test_tail(void **state)
{
	static const struct {
		const char *text;
		unsigned int lines;
		const char *want;
	} rows[] = {
	    {"", 3, ""},
	    {"a", 3, "    | a\n"},
	    {"a\n", 3, "    | a\n"},
	    {"a\nb\nc\n", 3, "    | a\n    | b\n    | c\n"},
	    {"a\nb\nc\n", 2, "    | b\n    | c\n"},
	    {"a\nb\nc", 2, "    | b\n    | c\n"},
	    {"a\nb\nc\n", 1, "    | c\n"},
	    {"a\n\n\n", 2, "    | \n    | \n"},
	};
	char line[302];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		show_tail(&s, rows[i].text, rows[i].lines);
		assert_string_equal(shown(), rows[i].want);
	}
	memset(line, 'x', 300);
	line[300] = '\n';
	line[301] = '\0';
	show_tail(&s, line, 1);
	assert_int_equal(strlen(shown()), 6 + 200 + 1);
}

static const char diff[] = "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\033[2J\n+b\n c";

/* In a pipe a diff is for patch(1): byte for byte. */
static void
test_diff_plain(void **state)
{
	(void)state;
	show_diff(s.f, diff, sizeof(diff) - 1);
	assert_string_equal(shown(), diff);
}

/* The two ends of a terminal that changes nothing. */
static FILE *
terminal(int *master)
{
	struct termios t;
	char name[64];
	int slave;

	*master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(*master >= 0);
	assert_int_equal(grantpt(*master), 0);
	assert_int_equal(unlockpt(*master), 0);
	assert_int_equal(ptsname_r(*master, name, sizeof(name)), 0);
	slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(slave >= 0);
	assert_int_equal(tcgetattr(slave, &t), 0);
	cfmakeraw(&t);
	assert_int_equal(tcsetattr(slave, TCSANOW, &t), 0);
	return fdopen(slave, "w");
}

static void
screen(int master, const char *want)
{
	char buf[4096];
	size_t have = 0;
	ssize_t n;

	// What is on its way may come in parts.
	do {
		n = read(master, buf + have, sizeof(buf) - 1 - have);
		assert_true(n >= 0);
		have += (size_t)n;
	} while (n > 0 && have < strlen(want));
	buf[have] = '\0';
	assert_string_equal(buf, want);
}

static void
test_terminal(void **state)
{
	struct show tty;
	int master;
	FILE *f = terminal(&master);

	(void)state;
	assert_non_null(f);
	assert_int_equal(setenv("TERM", "xterm", 1), 0);
	unsetenv("NO_COLOR");
	show_begin(&tty, f);
	show_line(&tty, SHOW_GREEN, "green");
	screen(master, "\033[32mgreen\033[0m\n");
	show_line(&tty, SHOW_PLAIN, "plain");
	screen(master, "plain\n");
	show_diff(f, diff, sizeof(diff) - 1);
	screen(master, "\033[31m--- a/f\033[0m\n\033[32m+++ b/f\033[0m\n"
		       "\033[2m@@ -1 +1 @@\033[0m\n\033[31m-a\\x1b[2J\033[0m\n"
		       "\033[32m+b\033[0m\n c\n");
	// Without colours it is still a terminal: nothing gets at it.
	assert_int_equal(setenv("NO_COLOR", "1", 1), 0);
	show_diff(f, "-a\033[2J\n", 7);
	screen(master, "-a\\x1b[2J\n");
	fclose(f);
	close(master);
}

static void
test_color(void **state)
{
	static const struct {
		const char *term, *no_color;
		bool want;
	} rows[] = {
	    {"xterm", NULL, true},
	    {"xterm", "", true},
	    {"xterm", "1", false},
	    {"xterm", "0", false},
	    {"dumb", NULL, false},
	    {NULL, NULL, false},
	};
	struct show tty;
	int master;
	FILE *f = terminal(&master);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsetenv("TERM");
		unsetenv("NO_COLOR");
		if (rows[i].term != NULL)
			setenv("TERM", rows[i].term, 1);
		if (rows[i].no_color != NULL)
			setenv("NO_COLOR", rows[i].no_color, 1);
		show_begin(&tty, f);
		assert_int_equal(tty.color, rows[i].want);
	}
	fclose(f);
	close(master);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_line, begin, end),
	    cmocka_unit_test(test_quiet),
	    cmocka_unit_test_setup_teardown(test_stream, begin, end),
	    cmocka_unit_test_setup_teardown(test_tail, begin, end),
	    cmocka_unit_test_setup_teardown(test_diff_plain, begin, end),
	    cmocka_unit_test(test_terminal),
	    cmocka_unit_test(test_color),
	};

	return cmocka_run_group_tests_name("show", tests, NULL, NULL);
}
