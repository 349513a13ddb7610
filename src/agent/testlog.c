// SPDX-License-Identifier: ISC
// Reads the output of test runners: each line is shown to each runner's
// reader; whose summary was seen is believed, in the order of the table.
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "src/agent/testlog_parts.h"

#define NAME_MAX_SHOWN 200
#define NAMES_SAID     10
#define LINE_READ      4096 // of one line

struct reader {
	struct testlog log;
	struct testlog_trace trace;
	bool sure; // its summary was seen
};

static bool
starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

void
testlog_name(struct testlog *log, const char *name, size_t len)
{
	struct text t = {0};
	size_t i;

	while (len > 0 && isspace((unsigned char)name[len - 1]))
		len--;
	if (len == 0 || len > NAME_MAX_SHOWN || log->names == TESTLOG_NAMES_MAX)
		return;
	for (i = 0; i < log->names; i++)
		if (strlen(log->name[i]) == len &&
		    memcmp(log->name[i], name, len) == 0)
			return;
	text_add(&t, name, len);
	log->name[log->names++] = text_take(&t);
}

static void
add_name(struct reader *r, const char *name, size_t len)
{
	testlog_name(&r->log, name, len);
}

/* The number that stands right before a word: "8 failed". */
static bool
before(const char *s, const char *word, unsigned long *v)
{
	const char *at = strstr(s, word), *p = at;
	char *end;

	if (at == NULL || at == s)
		return false;
	while (p > s && p[-1] == ' ')
		p--;
	while (p > s && isdigit((unsigned char)p[-1]))
		p--;
	*v = strtoul(p, &end, 10);
	return end != p;
}

/* The number right behind a word: "failures=1", "# pass 5", "Failures: 1". */
static bool
behind(const char *s, const char *word, unsigned long *v)
{
	const char *p = strstr(s, word);
	char *end;

	if (p == NULL)
		return false;
	p += strlen(word);
	while (*p == ' ')
		p++;
	*v = strtoul(p, &end, 10);
	return end != p;
}

static unsigned long
number(bool (*find)(const char *, const char *, unsigned long *), const char *s,
    const char *word)
{
	unsigned long v = 0;

	return find(s, word, &v) ? v : 0;
}

/* "== 1 failed, 2 passed in 0.1s ==", or that alone; "FAILED a.py::b - c" */
static void
read_pytest(struct reader *r, const struct testlog_line *l)
{
	const char *s = l->s, *end;

	if ((starts(s, "FAILED ") || starts(s, "ERROR ")) &&
	    strstr(s, "::") != NULL) {
		s = strchr(s, ' ') + 1;
		end = strstr(s, " - ");
		add_name(r, s, end != NULL ? (size_t)(end - s) : strlen(s));
		return;
	}
	while (*s == '=' || *s == ' ')
		s++;
	if (!isdigit((unsigned char)*s) || strstr(s, " in ") == NULL ||
	    (strstr(s, " passed") == NULL && strstr(s, " failed") == NULL &&
		strstr(s, " error") == NULL && strstr(s, " skipped") == NULL))
		return;
	r->sure = true;
	r->log.passed = number(before, s, "passed");
	r->log.failed =
	    number(before, s, "failed") + number(before, s, "error");
	r->log.skipped = number(before, s, "skipped");
}

/* "Ran 4 tests in", then "OK (skipped=1)" or "FAILED (failures=1)" */
static void
read_unittest(struct reader *r, const struct testlog_line *l)
{
	unsigned long ran;

	if (starts(l->s, "FAIL: ") || starts(l->s, "ERROR: "))
		add_name(
		    r, strchr(l->s, ' ') + 1, strlen(strchr(l->s, ' ') + 1));
	else if (starts(l->s, "Ran ") && strstr(l->s, " in ") != NULL &&
		 behind(l->s, "Ran", &ran))
		r->log.passed = ran;
	else if (starts(l->s, "OK") || starts(l->s, "FAILED (")) {
		r->sure = r->log.passed > 0;
		r->log.failed = number(behind, l->s, "failures=") +
				number(behind, l->s, "errors=");
		r->log.skipped = number(behind, l->s, "skipped=");
		ran = r->log.failed + r->log.skipped;
		r->log.passed -= ran < r->log.passed ? ran : r->log.passed;
	}
}

