// SPDX-License-Identifier: ISC
// hello: built in every shape, cut and split everywhere, and broken in every
// way that two readers could understand differently.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "jail/egress/hello.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct bytes {
	size_t n;
	uint8_t p[65536];
};

static struct bytes message, wire; /* a handshake message; its records */

static void
add(struct bytes *b, const void *p, size_t n)
{
	assert_true(b->n + n <= sizeof(b->p));
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

static void
number(struct bytes *b, unsigned bytes, size_t v)
{
	uint8_t p[4];
	unsigned i;

	for (i = 0; i < bytes; i++)
		p[i] = (uint8_t)(v >> 8 * (bytes - 1 - i));
	add(b, p, bytes);
}

/* One extension. */
static void
extension(struct bytes *b, unsigned type, const void *p, size_t n)
{
	number(b, 2, type);
	number(b, 2, n);
	add(b, p, n);
}

static void
sni(struct bytes *b, const char *name)
{
	struct bytes *v = calloc(1, sizeof(*v));

	assert_non_null(v);
	number(v, 2, strlen(name) + 3);
	number(v, 1, 0);
	number(v, 2, strlen(name));
	add(v, name, strlen(name));
	extension(b, 0, v->p, v->n);
	free(v);
}

/* A hello around its extensions, of exactly the bytes there are. */
static void
hello(const void *extensions, size_t n)
{
	static const uint8_t random[32] = "12345678901234567890123456789012";
	/* GREASE, two suites of TLS 1.3, one of 1.2 */
	static const uint8_t ciphers[] = {
	    0x4a, 0x4a, 0x13, 1, 0x13, 2, 0xc0, 0x2f};
	size_t body = 2 + 32 + 1 + 32 + 2 + sizeof(ciphers) + 2 + 2 + n;

	message.n = 0;
	number(&message, 1, 1);
	number(&message, 3, body);
	number(&message, 2, 0x303);
	add(&message, random, 32);
	number(&message, 1, 32);
	add(&message, random, 32);
	number(&message, 2, sizeof(ciphers));
	add(&message, ciphers, sizeof(ciphers));
	number(&message, 2, 0x0100); // one way to compress: none
	number(&message, 2, n);
	add(&message, extensions, n);
}

/* The message in records of that many bytes. */
static void
records(size_t each)
{
	size_t at, n;

	wire.n = 0;
	for (at = 0; at < message.n; at += n) {
		n = message.n - at < each ? message.n - at : each;
		number(&wire, 1, 22);
		number(&wire, 2, 0x301);
		number(&wire, 2, n);
		add(&wire, message.p + at, n);
	}
}

/* Reads the first n bytes of the wire, from a buffer of that size. */
static enum hello_state
read_cut(size_t n, struct hello *h, const char **why)
{
	uint8_t *exact = malloc(n > 0 ? n : 1);
	enum hello_state s;

	assert_non_null(exact);
	memcpy(exact, wire.p, n);
	*why = NULL;
	s = hello_read(exact, n, h, why);
	free(exact);
	assert_true((s == HELLO_BAD) == (*why != NULL));
	return s;
}

/* Whole at its last byte, and at none before. */
static void
check_whole(struct hello *h)
{
	const char *why;
	size_t n, step = wire.n > 2000 ? 97 : 1;

	for (n = 0; n < wire.n; n += step)
		if (read_cut(n, h, &why) != HELLO_MORE)
			fail_msg("%zu of %zu bytes: %s", n, wire.n, why);
	assert_int_equal(read_cut(wire.n - 1, h, &why), HELLO_MORE);
	if (read_cut(wire.n, h, &why) != HELLO_WHOLE)
		fail_msg("%zu bytes: %s", wire.n, why);
}

static void
check_bad(const char *phrase)
{
	const char *why;
	struct hello h;

	if (read_cut(wire.n, &h, &why) != HELLO_BAD)
		fail_msg("taken, not: %s", phrase);
	if (strstr(why, phrase) == NULL)
		fail_msg("not \"%s\", but: %s", phrase, why);
}

static void
test_whole(void **state)
{
	static const size_t sizes[] = {1, 2, 3, 4, 5, 7, 100, 16384};
	struct bytes *e = calloc(1, sizeof(*e));
	struct hello h;
	size_t i;

	(void)state;
	assert_non_null(e);
	extension(e, 0x6a6a, "", 0);
	sni(e, "Example.TEST");
	extension(e, 16, "\0\x0c\2h2\x08http/1.1", 14);
	extension(e, 0xeaea, "\0", 1);
	hello(e->p, e->n);
	for (i = 0; i < COUNT(sizes); i++) {
		records(sizes[i]);
		check_whole(&h);
		assert_true(h.has_sni);
		assert_false(h.ech);
		assert_string_equal(h.sni, "example.test");
		assert_string_equal(h.alpn, "h2");
	}
	// What comes after it, early data or no TLS at all, is not ours.
	add(&wire, "\x17\3\3\0\4data", 9);
	assert_int_equal(
	    hello_read(wire.p, wire.n, &h, &(const char *){NULL}), HELLO_WHOLE);
	assert_string_equal(h.sni, "example.test");
	free(e);
}

static void
test_large(void **state)
{
	static uint8_t padding[40000];
	struct bytes *e = calloc(1, sizeof(*e));
	struct hello h;
	const char *why;

	(void)state;
	assert_non_null(e);
	extension(e, 21, padding, 17000);
	sni(e, "after.many.test");
	hello(e->p, e->n);
	assert_true(message.n > 17000);
	records(16384);
	check_whole(&h);
	assert_string_equal(h.sni, "after.many.test");
	records(1000);
	check_whole(&h);
	assert_string_equal(h.sni, "after.many.test");
	// All that is looked at, and one byte more.
	e->n = 0;
	extension(e, 21, padding, 32600);
	hello(e->p, e->n);
	extension(e, 21, padding, 0);
	e->n = 0;
	extension(e, 21, padding, 32600 + HELLO_MAX - message.n - 10);
	hello(e->p, e->n);
	records(16384);
	assert_int_equal(wire.n, HELLO_MAX);
	check_whole(&h);
	assert_false(h.has_sni);
	records(10000);
	assert_true(wire.n > HELLO_MAX);
	assert_int_equal(read_cut(HELLO_MAX - 1, &h, &why), HELLO_MORE);
	assert_int_equal(read_cut(HELLO_MAX, &h, &why), HELLO_BAD);
	check_bad("over 32 KiB");
	// Said to be too much, at once.
	e->n = 0;
	extension(e, 21, padding, 33000);
	hello(e->p, e->n);
	records(100);
	wire.n = 9;
	check_bad("over 32 KiB");
	free(e);
}

static void
test_marks(void **state)
{
	static const unsigned marks[] = {
	    0xfe0d, 0xfe0a, 0xfe0b, 0xfe0c, 0xfe09, 0xffce};
	struct bytes *e = calloc(1, sizeof(*e));
	struct hello h;
	size_t i;

	(void)state;
	assert_non_null(e);
	for (i = 0; i < COUNT(marks); i++) {
		e->n = 0;
		extension(e, marks[i], "\0\0\1\0\1\0\0\0\0\0", 10);
		sni(e, "outer.test.");
		hello(e->p, e->n);
		records(16384);
		check_whole(&h);
		assert_true(h.ech);
		assert_string_equal(h.sni, "outer.test");
	}
	// None of it; and no extensions at all.
	hello("", 0);
	records(16384);
	check_whole(&h);
	assert_false(h.has_sni || h.ech);
	assert_string_equal(h.sni, "");
	assert_string_equal(h.alpn, "");
	message.n -= 2;
	message.p[3] = (uint8_t)(message.n - 4);
	records(16384);
	check_whole(&h);
	assert_false(h.has_sni);
	free(e);
}

static void
test_alpn(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *want; /* NULL: bad */
	} rows[] = {
	    {"\0\3\2h2", 5, "h2"},
	    {"\0\6\2\x2a\x2a\2h2", 8, "**"},
	    {"\0\6\2\xaa\xaa\2h2", 8, ""},
	    {"\0\x0a\x09http/1 .1", 12, ""},
	    {"\0\x20\x1f"
	     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		34, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
	    {"\0\x21\x20"
	     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		35, ""},
	    {"", 0, NULL},
	    {"\0", 1, NULL},
	    {"\0\0", 2, NULL},
	    {"\0\1\0", 3, NULL},
	    {"\0\3\3h2", 5, NULL},
	    {"\0\4\2h2", 5, NULL},
	    {"\0\2\2h2", 5, NULL},
	    {"\0\4\2h2\0", 6, NULL},
	    {"\0\4\2h2\1", 6, NULL},
	};
	struct bytes *e = calloc(1, sizeof(*e));
	struct hello h;
	size_t i;

	(void)state;
	assert_non_null(e);
	for (i = 0; i < COUNT(rows); i++) {
		e->n = 0;
		extension(e, 16, rows[i].bytes, rows[i].n);
		hello(e->p, e->n);
		records(16384);
		if (rows[i].want == NULL) {
			check_bad("ALPN");
			continue;
		}
		check_whole(&h);
		assert_string_equal(h.alpn, rows[i].want);
	}
	free(e);
}

/* Each is one server_name extension's bytes. */
static void
test_bad_names(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *why;
	} rows[] = {
	    {"", 0, "not well formed"},
	    {"\0", 1, "not well formed"},
	    {"\0\0", 2, "not well formed"},
	    {"\0\4\0\0\1", 5, "not well formed"},
	    {"\0\4\0\0\1ab", 7, "not well formed"},
	    {"\0\4\0\0\2a", 6, "not well formed"},
	    {"\0\5\0\0\1ab", 7, "two server names"},
	    {"\0\x08\0\0\1a\0\0\1b", 10, "two server names"},
	    {"\0\x08\0\0\1a\1\0\1b", 10, "two server names"},
	    {"\0\4\1\0\1a", 6, "unknown type"},
	    {"\0\3\0\0\0", 5, "no host name"},
	    {"\0\5\0\0\2a\0", 7, "no host name"},
	    {"\0\4\0\0\1.", 6, "no host name"},
	    {"\0\4\0\0\1*", 6, "no host name"},
	    {"\0\x0c\0\0\x09"
	     "127.0.0.1",
		14, "no host name"},
	    {"\0\6\0\0\3::1", 8, "no host name"},
	    {"\0\6\0\0\3a b", 8, "no host name"},
	    {"\0\5\0\0\2\xc3\xa4", 7, "no host name"},
	};
	struct bytes *e = calloc(1, sizeof(*e));
	size_t i;

	(void)state;
	assert_non_null(e);
	for (i = 0; i < COUNT(rows); i++) {
		e->n = 0;
		extension(e, 0, rows[i].bytes, rows[i].n);
		hello(e->p, e->n);
		records(16384);
		check_bad(rows[i].why);
	}
	e->n = 0;
	sni(e, "a.test");
	sni(e, "b.test");
	hello(e->p, e->n);
	records(16384);
	check_bad("an extension twice");
	e->n = 0;
	extension(e, 0x2a2a, "", 0);
	sni(e, "a.test");
	extension(e, 0x2a2a, "", 0);
	hello(e->p, e->n);
	records(16384);
	check_bad("an extension twice");
	free(e);
}

