// SPDX-License-Identifier: ISC
// Compiles the rows of one system call to BPF: each argument is loaded once
// for all rows that ask for it, and what two values have in common is written
// once.
#include <string.h>
#include "jail/filter-rows.h"

bool
rows_same(const struct row *a, const struct row *b, int n, int from)
{
	for (; n > 0; n--, a++, b++)
		if (a->words != b->words || a->verdict != b->verdict ||
		    memcmp(a->word + from, b->word + from,
			(size_t)(a->words - from) * sizeof(a->word[0])) != 0)
			return false;
	return true;
}

static bool
same_test(const struct row *a, const struct row *b, int depth)
{
	return b->words > depth && a->word[depth].at == b->word[depth].at &&
	       a->word[depth].mask == b->word[depth].mask;
}

// Moves the rows that want row 0's value to the front, in their order;
// returns how many. They exclude all others of the same test.
static int
gather(struct row *row, int n, int depth)
{
	struct row r;
	int i, have = 1;

	for (i = 1; i < n; i++) {
		if (row[i].word[depth].value != row[0].word[depth].value)
			continue;
		r = row[i];
		memmove(
		    row + have + 1, row + have, (size_t)(i - have) * sizeof(r));
		row[have++] = r;
	}
	return have;
}

struct branch {
	struct row *row;
	int n, label;
};

static void
sort_branches(struct branch *b, int n, int depth)
{
	struct branch t;
	int i, j;

	for (i = 1; i < n; i++)
		for (j = i; j > 0 && b[j].row->word[depth].value <
					 b[j - 1].row->word[depth].value;
		     j--) {
			t = b[j];
			b[j] = b[j - 1];
			b[j - 1] = t;
		}
}

static void
search_values(
    struct filter_asm *a, const struct branch *b, int n, int depth, int other)
{
	static struct asm_span span[2 * ROWS_MAX + 1];
	size_t s = 0;
	uint32_t v;
	int i;

	for (i = 0; i < n; i++) {
		v = b[i].row->word[depth].value;
		if (s == 0 && v > 0)
			span[s++] = (struct asm_span){0, other};
		if (s > 0 && span[s - 1].first == v)
			s--;
		if (s == 0 || span[s - 1].label != b[i].label)
			span[s++] = (struct asm_span){v, b[i].label};
		if (v != UINT32_MAX)
			span[s++] = (struct asm_span){v + 1, other};
	}
	asm_search(a, span, s);
}

// Cuts the rows of one test into a branch a value; where two would go on
// alike they share a label.
static int
make_branches(const struct rows_out *o, struct row *row, int n, int depth,
    struct branch *b)
{
	int i, j, used, nb = 0;

	for (i = 0; i < n; i += used, nb++) {
		used = gather(row + i, n - i, depth);
		b[nb] = (struct branch){row + i, used, 0};
		if (row[i].words == depth + 1)
			b[nb].label = o->leaf[row[i].verdict];
		for (j = 0; j < nb && b[nb].label == 0; j++)
			if (b[j].n == used &&
			    rows_same(b[j].row, row + i, used, depth + 1))
				b[nb].label = b[j].label;
		if (b[nb].label == 0)
			b[nb].label = asm_label(o->a);
	}
	return nb;
}

static bool
has_code(const struct rows_out *o, const struct branch *b, int i)
{
	int j;

	for (j = 0; j < i; j++)
		if (b[j].label == b[i].label)
			return false;
	return b[i].label > o->leaves;
}

// Rows that agree up to depth; where none holds, on to other.
static void
emit(const struct rows_out *o, struct row *row, int n, int depth, int other)
{
	struct branch b[ROWS_MAX];
	int i, run, nb, rest = other;

	for (run = 1; run < n && same_test(row, row + run, depth);)
		run++;
	if (run < n)
		rest = row[run].words == depth ? o->leaf[row[run].verdict]
					       : asm_label(o->a);
	nb = make_branches(o, row, run, depth, b);
	asm_emit(o->a, BPF_LD | BPF_W | BPF_ABS, row->word[depth].at);
	if (row->word[depth].mask != UINT32_MAX)
		asm_emit(
		    o->a, BPF_ALU | BPF_AND | BPF_K, row->word[depth].mask);
	sort_branches(b, nb, depth);
	search_values(o->a, b, nb, depth, rest);
	for (i = 0; i < nb; i++) {
		if (!has_code(o, b, i))
			continue;
		asm_place(o->a, b[i].label);
		emit(o, b[i].row, b[i].n, depth + 1, rest);
	}
	if (run < n && row[run].words > depth) {
		asm_place(o->a, rest);
		emit(o, row + run, n - run, depth, other);
	}
}

void
rows_emit(const struct rows_out *o, struct row *row, int n, int other)
{
	emit(o, row, n, 0, other);
}
