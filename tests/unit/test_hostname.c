// SPDX-License-Identifier: ISC
// hostname: what is a name, its one form, and what is refused with which words.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "policy/hostname.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define L61	 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define L63	 L61 "aa"

/* Bytes that may hold a NUL. */
struct row {
	const char *in;
	size_t len;
	const char *out; /* NULL: refused, and why says this: */
	const char *why;
};

#define TAKEN(in, out)                        \
	{                                     \
		in, sizeof(in) - 1, out, NULL \
	}
#define REFUSED(in, why)                      \
	{                                     \
		in, sizeof(in) - 1, NULL, why \
	}

static const struct row rows[] = {
    TAKEN("example.com", "example.com"),
    TAKEN("Example.COM", "example.com"),
    TAKEN("example.com.", "example.com"),
    TAKEN("localhost", "localhost"),
    TAKEN("a", "a"),
    TAKEN("a.b", "a.b"),
    TAKEN("_xmpp._tcp.example.com", "_xmpp._tcp.example.com"),
    TAKEN("xn--bcher-kva.example", "xn--bcher-kva.example"),
    TAKEN("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
    TAKEN("r3---sn-4g5.example.com", "r3---sn-4g5.example.com"),
    TAKEN("foo-.example.com", "foo-.example.com"),
    TAKEN("0x0.st", "0x0.st"),
    TAKEN("1.2.3.4.5a", "1.2.3.4.5a"),
    TAKEN("10.in-addr.arpa", "10.in-addr.arpa"),
    TAKEN("127.0.0.1.example", "127.0.0.1.example"),
    TAKEN("a.0b", "a.0b"),
    TAKEN(L63 ".com", L63 ".com"),
    TAKEN(L63 "." L63 "." L63 "." L61 "." /* 253 and a dot */,
	L63 "." L63 "." L63 "." L61),
    REFUSED("", "is empty"),
    REFUSED(".", "is empty"),
    REFUSED("..", "empty label"),
    REFUSED("example..com", "empty label"),
    REFUSED(".example.com", "empty label"),
    REFUSED("example.com..", "empty label"),
    REFUSED(L63 "a.com", "label over 63"),
    REFUSED("com." L63 "a", "label over 63"),
    REFUSED(L63 "." L63 "." L63 "." L61 "a", "over 253"),
    REFUSED("-oProxyCommand.example.com", "begins with a hyphen"),
    REFUSED("a.-b.c", "begins with a hyphen"),
    REFUSED("b\xc3\xbc"
	    "cher.example",
	"beyond ASCII"),
    REFUSED("\xd0\xb0pple.com", "beyond ASCII"),
    REFUSED("example.com\xe3\x80\x82", "beyond ASCII"),
    REFUSED("example.com\0", "no host name has"),
    REFUSED("example.com\0.evil.test", "no host name has"),
    REFUSED(" example.com", "no host name has"),
    REFUSED("example.com ", "no host name has"),
    REFUSED("example.com\t", "no host name has"),
    REFUSED("example.com\n", "no host name has"),
    REFUSED("exam%70le.com", "no host name has"),
    REFUSED("fe80--1%eth0.a", "no host name has"),
    REFUSED("user@example.com", "no host name has"),
    REFUSED("example.com:443", "no host name has"),
    REFUSED("example.com/path", "no host name has"),
    REFUSED("*.example.com", "no host name has"),
    REFUSED("[::1]", "no host name has"),
    REFUSED("::1", "no host name has"),
    REFUSED("example,com", "no host name has"),
    REFUSED("127.0.0.1", "ends in a number"),
    REFUSED("127.0.0.1.", "ends in a number"),
    REFUSED("2130706433", "ends in a number"),
    REFUSED("127.1", "ends in a number"),
    REFUSED("0177.0.0.1", "ends in a number"),
    REFUSED("0x7f.1", "ends in a number"),
    REFUSED("example.1", "ends in a number"),
    REFUSED("example.1_-2", "ends in a number"),
    REFUSED("0x7f000001", "hexadecimal"),
    REFUSED("127.0x1", "hexadecimal"),
    REFUSED("127.0X1", "hexadecimal"),
    REFUSED("example.0x", "hexadecimal"),
};

static void
check(const struct row *r)
{
	char out[SPEC_NET_HOST_MAX] = "untouched", *s;
	const char *why = NULL;
	int got;

	// Exactly its bytes, for the sanitizers' sake.
	s = malloc(r->len > 0 ? r->len : 1);
	assert_non_null(s);
	memcpy(s, r->in, r->len);
	got = hostname_normal(s, r->len, out, &why);
	free(s);
	if (r->out != NULL) {
		if (got != 0 || strcmp(out, r->out) != 0)
			fail_msg("\"%s\": %s, %s", r->in, out, why);
		return;
	}
	if (got != -1 || why == NULL || strcmp(out, "untouched") != 0)
		fail_msg("\"%s\" was taken as %s", r->in, out);
	if (strstr(why, r->why) == NULL)
		fail_msg("\"%s\" says: %s", r->in, why);
}

static void
test_names(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++)
		check(&rows[i]);
}

/* Every byte in the midst of a name: 26 + 26 + 10 + "-_." are taken. */
static void
test_bytes(void **state)
{
	char s[] = "a?b.test", out[SPEC_NET_HOST_MAX];
	const char *why;
	unsigned taken = 0;
	int c;

	(void)state;
	for (c = 0; c < 256; c++) {
		s[1] = (char)c;
		taken += hostname_normal(s, sizeof(s) - 1, out, &why) == 0;
	}
	assert_int_equal(taken, 65);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_bytes),
	};

	return cmocka_run_group_tests_name("hostname", tests, NULL, NULL);
}
