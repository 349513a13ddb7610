// SPDX-License-Identifier: ISC
// choice: who says which model is asked, and whose prices hold.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "src/agent/choice.h"
#include "src/model/prices.h"

static struct policy policy;

static void
put(const char *name, const char *value)
{
	if (value != NULL)
		assert_int_equal(setenv(name, value, 1), 0);
	else
		unsetenv(name);
}

static void
test_order(void **state)
{
	static const struct {
		const char *option[2], *variable[2],
		    *line[2]; /* provider, model */
		const char *provider, *model;
	} t[] = {
	    {{NULL}, {NULL}, {"", ""}, "anthropic", NULL},
	    {{NULL}, {NULL}, {"openai", "c"}, "openai", "c"},
	    {{NULL}, {NULL}, {"", "c"}, "anthropic", "c"},
	    {{NULL}, {"openai", "b"}, {"openai", "c"}, "openai", "b"},
	    {{NULL}, {NULL, "b"}, {"openai", "c"}, "openai", "b"},
	    {{NULL, "a"}, {"openai", "b"}, {"", ""}, "openai", "a"},
	    {{"openai", "a"}, {"anthropic", "b"}, {"", "c"}, "openai", "a"},
	    {{NULL}, {"", ""}, {"openai", "c"}, "openai", "c"},
	    // A model that was meant for another one's server is not asked for.
	    {{"openai", NULL}, {"anthropic", "b"}, {"openai", "c"}, "openai",
		"c"},
	    {{"openai", NULL}, {"anthropic", "b"}, {"anthropic", "c"}, "openai",
		NULL},
	    {{"openai", NULL}, {NULL, "b"}, {"", "c"}, "openai", "b"},
	    {{"replay:x", NULL}, {NULL, NULL}, {"", ""}, "replay:x", NULL},
	};
	struct config c = {.task = NULL};
	struct choice ch;
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		c.provider = t[i].option[0];
		c.model = t[i].option[1];
		put("STOCKADE_PROVIDER", t[i].variable[0]);
		put("STOCKADE_MODEL", t[i].variable[1]);
		policy_init(&policy);
		snprintf(policy.provider, sizeof(policy.provider), "%s",
		    t[i].line[0]);
		snprintf(
		    policy.model, sizeof(policy.model), "%s", t[i].line[1]);
		assert_int_equal(choice_make(&ch, &c, &policy, &e), 0);
		assert_string_equal(ch.provider, t[i].provider);
		if (t[i].model == NULL)
			assert_null(ch.model);
		else
			assert_string_equal(ch.model, t[i].model);
	}
	put("STOCKADE_PROVIDER", "gpt");
	put("STOCKADE_MODEL", NULL);
	c.provider = NULL;
	assert_int_equal(choice_make(&ch, &c, &policy, &e), -1);
	assert_int_equal(e.code, ERR_USAGE);
	assert_non_null(strstr(e.text, "STOCKADE_PROVIDER=gpt: it is "));
	put("STOCKADE_PROVIDER", NULL);
}

static void
test_server(void **state)
{
	struct config c = {.provider = "openai"};
	struct choice ch;
	struct err e;

	(void)state;
	policy_init(&policy);
	put("OPENAI_BASE_URL", NULL);
	assert_int_equal(choice_make(&ch, &c, &policy, &e), 0);
	assert_string_equal(ch.server, "https://api.openai.com/v1");
	put("OPENAI_BASE_URL", "http://127.0.0.1:1/v1");
	assert_int_equal(choice_make(&ch, &c, &policy, &e), 0);
	assert_string_equal(ch.server, "http://127.0.0.1:1/v1");
	c.base_url = "http://127.0.0.1:2/v1";
	assert_int_equal(choice_make(&ch, &c, &policy, &e), 0);
	assert_string_equal(ch.server, c.base_url);
	put("OPENAI_BASE_URL", NULL);
	c = (struct config){.provider = "replay:x"};
	assert_int_equal(choice_make(&ch, &c, &policy, &e), 0);
	assert_null(ch.server);
}

static void
put_price(const char *path, int dollars)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fprintf(f,
	    "{\"stockade_prices\":1,\"models\":{\"m\":{\"input\":%d,"
	    "\"output\":1}}}",
	    dollars);
	assert_int_equal(fclose(f), 0);
}

static uint64_t
price_of_m(const struct config *c)
{
	struct prices *p;
	struct price price;
	struct err e;

	p = choice_prices(c, &e);
	if (p == NULL)
		fail_msg("%s", e.text);
	prices_find(p, "m", &price);
	prices_close(p);
	return price.usual.input / 1000000;
}

/* The file of an option goes over the user's, wherever that is. */
static void
test_prices(void **state)
{
	char dir[] = "/tmp/test_choice.XXXXXX", path[100], option[100];
	struct config c = {.prices = NULL};
	struct err e;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/.config", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/stockade", dir);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(option, sizeof(option), "%s/.config/stockade", dir);
	assert_int_equal(mkdir(option, 0700), 0);
	put("HOME", dir);
	put("XDG_CONFIG_HOME", NULL);
	assert_int_equal(price_of_m(&c), 0);
	snprintf(
	    option, sizeof(option), "%s/.config/stockade/prices.json", dir);
	put_price(option, 1);
	assert_int_equal(price_of_m(&c), 1);
	snprintf(path, sizeof(path), "%s/stockade/prices.json", dir);
	put_price(path, 2);
	put("XDG_CONFIG_HOME", dir);
	assert_int_equal(price_of_m(&c), 2);
	c.prices = option;
	assert_int_equal(price_of_m(&c), 1);
	put("XDG_CONFIG_HOME", ".");
	c.prices = "/nonexistent/prices.json";
	assert_null(choice_prices(&c, &e));
	assert_int_equal(e.code, ERR_USAGE);
	unlink(option);
	unlink(path);
	snprintf(path, sizeof(path), "%s/.config/stockade", dir);
	rmdir(path);
	snprintf(path, sizeof(path), "%s/.config", dir);
	rmdir(path);
	snprintf(path, sizeof(path), "%s/stockade", dir);
	rmdir(path);
	assert_int_equal(rmdir(dir), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_order),
	    cmocka_unit_test(test_server),
	    cmocka_unit_test(test_prices),
	};

	return cmocka_run_group_tests_name("choice", tests, NULL, NULL);
}
