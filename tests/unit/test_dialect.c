// SPDX-License-Identifier: ISC
// dialect: turns as servers want them, and a beginning that stays the same.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "src/model/dialect.h"
#include "src/model/field.h"

#define TEXT(t) "{\"type\":\"text\",\"text\":\"" t "\"}"
#define USE(id)                                                                \
	"{\"type\":\"tool_use\",\"id\":\"" id "\",\"name\":\"n\",\"input\":{}" \
	"}"
#define RESULT(id, t)                                     \
	"{\"type\":\"tool_result\",\"tool_use_id\":\"" id \
	"\",\"content\":\"" t "\",\"is_error\":false}"
#define LOST(id)                                                            \
	"{\"type\":\"tool_result\",\"tool_use_id\":\"" id "\",\"content\":" \
	"\"(there is no result: it was interrupted)\",\"is_error\":true}"
#define TURN(role, blocks) "{\"role\":\"" role "\",\"content\":[" blocks "]}"

static void
check_turns(const char *messages, const char *want)
{
	struct json_object *o = field_parse(messages, strlen(messages)), *t;
	size_t n;

	assert_non_null(o);
	t = dialect_turns(o);
	assert_string_equal(field_text(t, &n), want);
	json_object_put(t);
	json_object_put(o);
}

/* Each call has one result, in their order, and no result is without one. */
static void
test_pairs(void **state)
{
	(void)state;
	check_turns("[" TURN("user", TEXT("a")) "," TURN("user", TEXT("b")) "]",
	    "[" TURN("user", TEXT("a") "," TEXT("b")) "]");
	check_turns(
	    "[" TURN("assistant", USE("1") "," USE("2")) "," TURN("user",
		TEXT("t") "," RESULT("2", "b") "," RESULT("1", "a")) "]",
	    "[" TURN("assistant", USE("1") "," USE("2")) "," TURN("user",
		RESULT("1", "a") "," RESULT("2", "b") "," TEXT("t")) "]");
	check_turns(
	    "[" TURN("assistant", USE("1") "," USE("2")) "," TURN(
		"user", RESULT("2", "b")) "," TURN("user", TEXT("t")) "]",
	    "[" TURN("assistant", USE("1") "," USE("2")) "," TURN(
		"user", LOST("1") "," RESULT("2", "b") "," TEXT("t")) "]");
	check_turns("[" TURN("user", RESULT("0", "x") "," TEXT("a")) "," TURN(
			"assistant", USE("1")) "," TURN("user",
			RESULT("1", "a") "," RESULT("1", "again") "," RESULT(
			    "9", "x")) "]",
	    "[" TURN("user", TEXT("a")) "," TURN(
		"assistant", USE("1")) "," TURN("user", RESULT("1", "a")) "]");
	// The last turn's calls are still under way.
	check_turns("[" TURN("assistant", USE("1")) "]",
	    "[" TURN("assistant", USE("1")) "]");
}

static const char *const conversation[] = {
    TURN("user", TEXT("the task")),
    TURN("assistant", TEXT("I look.") "," USE("1") "," USE("2")),
    TURN("user", RESULT("1", "one") "," RESULT("2", "two")),
    TURN("assistant", USE("3")),
    TURN("user", RESULT("3", "three") "," TEXT("a warning")),
    TURN("assistant", TEXT("done")),
    TURN("user", TEXT("not yet")),
};

/* Where the prefix that a server may have in its cache moves its marks. */
static void
strip_marks(struct json_object *o)
{
	size_t i;

	if (json_object_is_type(o, json_type_array))
		for (i = 0; i < json_object_array_length(o); i++)
			strip_marks(json_object_array_get_idx(o, i));
	if (!json_object_is_type(o, json_type_object))
		return;
	json_object_object_del(o, "cache_control");
	json_object_object_foreach(o, key, v)
	{
		(void)key;
		strip_marks(v);
	}
}

/* The request with the first n messages, up to the end of the last one. */
static char *
prefix(const struct dialect *d, size_t n, const char *list)
{
	static const char tools[] =
	    "[{\"name\":\"b\",\"description\":\"B\",\"input_schema\":{"
	    "\"type\":\"object\"}},{\"name\":\"a\",\"description\":\"A\","
	    "\"input_schema\":{\"type\":\"object\"}}]";
	struct dialect_request q = {.model = "m", .system = "sys"};
	struct json_object *o;
	char *text, *end;
	size_t i, len;

	q.tools = field_parse(tools, strlen(tools));
	q.messages = json_object_new_array();
	for (i = 0; i < n; i++)
		json_object_array_add(q.messages,
		    field_parse(conversation[i], strlen(conversation[i])));
	o = d->request(&q);
	strip_marks(o);
	text = strdup(field_text(o, &len));
	end = strstr(text, list);
	assert_non_null(end);
	// To the list's end: what stands behind it is for the request.
	field_text(field_get(o, list[1] == 'i' ? "input" : "messages",
		       json_type_array),
	    &len);
	end += strlen(list) + len - 2;
	assert_int_equal(*end, ']');
	*end = '\0';
	json_object_put(o);
	json_object_put(q.tools);
	json_object_put(q.messages);
	return text;
}

/* Each request begins with the bytes of the one before: they are cached. */
static void
test_stable(void **state)
{
	const size_t all = sizeof(conversation) / sizeof(conversation[0]);
	size_t i, n;

	(void)state;
	for (i = 0; dialects[i] != NULL; i++) {
		const char *list = dialects[i] == &dialect_responses
				       ? "\"input\":["
				       : "\"messages\":[";

		for (n = 1; n + 2 <= all; n += 2) {
			char *now = prefix(dialects[i], n, list);
			char *next = prefix(dialects[i], n + 2, list);

			if (strncmp(now, next, strlen(now)) != 0)
				fail_msg(
				    "%s: %s\n%s", dialects[i]->name, now, next);
			assert_true(strlen(next) > strlen(now));
			free(now);
			free(next);
		}
	}
}

static void
test_names(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; dialects[i] != NULL; i++) {
		assert_ptr_equal(dialect_find(dialects[i]->name), dialects[i]);
		assert_true(dialect_is_provider(dialects[i]->name));
		assert_non_null(strstr(dialect_providers, dialects[i]->name));
	}
	assert_true(dialect_is_provider("replay:x"));
	assert_false(dialect_is_provider("replay:"));
	assert_false(dialect_is_provider("replay"));
	assert_false(dialect_is_provider(""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pairs),
	    cmocka_unit_test(test_stable),
	    cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests_name("dialect", tests, NULL, NULL);
}
