/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as a conversation: right messages of the table, then spoiled.
 *
 * A record is a row; a byte of what is wrong with it (bits 0-1: descriptors,
 * 2-3: which, 4: a seq follows, 5-7: how many patches); the seq; and of each
 * patch its offset in two bytes (past the message: the new size) and a byte.
 */
#ifndef TESTS_FUZZ_SCRIPT_H
#define TESTS_FUZZ_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "tests/unit/raw.h"

struct script {
	const uint8_t *p;
	size_t n;
	unsigned ways;		     /* rows of these directions alone */
	void (*seed)(struct raw *r); /* mends what raw_right cannot know */
};

/* The next byte; 0 when there are no more. */
uint8_t script_byte(struct script *s);
/*
 * Says all the rest on a socket, as much as fits without a reader: at most
 * most messages.
 */
void script_say(struct script *s, int sock, unsigned most);
/* Open descriptors: as many before and after. */
unsigned script_files(void);

#endif
