// SPDX-License-Identifier: ISC
// head: heads as programs send them, what they become for the server, and
// every one that could be understood in two ways.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "jail/egress/head.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static enum head_state
read_cut(const char *s, size_t n, struct head *h, const char **why)
{
	uint8_t *exact = malloc(n > 0 ? n : 1);
	enum head_state r;

	assert_non_null(exact);
	memcpy(exact, s, n);
	*why = NULL;
	r = head_read(exact, n, h, why);
	free(exact);
	assert_true((r == HEAD_BAD || r == HEAD_H2C) == (*why != NULL));
	return r;
}

/* Whole at its last byte and at none before, whatever follows. */
static void
check_whole(const char *s, struct head *h)
{
	size_t n, len = strlen(s);
	char more[4096];
	const char *why;

	for (n = 0; n < len; n++)
		if (read_cut(s, n, h, &why) != HEAD_MORE)
			fail_msg("%zu bytes of %s: %s", n, s, why);
	snprintf(more, sizeof(more), "%sGET /second HTTP/1.1\r\nHost: b\n", s);
	if (read_cut(more, strlen(more), h, &why) != HEAD_WHOLE ||
	    h->len != len)
		fail_msg("%s: %s", more, why);
	if (read_cut(s, len, h, &why) != HEAD_WHOLE || h->len != len)
		fail_msg("%s: %s", s, why);
}

struct row {
	const char *in;
	enum head_form form;
	const char *method, *host;
	uint16_t port;
	const char *path;
	const char *out; /* what the server gets; NULL: nothing */
};

