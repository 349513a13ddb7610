// SPDX-License-Identifier: ISC
// edits: globs against paths, what decides, and the statement that says it.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "policy/policy.h"

static void
test_match(void **state)
{
	static const struct {
		const char *glob, *path;
		bool matches;
	} rows[] = {
	    {"add", "add", true},
	    {"add", "sub/add", true},
	    {"add", "adder", false},
	    {"add", "sub/adder", false},
	    {"sub", "sub/a/b", true},
	    {"sub/", "sub/a/b", true},
	    {"sub", "x/sub/b", true},
	    {"sub/a", "x/sub/a", false},
	    {"sub/a", "sub/a/b", true},
	    {"sub/a", "sub/ab", false},
	    {"*.c", "a.c", true},
	    {"*.c", "src/a.c", true},
	    {"*.c", "a.cc", false},
	    {"src/*.c", "src/a.c", true},
	    {"src/*.c", "src/x/a.c", false},
	    {"src/**", "src/x/a.c", true},
	    {"src/**", "src", false},
	    {"src/**/a.c", "src/a.c", true},
	    {"src/**/a.c", "src/x/y/a.c", true},
	    {"src/**/a.c", "src/xa.c", false},
	    {"**/a.c", "a.c", true},
	    {"**/a.c", "x/a.c", true},
	    {"**/a.c", "xa.c", false},
	    {"**", "any/thing", true},
	    {"**.c", "x/y.c", true},
	    {"?", "a", true},
	    {"?", "\303\251", true},
	    {"??", "\303\251", false},
	    {"a?b", "a/b", false},
	    {"[a-c]x", "bx", true},
	    {"[a-c]x", "dx", false},
	    {"[!a-c]x", "dx", true},
	    {"[!a-c]x", "ax", false},
	    {"[]]", "]", true},
	    {"a[/]b", "a/b", false},
	    {"*a*b*c", "xaxbxc", true},
	    {"*a*b*c", "xaxcxb", false},
	    {".github/**", ".github/workflows/x.yml", true},
	    {"Makefile", "makefile", false},
	    {"", "a", false},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (edits_match(rows[i].glob, rows[i].path) != rows[i].matches)
			fail_msg("%s on %s", rows[i].glob, rows[i].path);
}

/* The same by trying everything: right as far as one can see. Before p is
   what came before it. */
static bool naive(const char *p, const char *s);

/* Whether p goes on anywhere in s: behind each /, or up to the next one. */
static bool
anywhere(const char *p, const char *s, bool names, bool deep)
{
	size_t i;

	for (i = 0;; i++) {
		if ((!names || i == 0 || s[i - 1] == '/') && naive(p, s + i))
			return true;
		if (s[i] == '\0' || (s[i] == '/' && !deep))
			return false;
	}
}

static bool
naive(const char *p, const char *s)
{
	if (*p == '\0')
		return *s == '\0' || *s == '/';
	if (strncmp(p, "**/", 3) == 0 && p[-1] == '/')
		return anywhere(p + 3, s, true, true);
	if (strncmp(p, "**", 2) == 0)
		return anywhere(p + 2, s, false, true);
	if (*p == '*')
		return anywhere(p + 1, s, false, false);
	if (*s == '\0' || (*p != *s && (*p != '?' || *s == '/')))
		return false;
	return naive(p + 1, s + 1);
}

static void
make(char *out, size_t max, const char *of, uint32_t *seed)
{
	size_t i, n;

	*seed = *seed * 1664525 + 1013904223;
	n = 1 + (*seed >> 16) % max;
	for (i = 0; i < n; i++) {
		*seed = *seed * 1664525 + 1013904223;
		out[i] = of[(*seed >> 16) % strlen(of)];
	}
	out[n] = '\0';
}

static void
test_naive(void **state)
{
	char glob[16], path[16], anchored[20];
	uint32_t seed = 4711, matched = 0;
	int i;

	(void)state;
	for (i = 0; i < 400000; i++) {
		make(glob, 8, "ab**/?", &seed);
		make(path, 10, "aab/", &seed);
		// Anchored, or a name would be looked for anywhere.
		snprintf(anchored, sizeof(anchored), "x/%s", glob);
		if (anchored[strlen(anchored) - 1] == '/')
			continue;
		memmove(path + 2, path, strlen(path) + 1 > 13 ? 13 : 11);
		memcpy(path, "x/", 2);
		path[13] = '\0';
		if (edits_match(anchored, path) !=
		    naive(anchored + 1, path + 1))
			fail_msg("%s on %s", anchored, path);
		matched += naive(anchored + 1, path + 1);
	}
	assert_true(matched > 10000);
}

static void
test_fault(void **state)
{
	static const char *const bad[] = {
	    "", "/a", "a//b", "..", "a/../b", "./a", "a/.", "[a", "x/[!]"};
	static const char *const good[] = {
	    "a", "a/", "...", ".a", "a..b", "[]]", "[/]", "**/a"};
	char longest[EDITS_GLOB_MAX + 1];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (edits_glob_fault(bad[i], strlen(bad[i])) == NULL)
			fail_msg("%s", bad[i]);
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (edits_glob_fault(good[i], strlen(good[i])) != NULL)
			fail_msg("%s", good[i]);
	memset(longest, 'a', sizeof(longest));
	assert_non_null(edits_glob_fault(longest, EDITS_GLOB_MAX));
	assert_null(edits_glob_fault(longest, EDITS_GLOB_MAX - 1));
}

static struct policy p;
static struct policy_fault f;

static int
parse(const char *text)
{
	policy_init(&p);
	return policy_parse(text, strlen(text), &p, &f);
}

static void
test_may(void **state)
{
	int rule;

	(void)state;
	assert_int_equal(parse("limit pids 5"), 0);
	assert_true(edits_may(&p.edits, "any", &rule));
	assert_int_equal(rule, -1);
	assert_int_equal(parse("edit deny *.lock\n"), 0);
	assert_true(edits_may(&p.edits, "a.c", &rule));
	assert_false(edits_may(&p.edits, "x/a.lock", &rule));
	assert_int_equal(rule, 0);
	// deny before allow, in whatever order
	assert_int_equal(
	    parse("edit deny src/gen\nedit allow src/** doc/*.md\n"), 0);
	assert_true(edits_may(&p.edits, "src/a.c", &rule));
	assert_int_equal(rule, 1);
	assert_false(edits_may(&p.edits, "src/gen/a.c", &rule));
	assert_int_equal(rule, 0);
	assert_false(edits_may(&p.edits, "README", &rule));
	assert_int_equal(rule, -1);
	assert_int_equal(parse("edit allow src/** edit deny src/gen"), 0);
	assert_int_equal(p.edits.nglobs, 2);
	assert_false(edits_may(&p.edits, "src/gen/a.c", &rule));
}

static void
test_statement(void **state)
{
	static const struct {
		const char *text, *want;
		uint32_t column;
	} rows[] = {
	    {"edit allow", "lacks a word", 1},
	    {"edit allow ../x", "has . or ..", 12},
	    {"edit allw x", "did you mean \"allow\"?", 6},
	    {"edit files 0", "out of range", 12},
	    {"edit files 3 4", "takes one value", 14},
	    {"edit files 3\nedit files 4", "set twice: first on line 1", 6},
	    {"edit file-size 3x", "is not a size", 16},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(parse(rows[i].text), -1);
		if (strstr(f.text, rows[i].want) == NULL)
			fail_msg("%s: %s", rows[i].text, f.text);
		assert_int_equal(f.column, rows[i].column);
	}
	assert_int_equal(parse("limit pids 5"), 0);
	assert_int_equal(p.edits.file_size, 4194304);
	assert_int_equal(p.edits.patch_size, 1048576);
	assert_int_equal(p.edits.files, 0);
	assert_int_equal(
	    parse("edit file-size 2K edit patch-size none\nedit files 7"), 0);
	assert_int_equal(p.edits.file_size, 2048);
	assert_int_equal(p.edits.patch_size, 0);
	assert_int_equal(p.edits.files, 7);
	policy_init_empty(&p);
	assert_int_equal(policy_parse("edit files 7", 12, &p, &f), -1);
	assert_non_null(strstr(f.text, "a ceiling says nothing of edits"));
}

static void
test_many(void **state)
{
	static char text[EDITS_GLOBS_MAX * 16 + 64];
	size_t n = 0;
	int i;

	(void)state;
	for (i = 0; i < EDITS_GLOBS_MAX; i++)
		n += (size_t)snprintf(
		    text + n, sizeof(text) - n, "edit deny a%d\n", i);
	assert_int_equal(parse(text), 0);
	assert_int_equal(p.edits.nglobs, EDITS_GLOBS_MAX);
	snprintf(text + n, sizeof(text) - n, "edit deny one-more\n");
	assert_int_equal(parse(text), -1);
	assert_non_null(strstr(f.text, "more than 64 files"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_match),
	    cmocka_unit_test(test_naive),
	    cmocka_unit_test(test_fault),
	    cmocka_unit_test(test_may),
	    cmocka_unit_test(test_statement),
	    cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests_name("edits", tests, NULL, NULL);
}
