// SPDX-License-Identifier: ISC
// snapshot: what changed between two looks, told as a diff.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "src/agent/snapshot.h"
#include "tests/unit/fake_box.h"

static char *
at(const char *path)
{
	static char host[300];

	snprintf(host, sizeof(host), "%s/%s", fake_root, path);
	return host;
}

static struct snapshot *
take(const struct snapshot *before)
{
	struct err e;
	struct snapshot *s = snapshot_take(NULL, before, NULL, &e);

	assert_non_null(s);
	return s;
}

static void
test_changes(void **state)
{
	struct snapshot_changes c = {0};
	struct snapshot *a, *b;
	struct text out = {0};
	char *big = mem_alloc(SNAPSHOT_FILE_MAX + 2, 1);

	(void)state;
	memset(big, 'x', SNAPSHOT_FILE_MAX + 1);
	fake_put("same", "same\n");
	fake_put("edited", "one\ntwo\n");
	fake_put("deleted", "gone\n");
	fake_put("dir/mode", "x\n");
	fake_put("dir.c", "sorts between\n");
	fake_put("big", big);
	fake_put(".git/HEAD", "ref\n");
	fake_put("to-link", "file\n");
	assert_int_equal(mkfifo(at("fifo"), 0600), 0);
	a = take(NULL);
	assert_int_equal(a->skipped, 1);
	fake_put("edited", "one\n2\n");
	fake_put("added", "new\n");
	fake_put("dir/sub/also", "new\n");
	fake_put(".git/HEAD", "ref: other\n");
	big[5] = 'y';
	fake_put("big", big);
	assert_int_equal(unlink(at("deleted")), 0);
	assert_int_equal(chmod(at("dir/mode"), 0755), 0);
	assert_int_equal(unlink(at("to-link")), 0);
	assert_int_equal(symlink("/etc/passwd", at("to-link")), 0);
	b = take(a);
	snapshot_diff(a, b, &out, &c);
	assert_string_equal(text_of(&out),
	    "diff --git a/added b/added\nnew file mode 100644\n"
	    "--- /dev/null\n+++ b/added\n@@ -0,0 +1,1 @@\n+new\n"
	    "# large file changed: big (1048577 -> 1048577 bytes)\n"
	    "diff --git a/deleted b/deleted\ndeleted file mode 100644\n"
	    "--- a/deleted\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-gone\n"
	    "diff --git a/dir/mode b/dir/mode\nold mode 100644\n"
	    "new mode 100755\n"
	    "diff --git a/dir/sub/also b/dir/sub/also\n"
	    "new file mode 100644\n--- /dev/null\n+++ b/dir/sub/also\n"
	    "@@ -0,0 +1,1 @@\n+new\n"
	    "diff --git a/edited b/edited\n--- a/edited\n+++ b/edited\n"
	    "@@ -1,2 +1,2 @@\n one\n-two\n+2\n"
	    "diff --git a/to-link b/to-link\ndeleted file mode 100644\n"
	    "--- a/to-link\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-file\n"
	    "# symbolic link added: to-link\n");
	assert_int_equal(c.added, 2);
	assert_int_equal(c.deleted, 2);
	assert_int_equal(c.modified, 3);
	snapshot_free(a);
	snapshot_free(b);
	text_free(&out);
	free(big);
}

static void
test_nothing(void **state)
{
	struct snapshot_changes c = {0};
	struct snapshot *a = take(NULL), *b = take(a);
	struct text out = {0};

	(void)state;
	snapshot_diff(a, b, &out, &c);
	assert_string_equal(text_of(&out), "");
	snapshot_free(a);
	snapshot_free(b);
}

/* What was not touched for long is not read a second time. */
static void
test_not_read_again(void **state)
{
	struct snapshot *a, *b;
	size_t i, as_before = 0;

	(void)state;
	a = take(NULL);
	a->taken.tv_sec += 10; // as if the files were older
	b = take(a);
	for (i = 0; i < b->n; i++)
		as_before += b->item[i].as_before;
	assert_true(as_before > 3);
	assert_int_equal(b->kept, 0);
	snapshot_free(a);
	snapshot_free(b);
}

static void
test_binary(void **state)
{
	struct snapshot_changes c = {0};
	struct snapshot *a, *b;
	struct text out = {0};
	FILE *f;

	(void)state;
	a = take(NULL);
	f = fopen(at("binary"), "we");
	assert_non_null(f);
	assert_int_equal(fwrite("a\0b", 1, 3, f), 3);
	fclose(f);
	b = take(a);
	snapshot_diff(a, b, &out, &c);
	assert_string_equal(text_of(&out), "# binary file added: binary\n");
	snapshot_free(a);
	snapshot_free(b);
	text_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_changes),
	    cmocka_unit_test(test_nothing),
	    cmocka_unit_test(test_not_read_again),
	    cmocka_unit_test(test_binary),
	};

	return cmocka_run_group_tests_name(
	    "snapshot", tests, fake_begin, fake_end);
}
