// SPDX-License-Identifier: ISC
// url: base URLs as people write them, and as they must not.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "src/model/call.h"

static void
test_good(void **state)
{
	static const struct {
		const struct dialect *d;
		const char *base, *url, *host;
		bool own;
	} t[] = {
	    {&dialect_anthropic, NULL, "https://api.anthropic.com/v1/messages",
		"api.anthropic.com", true},
	    {&dialect_anthropic, "https://api.anthropic.com/v1/",
		"https://api.anthropic.com/v1/messages", "api.anthropic.com",
		true},
	    {&dialect_anthropic, "http://127.0.0.1:8080",
		"http://127.0.0.1:8080/v1/messages", "127.0.0.1:8080", false},
	    {&dialect_anthropic, "https://gate.example/anthropic",
		"https://gate.example/anthropic/v1/messages", "gate.example",
		false},
	    {&dialect_openai, NULL,
		"https://api.openai.com/v1/chat/completions", "api.openai.com",
		true},
	    {&dialect_openai, "http://localhost:11434",
		"http://localhost:11434/v1/chat/completions", "localhost:11434",
		false},
	    {&dialect_openai, "http://localhost:11434//",
		"http://localhost:11434/v1/chat/completions", "localhost:11434",
		false},
	    {&dialect_openai, "https://router.example/api/v1",
		"https://router.example/api/v1/chat/completions",
		"router.example", false},
	    {&dialect_openai, "https://gate.example/v2/openai/",
		"https://gate.example/v2/openai/chat/completions",
		"gate.example", false},
	    {&dialect_openai, "https://me:secret@[::1]:80",
		"https://me:secret@[::1]:80/v1/chat/completions", "[::1]:80",
		false},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		struct call c = {.dialect = t[i].d};

		assert_int_equal(call_set_url(&c, t[i].base, NULL), 0);
		assert_string_equal(c.url, t[i].url);
		assert_string_equal(c.host, t[i].host);
		assert_int_equal(c.own_server, t[i].own);
	}
}

static void
test_bad(void **state)
{
	static const char *const bad[] = {"", "localhost:8080", "ftp://x",
	    "http://", "http:///v1", "https://", "http://a b",
	    "http://a/?key=1", "http://a/#x", "http://a\r\nX: y",
	    "http://\xc3\xa9", "file:///etc/passwd"};
	struct call c = {.dialect = &dialect_openai};
	char longest[1024] = "http://";
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(call_set_url(&c, bad[i], &e), -1);
		assert_int_equal(e.code, ERR_USAGE);
		assert_non_null(strstr(e.text, "base URL"));
	}
	memset(longest + 7, 'a', sizeof(longest) - 8);
	assert_int_equal(call_set_url(&c, longest, &e), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_good),
	    cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests_name("url", tests, NULL, NULL);
}
