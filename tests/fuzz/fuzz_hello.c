// SPDX-License-Identifier: ISC
// Any bytes as a ClientHello: the same however it is cut, in records of any
// size, and with anything behind it. A second way to the name, by offsets
// alone, finds the same.
#include <string.h>
#include "jail/egress/hello.h"
#include "policy/hostname.h"
#include "tests/fuzz/fuzz.h"

static enum hello_state
take(const uint8_t *p, size_t n, struct hello *h)
{
	const char *why = NULL;
	uint8_t *exact = malloc(n > 0 ? n : 1);
	enum hello_state s;

	FUZZ_ASSERT(exact != NULL);
	memcpy(exact, p, n);
	memset(h, 0x5a, sizeof(*h));
	s = hello_read(exact, n, h, &why);
	free(exact);
	FUZZ_ASSERT((s == HELLO_BAD) == (why != NULL));
	return s;
}

static void
same(const struct hello *a, const struct hello *b)
{
	FUZZ_ASSERT(a->has_sni == b->has_sni && a->ech == b->ech);
	FUZZ_ASSERT(strcmp(a->sni, b->sni) == 0);
	FUZZ_ASSERT(strcmp(a->alpn, b->alpn) == 0);
}

/* Once it is not HELLO_MORE, it stays what it is. */
static void
check_cuts(const uint8_t *p, size_t size)
{
	enum hello_state s, first = HELLO_MORE;
	struct hello h, whole;
	size_t n, step = size > 600 ? 61 : 1;

	memset(&whole, 0, sizeof(whole));
	for (n = 0; n <= size;
	     n += n + step > size && n < size ? size - n : step) {
		s = take(p, n, &h);
		if (first != HELLO_MORE)
			FUZZ_ASSERT(s == first);
		if (first == HELLO_WHOLE)
			same(&h, &whole);
		if (first == HELLO_MORE && s == HELLO_WHOLE)
			whole = h;
		first = s;
	}
}

/* The message out of its records; 0: there is none that is whole. */
static size_t
join(const uint8_t *p, size_t size, uint8_t *out)
{
	size_t at = 0, n = 0, len;

	while (size - at >= 5) {
		len = (size_t)p[at + 3] << 8 | p[at + 4];
		at += 5;
		if (len > size - at)
			len = size - at;
		memcpy(out + n, p + at, len);
		n += len;
		at += len;
		if (n >= 4 && n >= 4 + ((size_t)out[1] << 16 |
					   (size_t)out[2] << 8 | out[3]))
			return 4 + ((size_t)out[1] << 16 | (size_t)out[2] << 8 |
				       out[3]);
	}
	return 0;
}

/* Where the extensions are, in a message known to be sound. */
static const uint8_t *
find_extension(const uint8_t *m, size_t n, unsigned type, size_t *len)
{
	const uint8_t *p = m + 4 + 2 + 32, *end = m + n;

	p += 1 + p[0];
	p += 2 + ((size_t)p[0] << 8 | p[1]);
	p += 1 + p[0];
	for (p += p < end ? 2 : 0; p < end; p += 4 + *len) {
		*len = (size_t)p[2] << 8 | p[3];
		if (((unsigned)p[0] << 8 | p[1]) == type)
			return p + 4;
	}
	return NULL;
}

static void
check_name(const uint8_t *m, size_t n, const struct hello *h)
{
	char name[SPEC_NET_HOST_MAX];
	const uint8_t *p;
	const char *why;
	size_t len;

	p = find_extension(m, n, 0, &len);
	FUZZ_ASSERT(h->has_sni == (p != NULL));
	FUZZ_ASSERT(h->has_sni == (h->sni[0] != '\0'));
	if (p == NULL)
		return;
	FUZZ_ASSERT(len > 5 && p[2] == 0);
	FUZZ_ASSERT(
	    hostname_normal((const char *)p + 5, len - 5, name, &why) == 0);
	FUZZ_ASSERT(strcmp(name, h->sni) == 0);
	if (find_extension(m, n, 0xfe0d, &len) != NULL)
		FUZZ_ASSERT(h->ech);
}

/* The same message in records of each bytes is the same hello. */
static void
check_records(const uint8_t *m, size_t n, size_t each, const struct hello *want)
{
	uint8_t *out = malloc(n * 6 + 5);
	size_t at, len, size = 0;
	struct hello h;

	FUZZ_ASSERT(out != NULL);
	for (at = 0; at < n; at += len) {
		len = n - at < each ? n - at : each;
		out[size] = 22;
		out[size + 1] = 3;
		out[size + 2] = 1;
		out[size + 3] = (uint8_t)(len >> 8);
		out[size + 4] = (uint8_t)len;
		memcpy(out + size + 5, m + at, len);
		size += 5 + len;
	}
	if (size <= HELLO_MAX) {
		FUZZ_ASSERT(take(out, size, &h) == HELLO_WHOLE);
		same(&h, want);
		FUZZ_ASSERT(take(out, size - 1, &h) == HELLO_MORE);
	} else {
		FUZZ_ASSERT(take(out, size, &h) == HELLO_BAD);
	}
	free(out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hello h;
	uint8_t *m;
	size_t n;

	check_cuts(data, size);
	if (take(data, size, &h) != HELLO_WHOLE)
		return 0;
	m = malloc(size);
	FUZZ_ASSERT(m != NULL);
	n = join(data, size, m);
	FUZZ_ASSERT(n > 0);
	check_name(m, n, &h);
	check_records(m, n, 1, &h);
	check_records(m, n, 3, &h);
	check_records(m, n, 1 + data[size - 1], &h);
	check_records(m, n, 16384, &h);
	free(m);
	return 0;
}
