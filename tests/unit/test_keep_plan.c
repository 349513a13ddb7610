// SPDX-License-Identifier: ISC
// plan: of three trees, what is done and what is left; and that doing it on a
// model of a file system brings back what was there, for trees at random.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "src/keep/plan.h"

/* "f:path:content l:path:target d:path:mode", content "?": not kept. */
static struct keep_tree
tree(const char *text)
{
	struct keep_tree t = {0};
	char copy[4096], line[4096], *word, *path, *rest, *save;
	int n;
	char type;

	snprintf(copy, sizeof(copy), "%s", text);
	for (word = strtok_r(copy, " ", &save); word != NULL;
	     word = strtok_r(NULL, " ", &save)) {
		path = word + 2;
		rest = strchr(path, ':');
		*rest++ = '\0';
		n = snprintf(line, sizeof(line), "%c %s 1 1 1 1 ", word[0],
		    word[0] == 'd' ? rest : "644");
		if (word[0] == 'f' && *rest != '?')
			n += snprintf(line + n, sizeof(line) - (size_t)n,
			    "%064lu", strtoul(rest, NULL, 10));
		else
			n += snprintf(line + n, sizeof(line) - (size_t)n, "-");
		n += snprintf(line + n, sizeof(line) - (size_t)n, " %s", path);
		if (word[0] == 'l')
			n += 1 + snprintf(line + n + 1,
				     sizeof(line) - (size_t)n - 1, "%s", rest);
		assert_true(tree_parse(&t, line, (size_t)n + 1, &type) > 0);
	}
	tree_sort(&t);
	return t;
}

static void
expect(const char *last, const char *to, const char *now, unsigned flags,
    const char *want)
{
	struct keep_tree l = tree(last), t = tree(to), n = tree(now);
	char got[4096] = "";
	struct keep_plan p;
	struct err e;
	size_t i, at = 0;

	assert_int_equal(plan_make(&p, &l, &t, &n, flags, &e), 0);
	for (i = 0; i < p.n; i++)
		at += (size_t)snprintf(got + at, sizeof(got) - at, "%s%s %s%s",
		    i > 0 ? ", " : "",
		    p.v[i].why == PLAN_DO ? plan_kind_name(p.v[i].kind)
					  : plan_why_name(p.v[i].why),
		    p.v[i].path, p.v[i].forced ? "!" : "");
	assert_string_equal(got, want);
	keep_plan_free(&p);
	tree_free(&l);
	tree_free(&t);
	tree_free(&n);
}

static void
test_table(void **state)
{
	(void)state;
	expect("f:a:1", "f:a:1", "f:a:2", 0, "");
	expect("f:a:2", "f:a:1", "f:a:2", 0, "restore a");
	expect("f:a:2", "f:a:1", "f:a:1", 0, "");
	expect("f:a:2", "f:a:1", "f:a:3", 0, "changed since a");
	expect("f:a:2", "f:a:1", "f:a:3", PLAN_FORCE, "restore a!");
	expect("f:a:2", "f:a:1", "", 0, "changed since a");
	expect("f:a:2", "", "f:a:2", 0, "remove a");
	expect("f:a:2", "", "", 0, "");
	expect("", "f:a:1", "", 0, "restore a");
	expect("", "f:a:1", "f:a:3", 0, "changed since a");
	expect("l:a:x", "l:a:y", "l:a:x", 0, "link a");
	expect("l:a:x", "d:a:755", "l:a:x", 0, "mkdir a");
	expect("d:a:755 f:a/b:1", "f:a:1", "d:a:755 f:a/b:1", 0,
	    "remove a/b, restore a");
	expect(
	    "d:a:755 f:a/b:1", "", "d:a:755 f:a/b:1", 0, "remove a/b, rmdir a");
	expect("d:a:755 f:a/b:1", "", "d:a:755 f:a/b:1 f:a/mine:1", 0,
	    "remove a/b, not empty a");
	expect("d:a:755 d:a/b:755", "", "d:a:755 d:a/b:755 f:a/b/mine:1", 0,
	    "not empty a/b, not empty a");
	expect("d:a:755", "f:a:1", "d:a:755 f:a/mine:1", 0, "not empty a");
	// A name that sorts between a directory and what it holds.
	expect("d:a:755 f:a-b:1 f:a/b:1", "", "d:a:755 f:a-b:1 f:a/b:1", 0,
	    "remove a/b, remove a-b, rmdir a");
	expect("", "d:a:755 d:a/b:755 f:a/b/c:1", "", 0,
	    "mkdir a, mkdir a/b, restore a/b/c");
	expect("d:a:700", "d:a:500", "d:a:700", 0, "mode a");
	expect("d:a:700 f:a/b:2", "d:a:500 f:a/b:1", "d:a:700 f:a/b:2", 0,
	    "restore a/b, mode a");
	expect("f:a:2", "f:a:?", "f:a:2", 0, "not kept a");
	expect("f:a:2", "f:a:?", "f:a:2", PLAN_FORCE, "not kept a");
	expect("s:a:", "", "s:a:", 0, "");
	expect("s:a:", "f:a:1", "s:a:", 0, "not kept a");
	expect("f:a:1", "s:a:", "f:a:1", 0, "not kept a");
	expect("d:a:755 s:a/b:", "", "d:a:755 s:a/b:", 0, "not empty a");
	expect("p:a:", "", "p:a:", 0, "remove a");
	// Somebody removed a directory with what the run had changed in it.
	expect(
	    "d:a:755 f:a/b:2", "d:a:755 f:a/b:1", "", 0, "changed since a/b");
	expect("d:a:755 f:a/b:2", "d:a:755 f:a/b:1", "", PLAN_FORCE,
	    "mkdir a!, restore a/b!");
	expect("d:a:755 f:a/b:2", "d:a:755 f:a/b:1", "l:a:x", PLAN_FORCE,
	    "mkdir a!, restore a/b!");
	// Killed: whose is it?
	expect("f:a:1", "f:a:1", "f:a:2", PLAN_UNFINISHED, "changed since a");
	expect("f:a:1", "f:a:1", "f:a:2 f:b:1", PLAN_UNFINISHED | PLAN_FORCE,
	    "remove b!, restore a!");
}