static const struct row rows[] = {
    {"GET / HTTP/1.1\r\nHost: example.test\r\n\r\n", HEAD_ORIGIN, "GET",
	"example.test", 0, "/",
	"GET / HTTP/1.1\r\nHost: example.test\r\n"
	"Connection: close\r\n\r\n"},
    {"POST /a/b?secret=1 HTTP/1.1\r\nUser-Agent: x\r\nHost:EXAMPLE.test.:8080"
     "  \r\nContent-Length: 3\r\nConnection: keep-alive\r\nKeep-Alive: 5\r\n"
     "X:\r\n\r\n",
	HEAD_ORIGIN, "POST", "example.test", 8080, "/a/b",
	"POST /a/b?secret=1 HTTP/1.1\r\nHost: example.test:8080\r\n"
	"User-Agent: x\r\nContent-Length: 3\r\nX: \r\n"
	"Connection: close\r\n\r\n"},
    {"GET http://example.test HTTP/1.1\r\nHost: example.test:80\r\n"
     "Proxy-Connection: Keep-Alive\r\nProxy-Authorization: Basic eDp5\r\n"
     "TE: trailers\r\nAccept: */*\r\n\r\n",
	HEAD_ABSOLUTE, "GET", "example.test", 0, "/",
	"GET / HTTP/1.1\r\nHost: example.test\r\nAccept: */*\r\n"
	"Connection: close\r\n\r\n"},
    {"GET HTTP://Example.test:80/p?q HTTP/1.1\r\nhost: example.test\r\n\r\n",
	HEAD_ABSOLUTE, "GET", "example.test", 80, "/p",
	"GET /p?q HTTP/1.1\r\nHost: example.test:80\r\n"
	"Connection: close\r\n\r\n"},
    {"GET http://example.test?q=/ HTTP/1.0\r\n\r\n", HEAD_ABSOLUTE, "GET",
	"example.test", 0, "/",
	"GET /?q=/ HTTP/1.0\r\nHost: example.test\r\n"
	"Connection: close\r\n\r\n"},
    {"OPTIONS http://example.test HTTP/1.1\r\nHost: example.test\r\n\r\n",
	HEAD_ABSOLUTE, "OPTIONS", "example.test", 0, "/",
	"OPTIONS * HTTP/1.1\r\nHost: example.test\r\n"
	"Connection: close\r\n\r\n"},
    {"OPTIONS * HTTP/1.1\r\nHost: example.test\r\n\r\n", HEAD_ASTERISK,
	"OPTIONS", "example.test", 0, "*",
	"OPTIONS * HTTP/1.1\r\nHost: example.test\r\n"
	"Connection: close\r\n\r\n"},
    {"GET / HTTP/1.0\r\n\r\n", HEAD_ORIGIN, "GET", "", 0, "/",
	"GET / HTTP/1.0\r\nConnection: close\r\n\r\n"},
    {"GET //evil.test/ HTTP/1.1\r\nHost: [2001:DB8::1]:81\r\n\r\n", HEAD_ORIGIN,
	"GET", "2001:db8::1", 81, "//evil.test/",
	"GET //evil.test/ HTTP/1.1\r\nHost: [2001:db8::1]:81\r\n"
	"Connection: close\r\n\r\n"},
    {"GET http://[::ffff:127.0.0.1]/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
	HEAD_ABSOLUTE, "GET", "127.0.0.1", 0, "/",
	"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"},
    {"GET /b\xc3\xbc{}|\" HTTP/1.1\r\nHost: a\r\n\r\n", HEAD_ORIGIN, "GET", "a",
	0, "/b?\?{}|\"",
	"GET /b\xc3\xbc{}|\" HTTP/1.1\r\nHost: a\r\n"
	"Connection: close\r\n\r\n"},
    {"PUT /u HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n"
     "Expect: 100-continue\r\nConnection: x-mine , TE\r\nX-Mine: 1\r\n"
     "X-Mine-Too: 2\r\n\r\n",
	HEAD_ORIGIN, "PUT", "a", 0, "/u",
	"PUT /u HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n"
	"Expect: 100-continue\r\nX-Mine-Too: 2\r\n"
	"Connection: close\r\n\r\n"},
    {"CONNECT example.test:443 HTTP/1.1\r\nHost: example.test:443\r\n\r\n",
	HEAD_CONNECT, "CONNECT", "example.test", 443, "", NULL},
    {"CONNECT example.test:22 HTTP/1.1\r\nHost: example.test\r\n\r\n",
	HEAD_CONNECT, "CONNECT", "example.test", 22, "", NULL},
    {"CONNECT [::1]:443 HTTP/1.0\r\n\r\n", HEAD_CONNECT, "CONNECT", "::1", 443,
	"", NULL},
};

static void
check_row(const struct row *r)
{
	uint8_t out[1024], again[1024];
	const char *why;
	struct head h;
	size_t n, i;

	check_whole(r->in, &h);
	assert_int_equal(h.form, r->form);
	assert_string_equal(h.method, r->method);
	assert_string_equal(h.host, r->host);
	assert_int_equal(h.port, r->port);
	assert_string_equal(h.path, r->path);
	assert_false(h.websocket);
	n = head_rewrite((const uint8_t *)r->in, &h, out, sizeof(out));
	if (r->out == NULL) {
		assert_int_equal(n, 0);
		return;
	}
	if (n != strlen(r->out) || memcmp(out, r->out, n) != 0)
		fail_msg("became %.*s", (int)n, (const char *)out);
	// No room: nothing; and again: the same.
	for (i = 0; i < n; i++)
		assert_int_equal(
		    head_rewrite((const uint8_t *)r->in, &h, again, i), 0);
	assert_int_equal(head_read(out, n, &h, &why), HEAD_WHOLE);
	assert_int_equal(head_rewrite(out, &h, again, sizeof(again)), n);
	assert_memory_equal(out, again, n);
}

static void
test_whole(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		check_row(&rows[i]);
}

