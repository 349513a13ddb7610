// SPDX-License-Identifier: ISC
// include: texts of rules in files and presets, read once, in their depth,
// and told by place when they are wrong.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "policy/egress.h"
#include "src/egress/include.h"

static char dir[256];
static struct policy p;
static struct include_trail t;
static struct err e;

static void
put(const char *name, const char *text)
{
	char path[400];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static int
expand(const char *text)
{
	struct policy_fault f;
	char path[400];

	include_free(&t);
	policy_init(&p);
	snprintf(path, sizeof(path), "%s/main", dir);
	if (policy_parse(text, strlen(text), &p, &f) != 0)
		fail_msg("%s: %u:%u: %s", text, f.line, f.column, f.text);
	return include_expand(&p, path, NULL, &t, &e);
}

static void
good(const char *text, uint32_t rules)
{
	if (expand(text) != 0)
		fail_msg("%s: %s", text, e.text);
	assert_int_equal(p.spec.net.n, rules);
}

/* A fault that begins, after the directory, so. */
static void
bad(const char *text, const char *fault)
{
	const char *got;

	assert_int_equal(expand(text), -1);
	assert_int_equal(e.code, ERR_POLICY);
	got = strstr(e.text, dir) != NULL
		  ? strstr(e.text, dir) + strlen(dir) + 1
		  : e.text;
	if (strncmp(got, fault, strlen(fault)) != 0)
		fail_msg("%s\n got %s\nnot %s", text, e.text, fault);
}

static void
test_files(void **state)
{
	char path[400], text[500];

	(void)state;
	put("a", "net allow a.example\nnet allow b.example:22\n");
	put("sub/b", "# two\nnet deny c.example\ninclude ../a\n");
	good(
	    "net allow m.example\ninclude a\nexpect allow net b.example:22", 3);
	assert_int_equal(t.of_rule[0], 0);
	assert_int_equal(t.of_rule[1], 1);
	assert_int_equal(t.of_rule[2], 1);
	assert_int_equal(p.spec.net.rule[2].line, 2);
	assert_int_equal(p.spec.net.rule[2].origin, NET_FROM_POLICY);
	// Relative to the text that includes; absolute as it is.
	good("include sub/b", 3);
	assert_int_equal(t.nsources, 2);
	assert_int_equal(t.source[1].parent, 0);
	assert_int_equal(t.of_rule[0], 1);
	assert_int_equal(t.of_rule[1], 2);
	snprintf(path, sizeof(path), "%s/a", dir);
	assert_string_equal(t.source[0].text, "# two\nnet deny c.example\n"
					      "include ../a\n");
	snprintf(text, sizeof(text), "include %s\n", path);
	good(text, 2);
	assert_string_equal(t.source[0].name, path);
	// Twice the same is once.
	good("include a include a", 2);
	good("limit time 3s", 0);
	assert_null(t.notes);
}

static void
test_bad_files(void **state)
{
	char text[100];
	int i;

	(void)state;
	bad("\n include none",
	    "main:2:10: include none: it cannot be read: No");
	bad("include sub", "main:1:9: include sub: it cannot be read: Invalid");
	put("bad", "net allow a.example\nnet allow a..example\n");
	bad("include bad", "bad:2:11: \"a..example\" ");
	put("limits", "limit time 3s\n");
	bad("include limits", "limits:1:1: \"limit\" cannot stand in an");
	bad("net allow a.example include a expect deny net a.example:443",
	    "main:1:47: a.example:443 is allowed, not denied as expected");
	// Cycles, with and without somebody between.
	put("self", "include self\n");
	put("x", "include y\n");
	put("y", "net open\ninclude x\n");
	bad("include self", "self:1:9: include self: it includes itself");
	bad("include x", "y:2:9: include x: it includes itself");
	// Another name for the same each time: what is deep ends, too.
	put("dots", "include ./dots\n");
	assert_int_equal(expand("include dots"), -1);
	assert_non_null(strstr(e.text, "more than 8 texts, one within"));
	for (i = 0; i < 9; i++) {
		char name[10];

		snprintf(name, sizeof(name), "deep%d", i);
		snprintf(text, sizeof(text), "include deep%d\n", i + 1);
		put(name, i == 8 ? "net open\n" : text);
	}
	good("include deep1", 1);
	bad("include deep0", "deep7:1:9: include deep8: more than 8 texts");
}

static void
test_presets(void **state)
{
	(void)state;
	put("stockade/presets/mine",
	    "net allow mine.example:443 include preset:apt2 include more\n");
	put("stockade/presets/apt2", "net allow two.example:443\n");
	put("stockade/presets/more", "net allow more.example:443\n");
	put("stockade/presets/pip", "net allow pip.example:443\n");
	good("include preset:mine\n", 3);
	assert_int_equal(p.spec.net.rule[0].origin, NET_FROM_PRESET);
	assert_string_equal(p.spec.net.rule[0].preset, "mine");
	assert_string_equal(p.spec.net.rule[1].preset, "apt2");
	// A file that a preset's file includes is that preset's.
	assert_string_equal(p.spec.net.rule[2].preset, "mine");
	assert_true(egress_rule_sound(&p.spec.net.rule[2]));
	// A file's word is taken before ours.
	good("include preset:pip", 1);
	assert_string_equal(p.spec.net.rule[0].host, "pip.example");
	// Remotes that a command may have written are not followed.
	good("unprotect .git/config include preset:git", 0);
	assert_non_null(strstr(t.notes, "(unprotect)"));
	put("stockade/presets/mine", "limit time 3s\n");
	bad("include preset:mine", "stockade/presets/mine:1:1: \"limit\" can");
	bad("include preset:none",
	    "main:1:9: include preset:none: there is none of that name, but "
	    "for apt, pip, npm");
}

static int
setup(void **state)
{
	const char *top = getenv("TMPDIR");
	char path[400];
	unsigned i;
	static const char *const dirs[] = {
	    "sub", "stockade", "stockade/presets"};

	(void)state;
	snprintf(
	    dir, sizeof(dir), "%s/include-XXXXXX", top != NULL ? top : "/tmp");
	if (mkdtemp(dir) == NULL)
		return -1;
	for (i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, dirs[i]);
		if (mkdir(path, 0700) != 0)
			return -1;
	}
	return setenv("XDG_CONFIG_HOME", dir, 1);
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type, (void)at;
	return remove(path);
}

static int
teardown(void **state)
{
	(void)state;
	include_free(&t);
	return nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_files),
	    cmocka_unit_test(test_bad_files),
	    cmocka_unit_test(test_presets),
	};

	return cmocka_run_group_tests_name("include", tests, setup, teardown);
}
