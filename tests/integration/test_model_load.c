// SPDX-License-Identifier: ISC
// model over HTTP: what a long answer, token by token, costs the processor
// and the memory of the agent.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include "src/model/field.h"
#include "tests/integration/model_rig.h"

enum {
	TEXT = 256 << 10, /* bytes of an answer */
	DELTA = 4,	  /* a token's */
	// Of one event of the leanest protocol, so that the bytes of the
	// stream are at least so many.
	EVENT = 60,
	CPU_MS = 1, /* a streamed kilobyte, at most */
	RSS_MIB = 20
};

static uint64_t
cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static void
load(struct rig *g, const char *provider)
{
	char *script = malloc(TEXT + 200), *text = calloc(1, TEXT + 1);
	struct model_request q = {.system = "sys"};
	uint64_t begun, used, kib = TEXT / DELTA * EVENT / 1024;
	struct model_response r;
	struct rusage usage;

	assert_non_null(script);
	assert_non_null(text);
	memset(text, 'x', TEXT);
	snprintf(script, TEXT + 200, "{\"text\":\"%s\",\"delta\":%d}\n", text,
	    DELTA);
	rig_start(g, provider, script);
	q.messages = json_object_new_array();
	begun = cpu_us();
	assert_int_equal(model_turn(g->model, &q, NULL, &r, &g->e), 0);
	used = cpu_us() - begun;
	assert_string_equal(
	    field_str(json_object_array_get_idx(
			  field_get(r.message, "content", json_type_array), 0),
		"text", ""),
	    text);
	assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
	print_message("# %s: %llu us a KiB, %ld KiB at most\n", provider,
	    (unsigned long long)(used / kib), usage.ru_maxrss);
#if !defined(__SANITIZE_ADDRESS__)
	assert_true(used / kib < CPU_MS * 1000);
	assert_true(usage.ru_maxrss < RSS_MIB * 1024);
#endif
	json_object_put(r.message);
	json_object_put(q.messages);
	free(script);
	free(text);
}

static void
test_messages(void **state)
{
	load(*state, "anthropic");
}

static void
test_chat(void **state)
{
	load(*state, "openai");
}

static void
test_responses(void **state)
{
	load(*state, "openai-responses");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_messages),
	    TEST(test_chat),
	    TEST(test_responses),
	};

	// A proxy of this machine is not asked for its own loopback.
	setenv("no_proxy", "127.0.0.1", 1);
	return cmocka_run_group_tests_name("model_load", tests, NULL, NULL);
}
