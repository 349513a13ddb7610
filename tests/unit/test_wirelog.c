// SPDX-License-Identifier: ISC
// wirelog: what passes is shown line by line, however it is cut; keys are not.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "src/model/wirelog.h"

#define KEY "sk-test-0123456789abcdef-not-to-be-seen"

static const char sent[] =
    "POST /v1/messages HTTP/1.1\r\nX-API-Key: short\r\n"
    "authorization: Basic dTpw\r\nHost: h\r\n\r\n{\"k\":\"" KEY "\"}";
static const char came[] =
    "HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\n\r\ndata: \x1b[31m" KEY
    "\xc2\x9b \xc3\xa4\t.\n\n";
static const char want[] =
    "> POST /v1/messages HTTP/1.1\n> X-API-Key: ***\n"
    "> authorization: ***\n> Host: h\n> \n"
    "> {\"k\":\"***************************************\"}\n"
    "< HTTP/1.1 200 OK\n< Set-Cookie: ***\n< \n"
    "< data: \\x1b[31m***************************************\\xc2\\x9b "
    "\xc3\xa4\t.\n< \n";

static void
test_pieces(void **state)
{
	struct wirelog w = {.f = NULL};
	struct keys keys;
	const char *key;
	char *text = NULL;
	struct err e;
	size_t size, piece, at, n;

	(void)state;
	assert_int_equal(keys_open(&keys, &e), 0);
	setenv("TEST_KEY", KEY, 1);
	assert_int_equal(keys_from_variable(&keys, "TEST_KEY", &key, &e), 0);
	w.keys = &keys;
	for (piece = 1; piece <= sizeof(sent); piece++) {
		w.f = open_memstream(&text, &size);
		assert_non_null(w.f);
		for (at = 0; at < sizeof(sent) - 1; at += n) {
			n = sizeof(sent) - 1 - at;
			n = n < piece ? n : piece;
			wirelog_add(&w, true, sent + at, n);
		}
		wirelog_end(&w);
		for (at = 0; at < sizeof(came) - 1; at += n) {
			n = sizeof(came) - 1 - at;
			n = n < piece ? n : piece;
			wirelog_add(&w, false, came + at, n);
		}
		wirelog_end(&w);
		assert_int_equal(fclose(w.f), 0);
		assert_string_equal(text, want);
		free(text);
		text = NULL;
	}
	keys_close(&keys);
}

/* A line without end is told in parts, and nothing is lost. */
static void
test_long(void **state)
{
	struct wirelog w = {.f = NULL};
	size_t size, i, n = 1 << 20;
	struct keys keys = {.n = 0};
	char *text = NULL, *many = malloc(n);

	(void)state;
	assert_non_null(many);
	memset(many, 'x', n);
	w.keys = &keys;
	w.f = open_memstream(&text, &size);
	for (i = 0; i < WIRELOG_LINE_MAX / n + 2; i++)
		wirelog_add(&w, true, many, n);
	wirelog_end(&w);
	assert_int_equal(fclose(w.f), 0);
	assert_int_equal(size, i * n + 2 * strlen("> \n"));
	free(text);
	free(many);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pieces),
	    cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests_name("wirelog", tests, NULL, NULL);
}
