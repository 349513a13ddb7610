// SPDX-License-Identifier: ISC
// Any bytes as a host name and as an address: a normal name is its own normal
// form, libc reads an address as we do, and a second table, of text, agrees on
// what each leads to.
#include <arpa/inet.h>
#include <string.h>
#include "policy/address.h"
#include "policy/hostname.h"
#include "tests/fuzz/fuzz.h"

static void
check_labels(const char *name)
{
	const char *label = name;
	size_t len;

	FUZZ_ASSERT(strlen(name) >= 1 && strlen(name) <= 253);
	FUZZ_ASSERT(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_.") ==
		    strlen(name));
	for (;;) {
		len = strcspn(label, ".");
		FUZZ_ASSERT(len >= 1 && len <= 63);
		if (label[len] == '\0')
			break;
		label += len + 1;
	}
	FUZZ_ASSERT(strcspn(label, "abcdefghijklmnopqrstuvwxyz") < len);
}

static void
check_name(const char *s, size_t size)
{
	char name[SPEC_NET_HOST_MAX] = "untouched", again[SPEC_NET_HOST_MAX];
	const char *why = NULL;
	struct in_addr a;

	if (hostname_normal(s, size, name, &why) != 0) {
		FUZZ_ASSERT(why != NULL && strcmp(name, "untouched") == 0);
		return;
	}
	check_labels(name);
	FUZZ_ASSERT(hostname_normal(name, strlen(name), again, &why) == 0);
	FUZZ_ASSERT(strcmp(name, again) == 0);
	// Nothing that a resolver would take for an address is a name.
	FUZZ_ASSERT(inet_aton(name, &a) == 0);
}

/* As libc reads it, without what is too lenient there. */
static int
libc_parse(const char *s, size_t size, uint8_t a[16])
{
	char text[64];
	uint8_t v4[4];

	if (size >= ADDRESS_TEXT_MAX || memchr(s, '\0', size) != NULL)
		return -1;
	memcpy(text, s, size);
	text[size] = '\0';
	if (inet_pton(AF_INET6, text, a) == 1)
		return 0;
	if (inet_pton(AF_INET, text, v4) != 1)
		return -1;
	memset(a, 0, 10);
	a[10] = a[11] = 0xff;
	memcpy(a + 12, v4, 4);
	return 0;
}

static void
check_text(const char *s, size_t size)
{
	uint8_t a[16], b[16];
	char text[ADDRESS_TEXT_MAX], libc[64];
	int ours = address_parse(s, size, a);

	FUZZ_ASSERT(ours == libc_parse(s, size, b));
	if (ours != 0)
		return;
	FUZZ_ASSERT(memcmp(a, b, 16) == 0);
	address_format(a, text);
	FUZZ_ASSERT(address_parse(text, strlen(text), b) == 0);
	FUZZ_ASSERT(memcmp(a, b, 16) == 0);
	if (address_is_v4(a))
		inet_ntop(AF_INET, a + 12, libc, sizeof(libc));
	else
		inet_ntop(AF_INET6, a, libc, sizeof(libc));
	// libc shows a compatible address as a quad; RFC 5952 does not.
	if (strchr(libc, ':') == NULL || strchr(libc, '.') == NULL)
		FUZZ_ASSERT(strcmp(text, libc) == 0);
}

/* The registries as they print them; the longest prefix counts. */
static const struct special {
	const char *range, *class;
} special[] = {
    {"0.0.0.0/0", "public"},
    {"0.0.0.0/8", "reserved"},
    {"0.0.0.0/32", "unspecified"},
    {"10.0.0.0/8", "private"},
    {"100.64.0.0/10", "shared"},
    {"127.0.0.0/8", "loopback"},
    {"169.254.0.0/16", "link-local"},
    {"172.16.0.0/12", "private"},
    {"192.0.0.0/24", "reserved"},
    {"192.0.2.0/24", "reserved"},
    {"192.88.99.0/24", "reserved"},
    {"192.168.0.0/16", "private"},
    {"198.18.0.0/15", "reserved"},
    {"198.51.100.0/24", "reserved"},
    {"203.0.113.0/24", "reserved"},
    {"224.0.0.0/4", "multicast"},
    {"240.0.0.0/4", "reserved"},
    {"169.254.169.254/32", "metadata"},
    {"169.254.170.2/32", "metadata"},
    {"169.254.170.23/32", "metadata"},
    {"169.254.42.42/32", "metadata"},
    {"169.254.0.23/32", "metadata"},
    {"100.100.100.200/32", "metadata"},
    {"192.0.0.192/32", "metadata"},
    {"168.63.129.16/32", "metadata"},
    // The rest of IPv6 is what is not assigned for unicast.
    {"::/0", "reserved"},
    {"2000::/3", "public"},
    {"::/128", "unspecified"},
    {"::1/128", "loopback"},
    {"2001::/23", "reserved"},
    {"2001:db8::/32", "reserved"},
    {"2002::/16", "reserved"},
    {"3fff::/20", "reserved"},
    {"fc00::/7", "private"},
    {"fec0::/10", "private"},
    {"fe80::/10", "link-local"},
    {"ff00::/8", "multicast"},
    {"64:ff9b::/96", "public"},
    {"fd00:ec2::254/128", "metadata"},
    {"fd00:ec2::23/128", "metadata"},
    {"fd20:ce::254/128", "metadata"},
    {"fd00:42::42/128", "metadata"},
    {"fd00:c1::a9fe:a9fe/128", "metadata"},
    {"fe80::a9fe:a9fe/128", "metadata"},
};

