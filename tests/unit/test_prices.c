// SPDX-License-Identifier: ISC
// prices and usage: what a model costs and holds, and sums that do not wrap.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "src/model/prices.h"

#define TABLE(date, models)                                                    \
	"{\"stockade_prices\":1,\"date\":\"" date "\",\"models\":{" models "}" \
	"}"

static char path[64];

static void
put_file(const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static struct prices *
with(const char *text)
{
	const char *const paths[] = {NULL, "/nonexistent/prices.json", path};
	struct prices *p;
	struct err e = {0};

	put_file(text);
	p = prices_open(paths, 3, 4, &e);
	if (p == NULL)
		fail_msg("%s", e.text);
	return p;
}

/* The table as it is shipped: each entry is sound, and has what is asked. */
static void
test_shipped(void **state)
{
	static const char *const names[] = {"claude-sonnet-4-5",
	    "claude-sonnet-4-5-20250929", "claude-sonnet-4-5@20250929",
	    "claude-3-5-haiku-latest", "anthropic/claude-sonnet-4.5", "gpt-5",
	    "GPT-5-2025-08-07", "openai/gpt-5-mini:free", "gemini-2.5-pro",
	    "models/gemini-2.5-flash"};
	static const char *const others[] = {"", "gpt", "gpt-5-tiny",
	    "gpt-5-2025", "claude-sonnet-4-5-2025092", "/", ":", "x/",
	    "-latest", "test-model"};
	struct prices *p = prices_open(NULL, 0, 0, NULL);
	struct price price;
	size_t i;

	(void)state;
	assert_non_null(p);
	assert_int_equal(strlen(prices_date(p)), 10);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!prices_find(p, names[i], &price) || !price.known)
			fail_msg("%s is not found", names[i]);
		assert_true(price.context_window >= 100000);
		assert_true(price.max_output_tokens >= 4096);
	}
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (prices_find(p, others[i], &price))
			fail_msg("%s is found", others[i]);
		assert_false(price.known);
		assert_int_equal(price.context_window, 0);
	}
	prices_close(p);
}

/* A file's entries go over those of the same name, and leave the others. */
static void
test_over(void **state)
{
	struct prices *p =
	    with(TABLE("2031-01-02", "\"gpt-5\":{\"input\":0.5,\"output\":7},"
				     "\"Mine.x\":{\"context_window\":4096}"));
	struct price price;

	(void)state;
	assert_string_equal(prices_date(p), "2031-01-02");
	assert_true(prices_find(p, "gpt-5", &price));
	assert_int_equal(price.usual.input, 500000);
	assert_int_equal(price.usual.cache_read, 500000);
	assert_int_equal(price.usual.output, 7000000);
	assert_int_equal(price.context_window, 0);
	assert_true(prices_find(p, "gpt-5-mini", &price));
	assert_int_equal(price.usual.input, 250000);
	assert_true(prices_find(p, "mine-x", &price));
	assert_false(price.known);
	assert_int_equal(price.context_window, 4096);
	prices_close(p);
}

static void
test_bad(void **state)
{
	static const char *const texts[] = {
	    "",
	    "{",
	    "[]",
	    "{\"models\":{}}",
	    "{\"stockade_prices\":2,\"models\":{}}",
	    "{\"stockade_prices\":1,\"models\":[]}",
	    TABLE("", "\"\":{}"),
	    TABLE("", "\"m\":3"),
	    TABLE("", "\"m\":{\"input\":1}"),
	    TABLE("", "\"m\":{\"output\":1}"),
	    TABLE("", "\"m\":{\"input\":-1,\"output\":1}"),
	    TABLE("", "\"m\":{\"input\":\"1\",\"output\":1}"),
	    TABLE("", "\"m\":{\"input\":1e300,\"output\":1}"),
	    TABLE("", "\"m\":{\"input\":NaN,\"output\":1}"),
	    TABLE("", "\"m\":{\"input\":1,\"output\":1,\"cache_read\":\"x\"}"),
	    TABLE("", "\"m\":{\"context_window\":-5}"),
	    TABLE("", "\"m\":{\"context_window\":\"8k\"}"),
	    TABLE("", "\"m\":{\"input\":1,\"output\":1,\"long\":3}"),
	    TABLE("", "\"m\":{\"input\":1,\"output\":1,\"long\":{}}"),
	    TABLE("", "\"m\":{\"long\":{\"above\":1,\"input\":1,"
		      "\"output\":1}}"),
	};
	const char *const paths[] = {path};
	const char *const nowhere[] = {"/nonexistent/prices.json"};
	const char *const directory[] = {"/"};
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		put_file(texts[i]);
		if (prices_open(paths, 1, 0, &e) != NULL)
			fail_msg("taken: %s", texts[i]);
		assert_int_equal(e.code, ERR_USAGE);
		assert_non_null(strstr(e.text, path));
	}
	assert_null(prices_open(nowhere, 1, 1, &e));
	assert_non_null(strstr(e.text, "No such file"));
	assert_null(prices_open(directory, 1, 0, &e));
	assert_non_null(strstr(e.text, "not a regular file"));
}

