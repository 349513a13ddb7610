/* SPDX-License-Identifier: ISC */
/* The forms of secrets: what a token of each issuer looks like. */
#ifndef SRC_AGENT_REDACT_FORMS_H
#define SRC_AGENT_REDACT_FORMS_H

#include <stdbool.h>
#include <stddef.h>

enum redact_set {
	REDACT_ALNUM,
	REDACT_URLSAFE, /* and - _ */
	REDACT_HEX,
	REDACT_CAPITAL, /* A-Z 0-9 */
	REDACT_DASHED,	/* alphanumeric and - */
	REDACT_UNDER,	/* alphanumeric and _ */
};

/* One of the forms that a prefix tells. */
struct redact_form {
	const char *kind, *prefix;
	enum redact_set set;
	size_t min, max; /* bytes after the prefix */
	bool (*fits)(const char *p, size_t n);
};
/* The form of that number from 0 on; NULL: there are no more. */
const struct redact_form *redact_form_at(size_t i);

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
/*
 * The same of a secret that may begin at p and go on beyond the n bytes that
 * are there by now; start: nothing of a word stands before p. What is found
 * reaches to the end.
 */
struct redact_found redact_growing(const char *p, size_t n, bool start);
/* Bits of chance in each byte of a text, as its bytes are spread. */
double redact_entropy(const char *p, size_t n);

#endif