/* Sets one byte of a good hello, and its message's length. */
static void
set(size_t at, uint8_t v)
{
	hello("\0\x17\0\0", 4);
	message.p[at] = v;
	records(16384);
}

static void
test_bad_bodies(void **state)
{
	enum {
		RANDOM = 6,
		SESSION = 38,
		CIPHERS = 71,
		COMPRESSION = 81
	};

	(void)state;
	set(0, 2);
	check_bad("not a ClientHello");
	set(4, 2);
	check_bad("unknown version");
	set(SESSION, 33);
	check_bad("session id");
	set(SESSION, 255);
	check_bad("session id");
	set(CIPHERS + 1, 0);
	check_bad("list of ciphers");
	set(CIPHERS + 1, 7);
	check_bad("list of ciphers");
	set(COMPRESSION, 0);
	check_bad("way to compress");
	set(COMPRESSION + 3, 3); // extensions that end before the message
	check_bad("beyond its extensions");
	set(COMPRESSION + 3, 5);
	check_bad("beyond its extensions");
	set(COMPRESSION + 7, 1);
	check_bad("cut short");
	// A message that ends amid its version, its random, its extensions.
	set(3, 1);
	wire.n = 5 + 4 + 1;
	wire.p[4] = 5;
	check_bad("unknown version");
	set(3, 20);
	wire.n = 5 + 4 + 20;
	wire.p[4] = 24;
	check_bad("is cut short");
	set(3, (uint8_t)(message.n - 4 - 3));
	wire.n -= 3;
	wire.p[4] = (uint8_t)(wire.p[4] - 3);
	check_bad("beyond its extensions");
	// A message longer, and shorter, than its record.
	set(3, (uint8_t)(message.n - 4 - 1));
	check_bad("beyond its end");
	hello("", 0);
	add(&message, "\16\0\0\0", 4);
	records(16384);
	check_bad("beyond its end");
	records(message.n - 4);
	assert_int_equal(
	    hello_read(wire.p, wire.n, &(struct hello){0}, &(const char *){0}),
	    HELLO_WHOLE);
}

