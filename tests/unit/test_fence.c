// SPDX-License-Identifier: ISC
// fence: what a model's blocks of code hold, and what is meant by them.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "src/agent/fence.h"

static const struct {
	const char *text;
	enum fence_kind kind;
	const char *path, *body;
} rows[] = {
    // by the info string
    {"```python a.py\nx\n```\n", FENCE_FILE, "a.py", "x\n"},
    {"```a.py\nx\n```", FENCE_FILE, "a.py", "x\n"},
    {"```python:src/a.py\nx\n```", FENCE_FILE, "src/a.py", "x\n"},
    {"``` python title=\"a.py\"\nx\n```", FENCE_FILE, "a.py", "x\n"},
    {"```{.python file=a.py}\r\nx\n```\r\n", FENCE_FILE, "a.py", "x\n"},
    {"~~~sh run.sh\nx\n~~~\n", FENCE_FILE, "run.sh", "x\n"},
    {"```make Makefile\nx\n```\n", FENCE_FILE, "Makefile", "x\n"},
    {"```diff a.py\n-x\n```\n", FENCE_FILE, "a.py", "-x\n"},
    // by the line before
    {"### `a.py`\n\n```python\nx\n```\n", FENCE_FILE, "a.py", "x\n"},
    {"**a/b.c**:\n```c\nx\n```\n", FENCE_FILE, "a/b.c", "x\n"},
    {"File: add\nadd.sh\n```sh\nx\n```\n", FENCE_FILE, "add.sh", "x\n"},
    {"File: `_a.py`\n```\nx\n```\n", FENCE_FILE, "_a.py", "x\n"},
    {"Change `f()` in `a.py`:\n```python\nx\n```\n", FENCE_FILE, "a.py", "x\n"},
    {"See `b.py`, then `a.py`:\n```python\nx\n```\n", FENCE_CODE, NULL, "x\n"},
    {"I looked at `a.py` first.\n```python\nx\n```\n", FENCE_CODE, NULL, "x\n"},
    {"Run `a.sh`:\n```sh\nx\n```\n", FENCE_SHELL, NULL, "x\n"},
    // by a comment
    {"```python\n# a.py\nx\n```\n", FENCE_FILE, "a.py", "# a.py\nx\n"},
    {"```c\n/* file: a.c */\nx\n```\n", FENCE_FILE, "a.c",
	"/* file: a.c */\nx\n"},
    {"```python\n#!/usr/bin/env python\nx\n```\n", FENCE_CODE, NULL,
	"#!/usr/bin/env python\nx\n"},
    {"```python\n# see a.py\n```\n", FENCE_CODE, NULL, "# see a.py\n"},
    // by nothing
    {"Here:\n```Python\nx\n```\n", FENCE_CODE, NULL, "x\n"},
    {"```\nx\n```\n", FENCE_OTHER, NULL, "x\n"},
    {"```text\nx\n```\n", FENCE_OTHER, NULL, "x\n"},
    {"```diff\n-x\n```\n", FENCE_PATCH, NULL, "-x\n"},
    {"```bash\nls\n```\n", FENCE_SHELL, NULL, "ls\n"},
    {"```console\n$ ls a\na\n$ pwd\n```\n", FENCE_SHELL, NULL, "ls a\npwd\n"},
    // names that are none
    {"```python ../a.py\nx\n```\n", FENCE_CODE, NULL, "x\n"},
    {"/etc/passwd\n```python\nx\n```\n", FENCE_CODE, NULL, "x\n"},
    {"etc.\n```python\nx\n```\n", FENCE_CODE, NULL, "x\n"},
    // form
    {"say `x` or ```y``` \n```sh\nls\n```\n", FENCE_SHELL, NULL, "ls\n"},
    {"````md a.md\n```sh\nls\n```\n````\n", FENCE_FILE, "a.md",
	"```sh\nls\n```\n"},
    {"1. so\n   ```python a.py\n   if x:\n       y\n\n  z\n   ```\n",
	FENCE_FILE, "a.py", "if x:\n    y\n\nz\n"},
    {"```python a.py\n```\n", FENCE_FILE, "a.py", ""},
    {"~~~c a.c\n```\n~~~\n", FENCE_FILE, "a.c", "```\n"},
};

static void
test_rows(void **state)
{
	struct fence f;
	const char *p;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		p = rows[i].text;
		assert_true(fence_next(&p, &f));
		if (f.kind != rows[i].kind)
			fail_msg("row %zu: kind %d: %s", i, f.kind, p);
		if (rows[i].path == NULL)
			assert_null(f.path);
		else
			assert_string_equal(f.path, rows[i].path);
		assert_string_equal(text_of(&f.body), rows[i].body);
		assert_true(f.closed);
		fence_free(&f);
		assert_false(fence_next(&p, &f));
	}
}

static void
test_none(void **state)
{
	static const char *const texts[] = {
	    "", "done", "`x`", "```y``` is code", "``\nx\n``\n"};
	struct fence f;
	const char *p;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		p = texts[i];
		assert_false(fence_next(&p, &f));
	}
}

/* Several; one that never ends; and every cut of them is read in bounds. */
static void
test_several(void **state)
{
	static const char text[] = "a.py:\n```python\n1\n```\nthen\n```sh\n2\n"
				   "```\nand `b.c`:\n\n```c\n3\n";
	struct fence f;
	const char *p = text;
	size_t n;

	(void)state;
	assert_true(fence_next(&p, &f));
	assert_string_equal(f.path, "a.py");
	fence_free(&f);
	assert_true(fence_next(&p, &f));
	assert_int_equal(f.kind, FENCE_SHELL);
	assert_string_equal(f.lang, "sh");
	fence_free(&f);
	assert_true(fence_next(&p, &f));
	assert_string_equal(f.path, "b.c");
	assert_false(f.closed);
	fence_free(&f);
	for (n = 0; n < sizeof(text); n++) {
		char *cut = strndup(text, n);

		for (p = cut; fence_next(&p, &f);)
			fence_free(&f);
		assert_int_equal(p - cut, n < sizeof(text) ? strlen(cut) : n);
		free(cut);
	}
}

static void
test_langs(void **state)
{
	(void)state;
	assert_string_equal(fence_lang("golang")->run, "go run");
	assert_string_equal(fence_lang("py")->ext, "py");
	assert_null(fence_lang(""));
	assert_null(fence_lang("sh"));
	assert_string_equal(fence_lang_of("a/b.py")->run, "python3");
	assert_null(fence_lang_of("a/b"));
	assert_null(fence_lang_of("py"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_none),
	    cmocka_unit_test(test_several),
	    cmocka_unit_test(test_langs),
	};

	return cmocka_run_group_tests_name("fence", tests, NULL, NULL);
}