static void
test_literals(void **state)
{
	static const uint8_t v4[16] = {[10] = 0xff, 0xff, 192, 0, 2, 7};
	struct head h;

	(void)state;
	check_whole("GET / HTTP/1.1\r\nHost: 192.0.2.7:8000\r\n\r\n", &h);
	assert_true(h.literal);
	assert_memory_equal(h.addr, v4, 16);
	assert_int_equal(h.port, 8000);
	check_whole("GET / HTTP/1.1\r\nHost: 192.0.2.7.test\r\n\r\n", &h);
	assert_false(h.literal);
}

/* Upgrades: whose head, whether it is a WebSocket's, what is left of it. */
static void
test_websocket(void **state)
{
	static const struct {
		const char *first, *fields;
		bool websocket;
	} w[] = {
	    {"GET / HTTP/1.1", "Connection: Upgrade\r\nUpgrade: websocket",
		true},
	    {"GET / HTTP/1.1",
		"Upgrade: WebSocket\r\nConnection: keep-alive, UPGRADE", true},
	    {"GET / HTTP/1.1", "Upgrade: websocket", false},
	    {"GET / HTTP/1.1", "Connection: Upgrade", false},
	    {"GET / HTTP/1.0", "Connection: Upgrade\r\nUpgrade: websocket",
		false},
	    {"POST / HTTP/1.1", "Connection: Upgrade\r\nUpgrade: websocket",
		false},
	    {"GET / HTTP/1.1",
		"Connection: Upgrade\r\nUpgrade: websocket, TLS/1.0", false},
	    {"GET / HTTP/1.1", "Connection: Upgrade\r\nUpgrade: TLS/1.0",
		false},
	};
	char in[512];
	uint8_t out[512];
	struct head h;
	size_t i, n;

	(void)state;
	for (i = 0; i < COUNT(w); i++) {
		snprintf(in, sizeof(in),
		    "%s\r\nHost: a\r\n%s\r\nOther: 1\r\n\r\n", w[i].first,
		    w[i].fields);
		check_whole(in, &h);
		if (h.websocket != w[i].websocket)
			fail_msg("%s", in);
		n = head_rewrite((const uint8_t *)in, &h, out, sizeof(out) - 1);
		out[n] = '\0';
		assert_true(
		    (strstr((char *)out, "\r\nUpgrade: websocket\r\n") !=
			NULL) == w[i].websocket);
		assert_true((strstr((char *)out, "\r\nConnection: close\r\n") !=
				NULL) != w[i].websocket);
		assert_non_null(strstr((char *)out, "\r\nOther: 1\r\n"));
	}
}

#define HOST "Host: a.test\r\n"

struct bad {
	const char *s;
	size_t n;
	const char *why; /* a part of the phrase */
};

#define BAD(s, why)                   \
	{                             \
		s, sizeof(s) - 1, why \
	}

