// SPDX-License-Identifier: ISC
// options: every form is read, every slip is named, help fits 80 columns.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "src/cli/options.h"

enum {
	O_DIR,
	O_LIMIT,
	O_QUIET,
	O_VERBOSE,
	O_HELP
};

static const struct option_def defs[] = {
    {"directory", 'C', "DIR", "Work in DIR instead of here"},
    {"limit", 'l', "NAME=VALUE",
	"Set a limit, for example memory=1G; this sentence goes on for so "
	"long that it has to be broken more than once to fit the terminal"},
    {"quiet", 'q', NULL, "Say less"},
    {"verbose", 'v', NULL, "Say more"},
    {"help", 0, NULL, "Print this"},
    {NULL, 0, NULL, NULL},
};
static const struct option_command cmd = {
    "run", "[options] -- COMMAND [ARG...]", "Runs a command in a box.", defs};

#define BEGIN(...)                                 \
	char *argv[] = {"run", __VA_ARGS__, NULL}; \
	struct option_state s;                     \
	struct err e;                              \
	(void)state;                               \
	options_begin(&s, &cmd, (int)(sizeof(argv) / sizeof(argv[0])) - 1, argv)

static void
test_long(void **state)
{
	BEGIN("--directory", "/x", "--limit=memory=1G", "--quiet", "rest",
	    "--quiet");

	assert_int_equal(options_next(&s, &e), O_DIR);
	assert_string_equal(s.value, "/x");
	assert_int_equal(options_next(&s, &e), O_LIMIT);
	assert_string_equal(s.value, "memory=1G");
	assert_int_equal(options_next(&s, &e), O_QUIET);
	assert_null(s.value);
	assert_int_equal(options_next(&s, &e), -1);
	assert_int_equal(s.next, 5);
	assert_string_equal(argv[s.next], "rest");
}

static void
test_letters(void **state)
{
	BEGIN("-qv", "-C/x", "-C", "/y", "-qC", "/z", "-vl=", "-");

	assert_int_equal(options_next(&s, &e), O_QUIET);
	assert_int_equal(options_next(&s, &e), O_VERBOSE);
	assert_int_equal(options_next(&s, &e), O_DIR);
	assert_string_equal(s.value, "/x");
	assert_int_equal(options_next(&s, &e), O_DIR);
	assert_string_equal(s.value, "/y");
	assert_int_equal(options_next(&s, &e), O_QUIET);
	assert_int_equal(options_next(&s, &e), O_DIR);
	assert_string_equal(s.value, "/z");
	assert_int_equal(options_next(&s, &e), O_VERBOSE);
	assert_int_equal(options_next(&s, &e), O_LIMIT);
	assert_string_equal(s.value, "=");
	assert_int_equal(options_next(&s, &e), -1);
	assert_string_equal(argv[s.next], "-");
}

static void
test_dashes_end(void **state)
{
	BEGIN("-q", "--", "--quiet");

	assert_int_equal(options_next(&s, &e), O_QUIET);
	assert_int_equal(options_next(&s, &e), -1);
	assert_string_equal(argv[s.next], "--quiet");
}

static void
test_empty_values(void **state)
{
	BEGIN("--directory=", "--directory", "");

	assert_int_equal(options_next(&s, &e), O_DIR);
	assert_string_equal(s.value, "");
	assert_int_equal(options_next(&s, &e), O_DIR);
	assert_string_equal(s.value, "");
	assert_int_equal(options_next(&s, &e), -1);
}

static void
test_bad(void **state)
{
	static const struct {
		char *word;
		const char *text;
	} rows[] = {
	    {"--quite", "unknown option --quite; did you mean --quiet?"},
	    {"--lmit=3", "unknown option --lmit; did you mean --limit?"},
	    {"--dir", "unknown option --dir; did you mean --directory?"},
	    {"--zebra", "unknown option --zebra; see --help"},
	    {"--=x", "unknown option --; see --help"},
	    {"--quiet=1", "option --quiet takes no value"},
	    {"--directory", "option --directory needs a value: DIR"},
	    {"-C", "option -C needs a value: DIR"},
	    {"-x", "unknown option -x; see --help"},
	    {"-\033", "unknown option -\\x1b; see --help"},
	};
	char *argv[3] = {"run", NULL, NULL};
	struct option_state s;
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		argv[1] = rows[i].word;
		options_begin(&s, &cmd, 2, argv);
		assert_int_equal(options_next(&s, &e), -2);
		assert_int_equal(e.code, ERR_USAGE);
		assert_string_equal(e.text, rows[i].text);
	}
}

static void
test_bad_long_word(void **state)
{
	char word[5000];
	char *argv[] = {"run", word, NULL};
	struct option_state s;
	struct err e;

	(void)state;
	memset(word, 'a', sizeof(word) - 1);
	memcpy(word, "--", 2);
	word[sizeof(word) - 1] = '\0';
	options_begin(&s, &cmd, 2, argv);
	assert_int_equal(options_next(&s, &e), -2);
	assert_non_null(strstr(e.text, "see --help"));
}

static void
test_help(void **state)
{
	char *text = NULL, *line, *save = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	(void)state;
	assert_non_null(f);
	options_help(&cmd, f);
	fclose(f);
	assert_non_null(strstr(
	    text, "usage: stockade run [options] -- COMMAND [ARG...]\n"));
	assert_non_null(
	    strstr(text, "  -C, --directory DIR   Work in DIR instead of"));
	assert_non_null(strstr(text, "      --help            Print this\n"));
	for (line = strtok_r(text, "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save)) {
		assert_true(strlen(line) <= 80);
		assert_true(line[strlen(line) - 1] != ' ');
	}
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_long),
	    cmocka_unit_test(test_letters),
	    cmocka_unit_test(test_dashes_end),
	    cmocka_unit_test(test_empty_values),
	    cmocka_unit_test(test_bad),
	    cmocka_unit_test(test_bad_long_word),
	    cmocka_unit_test(test_help),
	};

	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
