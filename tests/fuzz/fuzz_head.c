// SPDX-License-Identifier: ISC
// Any bytes as the head of an HTTP request: the same however it is cut and
// with anything behind it; what the server gets is one request for the same
// host, and is its own rewrite.
#include <string.h>
#include <strings.h>
#include "jail/egress/head.h"
#include "policy/address.h"
#include "policy/hostname.h"
#include "tests/fuzz/fuzz.h"

static enum head_state
take(const uint8_t *p, size_t n, struct head *h)
{
	const char *why = NULL;
	uint8_t *exact = malloc(n > 0 ? n : 1);
	enum head_state s;

	FUZZ_ASSERT(exact != NULL);
	memcpy(exact, p, n);
	memset(h, 0x5a, sizeof(*h));
	s = head_read(exact, n, h, &why);
	free(exact);
	FUZZ_ASSERT((s == HEAD_BAD || s == HEAD_H2C) == (why != NULL));
	return s;
}

static void
check_cuts(const uint8_t *p, size_t size)
{
	enum head_state s, first = HEAD_MORE;
	struct head h, whole;
	size_t n, step = size > 600 ? 61 : 1;

	memset(&whole, 0, sizeof(whole));
	for (n = 0; n <= size;
	     n += n + step > size && n < size ? size - n : step) {
		s = take(p, n, &h);
		if (first != HEAD_MORE)
			FUZZ_ASSERT(s == first);
		if (first == HEAD_WHOLE)
			FUZZ_ASSERT(memcmp(&h, &whole, sizeof(h)) == 0);
		if (first == HEAD_MORE && s == HEAD_WHOLE)
			whole = h;
		first = s;
	}
}

/* How many lines begin with this field, and one's value in *value. */
static unsigned
count(const uint8_t *p, size_t n, const char *field, char value[400])
{
	size_t len = strlen(field), at, end;
	unsigned found = 0;

	for (at = 0; at + 2 < n; at = end + 2) {
		for (end = at; p[end] != '\r'; end++)
			;
		FUZZ_ASSERT(p[end + 1] == '\n');
		if (end - at <= len ||
		    strncasecmp((const char *)p + at, field, len) != 0 ||
		    p[at + len] != ':')
			continue;
		found++;
		snprintf(value, 400, "%.*s", (int)(end - at - len - 2),
		    (const char *)p + at + len + 2);
	}
	return found;
}

/* Read by hand, as a plain server would. */
static void
check_fields(const uint8_t *p, size_t n, const struct head *h)
{
	char value[400], want[400], open[2] = "", close[2] = "";

	FUZZ_ASSERT(memchr(p, '\0', n) == NULL);
	FUZZ_ASSERT(count(p, n, "host", value) == (h->host[0] != '\0'));
	if (h->literal && !address_is_v4(h->addr)) {
		open[0] = '[';
		close[0] = ']';
	}
	snprintf(want, sizeof(want), "%s%s%s", open, h->host, close);
	if (h->port != 0)
		snprintf(want, sizeof(want), "%s%s%s:%u", open, h->host, close,
		    (unsigned)h->port);
	if (h->host[0] != '\0')
		FUZZ_ASSERT(strcmp(value, want) == 0);
	FUZZ_ASSERT(count(p, n, "connection", value) == 1);
	FUZZ_ASSERT(strcmp(value, h->websocket ? "Upgrade" : "close") == 0);
	FUZZ_ASSERT(count(p, n, "upgrade", value) == h->websocket);
	FUZZ_ASSERT(count(p, n, "content-length", value) +
			count(p, n, "transfer-encoding", value) <=
		    1);
	FUZZ_ASSERT(count(p, n, "te", value) == 0);
	FUZZ_ASSERT(count(p, n, "http2-settings", value) == 0);
	FUZZ_ASSERT(count(p, n, "proxy-authorization", value) == 0);
	FUZZ_ASSERT(count(p, n, "proxy-connection", value) == 0);
}

static void
check_host(const struct head *h)
{
	char normal[SPEC_NET_HOST_MAX];
	uint8_t a[16];
	const char *why;

	if (h->literal) {
		FUZZ_ASSERT(address_parse(h->host, strlen(h->host), a) == 0);
		FUZZ_ASSERT(memcmp(a, h->addr, 16) == 0);
		return;
	}
	if (h->host[0] == '\0') {
		FUZZ_ASSERT(h->form == HEAD_ORIGIN || h->form == HEAD_ASTERISK);
		return;
	}
	FUZZ_ASSERT(
	    hostname_normal(h->host, strlen(h->host), normal, &why) == 0);
	FUZZ_ASSERT(strcmp(normal, h->host) == 0);
}

static unsigned
lines(const uint8_t *p, size_t n)
{
	unsigned found = 0;

	while (n-- > 0)
		found += *p++ == '\n';
	return found;
}

static void
check_rewrite(const uint8_t *p, const struct head *h)
{
	static uint8_t out[HEAD_MAX + 512], again[HEAD_MAX + 512];
	struct head s;
	size_t n = head_rewrite(p, h, out, sizeof(out));

	if (h->form == HEAD_CONNECT) {
		FUZZ_ASSERT(n == 0);
		return;
	}
	FUZZ_ASSERT(n > 0);
	FUZZ_ASSERT(head_rewrite(p, h, again, n - 1) == 0);
	check_fields(out, n, h);
	// What grew over a bound is not read again.
	if (n > HEAD_MAX || lines(out, n) > HEAD_LINES)
		return;
	FUZZ_ASSERT(take(out, n, &s) == HEAD_WHOLE);
	FUZZ_ASSERT(s.len == n);
	FUZZ_ASSERT(s.form == HEAD_ORIGIN || s.form == HEAD_ASTERISK);
	FUZZ_ASSERT(strcmp(s.method, h->method) == 0);
	FUZZ_ASSERT(strcmp(s.host, h->host) == 0 && s.port == h->port);
	FUZZ_ASSERT(s.literal == h->literal && s.websocket == h->websocket);
	FUZZ_ASSERT(memcmp(s.addr, h->addr, 16) == 0);
	if (strcmp(s.path, "*") != 0)
		FUZZ_ASSERT(strcmp(s.path, h->path) == 0);
	FUZZ_ASSERT(head_rewrite(out, &s, again, sizeof(again)) == n);
	FUZZ_ASSERT(memcmp(out, again, n) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct head h;

	check_cuts(data, size);
	if (take(data, size, &h) != HEAD_WHOLE)
		return 0;
	FUZZ_ASSERT(h.len <= size && h.len <= HEAD_MAX);
	FUZZ_ASSERT(memcmp(data + h.len - 4, "\r\n\r\n", 4) == 0);
	FUZZ_ASSERT(
	    (h.form == HEAD_CONNECT) == (strcmp(h.method, "CONNECT") == 0));
	FUZZ_ASSERT(h.form != HEAD_CONNECT || h.port != 0);
	check_host(&h);
	check_rewrite(data, &h);
	return 0;
}