static void
test_bad_records(void **state)
{
	(void)state;
	hello("", 0);
	records(30);
	wire.p[35] = 20; // a ChangeCipherSpec between
	check_bad("broken off");
	records(30);
	wire.p[36] = 2;
	check_bad("broken off");
	records(30);
	wire.p[3] = 0x40;
	wire.p[4] = 1;
	check_bad("impossible length");
	records(30);
	wire.n = 35;
	add(&wire, "\x16\3\1\0\0", 5);
	check_bad("impossible length");
}

static void
test_first_bytes(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		enum hello_state want;
	} rows[] = {
	    {"", 0, HELLO_MORE},
	    {"\x16", 1, HELLO_MORE},
	    {"\x16\3", 2, HELLO_MORE},
	    {"\x16\3\1\2\0", 5, HELLO_MORE},
	    {"\x16\2", 2, HELLO_NOT},
	    {"GET / HTTP/1.1", 14, HELLO_NOT},
	    {"SSH-2.0-x", 9, HELLO_NOT},
	    {"\x15\3\1\0\2\2\x28", 7, HELLO_NOT},
	    {"\x17\3\3\0\1x", 6, HELLO_NOT},
	    {"\0", 1, HELLO_NOT},
	    {"\x80", 1, HELLO_MORE},
	    {"\x80\x2e\1\3", 4, HELLO_MORE},
	    {"\x80\x2e\1\0\2", 5, HELLO_BAD},
	    {"\x80\x2e\1\3\1\0\x15", 7, HELLO_BAD},
	    {"\x80\x2e\2\3\1", 5, HELLO_NOT},
	    {"\xff\xfe\xfd\xfc\xfb", 5, HELLO_NOT},
	};
	struct hello h;
	const char *why;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		wire.n = 0;
		add(&wire, rows[i].bytes, rows[i].n);
		if (read_cut(wire.n, &h, &why) != rows[i].want)
			fail_msg("row %zu", i);
	}
}

