/* SPDX-License-Identifier: ISC */
/*
 * Compiles the rows of one system call, whose arguments decide, to BPF. Used
 * while the project is built, never at run time.
 */
#ifndef JAIL_FILTER_ROWS_H
#define JAIL_FILTER_ROWS_H

#include <stdbool.h>
#include "jail/filter-asm.h"

enum {
	ROWS_MAX = 64,
	CONDS_MAX = 6,
};

// A condition on one half of an argument, as the filter sees it.
struct word {
	uint32_t at, mask, value;
};

struct row {
	struct word word[CONDS_MAX];
	int words;
	int verdict;
};

/* Where it goes, and the label of each verdict: 1 to leaves. */
struct rows_out {
	struct filter_asm *a;
	const int *leaf;
	int leaves;
};

/* Whether n rows want the same, looking at conditions from the given one. */
bool rows_same(const struct row *a, const struct row *b, int n, int from);
/* The first row that holds counts; where none does, on to other. Row 0 has a
 * condition. Changes the rows' order. */
void rows_emit(const struct rows_out *o, struct row *row, int n, int other);

#endif