/* "test result: FAILED. 3 passed; 1 failed; 0 ignored;" for each binary */
static void
read_cargo(struct reader *r, const struct testlog_line *l)
{
	const char *end;

	if (starts(l->s, "test ") && !starts(l->s, "test result")) {
		end = strstr(l->s, " ... FAILED");
		if (end != NULL)
			add_name(r, l->s + 5, (size_t)(end - l->s) - 5);
	} else if (starts(l->s, "test result: ")) {
		r->sure = true;
		r->log.passed += number(before, l->s, "passed");
		r->log.failed += number(before, l->s, "failed");
		r->log.skipped += number(before, l->s, "ignored");
	}
}

/* "--- FAIL: Test (0.00s)"; without -v a package that passes is all there is */
static void
read_go(struct reader *r, const struct testlog_line *l)
{
	const char *name = l->s + 10, *end;

	if (starts(l->s, "--- FAIL: ")) {
		end = strstr(name, " (");
		add_name(
		    r, name, end != NULL ? (size_t)(end - name) : strlen(name));
		r->log.failed += !l->indented;
	} else if (starts(l->s, "--- PASS: ")) {
		r->log.passed += !l->indented;
	} else if (starts(l->s, "--- SKIP: ")) {
		r->log.skipped += !l->indented;
	} else if (starts(l->s, "ok  \t") || starts(l->s, "FAIL\t")) {
		r->sure = true;
	}
}

/* node --test: "# pass 1" as TAP, or "i pass 1" with a sign before it */
static void
read_node(struct reader *r, const struct testlog_line *l)
{
	const char *s = l->s, *name = strstr(s, " - ");
	unsigned long v;

	if (starts(s, "not ok ") && name != NULL && strstr(s, "# ") == NULL)
		add_name(r, name + 3, strlen(name + 3));
	else if (starts(s, "\xe2\x9c\x96 ") && strstr(s, "ms)") != NULL)
		add_name(r, s + 4, strcspn(s + 4, "("));
	if (!starts(s, "# ") && !starts(s, "\xe2\x84\xb9 "))
		return;
	s = strchr(s, ' ') + 1;
	if (starts(s, "pass ") && behind(s, "pass", &v))
		r->log.passed = v;
	else if (starts(s, "fail ") && behind(s, "fail", &v)) {
		r->log.failed = v;
		r->sure = true;
	} else if (starts(s, "skipped ") && behind(s, "skipped", &v))
		r->log.skipped = v;
}

/* "Tests:  1 failed, 5 passed, 6 total" of Jest and its like */
static void
read_jest(struct reader *r, const struct testlog_line *l)
{
	if (starts(l->s, "\xe2\x97\x8f ")) {
		add_name(r, l->s + 4, strlen(l->s + 4));
		return;
	}
	if (!starts(l->s, "Tests:") || strstr(l->s, " total") == NULL)
		return;
	r->sure = true;
	r->log.passed = number(before, l->s, "passed");
	r->log.failed = number(before, l->s, "failed");
	r->log.skipped = number(before, l->s, "skipped");
}

/* "5 passing (10ms)", "1 failing", "2 pending" of Mocha */
static void
read_mocha(struct reader *r, const struct testlog_line *l)
{
	unsigned long v = strtoul(l->s, NULL, 10);
	const char *word = l->s + strspn(l->s, "0123456789");

	if (word == l->s || *word++ != ' ')
		return;
	if (starts(word, "passing")) {
		r->sure = true;
		r->log.passed = v;
	} else if (starts(word, "failing")) {
		r->sure = true;
		r->log.failed = v;
	} else if (starts(word, "pending")) {
		r->log.skipped = v;
	}
}

/* "90% tests passed, 1 tests failed out of 10"; "  3 - name (Failed)" */
static void
read_ctest(struct reader *r, const struct testlog_line *l)
{
	const char *end = strstr(l->s, " (Failed)"),
		   *dash = strstr(l->s, " - ");

	if (end == NULL)
		end = strstr(l->s, " (Timeout)");
	if (end != NULL && dash != NULL && dash < end &&
	    isdigit((unsigned char)l->s[0]))
		add_name(r, dash + 3, (size_t)(end - dash) - 3);
	if (strstr(l->s, "% tests passed, ") == NULL)
		return;
	r->sure = true;
	r->log.failed = number(before, l->s, "tests failed out of");
	r->log.passed = number(behind, l->s, "out of");
	r->log.passed -= r->log.failed;
}

