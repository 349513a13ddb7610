// SPDX-License-Identifier: ISC
// diff: exact texts for known cases; patch and git apply take random ones.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/agent/diff.h"

static char *
diff_of(const char *path, const char *a, const char *b)
{
	struct diff_side sa = {a, a != NULL ? strlen(a) : 0, 0644};
	struct diff_side sb = {b, b != NULL ? strlen(b) : 0, 0644};
	struct diff_count count = {0};
	struct text t = {0};

	diff_file(&t, path, &sa, &sb, &count);
	return text_take(&t);
}

static void
test_known(void **state)
{
	static const struct {
		const char *path, *a, *b, *want;
	} rows[] = {
	    {"f", "x\n", "x\n", ""},
	    {"f", "a\nb\nc\n", "a\nB\nc\n",
		"diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n"
		" a\n-b\n+B\n c\n"},
	    {"f", NULL, "n\n",
		"diff --git a/f b/f\nnew file mode 100644\n--- /dev/null\n"
		"+++ b/f\n@@ -0,0 +1,1 @@\n+n\n"},
	    {"f", "n\n", NULL,
		"diff --git a/f b/f\ndeleted file mode 100644\n--- a/f\n"
		"+++ /dev/null\n@@ -1,1 +0,0 @@\n-n\n"},
	    {"f", "a", "a\n",
		"diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1,1 +1,1 @@\n"
		"-a\n\\ No newline at end of file\n+a\n"},
	    {"f", NULL, "", "diff --git a/f b/f\nnew file mode 100644\n"},
	    {"a b", "1\n", "2\n",
		"diff --git a/a b b/a b\n--- a/a b\t\n+++ b/a b\t\n"
		"@@ -1,1 +1,1 @@\n-1\n+2\n"},
	    {"q\"\t\377", "1\n", "2\n",
		"diff --git \"a/q\\\"\\t\\377\" \"b/q\\\"\\t\\377\"\n"
		"--- \"a/q\\\"\\t\\377\"\n+++ \"b/q\\\"\\t\\377\"\n"
		"@@ -1,1 +1,1 @@\n-1\n+2\n"},
	};
	size_t i;
	char *got;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		got = diff_of(rows[i].path, rows[i].a, rows[i].b);
		assert_string_equal(got, rows[i].want);
		free(got);
	}
}

static void
test_mode(void **state)
{
	struct diff_side a = {"x\n", 2, 0644}, b = {"x\n", 2, 0755};
	struct diff_count count = {0};
	struct text t = {0};

	(void)state;
	diff_file(&t, "f", &a, &b, &count);
	assert_string_equal(text_of(&t),
	    "diff --git a/f b/f\nold mode 100644\nnew mode 100755\n");
	text_free(&t);
	b.mode = 0600; // only execution counts, as in git
	diff_file(&t, "f", &a, &b, &count);
	assert_string_equal(text_of(&t), "");
	text_free(&t);
}

static void
test_smallest(void **state)
{
	struct diff_side a = {"a\nb\nc\na\nb\nb\na\n", 14, 0644};
	struct diff_side b = {"c\nb\na\nb\na\nc\n", 12, 0644};
	struct diff_count count = {0};
	struct text t = {0};

	(void)state; // the example of Myers' paper: five edits
	diff_file(&t, "f", &a, &b, &count);
	assert_int_equal(count.added + count.removed, 5);
	text_free(&t);
}

/* Too many edits to search for the fewest: still a correct one, soon. */
static void
test_bounded(void **state)
{
	struct diff_count count = {0};
	struct diff_side sa, sb;
	struct text a = {0}, b = {0}, out = {0};
	int i;

	(void)state;
	for (i = 0; i < 60000; i++) {
		text_printf(&a, "a%d\n", i);
		text_printf(&b, "b%d\n", i);
		if (i % 7 == 0) {
			text_printf(&a, "same%d\n", i % 5);
			text_printf(&b, "same%d\n", i % 3);
		}
	}
	sa = (struct diff_side){a.p, a.len, 0644};
	sb = (struct diff_side){b.p, b.len, 0644};
	diff_file(&out, "f", &sa, &sb, &count);
	assert_true(count.added >= 60000);
	text_free(&a);
	text_free(&b);
	text_free(&out);
}

static void
test_binary(void **state)
{
	(void)state;
	assert_true(diff_is_binary("a\0b", 3));
	assert_false(diff_is_binary("abc", 3));
	assert_false(diff_is_binary("", 0));
}

static uint32_t seed = 12345;