static const struct bad bad[] = {
    // Ends of lines, and what is in them.
    BAD("GET / HTTP/1.1\n", "without CR"),
    BAD("GET / HTTP/1.1\r\nHost: a\n\r\n", "without CR"),
    BAD("GET / HTTP/1.1\r\nHost: a\r\n\n", "without CR"),
    BAD("GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", "control byte"),
    BAD("GET / HTTP/1.1\r\nHost: a.test\r\r\n\r\n", "control byte"),
    BAD("GET / HTTP/1.1\r\nHost: a.test\0\r\n\r\n", "control byte"),
    BAD("GET / HTTP/1.1\r\n" HOST "X: a\0b\r\n\r\n", "control byte"),
    BAD("GET / HTTP/1.1\r\n" HOST "X: a\x7f\r\n\r\n", "control byte"),
    BAD("GET / HTTP/1.1\r\n" HOST "X\0: a\r\n\r\n", "without a name"),
    BAD("GET / HTTP/1.1\r\n" HOST " folded\r\n\r\n", "folded"),
    BAD("GET / HTTP/1.1\r\n" HOST "X: a\r\n\tfolded\r\n\r\n", "folded"),
    BAD("GET / HTTP/1.1\r\n " HOST "\r\n\r\n", "folded"),
    BAD("GET / HTTP/1.1\r\nHost : a.test\r\n\r\n", "before a colon"),
    BAD("GET / HTTP/1.1\r\n" HOST "Transfer-Encoding\t: chunked\r\n\r\n",
	"before a colon"),
    BAD("GET / HTTP/1.1\r\n" HOST "no colon\r\n\r\n", "without a name"),
    BAD("GET / HTTP/1.1\r\n" HOST ": a\r\n\r\n", "without a name"),
    BAD("GET / HTTP/1.1\r\n" HOST "X(): a\r\n\r\n", "without a name"),
    BAD("GET / HTTP/1.1\r\n" HOST "X\xc3\xa4: a\r\n\r\n", "without a name"),
    // First lines.
    BAD("GET  / HTTP/1.1\r\n" HOST "\r\n", "first line"),
    BAD("GET /  HTTP/1.1\r\n" HOST "\r\n", "of no version"),
    BAD("GET /a b HTTP/1.1\r\n" HOST "\r\n", "of no version"),
    BAD("GET / HTTP/1.1 \r\n" HOST "\r\n", "of no version"),
    BAD("GET /\0 HTTP/1.1\r\n" HOST "\r\n", "first line"),
    BAD("GET /\t HTTP/1.1\r\n" HOST "\r\n", "first line"),
    BAD("GET /#a HTTP/1.1\r\n" HOST "\r\n", "first line"),
    BAD("GET / HTTP/1.2\r\n" HOST "\r\n", "of no version"),
    BAD("GET / HTTP/2.0\r\n" HOST "\r\n", "of no version"),
    BAD("GET / HTTP/0.9\r\n" HOST "\r\n", "of no version"),
    BAD("GET / HTTP/1.10\r\n" HOST "\r\n", "of no version"),
    BAD("GET HTTP/1.1\r\n" HOST "\r\n", "of no version"),
    BAD("GET a.test HTTP/1.1\r\n" HOST "\r\n", "no path and no http://"),
    BAD("GET a.test:80 HTTP/1.1\r\n" HOST "\r\n", "no path and no http://"),
    BAD("GET * HTTP/1.1\r\n" HOST "\r\n", "no path and no http://"),
    BAD("GET https://a.test/ HTTP/1.1\r\n" HOST "\r\n", "no path and no http"),
    BAD("GET ftp://a.test/ HTTP/1.1\r\n" HOST "\r\n", "no path and no http"),
    BAD("GET http:/a.test/ HTTP/1.1\r\n" HOST "\r\n", "no path and no http"),
    // Whom it is for.
    BAD("GET / HTTP/1.1\r\n\r\n", "no Host"),
    BAD("GET http://a.test/ HTTP/1.1\r\n\r\n", "no Host"),
    BAD("GET / HTTP/1.1\r\n" HOST HOST "\r\n", "two Hosts"),
    BAD("GET / HTTP/1.1\r\n" HOST "hOST: b.test\r\n\r\n", "two Hosts"),
    BAD("GET / HTTP/1.0\r\n" HOST HOST "\r\n", "two Hosts"),
    BAD("GET / HTTP/1.1\r\nHost:\r\n\r\n", "a host that is none"),
    BAD("GET / HTTP/1.1\r\nHost: a.test, b.test\r\n\r\n", "host that is none"),
    BAD("GET / HTTP/1.1\r\nHost: a.test b.test\r\n\r\n", "host that is none"),
    BAD("GET / HTTP/1.1\r\nHost: a.test/\r\n\r\n", "host that is none"),
    BAD("GET / HTTP/1.1\r\nHost: a%2etest\r\n\r\n", "host that is none"),
    BAD("GET / HTTP/1.1\r\nHost: 127.1\r\n\r\n", "host that is none"),
    BAD("GET / HTTP/1.1\r\nHost: 0x7f000001\r\n\r\n", "host that is none"),
    BAD("GET / HTTP/1.1\r\nHost: ::1\r\n\r\n", "host that is none"),
    BAD("GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", "address that is none"),
    BAD("GET / HTTP/1.1\r\nHost: [::1]a\r\n\r\n", "address that is none"),
    BAD("GET / HTTP/1.1\r\nHost: [::1%25lo]\r\n\r\n", "address that is none"),
    BAD("GET / HTTP/1.1\r\nHost: [127.0.0.1]\r\n\r\n", "address that is none"),
    BAD("GET / HTTP/1.1\r\nHost: [a.test]\r\n\r\n", "address that is none"),
    BAD("GET / HTTP/1.1\r\nHost: a.test:\r\n\r\n", "port that is none"),
    BAD("GET / HTTP/1.1\r\nHost: a.test:0\r\n\r\n", "port that is none"),
    BAD("GET / HTTP/1.1\r\nHost: a.test:080\r\n\r\n", "port that is none"),
    BAD("GET / HTTP/1.1\r\nHost: a.test:65536\r\n\r\n", "port that is none"),
    BAD("GET / HTTP/1.1\r\nHost: a.test:4294967376\r\n\r\n",
	"port that is none"),
    BAD("GET / HTTP/1.1\r\nHost: a.test:80:80\r\n\r\n", "port that is none"),
    BAD("GET / HTTP/1.1\r\nHost: a.test:+80\r\n\r\n", "port that is none"),
    BAD("GET / HTTP/1.1\r\nHost: x@a.test\r\n\r\n", "names a user"),
    BAD("GET http://x@a.test/ HTTP/1.1\r\n" HOST "\r\n", "names a user"),
    BAD("GET http://b.test@a.test/ HTTP/1.1\r\n" HOST "\r\n", "names a user"),
    BAD("GET http://a.test:x@b.test/ HTTP/1.1\r\n" HOST "\r\n", "names a user"),
    BAD("GET http:/// HTTP/1.1\r\n" HOST "\r\n", "host that is none"),
    BAD("GET http://a.test\\@b.test/ HTTP/1.1\r\n" HOST "\r\n", "names a user"),
    BAD("GET http://b.test/ HTTP/1.1\r\n" HOST "\r\n", "not its target's"),
    BAD("GET http://a.test:81/ HTTP/1.1\r\n" HOST "\r\n", "not its target's"),
    BAD("GET http://a.test/ HTTP/1.1\r\nHost: a.test:81\r\n\r\n",
	"not its target's"),
    BAD("GET http://b.test/ HTTP/1.0\r\n" HOST "\r\n", "not its target's"),
    BAD("CONNECT b.test:443 HTTP/1.1\r\n" HOST "\r\n", "not its target's"),
    BAD("CONNECT a.test HTTP/1.1\r\n" HOST "\r\n", "without a port"),
    BAD("CONNECT /a HTTP/1.1\r\n" HOST "\r\n", "host that is none"),
    BAD("CONNECT http://a.test:443 HTTP/1.1\r\n" HOST "\r\n",
	"port that is none"),
    BAD("CONNECT a.test:443/x HTTP/1.1\r\n" HOST "\r\n", "port that is none"),
    BAD("CONNECT ::1:443 HTTP/1.1\r\n" HOST "\r\n", "host that is none"),
    // Where the body ends.
    BAD("GET / HTTP/1.1\r\n" HOST "Content-Length: 1\r\n"
	"Transfer-Encoding: chunked\r\n\r\n",
	"both"),
    BAD("GET / HTTP/1.1\r\n" HOST "Content-Length: 1\r\n"
	"content-length: 1\r\n\r\n",
	"two Content-Lengths"),
    BAD("GET / HTTP/1.1\r\n" HOST "Content-Length: 1, 1\r\n\r\n", "no number"),
    BAD("GET / HTTP/1.1\r\n" HOST "Content-Length: +1\r\n\r\n", "no number"),
    BAD("GET / HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\n", "no number"),
    BAD("GET / HTTP/1.1\r\n" HOST "Content-Length: 0x1\r\n\r\n", "no number"),
    BAD("GET / HTTP/1.1\r\n" HOST "Content-Length:\r\n\r\n", "no number"),
    BAD("GET / HTTP/1.1\r\n" HOST "Content-Length: 1000000000000000000\r\n\r\n",
	"no number"),
    BAD("GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: gzip, chunked\r\n\r\n",
	"other than chunked"),
    BAD("GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: identity\r\n\r\n",
	"other than chunked"),
    BAD("GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: \x0b"
	"chunked\r\n\r\n",
	"control byte"),
    BAD("GET / HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n"
	"Transfer-Encoding: chunked\r\n\r\n",
	"other than chunked"),
    BAD("GET / HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n",
	"of HTTP/1.0"),
    BAD("GET / HTTP/1.1\r\n" HOST "Connection: close, content-length\r\n\r\n",
	"names Host or a length"),
    BAD("GET / HTTP/1.1\r\n" HOST "Connection: Host\r\n\r\n",
	"names Host or a length"),
    BAD("CONNECT a.test:1 HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\n",
	"CONNECT with a body"),
};

