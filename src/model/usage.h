/* SPDX-License-Identifier: ISC */
/*
 * What a request used, in one convention whatever the server's is: input is
 * all input, cached or not; output is all output, reasoning too.
 */
#ifndef SRC_MODEL_USAGE_H
#define SRC_MODEL_USAGE_H

#include <stdint.h>

/* OpenTelemetry's names. */
struct model_usage {
	uint64_t input_tokens, output_tokens;
	/* parts of input_tokens */
	uint64_t cache_read_input_tokens, cache_creation_input_tokens;
	uint64_t reasoning_output_tokens; /* a part of output_tokens */
	/*
	 * Of both together: what no server told, but we guess, since the
	 * request was cut off while it was answered.
	 */
	uint64_t estimated_tokens;
	uint64_t cost_micro;	  /* millionths of a dollar */
	uint64_t unpriced_tokens; /* of both: not in cost_micro */
};

/* Sums stay at the greatest number instead of beginning anew. */
void usage_add(struct model_usage *sum, const struct model_usage *u);
/* A guess at how many tokens so many bytes of text are. */
uint64_t usage_guess(uint64_t bytes);

#endif
