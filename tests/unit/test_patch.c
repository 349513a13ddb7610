// SPDX-License-Identifier: ISC
// patch: both grammars, the sloppy ways of models, refusals that help; and
// the same result as git apply and patch(1) for what those accept.
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
#include "src/agent/patch.h"

static struct text out, notes, complaint;

/* Lays the first file of a patch over old. */
static int
apply(const char *old, const char *text, size_t len)
{
	autotext struct text was = {0};
	struct patch p;
	size_t i;
	int rc;

	text_free(&out);
	text_free(&notes);
	text_free(&complaint);
	text_str(&was, old);
	if (patch_read(text, len, &p, &complaint) != 0)
		return -1;
	rc = 0;
	for (i = 0; i < p.n && rc == 0; i++)
		rc = patch_apply(&p.files[i], &was, &out, &notes, &complaint);
	patch_free(&p);
	return rc;
}

#define HEAD "--- a/f\n+++ b/f\n"
#define FIVE "1\n2\n3\n4\n5\n"

static const struct {
	const char *old, *patch, *want, *note;
} good[] = {
    {FIVE, HEAD "@@ -2,3 +2,3 @@\n 2\n-3\n+x\n 4\n", "1\n2\nx\n4\n5\n", ""},
    // counts that are wrong, and none
    {FIVE, HEAD "@@ -2,9 +2,1 @@\n 2\n-3\n+x\n 4\n", "1\n2\nx\n4\n5\n", ""},
    {FIVE, HEAD "@@\n 2\n-3\n+x\n", "1\n2\nx\n4\n5\n", ""},
    {FIVE, HEAD "@@ ... @@\n-3\n+x\n", NULL, NULL},
    // a line that looks like a header
    {"a\n-- b\nc\n", HEAD "@@ -1,3 +1,2 @@\n a\n--- b\n c\n", "a\nc\n", ""},
    // elsewhere
    {FIVE, HEAD "@@ -1,2 +1,2 @@\n-4\n+x\n 5\n", "1\n2\n3\nx\n5\n",
	"applied at line 4, not 1"},
    {"a\nb\na\nb\na\nb\n", HEAD "@@ -4,2 +4,2 @@\n a\n-b\n+x\n",
	"a\nb\na\nx\na\nb\n", "applied at line 3, not 4"},
    // with other white space: the file's own stays
    {"f:\n\treturn 1\n", HEAD "@@\n f:\n-    return 1\n+\treturn 2\n",
	"f:\n\treturn 2\n", "other white space"},
    {"a  \nb\n", HEAD "@@ -1,2 +1,2 @@\n a\n-b\n+c\n", "a  \nc\n",
	"other white space"},
    // an empty line without its space
    {"a\n\nb\n", HEAD "@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n", "a\n\nc\n", ""},
    // CR LF
    {"a\r\nb\r\n", HEAD "@@ -1,2 +1,3 @@\n a\n-b\n+c\n+d\n", "a\r\nc\r\nd\r\n",
	""},
    // line ends at the end
    {"a\nb",
	HEAD "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n"
	     "+c\n",
	"a\nc\n", ""},
    {"a\nb\n",
	HEAD "@@ -1,2 +1,2 @@\n a\n-b\n+c\n\\ No newline at end of "
	     "file\n",
	"a\nc", ""},
    {"a\nb", HEAD "@@ -1,2 +1,3 @@\n a\n b\n+c\n", "a\nb\nc\n", ""},
    // two hunks; a mail before, a fence around
    {FIVE,
	"```diff\nFrom: me\n\n" HEAD "@@ -1 +1 @@\n-1\n+a\n@@ -5 "
	"+5,2 @@\n-5\n+b\n+c\n```\n",
	"a\n2\n3\n4\nb\nc\n", ""},
    // only additions
    {"1\n2\n", HEAD "@@ -1,0 +2 @@\n+x\n", "1\nx\n2\n", ""},
    {"", "--- /dev/null\n+++ b/f\n@@ -0,0 +1,2 @@\n+x\n+y\n", "x\ny\n", ""},
    {FIVE,
	"*** Begin Patch\n*** Update File: f\n@@ 2\n-3\n+x\n*** End "
	"Patch\n",
	"1\n2\nx\n4\n5\n", ""},
    {"class A:\n def f():\n  x\nclass B:\n def f():\n  x\n",
	"*** Begin Patch\n*** Update File: f\n@@ class B:\n@@  def "
	"f():\n-  x\n+  y\n*** End Patch",
	"class A:\n def f():\n  x\nclass B:\n def f():\n  y\n", ""},
    {"x\nx\n",
	"*** Begin Patch\n*** Update File: f\n@@\n-x\n+y\n*** End of "
	"File\n*** End Patch\n",
	"x\ny\n", ""},
    {"", "*** Begin Patch\n*** Add File: f\n+x\n+\n*** End Patch\n", "x\n\n",
	""},
};

