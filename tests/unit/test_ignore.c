// SPDX-License-Identifier: ISC
// ignore: rules against paths, as gitignore(5) has them; and trees made by
// chance, of which git says the same as we do.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "src/agent/ignore.h"
#include "src/agent/walk.h"
#include "tests/unit/fake_box.h"

static void
test_match(void **state)
{
	static const struct {
		const char *pattern, *path;
		bool matches;
	} rows[] = {
	    {"*.o", "a.o", true},
	    {"*.o", "d/e/a.o", true},
	    {"*.o", "a.o/b", false},
	    {"/*.o", "a.o", true},
	    {"/*.o", "d/a.o", false},
	    {"/d/*.o", "d/a.o", true},
	    {"/d/*.o", "d/e/a.o", false},
	    {"/**/foo", "foo", true},
	    {"/**/foo", "a/b/foo", true},
	    {"/**/foo", "a/b/food", false},
	    {"/a/**", "a", false},
	    {"/a/**", "a/b", true},
	    {"/a/**", "a/b/c", true},
	    {"/a/**/b", "a/b", true},
	    {"/a/**/b", "a/x/y/b", true},
	    {"/a/**/b", "a/x/y/c", false},
	    {"/a/**/b/**/c", "a/b/x/b/y/c", true},
	    {"a**b", "axxb", true},
	    {"a?c", "abc", true},
	    {"a?c", "ac", false},
	    {"[abc].x", "b.x", true},
	    {"[!abc].x", "b.x", false},
	    {"[^abc].x", "d.x", true},
	    {"[[:digit:]].x", "7.x", true},
	    {"[]a].x", "].x", true},
	    {"a[", "a[", true},
	    {"\\*.o", "*.o", true},
	    {"\\*.o", "a.o", false},
	    {"\\!x", "!x", true},
	    {"x\\ ", "x ", true},
	    {"*a*b*c", "xaybzc", true},
	    {"*a*b*c", "xaybz", false},
	    {"", "a", false},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (ignore_match(rows[i].pattern, rows[i].path) !=
		    rows[i].matches)
			fail_msg("%s %s", rows[i].pattern, rows[i].path);
}

/* Whoever writes the patterns must not stop us by them. */
static void
test_hostile(void **state)
{
	char name[256], pattern[512], path[3000] = "";
	size_t i;

	(void)state;
	memset(name, 'a', 255);
	name[255] = '\0';
	for (i = 0; i < 250; i += 2)
		memcpy(pattern + i, "*a", 2);
	memcpy(pattern + 250, "*b", 3);
	assert_false(ignore_match(pattern, name));
	for (i = 0; i + 6 < sizeof(path); i += 2)
		memcpy(path + i, "a/", 3);
	memcpy(path + i, "c", 2);
	pattern[0] = '\0';
	for (i = 0; i + 10 < sizeof(pattern); i += 5)
		memcpy(pattern + i, "/**/a", 6);
	memcpy(pattern + i, "/b", 3);
	assert_false(ignore_match(pattern, path));
}

static void
test_place(void **state)
{
	static const struct {
		const char *path, *place; // NULL: elsewhere
	} rows[] = {
	    {"", ""},
	    {".", ""},
	    {"/workspace", ""},
	    {"/workspace/", ""},
	    {"/workspace/a/b", "a/b"},
	    {"./a//b/./c/", "a/b/c"},
	    {"a", "a"},
	    {"..a/b", "..a/b"},
	    {"a/../b", NULL},
	    {"..", NULL},
	    {"/workspaces", NULL},
	    {"/usr", NULL},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		autotext struct text t = {0};

		assert_int_equal(
		    ignore_place(rows[i].path, &t), rows[i].place != NULL);
		if (rows[i].place != NULL)
			assert_string_equal(text_of(&t), rows[i].place);
	}
}

static bool
has(const char *path, bool directory)
{
	struct ignore g;
	bool r;

	ignore_begin(&g, NULL);
	r = ignore_has(&g, path, directory);
	ignore_free(&g);
	return r;
}

static void
test_files(void **state)
{
	struct ignore g;

	(void)state;
	fake_put(".gitignore", "# no rule\n\n*.o\r\n!keep.o\nbuild/\n\\#x  \n"
			       "/top\nd/e\n");
	fake_put("sub/.gitignore", "!*.o\n*.c");
	fake_put(".git/info/exclude", "secret\nkeep.o\n");
	assert_true(has("a.o", false));
	assert_false(has("keep.o", false)); // the nearer file decides
	assert_true(has("build", true));
	assert_false(has("build", false));
	assert_true(has("#x", false));
	assert_true(has("top", false));
	assert_false(has("x/top", false));
	assert_true(has("d/e", true));
	assert_false(has("x/d/e", true));
	assert_true(has("secret", false));
	assert_false(has("sub/a.o", false));
	assert_true(has("sub/deep/a.c", false));
	assert_false(has("a.c", false));
	// In any order, and what is above.
	ignore_begin(&g, NULL);
	assert_true(ignore_has_below(&g, "sub/x/a.c", 0));
	assert_false(ignore_has_below(&g, "sub/x/a.o", 0));
	assert_true(ignore_has_below(&g, "build/sub/a", 0));
	assert_false(ignore_has_below(&g, "build/sub/a", 5));
	assert_true(ignore_has_below(&g, "sub/y.c", 0));
	ignore_free(&g);
	fake_put(".gitignore", "");
	fake_put(".git/info/exclude", "");
	fake_put("sub/.gitignore", "");
}

static uint64_t chance;

static unsigned
below(unsigned n)
{
	chance = chance * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(chance >> 33) % n;
}

static const char *
word(void)
{
	static const char *const words[] = {
	    "a", "b", "ab", "a.o", "b.o", "x.c", "lib", "obj", "ab.c", "!a"};

	return words[below(10)];
}

static void
some_rules(struct text *t)
{
	static const char *const glob[] = {"*.o", "*", "a*", "?", "[ab]",
	    "[!a]*", "**", "*b*", "lib", "obj", "a", "ab.c", "\\!a"};
	unsigned n = below(5), parts;

	while (n-- > 0) {
		text_str(t, below(3) == 0 ? "!" : "");
		text_str(t, below(4) == 0 ? "/" : "");
		for (parts = below(3); parts > 0; parts--)
			text_printf(t, "%s/", glob[below(13)]);
		text_printf(
		    t, "%s%s\n", glob[below(13)], below(4) == 0 ? "/" : "");
	}
}

/* A tree of files below dir, and rules here and there. */
static void
some_tree(const char *dir, unsigned depth)
{
	autotext struct text rules = {0}, path = {0};
	unsigned i, n = 2 + below(4);

	for (i = 0; i < n; i++) {
		path.len = 0;
		text_printf(
		    &path, "%s%s%s", dir, *dir != '\0' ? "/" : "", word());
		if (depth > 0 && below(2) == 0) {
			char host[4096];

			snprintf(
			    host, sizeof(host), "%s/%s", fake_root, path.p);
			if (access(host, F_OK) != 0)
				some_tree(path.p, depth - 1);
		} else if (*fake_get(path.p) == '\0') {
			char host[4096];

			snprintf(
			    host, sizeof(host), "%s/%s", fake_root, path.p);
			if (access(host, F_OK) != 0)
				fake_put(path.p, "x");
		}
	}
	if (below(2) == 0)
		return;
	some_rules(&rules);
	path.len = 0;
	text_printf(&path, "%s%s.gitignore", dir, *dir != '\0' ? "/" : "");
	fake_put(path.p, text_of(&rules));
}

struct listing {
	struct ignore ignore;
	struct text out;
};

static int
list_one(void *arg, const struct walk_item *i, struct err *e)
{
	struct listing *l = arg;

	(void)e;
	if (ignore_has(&l->ignore, i->path,
		i->kind == WALK_DIR || i->kind == WALK_SKIPPED))
		return 1;
	if (i->kind == WALK_FILE)
		text_printf(&l->out, "%s\n", i->path);
	return 0;
}

static void
ours(struct text *out)
{
	struct listing l = {.out = {0}};
	struct walk w = {.root = "/workspace",
	    .depth = 20,
	    .max = 10000,
	    .visit = list_one,
	    .arg = &l};
	struct err e;

	ignore_begin(&l.ignore, NULL);
	assert_int_equal(walk_tree(&w, &e), 0);
	ignore_free(&l.ignore);
	*out = l.out;
}

/* A shell's command in the tree; false if it fails. */
static bool
run(const char *command, struct text *out)
{
	char buf[4096];
	int p[2], status;
	ssize_t n;
	pid_t pid;

	assert_int_equal(pipe(p), 0);
	pid = fork();
	if (pid == 0) {
		setenv("HOME", "/nonexistent", 1);
		setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
		if (chdir(fake_root) == 0 && dup2(p[1], 1) == 1)
			execl("/bin/sh", "sh", "-c", command, NULL);
		_exit(126);
	}
	close(p[1]);
	while ((n = read(p[0], buf, sizeof(buf))) > 0)
		text_add(out, buf, (size_t)n);
	close(p[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status == 0;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Its lines in the order of their bytes. */
static void
sort(struct text *t)
{
	struct text sorted = {0};
	char *lines[2000], *line, *rest = t->p;
	size_t n = 0, i;

	while (rest != NULL && (line = strsep(&rest, "\n")) != NULL)
		if (*line != '\0') {
			assert_true(n < 2000);
			lines[n++] = line;
		}
	qsort(lines, n, sizeof(*lines), by_name);
	for (i = 0; i < n; i++)
		text_printf(&sorted, "%s\n", lines[i]);
	text_free(t);
	*t = sorted;
}

static void
test_as_git(void **state)
{
	unsigned i;
	autotext struct text version = {0};

	(void)state;
	if (!run("git --version", &version))
		skip();
	for (i = 0; i < 60; i++) {
		autotext struct text mine = {0}, git = {0}, ignored = {0};

		chance = i;
		assert_true(run("rm -rf ./* ./.git*; git init -q .", &git));
		some_tree("", 3);
		ours(&mine);
		assert_true(run("git -c core.quotepath=off ls-files -co "
				"--exclude-standard",
		    &git));
		sort(&mine);
		sort(&git);
		(void)run(
		    "cat $(find . -name .gitignore) </dev/null", &ignored);
		if (strcmp(text_of(&mine), text_of(&git)) != 0)
			fail_msg("tree %u: ours:\n%s\ngit's:\n%s\nrules:\n%s",
			    i, text_of(&mine), text_of(&git),
			    text_of(&ignored));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_match),
	    cmocka_unit_test(test_hostile),
	    cmocka_unit_test(test_place),
	    cmocka_unit_test(test_files),
	    cmocka_unit_test(test_as_git),
	};

	return cmocka_run_group_tests_name(
	    "ignore", tests, fake_begin, fake_end);
}
