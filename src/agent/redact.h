/* SPDX-License-Identifier: ISC */
/*
 * Secrets struck out of text that is about to be told: to a model, a screen,
 * a session file. By their form: keys, tokens, private keys, passwords in
 * URLs, what is assigned to a name like "password" and looks like chance; and
 * by the patterns of the policy.
 */
#ifndef SRC_AGENT_REDACT_H
#define SRC_AGENT_REDACT_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "jail/base/err.h"
#include "policy/policy.h"
#include "src/agent/text.h"

#define REDACT_HELD_MAX	 65536 /* bytes of a line that are waited for */
#define REDACT_KINDS_MAX 64

/* What a run strikes out beyond the known forms, and what it has found. */
struct redactor {
	regex_t pattern[POLICY_REDACTS_MAX];
	size_t npatterns;
	uint64_t count; /* secrets struck out */
	struct {
		const char *kind;
		uint64_t count;
	} of[REDACT_KINDS_MAX];
	size_t nkinds;
};

/* Makes the policy's patterns ready. ERR_POLICY names one that is none. */
int redactor_begin(
    struct redactor *by, const struct policy *p, struct err *e) MUST_CHECK;
void redactor_free(struct redactor *by);
/* "2 password, 1 OpenAI key" */
void redactor_say(const struct redactor *by, struct text *out);

/* Text may come in pieces that split a secret. Zeroed at the beginning. */
struct redact {
	struct redactor *by; /* NULL: the known forms alone */
	struct text held;    /* the line that has not ended */
	size_t told;	     /* bytes of it that were told already */
	size_t hidden;	     /* bytes of a private key so far; 0: in none */
	size_t count;	     /* secrets struck out */
};

/* Appends to out what is sure by now; each secret as [redacted: KIND]. */
void
redact_add(struct redact *r, struct text *out, const char *data, size_t len);
/*
 * Of the line that has not ended, appends what is in no secret, however it
 * goes on: for who cannot wait for its end. With patterns of a policy, which
 * could match anything, its last word waits in any case.
 */
void redact_flush(struct redact *r, struct text *out);
/* What is still held; *r can be used anew, its count stays. */
void redact_end(struct redact *r, struct text *out);
/* All of that for one text; returns how many secrets there were. */
size_t redact_text(struct redactor *by, struct text *t);

#endif
