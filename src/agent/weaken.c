// SPDX-License-Identifier: ISC
// Looks for what makes tests easier to pass: files of tests changed, tests
// taken out, marks that skip them.
#include <stdbool.h>
#include <string.h>
#include "src/agent/weaken.h"

#define NAMES_SHOWN 10

static bool
has(const char *s, size_t n, const char *what)
{
	return memmem(s, n, what, strlen(what)) != NULL;
}

static bool
begins(const char *s, size_t n, const char *what)
{
	size_t k = strlen(what);

	return n >= k && memcmp(s, what, k) == 0;
}

/* The command names the file: "sh test.sh", "./check", "pytest a.py::b". */
static bool
is_named(const char *command, const char *path, size_t n)
{
	static const char around[] = " \t\n'\"=;&|()<>:/";
	const char *p = command, *end;

	while (
	    p != NULL && n > 0 && (p = memmem(p, strlen(p), path, n)) != NULL) {
		end = p + n;
		if ((p == command || strchr(around, p[-1]) != NULL) &&
		    (*end == '\0' || strchr(around, *end) != NULL))
			return true;
		p++;
	}
	return false;
}

/* By its place or its name: what runners look for. */
static bool
is_test_file(const char *path, size_t n)
{
	static const char *const parts[] = {"/tests/", "/test/", "/__tests__/",
	    "/spec/", "/test_", "_test.", ".test.", ".spec.", "_spec.",
	    "/conftest.py", "/Test", NULL};
	size_t i;

	for (i = 0; parts[i] != NULL; i++)
		if (has(path, n, parts[i]))
			return true;
	return false;
}

static bool
begins_test(const char *s, size_t n)
{
	static const char *const marks[] = {"def test_", "async def test_",
	    "func Test", "#[test]", "#[tokio::test]", "it(", "test(",
	    "describe(", "@Test", "TEST(", "TEST_F(", "cmocka_unit_test", NULL};
	size_t i;

	while (n > 0 && (*s == ' ' || *s == '\t'))
		s++, n--;
	for (i = 0; marks[i] != NULL; i++)
		if (begins(s, n, marks[i]))
			return true;
	return false;
}

static bool
skips(const char *s, size_t n)
{
	static const char *const marks[] = {"pytest.mark.skip",
	    "pytest.mark.xfail", "pytest.skip(", "unittest.skip", "skipTest(",
	    "t.Skip(", "t.SkipNow(", "#[ignore", ".skip(", ".only(", "xit(",
	    "xdescribe(", "@Disabled", "@Ignore", "GTEST_SKIP", "DISABLED_",
	    NULL};
	size_t i;

	for (i = 0; marks[i] != NULL; i++)
		if (has(s, n, marks[i]))
			return true;
	return false;
}

struct look {
	struct weaken *w;
	const char *command;
	bool test;  // the file at hand is one of tests
	bool fresh; // and is new: nothing in it can be taken away
	long gone;  // tests removed less those added, in all files
	bool body;  // beyond the file's header
};

static void
note_file(struct look *l, const char *path, size_t n)
{
	struct weaken *w = l->w;

	// The slash that "/tests/" begins with is the diff's own.
	if (!is_test_file(path, n) && !is_named(l->command, path + 1, n - 1))
		return;
	l->test = true;
	if (w->touched++ < NAMES_SHOWN) {
		text_str(&w->names, w->names.len > 0 ? ", " : "");
		text_add(&w->names, path + 1, n - 1);
	}
}

/* A line of a hunk in a file of tests. */
static void
look_change(struct look *l, const char *s, size_t n)
{
	int by = *s == '-' ? 1 : *s == '+' ? -1 : 0;

	if (by == 0)
		return;
	if (by > 0 && strspn(s + 1, " \t") < n - 1)
		l->w->lines++;
	if (begins_test(s + 1, n - 1))
		l->gone += by;
	if (!skips(s + 1, n - 1))
		return;
	if (by < 0)
		l->w->skips++;
	else if (l->w->skips > 0)
		l->w->skips--;
}

static void
look_line(struct look *l, const char *s, size_t n)
{
	if (begins(s, n, "diff --git "))
		l->test = l->fresh = l->body = false;
	else if (begins(s, n, "@@ "))
		l->body = true;
	else if (l->body && l->test && n > 0)
		look_change(l, s, n);
	else if (!l->body && begins(s, n, "new file mode"))
		l->fresh = true;
	else if (!l->body && begins(s, n, "--- a/") && !l->fresh)
		note_file(l, s + 5, n - 5);
}

void
weaken_look(struct weaken *w, const char *diff, size_t len, const char *command)
{
	const char *end = diff + len, *nl;
	struct look l = {.w = w, .command = command};
	size_t n;

	*w = (struct weaken){0};
	for (; diff < end; diff += n + 1) {
		nl = memchr(diff, '\n', (size_t)(end - diff));
		n = (size_t)((nl != NULL ? nl : end) - diff);
		look_line(&l, diff, n);
	}
	w->removed = l.gone > 0 ? (size_t)l.gone : 0;
}

void
weaken_say(const struct weaken *w, struct text *out)
{
	if (w->removed > 0)
		text_printf(out, "- tests taken out: %zu\n", w->removed);
	if (w->skips > 0)
		text_printf(
		    out, "- marks added that skip tests: %zu\n", w->skips);
	if (w->lines > 0)
		text_printf(out,
		    "- lines of tests changed or taken out: %zu, in %s\n",
		    w->lines, text_of(&w->names));
}
