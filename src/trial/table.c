// SPDX-License-Identifier: ISC
// What a bench found, in 80 columns.
#include <inttypes.h>
#include <string.h>
#include "policy/scan.h"
#include "src/agent/clean.h"
#include "src/trial/report.h"

#define WIDTH  80
#define NAME   18 // columns of a task's name
#define MOST   20 // runs that did not pass and are told of
#define COLUMN "%7s %7s %5s %5s %6s %6s %8s %5s %4s\n"

void
say_time(struct text *t, double ms)
{
	if (ms < 0)
		text_str(t, "-");
	else if (ms < 99950)
		text_printf(t, "%.1fs", ms / 1000);
	else if (ms < 5999500)
		text_printf(t, "%.0fm%02.0fs", (double)(int)(ms / 60000),
		    (double)((int)(ms / 1000) % 60));
	else
		text_printf(t, "%.1fh", ms / 3600000);
}

void
say_percent(struct text *t, int percent)
{
	if (percent < 0)
		text_str(t, "-");
	else
		text_printf(t, "%d%%", percent);
}

void
say_count(struct text *t, uint64_t n)
{
	if (n < 100000)
		text_printf(t, "%" PRIu64, n);
	else if (n < 10000000)
		text_printf(t, "%" PRIu64 "k", n / 1000);
	else if (n < UINT64_C(10000000000))
		text_printf(t, "%" PRIu64 "M", n / 1000000);
	else
		text_printf(t, "%" PRIu64 "G", n / 1000000000);
}

/* A plus where some runs told none: it is more. */
void
say_cost(struct text *t, const struct figures *f)
{
	double usd = (double)f->cost_micro / 1e6;

	if (f->priced == 0)
		text_str(t, "-");
	else
		text_printf(t, "%.*f%s", usd < 10 ? 4 : 2, usd,
		    f->priced < f->runs ? "+" : "");
}

void
say_reason(struct text *t, const struct outcome *o)
{
	if (o->reason != NULL)
		clean_all(CLEAN_SCREEN, t, o->reason, strlen(o->reason));
	else if (!o->done)
		text_str(t, "did not end");
	else if (o->status > 128)
		text_printf(t, "ended by signal %d", o->status - 128);
	else
		text_printf(t, "ended with status %d", o->status);
}

/* The name in NAME columns; a character is taken for one. */
static void
name_column(FILE *f, const char *name)
{
	autotext struct text t = {0};
	size_t columns = 0, i;
	const char *p;

	clean_all(CLEAN_SCREEN, &t, name, strcspn(name, "\n"));
	for (p = text_of(&t); *p != '\0'; p++)
		columns += ((unsigned char)*p & 0xc0) != 0x80;
	p = text_of(&t);
	for (i = 0; *p != '\0'; p++) {
		i += ((unsigned char)*p & 0xc0) != 0x80;
		if (columns > NAME && i > NAME - 2)
			break;
		putc(*p, f);
	}
	if (columns > NAME)
		fputs("..", f);
	for (i = columns; i < NAME; i++)
		putc(' ', f);
}

static void
row(FILE *f, const char *name, const struct figures *g)
{
	struct text c[9] = {{0}};
	size_t i;

	text_printf(&c[0], "%zu/%zu", g->passed, g->runs);
	say_time(&c[1], g->green_ms);
	if (g->turns < 0)
		text_str(&c[2], "-");
	else
		text_printf(&c[2], "%.4g", g->turns);
	say_percent(&c[3], stats_percent(g->calls - g->calls_failed, g->calls));
	say_count(&c[4], g->tokens_in);
	say_count(&c[5], g->tokens_out);
	say_cost(&c[6], g);
	text_printf(&c[7], "%zu", g->flips);
	say_percent(&c[8], stats_percent(g->same, g->runs));
	name_column(f, name);
	fprintf(f, COLUMN, c[0].p, c[1].p, c[2].p, c[3].p, c[4].p, c[5].p,
	    c[6].p, c[7].p, c[8].p);
	for (i = 0; i < 9; i++)
		text_free(&c[i]);
}

/* Text broken at spaces, each line indented by two. */
static void
wrap(FILE *f, const char *s)
{
	size_t column = 0, n;

	for (; *s != '\0'; s += n) {
		s += strspn(s, " \n");
		n = strcspn(s, " \n");
		if (n == 0)
			break;
		if (column > 0 && column + 1 + n <= WIDTH)
			column += (size_t)fprintf(f, " ");
		else
			column =
			    (size_t)fprintf(f, "%s  ", column > 0 ? "\n" : "");
		fprintf(f, "%.*s", (int)n, s);
		column += n;
	}
	putc('\n', f);
}

static void
failures(const struct bench *b, FILE *f)
{
	size_t i, told = 0, failed = 0;

	for (i = 0; i < b->tasks.n * b->runs; i++) {
		const struct outcome *o = &b->out[i];
		const char *name = b->tasks.of[i / b->runs].name;
		autotext struct text t = {0};

		if (o->passed || ++failed > MOST)
			continue;
		if (told++ == 0)
			fputs("\nNot passed:\n", f);
		clean_all(CLEAN_SCREEN, &t, name, strlen(name));
		text_printf(&t, ", run %zu: ", i % b->runs + 1);
		say_reason(&t, o);
		if (o->error != NULL) {
			text_str(&t, ": ");
			clean_all(CLEAN_SCREEN, &t, o->error, strlen(o->error));
		}
		wrap(f, text_of(&t));
	}
	if (failed > told)
		fprintf(f, "  and %zu more; --json tells of each.\n",
		    failed - told);
}

void
bench_table(const struct bench *b, FILE *f)
{
	autotext struct text wall = {0};
	struct figures g;
	size_t i;

	fprintf(f, "%-*s" COLUMN, NAME, "TASK", "PASSED", "GREEN", "TURNS",
	    "TOOLS", "IN", "OUT", "COST $", "FLIPS", "SAME");
	for (i = 0; i < b->tasks.n; i++) {
		stats_task(&g, b->out + i * b->runs, b->runs);
		row(f, b->tasks.of[i].name, &g);
	}
	stats_all(&g, b->out, b->tasks.n, b->runs);
	if (b->tasks.n > 1)
		row(f, "all", &g);
	say_time(&wall, (double)b->wall_ms);
	fprintf(f,
	    "\n%d%% passed; %zu of %zu tasks flaky; %zu runs, %zu at a time, "
	    "took %s.\n",
	    stats_percent(g.passed, g.runs), g.flaky, b->tasks.n, g.runs,
	    b->jobs, wall.p);
	failures(b, f);
}
