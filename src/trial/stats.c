// SPDX-License-Identifier: ISC
// Figures of many runs from those of each.
#include <stdlib.h>
#include <string.h>
#include "jail/base/fd.h"
#include "src/agent/text.h"
#include "src/trial/stats.h"

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double
stats_median(double *v, size_t n)
{
	if (n == 0)
		return -1;
	qsort(v, n, sizeof(*v), by_size);
	return n % 2 == 1 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

int
stats_percent(uint64_t part, uint64_t whole)
{
	return whole == 0 ? -1 : (int)(part * 100 / whole);
}

static void
medians(struct figures *f, const struct outcome *o, size_t n)
{
	autofree double *v = mem_alloc(n + 1, sizeof(*v));
	size_t i, k;

	for (i = k = 0; i < n; i++)
		if (o[i].passed && o[i].got_green)
			v[k++] = (double)o[i].green_ms;
	f->green_ms = stats_median(v, k);
	for (i = k = 0; i < n; i++)
		if (o[i].ended)
			v[k++] = (double)o[i].turns;
	f->turns = stats_median(v, k);
	for (i = k = 0; i < n; i++)
		if (o[i].ended)
			v[k++] = (double)o[i].wall_ms;
	f->wall_ms = stats_median(v, k);
}

static void
sums(struct figures *f, const struct outcome *o, size_t n)
{
	size_t i;

	f->runs = n;
	for (i = 0; i < n; i++) {
		f->passed += o[i].passed;
		f->calls += o[i].calls;
		f->calls_failed += o[i].calls_failed;
		f->tokens_in += o[i].tokens_in;
		f->tokens_out += o[i].tokens_out;
		f->cost_micro += o[i].cost_micro;
		f->priced += o[i].priced;
		f->unconfirmed += o[i].unconfirmed;
	}
}

/* How many runs have the difference that most of them have. */
static size_t
most_frequent(const struct outcome *o, size_t n)
{
	size_t i, j, k, best = 0;

	for (i = 0; i < n; i++) {
		for (j = i, k = 0; j < n && o[i].digest[0] != '\0'; j++)
			k += strcmp(o[i].digest, o[j].digest) == 0;
		if (k > best)
			best = k;
	}
	return best;
}

void
stats_task(struct figures *f, const struct outcome *o, size_t n)
{
	size_t i;

	memset(f, 0, sizeof(*f));
	sums(f, o, n);
	medians(f, o, n);
	for (i = 1; i < n; i++)
		f->flips += o[i].passed != o[i - 1].passed;
	f->flaky = f->passed > 0 && f->passed < n;
	f->same = most_frequent(o, n);
}

void
stats_all(struct figures *f, const struct outcome *o, size_t n, size_t runs)
{
	struct figures one;
	size_t i;

	memset(f, 0, sizeof(*f));
	sums(f, o, n * runs);
	medians(f, o, n * runs);
	for (i = 0; i < n; i++) {
		stats_task(&one, o + i * runs, runs);
		f->flips += one.flips;
		f->flaky += one.flaky;
		f->same += one.same;
	}
}
