// SPDX-License-Identifier: ISC
// weaken: what a difference does to tests.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "src/agent/weaken.h"

#define FILE_(path) \
	"diff --git a/" path " b/" path "\n--- a/" path "\n+++ b/" path "\n"

static const struct {
	const char *diff;
	size_t touched, removed, skips;
	const char *names;
} rows[] = {
    {"", 0, 0, 0, ""},
    {FILE_("src/a.py") "@@ -1 +1 @@\n-def test_x():\n+x.skip()\n", 0, 0, 0, ""},
    {FILE_("tests/a.py") "@@ -1,2 +1 @@\n-def test_x():\n-    assert 1\n", 1, 1,
	0, "tests/a.py"},
    {FILE_("a/test_b.py") "@@ -1 +1,2 @@\n+@pytest.mark.skip\n def test_x():"
			  "\n-    @unittest.skip\n",
	1, 0, 0, "a/test_b.py"},
    {FILE_("a/b_test.go") "@@ -1 +1 @@\n-func TestA(t *testing.T) {\n"
			  "+func TestB(t *testing.T) {\n+\tt.Skip()\n",
	1, 0, 1, "a/b_test.go"},
    {FILE_("x.spec.ts") "@@ -1 +1 @@\n-it('a')\n+it.only('a')\n", 1, 1, 1,
	"x.spec.ts"},
    {"diff --git a/tests/new.py b/tests/new.py\nnew file mode 100644\n"
     "--- /dev/null\n+++ b/tests/new.py\n@@ -0,0 +1 @@\n+def test_x():\n",
	0, 0, 0, ""},
    {"diff --git a/tests/old.py b/tests/old.py\ndeleted file mode 100644\n"
     "--- a/tests/old.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-def test_x():\n",
	1, 1, 0, "tests/old.py"},
    {FILE_("test_a.py") "@@ -1 +1 @@\n--- a/tests/fake\n+x\n" FILE_(
	 "conftest.py") "@@ -1 +1 @@\n-a\n+b\n",
	2, 0, 0, "test_a.py, conftest.py"},
};

/* What the command names is a test, by its whole name alone. */
static void
test_named(void **state)
{
	static const char diff[] =
	    FILE_("check.sh") "@@ -1,3 +1,2 @@\n-a\n-\n-  \n+b\n";
	static const struct {
		const char *command;
		size_t lines;
	} named[] = {
	    {NULL, 0},
	    {"", 0},
	    {"make check", 0},
	    {"sh check.sh", 1},
	    {"./check.sh; true", 1},
	    {"FOO=1 'check.sh'", 1},
	    {"check.sh::a", 1},
	    {"sh recheck.sh", 0},
	    {"sh check.sh.old", 0},
	    {"sh check.sh.old && sh check.sh", 1},
	};
	struct text t = {0};
	struct weaken w;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
		weaken_look(&w, diff, strlen(diff), named[i].command);
		assert_int_equal(w.lines, named[i].lines);
		assert_int_equal(w.touched, named[i].lines);
		t.len = 0;
		weaken_say(&w, &t);
		assert_int_equal(t.len > 0, named[i].lines > 0);
		text_free(&w.names);
	}
	assert_string_equal(
	    t.p, "- lines of tests changed or taken out: 1, in check.sh\n");
	weaken_look(&w, diff, strlen(diff), NULL);
	w.removed = 2;
	w.skips = 3;
	t.len = 0;
	weaken_say(&w, &t);
	assert_string_equal(
	    t.p, "- tests taken out: 2\n- marks added that skip tests: 3\n");
	text_free(&t);
}

static void
test_rows(void **state)
{
	struct weaken w;
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		n = strlen(rows[i].diff);
		weaken_look(&w, rows[i].diff, n, "sh ./check.sh");
		if (w.touched != rows[i].touched ||
		    w.removed != rows[i].removed || w.skips != rows[i].skips)
			fail_msg("row %zu: %zu %zu %zu", i, w.touched,
			    w.removed, w.skips);
		assert_string_equal(text_of(&w.names), rows[i].names);
		text_free(&w.names);
		while (n-- > 0) {
			weaken_look(&w, rows[i].diff, n, "sh ./check.sh");
			text_free(&w.names);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_named),
	};

	return cmocka_run_group_tests_name("weaken", tests, NULL, NULL);
}
