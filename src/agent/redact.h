/* SPDX-License-Identifier: ISC */
/*
 * Secrets struck out of text that is about to be told: to a model, a screen,
 * a session file. By their form: keys, tokens, private keys, passwords in
 * URLs, what is assigned to a name like "password" and looks like chance.
 */
#ifndef SRC_AGENT_REDACT_H
#define SRC_AGENT_REDACT_H

#include <stdbool.h>
#include <stddef.h>
#include "src/agent/text.h"

#define REDACT_HELD_MAX 65536 /* bytes of a line that are waited for */

/* Text may come in pieces that split a secret. Zeroed at the beginning. */
struct redact {
	struct text held; /* of a line that has not ended */
	size_t hidden;	  /* bytes of a private key so far; 0: in none */
	size_t count;	  /* secrets struck out */
};

/* Appends to out what is sure by now; each secret as [redacted: KIND]. */
void
redact_add(struct redact *r, struct text *out, const char *data, size_t len);
/* What is still held; *r can be used anew, its count stays. */
void redact_end(struct redact *r, struct text *out);
/* All of that for one text; returns how many secrets there were. */
size_t redact_text(struct text *t);

#endif
