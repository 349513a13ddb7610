// SPDX-License-Identifier: ISC
// sse: the standard's rules, whatever way the bytes are cut.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "src/model/sse.h"

struct got {
	char text[512]; /* each event in brackets */
	int stop_at, count;
};

static int
on_event(void *arg, const char *data, size_t len)
{
	struct got *g = arg;
	size_t n = strlen(g->text);

	assert_int_equal(strlen(data), len);
	snprintf(g->text + n, sizeof(g->text) - n, "[%s]", data);
	return ++g->count == g->stop_at ? 7 : 0;
}

/* A stream, and the events that are in it. */
static const struct {
	const char *in, *out;
} table[] = {
    {"data: a\n\n", "[a]"},
    {"data: a\r\n\r\ndata: b\r\n\r\n", "[a][b]"},
    {"data: a\r\rdata: b\r\r", "[a][b]"},
    {"data: a\r\n\ndata: b\n\r", "[a][b]"},
    {"data: a\n", ""},
    {"data: a", ""},
    {"data: a\n\ndata: b", "[a]"},
    {"data: a\ndata: b\ndata:c\n\n", "[a\nb\nc]"},
    {"data:  a \n\n", "[ a ]"},
    {"data:\n\n", "[]"},
    {"data\n\n", "[]"},
    {"data\ndata\n\n", "[\n]"},
    {"\n\n\n", ""},
    {": a comment\n\n:\n: data: no\ndata: a\n\n", "[a]"},
    {"event: x\ndata: a\nid: 1\nretry: 5\nnobody: knows\n\n", "[a]"},
    {"event: x\n\n", ""},
    {"dat: a\n\ndataa: b\n\n data: c\n\nDATA: d\n\n", ""},
    {"data: a: b\n\n", "[a: b]"},
    {"\xef\xbb\xbf"
     "data: a\n\n",
	"[a]"},
    {"\xef\xbb"
     "data: a\n\ndata: b\n\n",
	"[b]"},
    {"data: \xef\xbb\xbf\n\n", "[\xef\xbb\xbf]"},
    {"data: \xe2\x82\xac \xf0\x9f\x98\x80\n\n",
	"[\xe2\x82\xac \xf0\x9f\x98\x80]"},
    {"data: \xe2\x82\n\n", "[\xef\xbf\xbd]"},
    {"data: a\xff"
     "b\n\n",
	"[a\xef\xbf\xbd"
	"b]"},
};

/* The same events come out however the stream is cut in two or in bytes. */
static void
test_rules(void **state)
{
	size_t i, cut, n;
	struct sse s;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		n = strlen(table[i].in);
		for (cut = 0; cut <= n; cut++) {
			struct got g = {.text = ""};

			sse_begin(&s, 100, on_event, &g);
			assert_int_equal(
			    sse_feed(&s, table[i].in, cut, NULL), 0);
			assert_int_equal(
			    sse_feed(&s, table[i].in + cut, n - cut, NULL), 0);
			sse_end(&s);
			assert_string_equal(g.text, table[i].out);
		}
	}
}

static void
test_bytes(void **state)
{
	size_t i, k;
	struct sse s;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct got g = {.text = ""};

		sse_begin(&s, 100, on_event, &g);
		for (k = 0; table[i].in[k] != '\0'; k++)
			assert_int_equal(
			    sse_feed(&s, table[i].in + k, 1, NULL), 0);
		sse_end(&s);
		assert_string_equal(g.text, table[i].out);
	}
}

/* Exactly the maximum goes, one byte more does not: line, event, comment. */
static void
test_maximum(void **state)
{
	struct got g = {.text = ""};
	struct err e;
	struct sse s;

	(void)state;
	sse_begin(&s, 10, on_event, &g);
	assert_int_equal(sse_feed(&s, "data:12345\n\n", 12, &e), 0);
	assert_string_equal(g.text, "[12345]");
	assert_int_equal(sse_feed(&s, "data:123456", 11, &e), -1);
	assert_int_equal(e.code, ERR_MODEL);
	assert_non_null(strstr(e.text, "more than 10 bytes"));
	sse_end(&s);
	sse_begin(&s, 10, on_event, &g);
	assert_int_equal(sse_feed(&s, "data:12345\ndata:12345\n", 22, &e), -1);
	sse_end(&s);
	sse_begin(&s, 10, on_event, &g);
	assert_int_equal(
	    sse_feed(&s, ": a long comment is not kept\n\n", 30, &e), 0);
	sse_end(&s);
}

static void
test_stop(void **state)
{
	struct got g = {.text = "", .stop_at = 2};
	struct sse s;
	static const char in[] = "data: a\n\ndata: b\n\ndata: c\n\n";

	(void)state;
	sse_begin(&s, 100, on_event, &g);
	assert_int_equal(sse_feed(&s, in, sizeof(in) - 1, NULL), 7);
	assert_string_equal(g.text, "[a][b]");
	sse_end(&s);
}

/* A NUL in a field's name does not make it another field. */
static void
test_nul(void **state)
{
	struct got g = {.text = ""};
	struct sse s;

	(void)state;
	sse_begin(&s, 100, on_event, &g);
	assert_int_equal(sse_feed(&s, "data\0: a\n\n", 10, NULL), 0);
	assert_int_equal(sse_feed(&s, "dat\0: a\n\n", 9, NULL), 0);
	assert_string_equal(g.text, "");
	sse_end(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rules),
	    cmocka_unit_test(test_bytes),
	    cmocka_unit_test(test_maximum),
	    cmocka_unit_test(test_stop),
	    cmocka_unit_test(test_nul),
	};

	return cmocka_run_group_tests_name("sse", tests, NULL, NULL);
}
