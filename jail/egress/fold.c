// SPDX-License-Identifier: ISC
// Which refusals are the same, and how often they came.
#include <stdio.h>
#include <string.h>
#include "jail/egress/fold.h"

static bool
same(const struct fold *f, const struct record *c)
{
	if (f->due_ms == 0 || f->reason != c->reason || f->port != c->port ||
	    f->generation != c->generation || f->literal != (c->name == NULL))
		return false;
	return f->literal ? memcmp(f->dst, c->dst, sizeof(f->dst)) == 0
			  : strcmp(f->name, c->name) == 0;
}

bool
fold_count(struct fold f[FOLDS], const struct record *c, uint64_t now_us)
{
	unsigned i;

	for (i = 0; i < FOLDS; i++) {
		if (!same(&f[i], c))
			continue;
		if (f[i].count++ == 0)
			f[i].first_us = now_us;
		f[i].last_us = now_us;
		return true;
	}
	return false;
}

struct fold *
fold_place(struct fold f[FOLDS])
{
	struct fold *first = &f[0];
	unsigned i;

	for (i = 0; i < FOLDS && first->due_ms != 0; i++)
		if (f[i].due_ms < first->due_ms)
			first = &f[i];
	return first;
}

void
fold_fill(struct fold *f, const struct record *c, uint64_t now_ms)
{
	memset(f, 0, sizeof(*f));
	f->reason = c->reason;
	f->port = c->port;
	f->generation = c->generation;
	f->literal = c->name == NULL;
	memcpy(f->dst, c->dst, sizeof(f->dst));
	if (c->name != NULL)
		snprintf(f->name, sizeof(f->name), "%s", c->name);
	// Last: who is killed before has left a free place.
	f->due_ms = now_ms + FOLD_SECOND_MS;
}
