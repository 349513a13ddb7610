// SPDX-License-Identifier: ISC
// What a request used, in one convention: sums and guesses.
#include "src/model/usage.h"

enum {
	BYTES_A_TOKEN = 4 /* of English, code and JSON, by rule of thumb */
};

static void
add(uint64_t *to, uint64_t v)
{
	if (__builtin_add_overflow(*to, v, to))
		*to = UINT64_MAX;
}

void
usage_add(struct model_usage *sum, const struct model_usage *u)
{
	add(&sum->input_tokens, u->input_tokens);
	add(&sum->output_tokens, u->output_tokens);
	add(&sum->cache_read_input_tokens, u->cache_read_input_tokens);
	add(&sum->cache_creation_input_tokens, u->cache_creation_input_tokens);
	add(&sum->reasoning_output_tokens, u->reasoning_output_tokens);
	add(&sum->estimated_tokens, u->estimated_tokens);
	add(&sum->cost_micro, u->cost_micro);
	add(&sum->unpriced_tokens, u->unpriced_tokens);
}

uint64_t
usage_guess(uint64_t bytes)
{
	return bytes / BYTES_A_TOKEN + (bytes % BYTES_A_TOKEN != 0);
}