/* Bit by bit, against the text of a range; its length in bits, or -1. */
static int
fits(int family, const uint8_t *a, const char *range)
{
	uint8_t net[16];
	char text[64];
	int i, bits = (int)strtol(strchr(range, '/') + 1, NULL, 10);

	snprintf(text, sizeof(text), "%.*s", (int)strcspn(range, "/"), range);
	if (inet_pton(family, text, net) != 1)
		return -1;
	for (i = 0; i < bits; i++)
		if ((a[i / 8] ^ net[i / 8]) & 0x80 >> i % 8)
			return -1;
	return bits;
}

static const char *
second_table(int family, const uint8_t *a)
{
	const char *class = NULL;
	int bits, best = -1;
	size_t i;

	for (i = 0; i < sizeof(special) / sizeof(special[0]); i++) {
		bits = fits(family, a, special[i].range);
		if (bits > best) {
			best = bits;
			class = special[i].class;
		}
	}
	FUZZ_ASSERT(class != NULL);
	return class;
}

/* The IPv4 address that a carries, by one of the ranges for that. */
static int
embedded(const uint8_t a[16], uint8_t v4[4])
{
	static const struct {
		const char *range;
		int at;
		uint8_t mask;
	} ways[] = {{"::ffff:0:0/96", 12, 0}, {"::/96", 12, 0},
	    {"::ffff:0:0:0/96", 12, 0}, {"64:ff9b::/96", 12, 0},
	    {"2001::/32", 12, 0xff}, {"2002::/16", 2, 0}};
	size_t i;
	int j;

	if (fits(AF_INET6, a, "::/128") >= 0 ||
	    fits(AF_INET6, a, "::1/128") >= 0)
		return -1;
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		if (fits(AF_INET6, a, ways[i].range) < 0)
			continue;
		for (j = 0; j < 4; j++)
			v4[j] = a[ways[i].at + j] ^ ways[i].mask;
		return 0;
	}
	return -1;
}

static const char *
second_opinion(const uint8_t a[16])
{
	const char *outer = second_table(AF_INET6, a), *inner;
	uint8_t v4[4];

	if (fits(AF_INET6, a, "::ffff:0:0/96") >= 0)
		return second_table(AF_INET, a + 12);
	if (embedded(a, v4) == 0) {
		inner = second_table(AF_INET, v4);
		return strcmp(inner, "public") == 0 ? outer : inner;
	}
	// An interface of ISATAP counts in networks that are public.
	if (strcmp(outer, "public") == 0 &&
	    (memcmp(a + 8, "\0\0\x5e\xfe", 4) == 0 ||
		memcmp(a + 8, "\2\0\x5e\xfe", 4) == 0))
		return second_table(AF_INET, a + 12);
	return outer;
}

static void
check_class(const uint8_t *data, size_t size)
{
	uint8_t a[16];
	const char *ours;

	if (size < 16)
		return;
	memcpy(a, data, 16);
	ours = address_class_name(address_classify(a));
	FUZZ_ASSERT(strcmp(ours, second_opinion(a)) == 0);
	// And the same four bytes in each embedding, where none may be public
	// that is not so by itself.
	memset(a, 0, 10);
	a[10] = a[11] = 0xff;
	ours = address_class_name(address_classify(a));
	FUZZ_ASSERT(strcmp(ours, second_table(AF_INET, a + 12)) == 0);
}

/* Bits that are equal, by the text's own way to say it. */
static void
check_within(const uint8_t *data, size_t size)
{
	unsigned prefix, i;
	bool same = true;

	if (size < 33)
		return;
	prefix = data[32];
	for (i = 0; i < prefix && i < 128; i++)
		same &= ((data[i / 8] ^ data[16 + i / 8]) & 0x80 >> i % 8) == 0;
	FUZZ_ASSERT(
	    address_within(data, data + 16, prefix) == (same && prefix <= 128));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *s = size > 0 ? (const char *)data : "";

	check_name(s, size);
	check_text(s, size);
	check_class(data, size);
	check_within(data, size);
	return 0;
}