static void
test_bad(void **state)
{
	const char *why;
	struct head h;
	size_t i, n;

	(void)state;
	for (i = 0; i < COUNT(bad); i++) {
		if (read_cut(bad[i].s, bad[i].n, &h, &why) != HEAD_BAD)
			fail_msg("taken: %s", bad[i].s);
		if (strstr(why, bad[i].why) == NULL)
			fail_msg(
			    "%s\nnot \"%s\": %s", bad[i].s, bad[i].why, why);
		// Never whole before.
		for (n = 0; n < bad[i].n; n++)
			assert_int_not_equal(
			    read_cut(bad[i].s, n, &h, &why), HEAD_WHOLE);
	}
}

static void
test_h2c(void **state)
{
	static const char *const heads[] = {
	    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
	    "PRI * HTTP/2.0\r\n",
	    "GET / HTTP/1.1\r\n" HOST "Connection: Upgrade, HTTP2-Settings\r\n"
	    "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n",
	    "GET / HTTP/1.1\r\n" HOST "Upgrade: websocket, H2C\r\n\r\n",
	    "GET / HTTP/1.1\r\n" HOST "Upgrade: a\r\nUpgrade: ,,h2c\r\n\r\n",
	};
	const char *why;
	struct head h;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(heads); i++)
		if (read_cut(heads[i], strlen(heads[i]), &h, &why) != HEAD_H2C)
			fail_msg("%s", heads[i]);
}

