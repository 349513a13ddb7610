/* SPDX-License-Identifier: ISC */
/*
 * What a policy says of the network and of commands: each rule and where it
 * comes from, and which decides a destination, or a line of shell. For people,
 * and as JSON.
 */
#ifndef SRC_CLI_EXPLAIN_H
#define SRC_CLI_EXPLAIN_H

#include <stdbool.h>
#include <stdio.h>
#include "policy/policy.h"
#include "src/egress/include.h"

#define EXPLAIN_QUESTIONS_MAX 64

struct explain {
	const char *file; /* the policy's; NULL: none */
	const char *ceiling_file;
	const struct policy *policy;
	const struct policy *ceiling; /* NULL: there is none */
	const struct include_trail *trail;
	const struct policy_expect *question;
	size_t nquestions;
	const char *const *line; /* of shell */
	size_t nlines;
};

/* 0; or -1 where out could not be written. */
int explain_text(const struct explain *x, FILE *out);
int explain_json(const struct explain *x, FILE *out);

/*
 * Where rule i comes from, as FILE:LINE, "preset:NAME (FILE)", "--net".
 * Never longer than size; cut if it has to be.
 */
void
explain_origin(const struct explain *x, uint32_t i, char *out, size_t size);

#endif