static void
test_cost(void **state)
{
	static const struct {
		struct model_usage u;
		uint64_t micro;
	} t[] = {
	    {{.input_tokens = 0}, 0},
	    {{.input_tokens = 1000000}, 3000000},
	    {{.output_tokens = 1000000}, 15000000},
	    {{.input_tokens = 1000, .cache_read_input_tokens = 900}, 570},
	    {{.input_tokens = 1000, .cache_creation_input_tokens = 1000}, 3750},
	    {{.input_tokens = 1}, 3},
	    // Rounded up: what is not nothing never counts as nothing.
	    {{.input_tokens = 1, .cache_read_input_tokens = 1}, 1},
	    {{.input_tokens = 1000001}, 6000006},
	    {{.output_tokens = 10, .input_tokens = 1000001}, 6000226},
	    // Parts that are more than the whole
	    {{.input_tokens = 10, .cache_read_input_tokens = 100}, 30},
	    {{.output_tokens = UINT64_MAX, .input_tokens = UINT64_MAX},
		UINT64_MAX},
	};
	struct prices *p = with(TABLE("2031-01-02",
	    "\"m\":{\"input\":3,\"output\":15,\"cache_read\":0.3,"
	    "\"cache_write\":3.75,\"long\":{\"above\":1000000,\"input\":6,"
	    "\"output\":22}},\"w\":{\"context_window\":9}"));
	struct price price;
	size_t i;

	(void)state;
	assert_true(prices_find(p, "w", &price));
	assert_int_equal(price_cost(&price, &t[1].u), 0);
	assert_true(prices_find(p, "m", &price));
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++)
		assert_int_equal(price_cost(&price, &t[i].u), t[i].micro);
	prices_close(p);
}

static void
test_usage(void **state)
{
	const struct model_usage u = {.input_tokens = 5,
	    .output_tokens = 6,
	    .cache_read_input_tokens = 1,
	    .cache_creation_input_tokens = 2,
	    .reasoning_output_tokens = 3,
	    .estimated_tokens = 4,
	    .cost_micro = UINT64_MAX,
	    .unpriced_tokens = 7};
	struct model_usage sum = {.cost_micro = 1};

	(void)state;
	usage_add(&sum, &u);
	assert_true(sum.cost_micro == UINT64_MAX);
	sum.cost_micro = u.cost_micro;
	assert_memory_equal(&sum, &u, sizeof(u));
	assert_int_equal(usage_guess(0), 0);
	assert_int_equal(usage_guess(1), 1);
	assert_int_equal(usage_guess(8), 2);
	assert_int_equal(usage_guess(UINT64_MAX), UINT64_MAX / 4 + 1);
}

static int
tidy(void **state)
{
	(void)state;
	unlink(path);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_shipped),
	    cmocka_unit_test(test_over),
	    cmocka_unit_test(test_bad),
	    cmocka_unit_test(test_cost),
	    cmocka_unit_test(test_usage),
	};

	snprintf(path, sizeof(path), "test_prices.%d.json", (int)getpid());
	return cmocka_run_group_tests_name("prices", tests, NULL, tidy);
}