static void
test_alert(void **state)
{
	uint8_t a[HELLO_ALERT_BYTES];

	(void)state;
	hello_alert(a);
	assert_memory_equal(a, "\x15\3\3\0\2\2\x31", HELLO_ALERT_BYTES);
}

/* What programs do send is taken, each of them. */
static void
test_recorded(void **state)
{
	const char *top = getenv("top_srcdir"), *want;
	char path[4096];
	struct dirent *e;
	struct hello h;
	size_t taken = 0;
	FILE *f;
	DIR *d;

	(void)state;
	snprintf(path, sizeof(path), "%s/tests/fuzz/corpus/hello",
	    top != NULL ? top : ".");
	d = opendir(path);
	assert_non_null(d);
	while ((e = readdir(d)) != NULL) {
		if (strncmp(e->d_name, "real-", 5) != 0)
			continue;
		snprintf(path, sizeof(path), "%s/tests/fuzz/corpus/hello/%s",
		    top != NULL ? top : ".", e->d_name);
		f = fopen(path, "rb");
		assert_non_null(f);
		wire.n = fread(wire.p, 1, sizeof(wire.p), f);
		fclose(f);
		check_whole(&h);
		want = strstr(e->d_name, "nosni") != NULL
			   ? ""
			   : "server.example.test";
		if (strcmp(h.sni, want) != 0)
			fail_msg("%s: \"%s\"", e->d_name, h.sni);
		taken++;
	}
	closedir(d);
	assert_true(taken > 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_whole),
	    cmocka_unit_test(test_large),
	    cmocka_unit_test(test_marks),
	    cmocka_unit_test(test_alpn),
	    cmocka_unit_test(test_bad_names),
	    cmocka_unit_test(test_bad_bodies),
	    cmocka_unit_test(test_bad_records),
	    cmocka_unit_test(test_first_bytes),
	    cmocka_unit_test(test_alert),
	    cmocka_unit_test(test_recorded),
	};

	return cmocka_run_group_tests_name("hello", tests, NULL, NULL);
}