static void
test_not(void **state)
{
	static const char *const others[] = {"\r\n", " ", "get / HTTP/1.1\r\n",
	    "SSH-2.0-OpenSSH_9.2p1\r\n", "EHLO example.test\r\n",
	    "SET key value\r\n", "USER anonymous\n", "*1\r\n$4\r\nPING\r\n",
	    "\x16\3\1", "GET\t/ HTTP/1.1\r\n", "GET /\r\n", "G3T / HTTP/1.1",
	    "A SECOND http/1.1\r\n", "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF",
	    "GET/ HTTP/1.1\r\n"};
	const char *why;
	struct head h;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(others); i++)
		if (read_cut(others[i], strlen(others[i]), &h, &why) !=
		    HEAD_NOT)
			fail_msg("%s", others[i]);
	assert_int_equal(read_cut("", 0, &h, &why), HEAD_MORE);
	assert_int_equal(
	    read_cut("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDE", 31, &h, &why),
	    HEAD_MORE);
}

/* A head of n bytes in all, by one long field. */
static size_t
head_of(char *s, size_t n)
{
	static const char first[] = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
	size_t at = sizeof(first) - 1;

	memcpy(s, first, at);
	memset(s + at, 'x', n - at - 4);
	memcpy(s + n - 4, "\r\n\r\n", 4);
	return n;
}

