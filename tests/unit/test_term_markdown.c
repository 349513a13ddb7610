// SPDX-License-Identifier: ISC
// markdown: marks to colours, words to rows, however the pieces are cut.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "src/term/markdown.h"

// Without the escapes, so that the table can be read.
static const char *
in_short(const struct text *t)
{
	static struct text s;
	size_t i;

	s.len = 0;
	text_str(&s, "");
	for (i = 0; i < t->len; i++)
		if (t->p[i] != '\033')
			text_char(&s, t->p[i]);
	return text_of(&s);
}

static const char *
render(const char *p, size_t len, size_t piece, bool color, unsigned width)
{
	static struct text out;
	struct markdown m;
	size_t i, n;

	out.len = 0;
	text_str(&out, "");
	markdown_begin(&m, color, width);
	for (i = 0; i < len; i += n) {
		n = len - i < piece ? len - i : piece;
		markdown_add(&m, &out, p + i, n);
	}
	markdown_end(&m, &out);
	markdown_free(&m);
	return in_short(&out);
}

#define B "[0;1m"
#define I "[0;3m"
#define C "[0;36m"
#define D "[0;2m"
#define U "[0;4m"
#define O "[0m"

static void
marks(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
	    {"plain", "plain"},
	    {"a **b c** d", "a " B "b c" O " d"},
	    {"*it* is", I "it" O " is"},
	    {"_it_", I "it" O},
	    {"***x***", "[0;1;3mx" O},
	    {"say `a*b*c` now", "say " C "a*b*c" O " now"},
	    {"``a`b``", C "a`b" O},
	    {"**`x` y**", B "[0;1;36mx" B " y" O},
	    {"[here](http://x)", U "here" O " <http://x>"},
	    {"# One", "[0;1;4mOne" O},
	    {"## Two **b**", B "Two b" O},
	    {"- item\n* item", "- item\n- item"},
	    {"1. item", "1. item"},
	    {"> said", "> said"},
	    // What is meant as it stands, stands.
	    {"2*3*4 = 24", "2*3*4 = 24"},
	    {"*.c and *.h", "*.c and *.h"},
	    {"a_b_c __init__.py", "a_b_c " B "init" O ".py"},
	    {"**kwargs and *args", "**kwargs and *args"},
	    {"`open", "`open"},
	    {"a[0] = [x] y", "a[0] = [x] y"},
	    {"[a]`b`", "[a]" C "b" O},
	    {"2 * 3 * 4", "2 * 3 * 4"},
	    {"x*y* z", "x*y* z"},
	    {"*a*b", "*a*b"},
	    {"#include", "#include"},
	    {"-1", "-1"},
	    {"---", "---"},
	    {"3.14", "3.14"},
	    {"", ""},
	    {"a\n\nb", "a\n\nb"},
	    {"**open\nnext", "**open\nnext"},
	    {"```c\nint *a, *b;\n```\n*i*",
		D "```c" O "\n" C "int *a, *b;" O "\n" D "```" O "\n" I "i" O},
	    {"````\n```\nx\n````",
		D "````" O "\n" C "```" O "\n" C "x" O "\n" D "````" O},
	    {"```\n``` x\n```", D "```" O "\n" C "``` x" O "\n" D "```" O},
	};
	size_t i, piece;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (piece = 1; piece < 40; piece += 7)
			assert_string_equal(
			    render(
				rows[i].in, strlen(rows[i].in), piece, true, 0),
			    rows[i].out);
}

static void
rows(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
	    {"one two three four", "one two\nthree four"},
	    {"- one two three four", "- one two\n  three\n  four"},
	    {"\xe4\xb8\xad\xe4\xb8\xad \xe4\xb8\xad\xe4\xb8\xad \xe4\xb8\xad",
		"\xe4\xb8\xad\xe4\xb8\xad \xe4\xb8\xad\xe4\xb8\xad\n"
		"\xe4\xb8\xad"},
	    {"one two thr", "one two\nthr"},
	    {"averyveryverylongword is", "averyveryverylongword\nis"},
	    {"```\na long line of code stays\n```",
		"```\na long line of code stays\n```"},
	    {"| a table | stays too |", "| a table | stays too |"},
	    {"  led by blanks", "  led by\nblanks"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(
		    render(rows[i].in, strlen(rows[i].in), 1, false, 10),
		    rows[i].out);
}

// Without colours and without a width nothing changes, whatever it is; with
// both, no letter is lost, and no code is left on.
static void
nothing_is_lost(void **state)
{
	static const char *const pieces[] = {"a", "b ", "*", "**", "_", "`",
	    "```", "\n", "[", "](", ")", "#", "- ", "> ", "  ", "1. ", "|"};
	char letters[400], got[400];
	struct text t = {0};
	const char *out, *p, *in;
	size_t n, k;
	int i;

	(void)state;
	srand(3);
	for (i = 0; i < 20000; i++) {
		t.len = 0;
		text_str(&t, "");
		while (t.len < 100 && rand() % 60 != 0)
			text_str(&t, pieces[rand() % 17]);
		in = t.p;
		assert_string_equal(render(in, strlen(in), 3, false, 0), in);
		for (n = k = 0; in[k] != '\0'; k++)
			if (in[k] == 'a' || in[k] == 'b')
				letters[n++] = in[k];
		letters[n] = '\0';
		out = render(in, strlen(in), 5, true, 20);
		for (n = 0, p = out; *p != '\0'; p++)
			if (*p == 'a' || *p == 'b')
				got[n++] = *p;
		got[n] = '\0';
		assert_string_equal(got, letters);
		p = strrchr(out, 'm');
		assert_true(p == NULL || p[-1] == '0');
	}
	text_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(marks),
	    cmocka_unit_test(rows),
	    cmocka_unit_test(nothing_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