/* automake's "# PASS:  5" */
static void
read_automake(struct reader *r, const struct testlog_line *l)
{
	if (starts(l->s, "FAIL: ") || starts(l->s, "ERROR: "))
		add_name(
		    r, strchr(l->s, ' ') + 1, strlen(strchr(l->s, ' ') + 1));
	else if (starts(l->s, "# PASS: "))
		r->log.passed = number(behind, l->s, "PASS:");
	else if (starts(l->s, "# SKIP: "))
		r->log.skipped = number(behind, l->s, "SKIP:");
	else if (starts(l->s, "# ERROR: "))
		r->log.failed += number(behind, l->s, "ERROR:");
	else if (starts(l->s, "# FAIL: ")) {
		r->log.failed += number(behind, l->s, "FAIL:");
		r->sure = true;
	}
}

/* "[  PASSED  ] 3 test(s)." of cmocka and GoogleTest */
static void
read_brackets(struct reader *r, const struct testlog_line *l)
{
	const char *s = l->s + 12;

	if (starts(l->s, "[  PASSED  ]")) {
		r->sure = true;
		r->log.passed += strtoul(s, NULL, 10);
	} else if (starts(l->s, "[  SKIPPED ]") &&
		   before(s, "test", &r->log.skipped)) {
		r->sure = true;
	} else if (starts(l->s, "[  FAILED  ]")) {
		while (*s == ' ')
			s++;
		if (isdigit((unsigned char)*s))
			r->log.failed += strtoul(s, NULL, 10);
		else if (strstr(s, " test(s), ") == NULL)
			add_name(r, s, strcspn(s, ",("));
	}
}

/* "Tests run: 5, Failures: 1, Errors: 0, Skipped: 0" of Maven, each class and
   then the sum, which alone has nothing behind it */
static void
read_junit(struct reader *r, const struct testlog_line *l)
{
	const char *s = strstr(l->s, "Tests run: ");

	if (s == NULL || strstr(s, "Failures: ") == NULL ||
	    strstr(s, "Time elapsed") != NULL)
		return;
	r->sure = true;
	r->log.failed =
	    number(behind, s, "Failures:") + number(behind, s, "Errors:");
	r->log.skipped = number(behind, s, "Skipped:");
	r->log.passed = number(behind, s, "Tests run:");
	r->log.passed -= r->log.failed + r->log.skipped < r->log.passed
			     ? r->log.failed + r->log.skipped
			     : r->log.passed;
}

/* "ok 1 - name", "not ok 2 - name # TODO", "ok 3 # SKIP" */
static void
read_tap(struct reader *r, const struct testlog_line *l)
{
	bool failed = starts(l->s, "not ok");
	const char *name;

	if (l->indented || (!failed && !starts(l->s, "ok ")) ||
	    !isdigit((unsigned char)l->s[failed ? 7 : 3]))
		return;
	r->sure = true;
	if (strstr(l->s, "# SKIP") != NULL || strstr(l->s, "# skip") != NULL ||
	    strstr(l->s, "# TODO") != NULL) {
		r->log.skipped++;
		return;
	}
	r->log.failed += failed;
	r->log.passed += !failed;
	name = strstr(l->s, " - ");
	if (failed && name != NULL)
		add_name(r, name + 3, strlen(name + 3));
}

/* "make: *** [Makefile:3: check] Error 1": which target could not be made */
static void
read_make(struct reader *r, const struct testlog_line *l)
{
	const char *at = strstr(l->s, ": *** ["), *end, *name;

	if (at == NULL || !starts(l->s, "make"))
		return;
	at += 7;
	end = strstr(at, "] Error ");
	if (end == NULL)
		return;
	for (name = end; name > at && name[-1] != ' '; name--)
		;
	r->sure = true;
	r->log.failed++;
	add_name(r, name, (size_t)(end - name));
}

static const struct {
	const char *name;
	void (*read)(struct reader *r, const struct testlog_line *l);
} runners[] = {
    {"pytest", read_pytest},
    {"cargo", read_cargo},
    {"go", read_go},
    {"jest", read_jest},
    {"mocha", read_mocha},
    {"ctest", read_ctest},
    {"automake", read_automake},
    {"junit", read_junit},
    {"cmocka", read_brackets},
    {"unittest", read_unittest},
    {"node", read_node},
    {"TAP", read_tap},
    {"make", read_make},
};
#define RUNNERS (sizeof(runners) / sizeof(runners[0]))

