/* SPDX-License-Identifier: ISC */
/* Addresses: text, ranges, and what kind of place each leads to. */
#ifndef POLICY_ADDRESS_H
#define POLICY_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* IPv4 addresses are held as ::ffff:a.b.c.d, everywhere. */
#define ADDRESS_BYTES	 16
#define ADDRESS_TEXT_MAX 46

enum address_class {
	ADDRESS_PUBLIC,
	ADDRESS_UNSPECIFIED,
	ADDRESS_LOOPBACK,
	ADDRESS_PRIVATE,    /* RFC 1918, fc00::/7, fec0::/10 */
	ADDRESS_SHARED,	    /* 100.64.0.0/10 */
	ADDRESS_LINK_LOCAL, /* 169.254.0.0/16, fe80::/10 */
	ADDRESS_METADATA,   /* 169.254.169.254 and its kin */
	ADDRESS_MULTICAST,
	ADDRESS_RESERVED, /* documentation, benchmarks, 0/8, 240/4, the rest */
	ADDRESS__COUNT
};

/*
 * What an address is. One that embeds an IPv4 address (mapped, compatible,
 * translated, NAT64, 6to4, Teredo, ISATAP) is what the embedded one is, if
 * that is not public. If it is, then mapped and NAT64 (64:ff9b::/96, which an
 * IPv6-only host has for all of the IPv4 internet) are public, too, and the
 * others reserved: what a tunnel leads to is not what was looked at. Outside
 * 2000::/3 no other IPv6 address is public.
 */
enum address_class address_classify(const uint8_t a[ADDRESS_BYTES]);
/* "public", "private"... */
const char *address_class_name(enum address_class c);
/*
 * Strict dotted quad or RFC 4291 text; no octal, hex, short forms, zones. -1:
 * it is none, and a is untouched.
 */
int address_parse(const char *s, size_t len, uint8_t a[ADDRESS_BYTES])
    __attribute__((warn_unused_result));
/* Its text as of RFC 5952; mapped IPv4 as a dotted quad. */
void address_format(const uint8_t a[ADDRESS_BYTES], char out[ADDRESS_TEXT_MAX]);
/* Whether a lies in net/prefix, prefix being of the 128 bits. */
bool address_within(const uint8_t a[ADDRESS_BYTES],
    const uint8_t net[ADDRESS_BYTES], unsigned prefix);
/* An IPv4 address as they are held; and whether one is held. */
void address_from_v4(uint8_t a[ADDRESS_BYTES], const uint8_t v4[4]);
bool address_is_v4(const uint8_t a[ADDRESS_BYTES]);

#endif
