// SPDX-License-Identifier: ISC
// model over HTTP: what answers cost, also those that came to nothing.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/integration/model_rig.h"

static const char *const providers[] = {"anthropic", "openai"};

/* A model whose tokens cost a dollar a million: one is a millionth. */
static void
priced(struct rig *g, const char *provider, const char *script)
{
	static const char text[] = "{\"stockade_prices\":1,\"models\":{"
				   "\"test-model\":{\"input\":1,"
				   "\"output\":1,\"cache_read\":0}}}";
	struct model_config c = {.retries = 2, .idle_ms = 300};
	const char *paths[] = {g->record};
	FILE *f = fopen(g->record, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
	g->prices = prices_open(paths, 1, 1, &g->e);
	assert_non_null(g->prices);
	c.prices = g->prices;
	rig_server(g, script);
	rig_open(g, &c, provider);
	assert_true(model_is_priced(g->model));
	assert_non_null(model_price(g->model));
}

/* What is told is counted, also of tries that came to nothing. */
static void
test_cost(void **state)
{
	struct rig *g = *state;

	priced(g, providers[0],
	    "{\"text\":\"a\",\"usage\":{\"input\":70,\"output\":5,"
	    "\"cached\":30}}\n"
	    "{\"status\":500}\n{\"text\":\"a\"}\n"
	    "{\"text\":\"0123456789abcdef0123456789abcdef\",\"error\":{"
	    "\"type\":\"overloaded_error\"},\"error_after\":4}\n"
	    "{\"text\":\"a\"}\n"
	    "{\"text\":\"a\",\"stall_after\":500,\"repeat\":1}\n");
	assert_int_equal(rig_turn(g), 0);
	assert_int_equal(g->r.usage.input_tokens, 100);
	assert_int_equal(g->r.usage.cost_micro, 75);
	assert_int_equal(g->r.usage.estimated_tokens, 0);
	// A status is no answer.
	assert_int_equal(rig_turn(g), 0);
	assert_int_equal(g->r.tries, 2);
	assert_int_equal(g->r.usage.cost_micro, 110);
	// Cut off after 32 bytes, 8 tokens by guess; 1 was told.
	assert_int_equal(rig_turn(g), 0);
	assert_int_equal(g->r.tries, 2);
	assert_int_equal(g->r.usage.cost_micro, 110 + 108);
	assert_int_equal(g->r.usage.estimated_tokens, 7);
	assert_int_equal(rig_turn(g), -1);
	rig_error(g, ERR_MODEL, "silent");
	assert_in_range(g->r.usage.cost_micro, 303, 330);
}

/* Where nothing is told, input is guessed by the size of the request. */
static void
test_cost_guessed(void **state)
{
	struct rig *g = *state;
	uint64_t in;

	priced(g, providers[1],
	    "{\"text\":\"0123456789abcdef\",\"cut_after\":240}\n"
	    "{\"text\":\"a\",\"usage\":{\"input\":1,\"output\":1}}\n"
	    "{\"text\":\"0123456789ab\",\"usage\":{\"input\":0,"
	    "\"output\":0}}\n"
	    "{\"text\":\"raise the flag\",\"stall_after\":240}\n");
	assert_int_equal(rig_turn(g), 0);
	assert_int_equal(g->r.tries, 2);
	in = g->r.usage.input_tokens - 1;
	assert_in_range(in, 40, 60);
	assert_int_equal(g->r.usage.output_tokens, 4 + 1);
	assert_int_equal(g->r.usage.estimated_tokens, in + 4);
	assert_int_equal(g->r.usage.cost_micro, in + 4 + 2);
	// Nor does a whole answer that tells nothing count for nothing.
	assert_int_equal(rig_turn(g), 0);
	assert_int_equal(g->r.tries, 1);
	assert_int_equal(g->r.usage.input_tokens, in);
	assert_int_equal(g->r.usage.output_tokens, 3);
	assert_int_equal(g->r.usage.estimated_tokens, in + 3);
	assert_int_equal(g->r.usage.cost_micro, in + 3);
	// Stopped by a person: it is paid for all the same.
	assert_int_equal(rig_turn(g), -1);
	rig_error(g, ERR_INTERRUPTED, "stopped");
	rig_stop = 0;
	assert_int_equal(g->r.usage.input_tokens, in);
}

/* Neither the table nor the server tells: said, not taken for nothing. */
static void
test_no_price(void **state)
{
	struct model_config c = {.retries = 0, .stop = &rig_stop};
	struct rig *g = *state;

	rig_start(g, providers[1], "{\"text\":\"a\"}\n{\"text\":\"a\"}\n");
	assert_false(model_is_priced(g->model));
	assert_null(model_price(g->model));
	assert_int_equal(rig_turn(g), 0);
	assert_int_equal(g->r.usage.cost_micro, 0);
	assert_int_equal(g->r.usage.unpriced_tokens, 110);
	model_close(g->model);
	// One that wants no key wants no money.
	c.provider = providers[1];
	c.base_url = g->url;
	c.model = "local";
	g->model = model_open(&c, &g->e);
	assert_non_null(g->model);
	assert_true(model_is_priced(g->model));
	assert_int_equal(rig_turn(g), 0);
	assert_int_equal(g->r.usage.unpriced_tokens, 0);
}

/* A server that reads half of a long request, and does not say so. */
static void
test_cut_short(void **state)
{
	static char system[40000];
	struct model_request q = {.system = system};
	struct model_response r;
	struct rig *g = *state;
	uint64_t want[] = {10018, 0};
	size_t i;

	memset(system, 'x', sizeof(system) - 1);
	rig_start(g, providers[1],
	    "{\"text\":\"a\",\"usage\":{\"input\":4096}}\n"
	    "{\"text\":\"a\",\"usage\":{\"input\":9000}}\n");
	q.messages = json_object_new_array();
	for (i = 0; i < 2; i++) {
		assert_int_equal(model_turn(g->model, &q, NULL, &r, &g->e), 0);
		assert_in_range(r.sent_tokens, want[i], want[i] + 50);
		json_object_put(r.message);
	}
	json_object_put(q.messages);
	assert_int_equal(rig_turn(g), -1);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_cost),
	    TEST(test_cost_guessed),
	    TEST(test_no_price),
	    TEST(test_cut_short),
	};

	// A proxy of this machine is not asked for its own loopback.
	setenv("no_proxy", "127.0.0.1", 1);
	return cmocka_run_group_tests_name("model_cost", tests, NULL, NULL);
}
