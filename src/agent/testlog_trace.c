// SPDX-License-Identifier: ISC
// The account of the first test that failed, as its runner gives it.
#include <stdlib.h>
#include <string.h>
#include "src/agent/testlog_parts.h"
#include "src/agent/truncate.h"

#define KEPT (64u << 10)
#define HEAD 1000 // told of it; the end says more than the beginning
#define TAIL 2500

static bool
starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

static bool
ends(const char *s, const char *suffix)
{
	size_t n = strlen(s), k = strlen(suffix);

	return n >= k && strcmp(s + n - k, suffix) == 0;
}

static enum testlog_edge
edge_pytest(const struct testlog_line *l)
{
	if (starts(l->s, "____") && ends(l->s, "____"))
		return EDGE_BEGIN;
	return starts(l->s, "====") ? EDGE_END : EDGE_NONE;
}

static enum testlog_edge
edge_unittest(const struct testlog_line *l)
{
	if (starts(l->s, "FAIL: ") || starts(l->s, "ERROR: "))
		return EDGE_BEGIN;
	return starts(l->s, "=====") || starts(l->s, "Ran ") ? EDGE_END
							     : EDGE_NONE;
}

static enum testlog_edge
edge_cargo(const struct testlog_line *l)
{
	if (starts(l->s, "---- ") && ends(l->s, " stdout ----"))
		return EDGE_BEGIN;
	return starts(l->s, "failures:") ? EDGE_END : EDGE_NONE;
}

static enum testlog_edge
edge_go(const struct testlog_line *l)
{
	if (l->indented)
		return EDGE_NONE;
	if (starts(l->s, "--- FAIL: "))
		return EDGE_BEGIN;
	return starts(l->s, "--- ") || starts(l->s, "FAIL") ||
		       starts(l->s, "=== ") || starts(l->s, "ok  \t")
		   ? EDGE_END
		   : EDGE_NONE;
}

static enum testlog_edge
edge_tap(const struct testlog_line *l)
{
	if (l->indented)
		return EDGE_NONE;
	if (starts(l->s, "not ok "))
		return EDGE_BEGIN;
	return starts(l->s, "ok ") || starts(l->s, "1..") ? EDGE_END
							  : EDGE_NONE;
}

static enum testlog_edge
edge_node(const struct testlog_line *l)
{
	if (starts(l->s, "\xe2\x9c\x96 ") && strstr(l->s, "ms)") != NULL)
		return EDGE_BEGIN;
	if (starts(l->s, "\xe2\x9c\x94 ") || starts(l->s, "\xe2\x84\xb9 "))
		return EDGE_PASS; // in the list of all, which tells no more
	return edge_tap(l);
}

static enum testlog_edge
edge_jest(const struct testlog_line *l)
{
	if (starts(l->s, "\xe2\x97\x8f "))
		return EDGE_BEGIN;
	return starts(l->s, "Test Suites:") || starts(l->s, "Tests:")
		   ? EDGE_END
		   : EDGE_NONE;
}

/* "1) name" stands in the list of all, too, without its ":". */
static enum testlog_edge
edge_mocha(const struct testlog_line *l)
{
	if (starts(l->s, "1) "))
		return EDGE_MAYBE;
	if (ends(l->s, " failing"))
		return EDGE_PASS;
	return starts(l->s, "2) ") ? EDGE_END : EDGE_NONE;
}

static enum testlog_edge
edge_ctest(const struct testlog_line *l)
{
	if (strstr(l->s, "***Failed") != NULL ||
	    strstr(l->s, "***Exception") != NULL ||
	    strstr(l->s, "***Timeout") != NULL)
		return EDGE_BEGIN;
	return starts(l->s, "Start ") || strstr(l->s, "% tests passed") != NULL
		   ? EDGE_END
		   : EDGE_NONE;
}

static enum testlog_edge
edge_junit(const struct testlog_line *l)
{
	if (!starts(l->s, "Tests run:") &&
	    (strstr(l->s, "<<< FAILURE!") != NULL ||
		strstr(l->s, "<<< ERROR!") != NULL))
		return EDGE_BEGIN;
	return *l->s == '\0' ? EDGE_END : EDGE_NONE;
}

static enum testlog_edge
edge_brackets(const struct testlog_line *l)
{
	if (starts(l->s, "[ RUN "))
		return EDGE_MAYBE;
	if (starts(l->s, "[       OK ]") || starts(l->s, "[  SKIPPED ]"))
		return EDGE_PASS;
	return starts(l->s, "[  FAILED  ]") || starts(l->s, "[==========]")
		   ? EDGE_END
		   : EDGE_NONE;
}

static enum testlog_edge
edge_make(const struct testlog_line *l)
{
	(void)l;
	return EDGE_NONE;
}

static const struct {
	const char *runner;
	enum testlog_edge (*edge)(const struct testlog_line *l);
} edges[] = {
    {"pytest", edge_pytest},
    {"unittest", edge_unittest},
    {"cargo", edge_cargo},
    {"go", edge_go},
    {"TAP", edge_tap},
    {"node", edge_node},
    {"jest", edge_jest},
    {"mocha", edge_mocha},
    {"ctest", edge_ctest},
    {"junit", edge_junit},
    {"cmocka", edge_brackets},
};

enum testlog_edge
testlog_edge(const char *runner, const struct testlog_line *l)
{
	size_t i;

	for (i = 0; i < sizeof(edges) / sizeof(edges[0]); i++)
		if (strcmp(edges[i].runner, runner) == 0)
			return edges[i].edge(l);
	return edge_make(l);
}

static void
finish(struct testlog_trace *t)
{
	t->state = TRACE_DONE;
}

void
testlog_trace_line(
    struct testlog_trace *t, const char *runner, const struct testlog_line *l)
{
	enum testlog_edge edge;

	if (t->state == TRACE_DONE)
		return;
	edge = testlog_edge(runner, l);
	if (t->state == TRACE_ON && (edge == EDGE_BEGIN || edge == EDGE_END)) {
		finish(t);
		return;
	}
	if (edge == EDGE_PASS || edge == EDGE_MAYBE) {
		t->text.len = 0;
		t->state = TRACE_NONE;
	}
	if (edge == EDGE_BEGIN || edge == EDGE_MAYBE)
		t->state = TRACE_ON;
	if (t->state == TRACE_ON && t->text.len < KEPT)
		text_printf(&t->text, "%s\n", l->buf);
}

char *
testlog_trace_take(struct testlog_trace *t)
{
	struct text out = {0};
	size_t n = t->text.len;

	// Rules between two accounts, and blanks.
	while (n > 0 && strchr("\n -=_", t->text.p[n - 1]) != NULL)
		n--;
	if (n > 0)
		truncate_text(
		    &out, CLEAN_OUTPUT, text_of(&t->text), n, HEAD, TAIL);
	text_free(&t->text);
	return out.len > 0 ? text_take(&out) : NULL;
}
