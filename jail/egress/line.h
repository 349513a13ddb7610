/* SPDX-License-Identifier: ISC */
/*
 * One line of JSON in a fixed buffer: the few shapes that records need, and
 * text of strangers that cannot break out of its quotes.
 */
#ifndef JAIL_EGRESS_LINE_H
#define JAIL_EGRESS_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINE_BYTES    16384 /* more than all fields at their longest */
#define LINE_TEXT_MAX 256 /* bytes of a text before escapes; the rest is cut */

struct line {
	size_t len;
	bool over; /* it did not fit, and must not be written */
	char buf[LINE_BYTES];
};

void line_begin(struct line *l);
/* "key":"text". ASCII, whatever text is: other bytes are \u00XX. NULL: nothing. */
void line_text(struct line *l, const char *key, const char *text);
void line_number(struct line *l, const char *key, uint64_t v);
void line_true(struct line *l, const char *key);
/* Lower-case hexadecimal. */
void line_hex(struct line *l, const char *key, const uint8_t *p, size_t n);
/* An address of 16 bytes, as text; mapped IPv4 as a dotted quad. */
void line_address(struct line *l, const char *key, const uint8_t a[16]);
void line_addresses(
    struct line *l, const char *key, const uint8_t (*a)[16], unsigned n);
/* UTC to the microsecond, as in "2024-02-29T23:59:59.000001Z". */
void line_time(struct line *l, const char *key, uint64_t usec);
/* Closes the object, and the line. */
void line_end(struct line *l);
/*
 * Whether p[0..n), without its newline, is a line that was written to its end:
 * one object whose braces and quotes are closed.
 */
bool line_whole(const char *p, size_t n);

#endif
