// SPDX-License-Identifier: ISC
// What kind of place an address leads to, by IANA's registries of special
// addresses, and what the clouds put among them.
#include <string.h>
#include "policy/address.h"

struct v4_row {
	uint32_t net;
	uint8_t prefix, class;
};

#define V4(a, b, c, d) \
	((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (d))

/* The first that fits counts. */
static const struct v4_row v4_rows[] = {
    // Who asks here is given the machine's credentials: most clouds; AWS for
    // containers; Alibaba, Oracle, Scaleway, Tencent; Azure's, amid others'.
    {V4(169, 254, 169, 254), 32, ADDRESS_METADATA},
    {V4(169, 254, 170, 2), 32, ADDRESS_METADATA},
    {V4(169, 254, 170, 23), 32, ADDRESS_METADATA},
    {V4(100, 100, 100, 200), 32, ADDRESS_METADATA},
    {V4(192, 0, 0, 192), 32, ADDRESS_METADATA},
    {V4(169, 254, 42, 42), 32, ADDRESS_METADATA},
    {V4(169, 254, 0, 23), 32, ADDRESS_METADATA},
    {V4(168, 63, 129, 16), 32, ADDRESS_METADATA},
    {V4(0, 0, 0, 0), 32, ADDRESS_UNSPECIFIED},
    {V4(0, 0, 0, 0), 8, ADDRESS_RESERVED},
    {V4(10, 0, 0, 0), 8, ADDRESS_PRIVATE},
    {V4(100, 64, 0, 0), 10, ADDRESS_SHARED},
    {V4(127, 0, 0, 0), 8, ADDRESS_LOOPBACK},
    {V4(169, 254, 0, 0), 16, ADDRESS_LINK_LOCAL},
    {V4(172, 16, 0, 0), 12, ADDRESS_PRIVATE},
    {V4(192, 0, 0, 0), 24, ADDRESS_RESERVED},
    {V4(192, 0, 2, 0), 24, ADDRESS_RESERVED},
    {V4(192, 88, 99, 0), 24, ADDRESS_RESERVED}, // relays of 6to4
    {V4(192, 168, 0, 0), 16, ADDRESS_PRIVATE},
    {V4(198, 18, 0, 0), 15, ADDRESS_RESERVED},
    {V4(198, 51, 100, 0), 24, ADDRESS_RESERVED},
    {V4(203, 0, 113, 0), 24, ADDRESS_RESERVED},
    {V4(224, 0, 0, 0), 4, ADDRESS_MULTICAST},
    {V4(240, 0, 0, 0), 4, ADDRESS_RESERVED},
};

struct v6_row {
	uint8_t net[ADDRESS_BYTES];
	uint8_t prefix, class;
	uint8_t embeds; /* where an IPv4 address begins; 0: none */
	uint8_t mask;	/* its bytes are held xor this */
};

/* The first that fits counts. */
static const struct v6_row v6_rows[] = {
    // AWS; AWS for containers; Google; Oracle; Scaleway; OpenStack.
    {{0xfd, 0, 0x0e, 0xc2, [14] = 0x02, 0x54}, 128, ADDRESS_METADATA, 0, 0},
    {{0xfd, 0, 0x0e, 0xc2, [15] = 0x23}, 128, ADDRESS_METADATA, 0, 0},
    {{0xfd, 0x20, 0, 0xce, [14] = 0x02, 0x54}, 128, ADDRESS_METADATA, 0, 0},
    {{0xfd, 0, 0, 0xc1, [12] = 0xa9, 0xfe, 0xa9, 0xfe}, 128, ADDRESS_METADATA,
	0, 0},
    {{0xfd, 0, 0, 0x42, [15] = 0x42}, 128, ADDRESS_METADATA, 0, 0},
    {{0xfe, 0x80, [12] = 0xa9, 0xfe, 0xa9, 0xfe}, 128, ADDRESS_METADATA, 0, 0},
    {{0}, 128, ADDRESS_UNSPECIFIED, 0, 0},
    {{[15] = 1}, 128, ADDRESS_LOOPBACK, 0, 0},
    {{[10] = 0xff, 0xff}, 96, ADDRESS_PUBLIC, 12, 0},	 // mapped
    {{0}, 96, ADDRESS_RESERVED, 12, 0},			 // compatible
    {{[8] = 0xff, 0xff}, 96, ADDRESS_RESERVED, 12, 0},	 // translated
    {{0, 0x64, 0xff, 0x9b}, 96, ADDRESS_PUBLIC, 12, 0},	 // NAT64
    {{0x20, 1}, 32, ADDRESS_RESERVED, 12, 0xff},	 // Teredo's client
    {{0x20, 1}, 23, ADDRESS_RESERVED, 0, 0},		 // protocols
    {{0x20, 1, 0x0d, 0xb8}, 32, ADDRESS_RESERVED, 0, 0}, // documentation
    {{0x20, 2}, 16, ADDRESS_RESERVED, 2, 0},		 // 6to4
    {{0x3f, 0xff}, 20, ADDRESS_RESERVED, 0, 0},		 // documentation
    {{0x20}, 3, ADDRESS_PUBLIC, 0, 0},
    {{0xfc}, 7, ADDRESS_PRIVATE, 0, 0},
    {{0xfe, 0xc0}, 10, ADDRESS_PRIVATE, 0, 0},
    {{0xfe, 0x80}, 10, ADDRESS_LINK_LOCAL, 0, 0},
    {{0xff}, 8, ADDRESS_MULTICAST, 0, 0},
    {{0}, 0, ADDRESS_RESERVED, 0, 0},
};

static const char *const names[] = {
    [ADDRESS_PUBLIC] = "public",
    [ADDRESS_UNSPECIFIED] = "unspecified",
    [ADDRESS_LOOPBACK] = "loopback",
    [ADDRESS_PRIVATE] = "private",
    [ADDRESS_SHARED] = "shared",
    [ADDRESS_LINK_LOCAL] = "link-local",
    [ADDRESS_METADATA] = "metadata",
    [ADDRESS_MULTICAST] = "multicast",
    [ADDRESS_RESERVED] = "reserved",
};

static enum address_class
classify_v4(const uint8_t *a, uint8_t mask)
{
	const struct v4_row *r = v4_rows;
	uint32_t v;

	v = V4(a[0] ^ mask, a[1] ^ mask, a[2] ^ mask, a[3] ^ mask);
	for (; r < v4_rows + sizeof(v4_rows) / sizeof(*r); r++)
		if ((v ^ r->net) >> (32 - r->prefix) == 0)
			return r->class;
	return ADDRESS_PUBLIC;
}

/* An interface of ISATAP, in any network: 0000:5efe:a.b.c.d, or 0200. */
static bool
is_isatap(const uint8_t a[ADDRESS_BYTES])
{
	return (a[8] & ~0x02) == 0 && a[9] == 0 && a[10] == 0x5e &&
	       a[11] == 0xfe;
}

enum address_class
address_classify(const uint8_t a[ADDRESS_BYTES])
{
	const struct v6_row *r = v6_rows;
	enum address_class c;

	// The last row fits all.
	while (!address_within(a, r->net, r->prefix))
		r++;
	if (r->embeds != 0) {
		c = classify_v4(a + r->embeds, r->mask);
		return c != ADDRESS_PUBLIC ? c : r->class;
	}
	if (r->class == ADDRESS_PUBLIC && is_isatap(a))
		return classify_v4(a + 12, 0);
	return r->class;
}

const char *
address_class_name(enum address_class c)
{
	return names[c];
}
