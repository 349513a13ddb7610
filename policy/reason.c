// SPDX-License-Identifier: ISC
// The words and sentences of why a connection was refused.
#include <stddef.h>
#include <string.h>
#include "policy/reason.h"

static const struct {
	const char *word, *text;
} reasons[] = {
#define X(id, word, what) {word, what},
    REASON_TABLE(X)
#undef X
};

const char *
reason_word(enum reason r)
{
	return reasons[r].word;
}

const char *
reason_text(enum reason r)
{
	return reasons[r].text;
}

int
reason_find(const char *word)
{
	int r;

	for (r = 0; r < REASON__COUNT; r++)
		if (strcmp(reasons[r].word, word) == 0)
			return r;
	return -1;
}
