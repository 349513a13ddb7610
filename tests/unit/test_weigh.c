// SPDX-License-Identifier: ISC
// weigh: the length of a value near that of its text, a digest that differs
// where the value does, and nothing kept of either.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <malloc.h>
#include <string.h>
#include "src/agent/weigh.h"

static const char *const values[] = {
    "{}",
    "[]",
    "null",
    "true",
    "12",
    "\"12\"",
    "[\"a\",\"b\"]",
    "[\"ab\"]",
    "[[\"a\"],\"b\"]",
    "{\"a\":\"b\"}",
    "{\"a\":1,\"b\":null}",
    "{\"b\":null,\"a\":1}",
    "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"x\"}]}]",
};
#define VALUES (sizeof(values) / sizeof(values[0]))

static void
test_values(void **state)
{
	uint64_t digest[VALUES];
	size_t i, j, bytes;
	struct json_object *o;

	(void)state;
	for (i = 0; i < VALUES; i++) {
		o = json_tokener_parse(values[i]);
		digest[i] = weigh_digest(o);
		bytes = weigh_bytes(o);
		assert_true(bytes >= strlen(values[i]));
		assert_true(bytes <= strlen(values[i]) + 6);
		json_object_put(o);
		o = json_tokener_parse(values[i]);
		assert_true(digest[i] == weigh_digest(o));
		json_object_put(o);
		for (j = 0; j < i; j++)
			assert_true(digest[i] != digest[j]);
	}
}

/* json-c's own text of a value stays in memory as long as the value. */
static void
test_memory(void **state)
{
	struct json_object *o = json_object_new_array();
	static char big[100001];
	struct mallinfo2 before, after;

	(void)state;
	memset(big, 'x', sizeof(big) - 1);
	json_object_array_add(o, json_object_new_string(big));
	before = mallinfo2();
	assert_true(weigh_bytes(o) > 100000);
	weigh_digest(o);
	after = mallinfo2();
	assert_true(after.uordblks + after.hblkhd <
		    before.uordblks + before.hblkhd + 10000);
	json_object_put(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_values),
	    cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests_name("weigh", tests, NULL, NULL);
}
