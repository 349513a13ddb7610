// SPDX-License-Identifier: ISC
// The known word that was likely meant, by counting edits.
#include <stdbool.h>
#include <string.h>
#include "policy/nearest.h"

#define LONGEST 31 /* words and guesses beyond it are never near */

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Do the two bytes before i and j stand the other way round? */
static bool
swapped(const char *s, const char *word, size_t i, size_t j)
{
	return i > 1 && j > 1 && s[i - 1] == word[j - 2] &&
	       s[i - 2] == word[j - 1];
}

size_t
nearest_distance(const char *s, size_t len, const char *word)
{
	size_t d[LONGEST + 1][LONGEST + 1], e, i, j, n = strlen(word);

	if (len > LONGEST || n > LONGEST)
		return len + n;
	for (i = 0; i <= len; i++)
		d[i][0] = i;
	for (j = 0; j <= n; j++)
		d[0][j] = j;
	for (i = 1; i <= len; i++) {
		for (j = 1; j <= n; j++) {
			e = d[i - 1][j - 1] + (s[i - 1] != word[j - 1]);
			e = least(e, least(d[i - 1][j], d[i][j - 1]) + 1);
			if (swapped(s, word, i, j))
				e = least(e, d[i - 2][j - 2] + 1);
			d[i][j] = e;
		}
	}
	return d[len][n];
}

const char *
nearest_word(const char *s, size_t len, const char *const *words, size_t n)
{
	const char *best = NULL;
	size_t i, d, most = 3; // two edits at most

	for (i = 0; i < n; i++) {
		if (words[i] == NULL)
			continue;
		d = nearest_distance(s, len, words[i]);
		// More than half of a short word changed is another word.
		if (d < most && d * 2 <= strlen(words[i])) {
			best = words[i];
			most = d;
		}
	}
	return best;
}