/* Length of an escape sequence at p, or 0. */
static size_t
escape(const char *p, size_t n)
{
	size_t i = 2;

	if (n < 3 || p[0] != '\033' || p[1] != '[')
		return 0;
	while (i < n && (isdigit((unsigned char)p[i]) || p[i] == ';'))
		i++;
	return i < n ? i + 1 : 0;
}

static void
take_line(struct testlog_line *l, const char *p, size_t n)
{
	size_t i, len = 0, skip;

	for (i = 0; i < n && len + 1 < sizeof(l->buf); i++) {
		skip = escape(p + i, n - i);
		if (skip > 0)
			i += skip - 1;
		else if (p[i] != '\r' && p[i] != '\0')
			l->buf[len++] = p[i];
	}
	l->buf[len] = '\0';
	l->s = l->buf + strspn(l->buf, " \t");
	l->indented = l->s > l->buf;
}

struct testlog_reader {
	struct reader all[RUNNERS];
	struct testlog_xml xml;
	char held[LINE_READ]; // of a line that has not ended; its beginning
	size_t len;
};

struct testlog_reader *
testlog_begin(void)
{
	return mem_alloc(1, sizeof(struct testlog_reader));
}

static void
read_line(struct testlog_reader *r)
{
	struct testlog_line l;
	size_t i;

	take_line(&l, r->held, r->len);
	for (i = 0; i < RUNNERS; i++) {
		runners[i].read(&r->all[i], &l);
		testlog_trace_line(&r->all[i].trace, runners[i].name, &l);
	}
	r->len = 0;
}

void
testlog_add(struct testlog_reader *r, const char *data, size_t len)
{
	const char *nl;
	size_t n, room;

	testlog_xml_add(&r->xml, data, len);
	for (; len > 0; data += n, len -= n) {
		nl = memchr(data, '\n', len);
		n = nl != NULL ? (size_t)(nl - data) : len;
		room = sizeof(r->held) - r->len;
		memcpy(r->held + r->len, data, n < room ? n : room);
		r->len += n < room ? n : room;
		if (nl != NULL) {
			read_line(r);
			n++;
		}
	}
}

/* What the XML says, unless a runner's own words were there. */
static void
take_xml(struct testlog_xml *x, bool wanted, struct testlog *t)
{
	struct testlog_trace trace = {.text = x->trace};
	char *account = testlog_trace_take(&trace);

	if (!wanted || !x->sure || testlog_total(&x->log) == 0) {
		free(account);
		testlog_free(&x->log);
		return;
	}
	*t = x->log;
	t->runner = "JUnit XML";
	t->trace = account;
}

void
testlog_end(struct testlog_reader *r, struct testlog *t)
{
	size_t i, best = RUNNERS;
	char *trace;

	if (r->len > 0)
		read_line(r);
	*t = (struct testlog){0};
	for (i = 0; i < RUNNERS; i++) {
		trace = testlog_trace_take(&r->all[i].trace);
		if (best != RUNNERS || !r->all[i].sure) {
			free(trace);
			testlog_free(&r->all[i].log);
			continue;
		}
		best = i;
		*t = r->all[i].log;
		t->runner = runners[i].name;
		t->trace = trace;
	}
	if (t->failed == 0) {
		free(t->trace);
		t->trace = NULL;
	}
	take_xml(&r->xml, best == RUNNERS, t);
	free(r);
}

void
testlog_read(struct testlog *t, const char *output, size_t len)
{
	struct testlog_reader *r = testlog_begin();

	testlog_add(r, output, len);
	testlog_end(r, t);
}

void
testlog_free(struct testlog *t)
{
	size_t i;

	for (i = 0; i < t->names; i++)
		free(t->name[i]);
	free(t->trace);
	*t = (struct testlog){0};
}

unsigned long
testlog_total(const struct testlog *t)
{
	return t->passed + t->failed + t->skipped;
}

void
testlog_say(const struct testlog *t, struct text *out)
{
	size_t i;

	if (t->runner == NULL)
		return;
	text_printf(
	    out, "%s: %lu failed, %lu passed", t->runner, t->failed, t->passed);
	if (t->skipped > 0)
		text_printf(out, ", %lu skipped", t->skipped);
	for (i = 0; i < t->names && i < NAMES_SAID; i++)
		text_printf(
		    out, "%s%s", i > 0 ? ", " : "; failed: ", t->name[i]);
	if (t->failed > i && i > 0)
		text_printf(out, " and %lu more", t->failed - (unsigned long)i);
}