static uint32_t
roll(uint32_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

static void
random_text(struct text *t)
{
	uint32_t i, n = roll(40);

	for (i = 0; i < n; i++)
		text_printf(t, "%s line %u\n", roll(3) ? "a" : "", roll(12));
	if (n > 0 && roll(4) == 0)
		t->p[--t->len] = '\0'; // no line end at the end
}

static void
random_edit(struct text *t, const char *from, size_t len)
{
	const char *p = from, *end = from + len, *nl;
	size_t n;

	for (; p < end; p += n) {
		nl = memchr(p, '\n', (size_t)(end - p));
		n = (size_t)((nl != NULL ? nl + 1 : end) - p);
		switch (roll(12)) {
		case 0:
			break;
		case 1:
			text_printf(t, "new %u\n", roll(9));
			// fall through
		default:
			text_add(t, p, n);
		}
	}
	if (roll(4) == 0 && t->len > 0 && t->p[t->len - 1] == '\n')
		t->p[--t->len] = '\0';
}

static void
put(const char *dir, const char *name, const char *data, size_t len)
{
	char path[512];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(fd_write_all(fd, data, len), 0);
	close(fd);
}

static bool
exists(const char *dir, const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return access(path, F_OK) == 0;
}

static void
same(const char *dir, const char *name, const char *data, size_t len)
{
	char path[512], *got = mem_alloc(len + 2, 1);
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	n = read(fd, got, len + 1);
	assert_int_equal(n, len);
	assert_memory_equal(got, data, len);
	close(fd);
	free(got);
}

static int
run(const char *dir, char *const argv[])
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		if (chdir(dir) != 0 || setenv("GIT_DIR", "/nonexistent", 1))
			_exit(98);
		execvp(argv[0], argv);
		_exit(errno == ENOENT ? 99 : 97);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 96;
}

static const char *const names[] = {
    "plain", "with space", "odd\"\n\\", "\xc3\xa9t\xc3\xa9"};
#define NAMES (sizeof(names) / sizeof(names[0]))

/* What becomes of each file: 0 edited, 1 added, 2 deleted. */
static void
one_round(const char *dir, char *const argv[])
{
	struct text a[NAMES] = {0}, b[NAMES] = {0}, out = {0};
	struct diff_count count = {0};
	struct diff_side sa, sb;
	uint32_t what[NAMES];
	size_t i;

	for (i = 0; i < NAMES; i++) {
		what[i] = roll(5);
		if (what[i] != 1)
			random_text(&a[i]);
		if (what[i] == 1)
			random_text(&b[i]);
		else if (what[i] != 2)
			random_edit(&b[i], text_of(&a[i]), a[i].len);
		sa = (struct diff_side){
		    what[i] == 1 ? NULL : text_of(&a[i]), a[i].len, 0644};
		sb = (struct diff_side){
		    what[i] == 2 ? NULL : text_of(&b[i]), b[i].len, 0644};
		diff_file(&out, names[i], &sa, &sb, &count);
		if (what[i] != 1)
			put(dir, names[i], text_of(&a[i]), a[i].len);
	}
	put(dir, "the.patch", text_of(&out), out.len);
	if (out.len > 0)
		assert_int_equal(run(dir, argv), 0);
	for (i = 0; i < NAMES; i++) {
		if (what[i] == 2)
			assert_false(exists(dir, names[i]));
		else
			same(dir, names[i], text_of(&b[i]), b[i].len);
		text_free(&a[i]);
		text_free(&b[i]);
	}
	text_free(&out);
}

static void
rounds(char *const argv[])
{
	char dir[] = "/tmp/stockade-test-diff.XXXXXX";
	char *const probe[] = {argv[0], "--version", NULL};
	char *const clear[] = {"find", ".", "-mindepth", "1", "-delete", NULL};
	char *const gone[] = {"rmdir", dir, NULL};
	int i;

	assert_non_null(mkdtemp(dir));
	if (run(dir, probe) != 0) {
		assert_int_equal(rmdir(dir), 0);
		// cmocka's own skip() is a failed point to a TAP reader.
		print_message("# not run: no %s here\n", argv[0]);
		return;
	}
	for (i = 0; i < 60; i++) {
		one_round(dir, argv);
		assert_int_equal(run(dir, clear), 0);
	}
	assert_int_equal(run("/", gone), 0);
}

static void
test_patch(void **state)
{
	char *const argv[] = {"patch", "-s", "-p1", "--no-backup-if-mismatch",
	    "-F0", "-i", "the.patch", NULL};

	(void)state;
	rounds(argv);
}

static void
test_git_apply(void **state)
{
	char *const argv[] = {"git", "apply", "the.patch", NULL};

	(void)state;
	rounds(argv);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_known),
	    cmocka_unit_test(test_mode),
	    cmocka_unit_test(test_smallest),
	    cmocka_unit_test(test_bounded),
	    cmocka_unit_test(test_binary),
	    cmocka_unit_test(test_patch),
	    cmocka_unit_test(test_git_apply),
	};

	return cmocka_run_group_tests_name("diff", tests, NULL, NULL);
}
