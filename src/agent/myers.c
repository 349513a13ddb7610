// SPDX-License-Identifier: ISC
// Which lines two texts do not share: Myers' O(ND) difference, bounded.
#include <stdlib.h>
#include <string.h>
#include "src/agent/myers.h"
#include "src/agent/text.h"

#define EDITS_MAX 3000	   // remembered paths grow with its square: 36 MB
#define STEPS_MAX 40000000 // diagonals and matches tried: half a second
#define NOWHERE	  (-1)

struct search {
	const uint32_t *a, *b;
	int32_t n, m;
	/* How far each path of d edits came: x of diagonal k = x - y, kept
	   for d = 0, 1, 2...; row d begins at d * d and has 2d + 1 places. */
	int32_t *reach;
	size_t cap;
	uint64_t steps;
};

static int32_t
reached(const struct search *s, int32_t d, int32_t k)
{
	if (d < 0 || k < -d || k > d)
		return NOWHERE;
	return s->reach[(size_t)d * (size_t)d + (size_t)(k + d)];
}

/*
 * Where the best path of d edits enters diagonal k, coming from d - 1; and
 * whether it goes down there (a line of b comes) or right (one of a goes).
 */
static int32_t
enter(const struct search *s, int32_t d, int32_t k, bool *down)
{
	int32_t above = reached(s, d - 1, k + 1);
	int32_t left = reached(s, d - 1, k - 1);

	if (above != NOWHERE && above - k > s->m)
		above = NOWHERE; // below the last line of b
	left = left == NOWHERE || left + 1 > s->n ? NOWHERE : left + 1;
	*down = above >= left && above != NOWHERE;
	return *down ? above : left;
}

/* One more edit on every diagonal; true if the end was reached. */
static bool
widen(struct search *s, int32_t d)
{
	size_t row = (size_t)d * (size_t)d;
	int32_t k, x;
	bool down;

	if (row + 2 * (size_t)d + 1 > s->cap) {
		s->cap = 2 * (row + 2 * (size_t)d + 1);
		s->reach = mem_grow(s->reach, s->cap, sizeof(*s->reach));
	}
	for (k = -d; k <= d; k++)
		s->reach[row + (size_t)(k + d)] = NOWHERE;
	for (k = -d; k <= d; k += 2) {
		x = d == 0 ? 0 : enter(s, d, k, &down);
		s->steps++;
		if (x == NOWHERE)
			continue;
		while (x < s->n && x - k < s->m && s->a[x] == s->b[x - k]) {
			x++;
			s->steps++;
		}
		s->reach[row + (size_t)(k + d)] = x;
		if (x == s->n && x - k == s->m)
			return true;
	}
	return false;
}

/* Walks back from the end, marking the edits. */
static void
mark(const struct search *s, int32_t d, bool *gone, bool *come)
{
	int32_t x = s->n, y = s->m, k;
	bool down;

	for (; d > 0; d--) {
		k = x - y;
		x = enter(s, d, k, &down);
		y = x - k;
		if (down)
			come[--y] = true;
		else
			gone[--x] = true;
		// The matches before it are walked by the next round.
	}
}

void
myers_diff(const uint32_t *a, size_t n, const uint32_t *b, size_t m, bool *gone,
    bool *come)
{
	struct search s = {0};
	size_t same = 0;
	int32_t d;

	while (same < n && same < m && a[same] == b[same])
		same++;
	a += same, n -= same, gone += same;
	b += same, m -= same, come += same;
	while (n > 0 && m > 0 && a[n - 1] == b[m - 1])
		n--, m--;
	s.a = a;
	s.b = b;
	s.n = (int32_t)n;
	s.m = (int32_t)m;
	for (d = 0; d <= EDITS_MAX && s.steps < STEPS_MAX; d++)
		if (n < INT32_MAX / 2 && m < INT32_MAX / 2 && widen(&s, d)) {
			mark(&s, d, gone, come);
			free(s.reach);
			return;
		}
	// Too different to search: everything goes, everything comes.
	memset(gone, true, n * sizeof(*gone));
	memset(come, true, m * sizeof(*come));
	free(s.reach);
}
