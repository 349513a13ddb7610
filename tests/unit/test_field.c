// SPDX-License-Identifier: ISC
// field: one JSON value and nothing else; a missing or odd field is no crash.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "src/model/field.h"

static void
test_parse(void **state)
{
	static const char *const good[] = {"{}", " {\"a\":1} \n", "[]", "7",
	    "\"x\"", "true", "-1.5e3", "{\"a\":\"\\u0000\\ud83d\"}"};
	static const char *const bad[] = {"", " ", "{", "{}x", "{} {}",
	    "{\"a\":}", "[1", "\"x", "nul", "\xff", "{}\v"};
	struct json_object *o;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		o = field_parse(good[i], strlen(good[i]));
		assert_non_null(o);
		json_object_put(o);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_null(field_parse(bad[i], strlen(bad[i])));
	/* only the bytes that are given count */
	o = field_parse("{}}}}", 2);
	assert_non_null(o);
	json_object_put(o);
	assert_null(field_parse("{}\0", 3));
}

static void
test_depth(void **state)
{
	char deep[400];
	struct json_object *o;

	(void)state;
	memset(deep, '[', 200);
	memset(deep + 200, ']', 200);
	assert_null(field_parse(deep, 400));
	o = field_parse(deep + 100, 200);
	assert_non_null(o);
	json_object_put(o);
}

static void
test_fields(void **state)
{
	static const char text[] =
	    "{\"s\":\"x\",\"n\":5,\"m\":-5,\"f\":1.5,\"b\":true,\"z\":null,"
	    "\"o\":{},\"big\":99999999999999999999}";
	struct json_object *o = field_parse(text, strlen(text));
	uint64_t v = 77;

	(void)state;
	assert_string_equal(field_str(o, "s", "no"), "x");
	assert_string_equal(field_str(o, "n", "no"), "no");
	assert_string_equal(field_str(o, "z", "no"), "no");
	assert_string_equal(field_str(o, "missing", "no"), "no");
	assert_null(field_str(NULL, "s", NULL));
	assert_false(field_u64(o, "m", &v));
	assert_false(field_u64(o, "f", &v));
	assert_false(field_u64(o, "s", &v));
	assert_false(field_u64(o, "z", &v));
	assert_int_equal(v, 77);
	assert_true(field_u64(o, "n", &v));
	assert_int_equal(v, 5);
	assert_true(field_u64(o, "big", &v));
	assert_true(field_bool(o, "b"));
	assert_false(field_bool(o, "n"));
	assert_false(field_bool(o, "missing"));
	assert_true(field_is(o, "s", "x"));
	assert_false(field_is(o, "s", "xy"));
	assert_false(field_is(o, "n", "5"));
	assert_non_null(field_get(o, "o", json_type_object));
	assert_null(field_get(o, "o", json_type_array));
	assert_null(field_get(
	    field_get(o, "s", json_type_string), "s", json_type_string));
	json_object_put(o);
}

/* What the parser takes for a number, and others do not. */
static void
test_sound(void **state)
{
	static const char *const good[] = {"{}", "[]", "null", "{\"a\":1}",
	    "{\"a\":-1.5}", "[1e5,2E-7,0.1e+3]", "{\"a\":\"NaN\"}",
	    "[[{\"a\":1e999}]]"};
	static const char *const bad[] = {"{\"a\":NaN}", "[[Infinity]]",
	    "{\"a\":[{\"b\":-Infinity}]}", "{\"a\":1.}", "[1.e5]", "[02E]",
	    "[-00.5]"};
	struct json_object *o;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		o = field_parse(good[i], strlen(good[i]));
		if (!field_is_sound(o))
			fail_msg("%s", good[i]);
		json_object_put(o);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		o = field_parse(bad[i], strlen(bad[i]));
		if (o == NULL || field_is_sound(o))
			fail_msg("%s", bad[i]);
		json_object_put(o);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sound),
	    cmocka_unit_test(test_parse),
	    cmocka_unit_test(test_depth),
	    cmocka_unit_test(test_fields),
	};

	return cmocka_run_group_tests_name("field", tests, NULL, NULL);
}