/* Paths of three levels, of which each may be anything. */
static void
random_tree(char *text, unsigned *seed)
{
	static const char *const names[] = {"a", "b", "a-"};
	char open[64][24] = {""}, path[24];
	size_t nopen = 1, i, k, at = 0;
	unsigned r;

	text[0] = '\0';
	for (i = 0; i < nopen; i++) {
		for (k = 0; k < 3; k++) {
			r = (unsigned)rand_r(seed) % 8;
			snprintf(path, sizeof(path), "%.16s%s%s", open[i],
			    open[i][0] != '\0' ? "/" : "", names[k]);
			if (r < 2)
				continue;
			if (r < 5 && strlen(path) < 6 && nopen < 12)
				snprintf(open[nopen++], 24, "%s", path);
			if (r < 5)
				at += (size_t)snprintf(
				    text + at, 4096 - at, "d:%s:755 ", path);
			else if (r < 7)
				at += (size_t)snprintf(text + at, 4096 - at,
				    "f:%s:%u ", path, r % 4);
			else
				at += (size_t)snprintf(
				    text + at, 4096 - at, "l:%s:t ", path);
		}
	}
}

/* A file system: names, and what they are; NULL: nothing. */
static int
slot(const struct keep_entry *(*fs)[64], char (*names)[24], const char *path)
{
	int i;

	for (i = 0; i < 64 && names[i][0] != '\0'; i++)
		if (strcmp(names[i], path) == 0)
			return i;
	assert_true(i < 64);
	snprintf(names[i], 24, "%s", path);
	(*fs)[i] = NULL;
	return i;
}

static bool
holds(const struct keep_entry *(*fs)[64], char (*names)[24], const char *dir)
{
	size_t len = strlen(dir);
	int i;

	for (i = 0; i < 64 && names[i][0] != '\0'; i++)
		if ((*fs)[i] != NULL && strncmp(names[i], dir, len) == 0 &&
		    names[i][len] == '/')
			return true;
	return false;
}

static void
do_step(const struct keep_entry *(*fs)[64], char (*names)[24],
    const struct keep_step *s)
{
	int at = slot(fs, names, s->path), parent;
	char dir[24], *slash;

	assert_int_equal(s->why, PLAN_DO);
	// A directory gives way only when it is empty...
	if ((*fs)[at] != NULL && (*fs)[at]->type == KEEP_DIR &&
	    s->kind != PLAN_MODE)
		assert_false(holds(fs, names, s->path));
	if (s->to == NULL)
		assert_non_null((*fs)[at]);
	// ...and what is made has one to be in.
	snprintf(dir, sizeof(dir), "%s", s->path);
	slash = strrchr(dir, '/');
	if (slash != NULL) {
		*slash = '\0';
		parent = slot(fs, names, dir);
		assert_non_null((*fs)[parent]);
		assert_int_equal((*fs)[parent]->type, KEEP_DIR);
	}
	(*fs)[at] = s->to;
}

static void
test_random(void **state)
{
	char a[4096], b[4096], names[64][24];
	const struct keep_entry *fs[64];
	struct keep_tree was, now;
	unsigned seed = 1, i;
	struct keep_plan p;
	struct err e;
	size_t k;

	(void)state;
	for (i = 0; i < 20000; i++) {
		random_tree(a, &seed);
		random_tree(b, &seed);
		was = tree(a);
		now = tree(b);
		memset(names, 0, sizeof(names));
		for (k = 0; k < now.n; k++)
			fs[slot(&fs, names, now.v[k].path)] = &now.v[k];
		assert_int_equal(plan_make(&p, &now, &was, &now, 0, &e), 0);
		for (k = 0; k < p.n; k++)
			do_step(&fs, names, &p.v[k]);
		for (k = 0; k < 64 && names[k][0] != '\0'; k++)
			assert_true(
			    tree_same(fs[k], tree_find(&was, names[k])));
		for (k = 0; k < was.n; k++)
			assert_non_null(fs[slot(&fs, names, was.v[k].path)]);
		keep_plan_free(&p);
		tree_free(&was);
		tree_free(&now);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_table),
	    cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