static void
test_good(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		int rc =
		    apply(good[i].old, good[i].patch, strlen(good[i].patch));

		if (good[i].want == NULL) {
			assert_int_equal(rc, -1);
			continue;
		}
		if (rc != 0)
			fail_msg("row %zu: %s", i, text_of(&complaint));
		assert_string_equal(text_of(&out), good[i].want);
		if (good[i].note[0] == '\0')
			assert_string_equal(text_of(&notes), "");
		else
			assert_non_null(strstr(text_of(&notes), good[i].note));
	}
}

static void
test_bad(void **state)
{
	static const struct {
		const char *old, *patch, *want;
	} rows[] = {
	    {"", "", "no file is named"},
	    {"", "hello\n", "no file is named"},
	    {"", "@@ -1 +1 @@\n-a\n+b\n", "a hunk before any"},
	    {"", HEAD, "no \"@@\" follows"},
	    {"", HEAD "@@ -1 +1 @@\n", "no lines follow"},
	    {"", "--- /dev/null\n+++ /dev/null\n@@ -1 +1 @@\n",
		"no file is named"},
	    {"x\nx\n", HEAD "@@\n-x\n+y\n", "fits 2 places (lines 1, 2)"},
	    {FIVE, HEAD "@@ -1,2 +1,2 @@\n 1\n-zwei\n+x\n",
		"fits nowhere. Its line \"1\" is there"},
	    {"return total / count\n",
		HEAD "@@ -1 +1 @@\n-return total/counts\n+x\n",
		"is most like this place:\n     1\treturn total / count"},
	    {FIVE, HEAD "@@ -4 +4 @@\n-4\n+x\n@@ -2 +2 @@\n-2\n+y\n",
		"does not fit after the one before it"},
	    {FIVE, "--- a/f\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-1\n-2\n",
		"has more lines than"},
	    {"", "diff --git a/f b/f\nnew file mode 120000\n", "regular files"},
	    {"", "diff --git a/f b/f\nBinary files a/f and b/f differ\n",
		"binary"},
	    {"", "*** Begin Patch\n*** Update File: f\n", "nothing is changed"},
	    {"", "*** Begin Patch\n*** Update File: f\n@@\n-x\n",
		"cut off: \"*** End Patch\" is missing"},
	    {"", "*** Begin Patch\nx\n", "must stand here"},
	    {"", "*** Begin Patch\n*** Add File: f\nx\n*** End Patch",
		"begins with \"+\""},
	    {"", "*** Begin Patch\n*** Add File: \n*** End Patch", "no name"},
	    {FIVE,
		"*** Begin Patch\n*** Update File: f\n@@ zz\n-3\n+x\n*** End "
		"Patch\n",
		"the line \"zz\" that is to stand above is not in the file"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (apply(rows[i].old, rows[i].patch, strlen(rows[i].patch)) !=
		    -1)
			fail_msg("row %zu is taken", i);
		if (strstr(text_of(&complaint), rows[i].want) == NULL)
			fail_msg("row %zu: %s", i, text_of(&complaint));
	}
}

static void
test_files(void **state)
{
	static const char text[] =
	    "diff --git a/old name b/new name\nsimilarity index 90%\n"
	    "rename from old name\nrename to new name\nindex 1..2 100644\n"
	    "--- a/old name\n+++ b/new name\n@@ -1 +1 @@\n-a\n+b\n"
	    "diff --git a/run b/run\nold mode 100644\nnew mode 100755\n"
	    "diff --git a/empty b/empty\nnew file mode 100644\nindex 0..0\n"
	    "diff --git a/gone b/gone\ndeleted file mode 100644\n"
	    "--- a/gone\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n"
	    "--- \"a/t\\303\\244\\t\"\t2020-01-01\n+++ \"b/t\\303\\244\\t\"\n"
	    "@@ -1 +1 @@\n-a\n+b\n"
	    "diff --git a/m b/m\nrename from m\nrename to n\n";
	static const struct {
		enum patch_kind kind;
		const char *path, *to;
		unsigned mode;
		size_t hunks;
	} want[] = {
	    {PATCH_MODIFY, "old name", "new name", 0, 1},
	    {PATCH_MODIFY, "run", NULL, 0755, 0},
	    {PATCH_CREATE, "empty", NULL, 0644, 0},
	    {PATCH_DELETE, "gone", NULL, 0, 1},
	    {PATCH_MODIFY, "t\303\244\t", NULL, 0, 1},
	    {PATCH_MODIFY, "m", "n", 0, 0},
	};
	struct patch p;
	size_t i;

	(void)state;
	text_free(&complaint);
	if (patch_read(text, sizeof(text) - 1, &p, &complaint) != 0)
		fail_msg("%s", text_of(&complaint));
	assert_int_equal(p.n, sizeof(want) / sizeof(want[0]));
	for (i = 0; i < p.n; i++) {
		assert_int_equal(p.files[i].kind, want[i].kind);
		assert_string_equal(p.files[i].path, want[i].path);
		assert_int_equal(p.files[i].mode, want[i].mode);
		assert_int_equal(p.files[i].n, want[i].hunks);
		if (want[i].to == NULL)
			assert_null(p.files[i].to);
		else
			assert_string_equal(p.files[i].to, want[i].to);
	}
	patch_free(&p);
}

/* Any prefix of a patch, and any byte of it another, ends in an answer. */
static void
test_spoiled(void **state)
{
	static const char text[] =
	    "diff --git a/f b/f\nnew mode 100755\n" HEAD
	    "@@ -1,2 +1,3 @@ f\n 1\n-2\n+x\n+y\n@@ -4 +5 @@\n-4\n+z\n";
	char bad[sizeof(text)];
	size_t i, taken = 0;

	(void)state;
	for (i = 0; i < sizeof(text); i++)
		taken += apply(FIVE, text, i) == 0;
	assert_true(taken > 0 && taken < sizeof(text));
	for (i = 0; i + 1 < sizeof(text); i++) {
		memcpy(bad, text, sizeof(text));
		bad[i] = '\n';
		(void)!apply(FIVE, bad, sizeof(text) - 1);
		bad[i] = '-';
		(void)!apply(FIVE, bad, sizeof(text) - 1);
	}
}

static uint32_t seed = 2463534242u;

static uint32_t
any(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed % below;
}

/* Lines of few kinds, so that the same ones stand in many places. */
static void
any_text(struct text *t)
{
	uint32_t n = any(60);

	text_free(t);
	while (n-- > 0)
		text_printf(t, "%*s%c%u%s", (int)any(3), "", "abc}{"[any(5)],
		    any(9), n == 0 && any(3) == 0 ? "" : "\n");
	text_add(t, "", 0);
}

static void
edit_some(const struct text *from, struct text *to)
{
	const char *p = text_of(from), *end = p + from->len, *nl;
	size_t len;

	text_free(to);
	for (; p < end; p += len) {
		nl = memchr(p, '\n', (size_t)(end - p));
		len = nl != NULL ? (size_t)(nl + 1 - p) : (size_t)(end - p);
		switch (any(12)) {
		case 0:
			break;
		case 1:
			text_printf(to, "new%u\n", any(100));
			// fall through
		default:
			text_add(to, p, len);
		}
	}
	text_add(to, "", 0);
}

static void
put(const char *name, const struct text *t)
{
	FILE *f = fopen(name, "w");

	assert_non_null(f);
	fwrite(text_of(t), 1, t->len, f);
	assert_int_equal(fclose(f), 0);
}

static void
get(const char *name, struct text *t)
{
	char buf[4096];
	FILE *f = fopen(name, "r");
	size_t n;

	text_free(t);
	text_add(t, "", 0);
	if (f == NULL)
		return;
	while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
		text_add(t, buf, n);
	fclose(f);
}

static void
check_same(const struct text *a, const struct text *b, const char *what)
{
	if (a->len != b->len || memcmp(text_of(a), text_of(b), a->len) != 0)
		fail_msg("%s:\n<<<\n%s>>>\n<<<\n%s>>>", what, text_of(a),
		    text_of(b));
}

static int
shell(const char *command)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

/*
 * Random edits come back byte for byte from the diff of diff(1); and where
 * the file has moved on, what git apply or patch(1) make of it is what we do.
 */
static void
test_others(void **state)
{
	autotext struct text old = {0}, new = {0}, moved = {0}, diff = {0},
			     theirs = {0};
	char dir[] = "/tmp/test-patch.XXXXXX", clean[64];
	int i, git = 0, gnu = 0;

	(void)state;
	if (shell("git --version >/dev/null 2>&1 && patch --version "
		  ">/dev/null 2>&1 && diff --version >/dev/null 2>&1") != 0)
		skip();
	assert_non_null(mkdtemp(dir));
	assert_int_equal(chdir(dir), 0);
	for (i = 0; i < 150; i++) {
		any_text(&old);
		edit_some(&old, &new);
		put("old", &old);
		put("new", &new);
		shell("diff -U3 --label a/f --label b/f old new >diff");
		get("diff", &diff);
		if (diff.len == 0)
			continue;
		if (apply(text_of(&old), text_of(&diff), diff.len) != 0)
			fail_msg("%s: %s", text_of(&complaint), diff.p);
		check_same(&out, &new, "round trip");
		// Lines before it, as if somebody else had written them.
		text_free(&moved);
		text_str(&moved, "before 1\nbefore 2\n");
		text_add(&moved, text_of(&old), old.len);
		put("f", &moved);
		if (shell("git apply diff 2>/dev/null") == 0) {
			get("f", &theirs);
			assert_int_equal(
			    apply(text_of(&moved), text_of(&diff), diff.len),
			    0);
			check_same(&out, &theirs, "git apply");
			git++;
		}
		put("f", &moved);
		if (shell("patch -s -F0 -f f diff >/dev/null 2>&1") == 0) {
			get("f", &theirs);
			assert_int_equal(
			    apply(text_of(&moved), text_of(&diff), diff.len),
			    0);
			check_same(&out, &theirs, "patch");
			gnu++;
		}
	}
	assert_int_equal(chdir("/"), 0);
	snprintf(clean, sizeof(clean), "rm -r %s", dir);
	assert_int_equal(shell(clean), 0);
	assert_true(git > 20 && gnu > 20);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_good),
	    cmocka_unit_test(test_bad),
	    cmocka_unit_test(test_files),
	    cmocka_unit_test(test_spoiled),
	    cmocka_unit_test(test_others),
	};

	return cmocka_run_group_tests_name("patch", tests, NULL, NULL);
}