static void
test_size(void **state)
{
	static char s[HEAD_MAX + 1];
	static uint8_t out[HEAD_MAX + 512];
	const char *why;
	struct head h;
	size_t n, i;

	(void)state;
	head_of(s, HEAD_MAX);
	assert_int_equal(read_cut(s, HEAD_MAX, &h, &why), HEAD_WHOLE);
	assert_true(
	    head_rewrite((const uint8_t *)s, &h, out, sizeof(out)) > HEAD_MAX);
	head_of(s, HEAD_MAX + 1);
	assert_int_equal(read_cut(s, HEAD_MAX - 1, &h, &why), HEAD_MORE);
	assert_int_equal(read_cut(s, HEAD_MAX, &h, &why), HEAD_BAD);
	assert_int_equal(read_cut(s, HEAD_MAX + 1, &h, &why), HEAD_BAD);
	assert_non_null(strstr(why, "over 32 KiB"));
	memset(s + 4, 'x', HEAD_MAX - 4); // no line at all
	assert_int_equal(read_cut(s, HEAD_MAX - 1, &h, &why), HEAD_MORE);
	assert_int_equal(read_cut(s, HEAD_MAX + 1, &h, &why), HEAD_BAD);
	// The first line, 126 fields and the empty one; then one field more.
	n = (size_t)snprintf(s, sizeof(s), "GET / HTTP/1.1\r\nHost: a\r\n");
	for (i = 0; i < HEAD_LINES - 3; i++)
		n += (size_t)snprintf(s + n, sizeof(s) - n, "X: y\r\n");
	memcpy(s + n, "\r\n", 2);
	assert_int_equal(read_cut(s, n + 2, &h, &why), HEAD_WHOLE);
	memcpy(s + n, "X:\r\n", 4);
	assert_int_equal(read_cut(s, n + 3, &h, &why), HEAD_MORE);
	assert_int_equal(read_cut(s, n + 4, &h, &why), HEAD_BAD);
	assert_non_null(strstr(why, "too many"));
}

/* What programs do send is taken, each of them. */
static void
test_recorded(void **state)
{
	const char *top = getenv("top_srcdir"), *why = NULL;
	char path[4096];
	static char s[4096];
	enum head_state want;
	struct dirent *e;
	struct head h;
	size_t n, taken = 0;
	FILE *f;
	DIR *d;

	(void)state;
	snprintf(path, sizeof(path), "%s/tests/fuzz/corpus/head",
	    top != NULL ? top : ".");
	d = opendir(path);
	assert_non_null(d);
	while ((e = readdir(d)) != NULL) {
		if (strncmp(e->d_name, "real-", 5) != 0)
			continue;
		snprintf(path, sizeof(path), "%s/tests/fuzz/corpus/head/%s",
		    top != NULL ? top : ".", e->d_name);
		f = fopen(path, "rb");
		assert_non_null(f);
		n = fread(s, 1, sizeof(s), f);
		fclose(f);
		want = strstr(e->d_name, "curl-h2c") != NULL ||
			       strstr(e->d_name, "curl-prior") != NULL
			   ? HEAD_H2C
			   : HEAD_WHOLE;
		if (read_cut(s, n, &h, &why) != want)
			fail_msg("%s: %s", e->d_name, why);
		taken++;
	}
	closedir(d);
	assert_true(taken > 15);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_whole),
	    cmocka_unit_test(test_literals),
	    cmocka_unit_test(test_websocket),
	    cmocka_unit_test(test_bad),
	    cmocka_unit_test(test_h2c),
	    cmocka_unit_test(test_not),
	    cmocka_unit_test(test_size),
	    cmocka_unit_test(test_recorded),
	};

	return cmocka_run_group_tests_name("head", tests, NULL, NULL);
}
