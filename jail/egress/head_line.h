/* SPDX-License-Identifier: ISC */
/* The lines of an HTTP/1 head, taken apart: what head_*.c share. */
#ifndef JAIL_EGRESS_HEAD_LINE_H
#define JAIL_EGRESS_HEAD_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "policy/spec.h"

/* Some bytes of the head, without terminator. */
struct part {
	const char *p;
	size_t n;
};

struct request_line {
	struct part method, target;
	unsigned minor; /* of HTTP/1.x */
};

struct field_line {
	struct part name, value; /* value without white space around it */
};

struct authority {
	char host[SPEC_NET_HOST_MAX];
	bool literal;
	uint8_t addr[16];
	uint16_t port; /* 0: none said */
};

/* What the fields of a head said that matters here. */
struct fields {
	unsigned hosts, lengths, codings, upgrades; /* how many there were */
	bool websocket, h2c;			    /* Upgrade names it */
	bool upgrade;				    /* Connection does */
	struct authority host;
};

/* The next line of rest, without its end; rest then begins after it. */
struct part part_line(struct part *rest);
/* The next element of a list with commas, trimmed; false: there is none. */
bool part_element(struct part *rest, struct part *element);
/* Equal, but for the case of letters. */
bool part_is(struct part a, const char *b);
bool part_same(struct part a, struct part b);
bool part_starts(struct part a, const char *prefix);

/* Each returns NULL, or a phrase that follows "the request". */
const char *request_line_read(struct part line, struct request_line *r);
const char *field_line_read(struct part line, struct field_line *f);
/* All fields, up to the empty line; f zeroed before. */
const char *fields_read(struct part rest, struct fields *f);
/* NAME, ADDRESS, [ADDRESS6], each with or without :PORT. */
const char *authority_read(struct part s, struct authority *a);

#endif
