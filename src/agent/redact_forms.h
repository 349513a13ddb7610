/* SPDX-License-Identifier: ISC */
/* The forms of secrets: what a token of each issuer looks like. */
#ifndef SRC_AGENT_REDACT_FORMS_H
#define SRC_AGENT_REDACT_FORMS_H

#include <stddef.h>

/* A secret found: bytes of it, what it is, and where in it the secret begins
   (what stands before is kept). kind NULL: none. */
struct redact_found {
	const char *kind;
	size_t keep, len;
};

/*
 * Whether a secret begins at p, of which n bytes are there. No letter, digit
 * or "_" stands before it.
 */
struct redact_found redact_token(const char *p, size_t n);
/* The same of a password in a URL, where p is at "://". */
struct redact_found redact_url(const char *p, size_t n);
/* The same of NAME = VALUE, where p is at the name. */
struct redact_found redact_assigned(const char *p, size_t n);
/* Bits of chance in each byte of a text, as its bytes are spread. */
double redact_entropy(const char *p, size_t n);

#endif
