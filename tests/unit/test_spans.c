// SPDX-License-Identifier: ISC
// spans: times, what becomes of events that are missing or wrong, buckets.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "src/otel/spans.h"

static const unsigned char seed[24] = {1, 2, 3, 0xff, [23] = 9};

static struct spans
begun(void)
{
	struct spans s;

	spans_begin(&s, json_object_new_array(), false, seed);
	return s;
}

static void
feed(struct spans *s, const char *line)
{
	struct json_object *o = json_tokener_parse(line);

	assert_non_null(o);
	spans_event(s, o);
	json_object_put(o);
}

static void
test_time(void **state)
{
	(void)state;
	assert_int_equal(spans_time("1970-01-01T00:00:01.000Z"), 1000000000);
	assert_int_equal(
	    spans_time("2026-02-28T23:59:59.678Z"), 1772323199678000000);
	assert_int_equal(spans_time(""), 0);
	assert_int_equal(spans_time("yesterday"), 0);
	assert_int_equal(spans_time("2026-02-28"), 0);
}

static const char *
text_at(struct json_object *spans, size_t i, const char *key)
{
	struct json_object *v = NULL;

	json_object_object_get_ex(json_object_array_get_idx(spans, i), key, &v);
	return json_object_get_string(v);
}

static void
test_ids(void **state)
{
	struct spans s = begun();

	(void)state;
	assert_string_equal(s.trace, "010203ff000000000000000000000000");
	assert_int_equal(strlen(s.root), 16);
	feed(&s, "{\"type\":\"start\",\"time\":\"2026-01-01T00:00:00.000Z\"}");
	feed(&s, "{\"type\":\"test_run\",\"time\":\"2026-01-01T00:00:01.000Z\","
		 "\"wall_ms\":400,\"passed\":true}");
	spans_end(&s);
	spans_end(&s); // once is enough
	assert_int_equal(json_object_array_length(s.done), 2);
	assert_string_equal(
	    text_at(s.done, 0, "startTimeUnixNano"), "1767225600600000000");
	assert_string_equal(text_at(s.done, 0, "parentSpanId"), s.root);
	assert_string_equal(text_at(s.done, 1, "spanId"), s.root);
	assert_null(text_at(s.done, 1, "parentSpanId"));
	spans_free(&s);
}

/* What was not told, or wrongly, makes no span and no harm. */
static void
test_rubbish(void **state)
{
	static const char *const lines[] = {"{}", "{\"type\":7}",
	    "{\"type\":\"response\"}", "{\"type\":\"tool_result\"}",
	    "{\"type\":\"tool_call\"}", "{\"type\":\"tool_call\",\"call\":7}",
	    "{\"type\":\"tool_result\",\"time\":7}"};
	struct spans s = begun();
	size_t i;

	(void)state;
	spans_end(&s); // before anything began
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		feed(&s, lines[i]);
	assert_null(spans_traces(&s));
	spans_free(&s);
}

/* Two requests and one answer: the first failed. */
static void
test_unanswered(void **state)
{
	struct spans s = begun();

	(void)state;
	feed(&s, "{\"type\":\"request\",\"time\":\"2026-01-01T00:00:01.000Z\","
		 "\"gen_ai.request.model\":\"m\"}");
	feed(&s, "{\"type\":\"request\",\"time\":\"2026-01-01T00:00:03.000Z\","
		 "\"gen_ai.request.model\":\"m\"}");
	feed(&s, "{\"type\":\"response\",\"time\":\"2026-01-01T00:00:03.500Z\","
		 "\"gen_ai.usage.input_tokens\":4,"
		 "\"gen_ai.usage.output_tokens\":5}");
	assert_int_equal(json_object_array_length(s.done), 2);
	assert_string_equal(text_at(s.done, 0, "name"), "chat m");
	assert_non_null(text_at(s.done, 0, "status"));
	assert_null(text_at(s.done, 1, "status"));
	assert_int_equal(s.duration.count, 2);
	assert_int_equal(s.duration.bucket[8], 1); // 2 s: at most 2.56
	// A bound is the greatest of its bucket: 4 is in that of 4, 5 is not.
	assert_int_equal(s.input.bucket[1], 1);
	assert_int_equal(s.output.bucket[2], 1);
	spans_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_time),
	    cmocka_unit_test(test_ids), cmocka_unit_test(test_rubbish),
	    cmocka_unit_test(test_unanswered)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
