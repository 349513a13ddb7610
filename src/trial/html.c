// SPDX-License-Identifier: ISC
// What a bench found, as a page that needs nothing from elsewhere.
#include <inttypes.h>
#include <string.h>
#include "src/agent/clean.h"
#include "src/trial/report.h"

// Of the plots, in units of their own.
#define WIDE  720
#define LEFT  180 // names
#define RIGHT 80  // figures behind the bars
#define ROW   24
#define SPAN  (WIDE - LEFT - RIGHT)

static const char head[] =
    "<!DOCTYPE html>\n"
    "<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n<head>\n"
    "<meta charset=\"utf-8\" />\n"
    "<meta name=\"viewport\" content=\"width=device-width\" />\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
    "'none'; style-src 'unsafe-inline'\" />\n"
    "<title>stockade bench</title>\n<style>\n"
    ":root { color-scheme: light dark; --fg: #1c1c1c; --bg: #fff;\n"
    "  --dim: #666; --line: #ccc; --good: #1a7f37; --bad: #c62828;\n"
    "  --one: #0b62c4; --two: #b45f06; }\n"
    "@media (prefers-color-scheme: dark) { :root { --fg: #e6e6e6;\n"
    "  --bg: #161616; --dim: #9a9a9a; --line: #444; --good: #4cc26a;\n"
    "  --bad: #ff7b72; --one: #6cb2ff; --two: #f0a050; } }\n"
    "body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem;\n"
    "  font: 16px/1.5 system-ui, sans-serif; color: var(--fg);\n"
    "  background: var(--bg); }\n"
    ".wide { overflow-x: auto; }\n"
    "table { border-collapse: collapse; width: 100%; }\n"
    "th, td { padding: .2rem .6rem; text-align: right;\n"
    "  border-bottom: 1px solid var(--line);\n"
    "  font-variant-numeric: tabular-nums; }\n"
    "th:first-child, td:first-child, .text { text-align: left; }\n"
    ".dim { color: var(--dim); }\n.bad { color: var(--bad); }\n"
    "svg { width: 100%; height: auto; }\n"
    "svg text { font: 13px system-ui, sans-serif; fill: var(--fg); }\n"
    ".axis { stroke: var(--line); }\n.g { fill: var(--good); }\n"
    ".b { fill: var(--bad); }\n.i { fill: var(--one); }\n"
    ".o { fill: var(--two); }\n.d { fill: var(--one); opacity: .6; }\n"
    ".m { stroke: var(--fg); stroke-width: 2; }\n"
    "</style>\n</head>\n<body>\n";

/* Text for a reader, with nothing of it a mark. At most max characters. */
static void
escaped(FILE *f, const char *s, size_t max)
{
	autotext struct text t = {0};
	size_t n = 0;
	const char *p;

	clean_all(CLEAN_SCREEN, &t, s, strlen(s));
	for (p = text_of(&t); *p != '\0'; p++) {
		n += ((unsigned char)*p & 0xc0) != 0x80;
		if (n > max) {
			fputs("\xe2\x80\xa6", f);
			break;
		}
		switch (*p) {
		case '&':
			fputs("&amp;", f);
			break;
		case '<':
			fputs("&lt;", f);
			break;
		case '>':
			fputs("&gt;", f);
			break;
		case '"':
			fputs("&quot;", f);
			break;
		case '\'':
			fputs("&#39;", f);
			break;
		default:
			putc(*p, f);
		}
	}
}

static void
cell(FILE *f, struct text *t)
{
	fprintf(f, "<td>%s</td>", text_of(t));
	t->len = 0;
}

static void
row(FILE *f, const char *name, const struct figures *g)
{
	autotext struct text t = {0};

	fputs("<tr><td>", f);
	escaped(f, name, 200);
	fputs("</td>", f);
	text_printf(&t, "%zu/%zu", g->passed, g->runs);
	cell(f, &t);
	say_percent(&t, stats_percent(g->passed, g->runs));
	cell(f, &t);
	say_time(&t, g->green_ms);
	cell(f, &t);
	if (g->turns < 0)
		text_str(&t, "-");
	else
		text_printf(&t, "%.4g", g->turns);
	cell(f, &t);
	say_percent(&t, stats_percent(g->calls - g->calls_failed, g->calls));
	cell(f, &t);
	text_printf(&t, "%" PRIu64, g->tokens_in);
	cell(f, &t);
	text_printf(&t, "%" PRIu64, g->tokens_out);
	cell(f, &t);
	say_cost(&t, g);
	cell(f, &t);
	text_printf(&t, "%zu", g->flips);
	cell(f, &t);
	say_percent(&t, stats_percent(g->same, g->runs));
	cell(f, &t);
	fputs("</tr>\n", f);
}

static void
table(const struct bench *b, const struct figures *all, FILE *f)
{
	struct figures g;
	size_t i;

	fputs("<h2>Tasks</h2>\n<div class=\"wide\"><table>\n<thead><tr>"
	      "<th>Task</th><th>Passed</th><th>Rate</th>"
	      "<th>Time to green</th><th>Turns</th><th>Tools</th>"
	      "<th>Tokens in</th><th>out</th><th>Cost, $</th><th>Flips</th>"
	      "<th>Same diff</th></tr></thead>\n<tbody>\n",
	    f);
	for (i = 0; i < b->tasks.n; i++) {
		stats_task(&g, b->out + i * b->runs, b->runs);
		row(f, b->tasks.of[i].name, &g);
	}
	if (b->tasks.n > 1)
		row(f, "All", all);
	fputs("</tbody>\n</table></div>\n<p class=\"dim\">Time to green and "
	      "turns are medians. Tools: calls that succeeded. Flips: a run "
	      "passed where the one before it did not, or the other way "
	      "round. Same diff: runs with the most frequent difference, "
	      "byte for byte.</p>\n",
	    f);
}

static void
plot_begin(const struct bench *b, FILE *f, const char *title)
{
	size_t i, high = b->tasks.n * ROW + 8;

	fprintf(f,
	    "<h2>%s</h2>\n<svg viewBox=\"0 0 %d %zu\" role=\"img\">\n"
	    "<title>%s</title>\n",
	    title, WIDE, high, title);
	fprintf(f,
	    "<line class=\"axis\" x1=\"%d\" y1=\"0\" x2=\"%d\" y2=\"%zu\" />\n",
	    LEFT, LEFT, high);
	for (i = 0; i < b->tasks.n; i++) {
		fprintf(f, "<text x=\"%d\" y=\"%zu\" text-anchor=\"end\">",
		    LEFT - 8, i * ROW + 20);
		escaped(f, b->tasks.of[i].name, 22);
		fputs("</text>\n", f);
	}
}

static void
bar(FILE *f, size_t i, const char *class, double from, double to)
{
	fprintf(f,
	    "<rect class=\"%s\" x=\"%.1f\" y=\"%zu\" width=\"%.1f\" "
	    "height=\"14\" />\n",
	    class, LEFT + from * SPAN, i * ROW + 8, (to - from) * SPAN);
}

static void
figure(FILE *f, size_t i, double at, const char *s)
{
	fprintf(f, "<text x=\"%.1f\" y=\"%zu\">%s</text>\n",
	    LEFT + at * SPAN + 8, i * ROW + 20, s);
}

static void
plot_rates(const struct bench *b, FILE *f)
{
	struct figures g;
	size_t i;

	plot_begin(b, f, "Pass rate");
	for (i = 0; i < b->tasks.n; i++) {
		autotext struct text t = {0};
		double rate;

		stats_task(&g, b->out + i * b->runs, b->runs);
		rate = (double)g.passed / (double)g.runs;
		bar(f, i, "g", 0, rate);
		bar(f, i, "b", rate, 1);
		say_percent(&t, stats_percent(g.passed, g.runs));
		figure(f, i, 1, t.p);
	}
	fputs("</svg>\n", f);
}

/* A dot for each run, a stroke for their median. */
static void
plot_times(const struct bench *b, FILE *f)
{
	struct figures g;
	double most = 1;
	size_t i, k;

	for (i = 0; i < b->tasks.n * b->runs; i++)
		if (b->out[i].passed && (double)b->out[i].green_ms > most)
			most = (double)b->out[i].green_ms;
	plot_begin(b, f, "Time to green");
	for (i = 0; i < b->tasks.n; i++) {
		autotext struct text t = {0};

		for (k = i * b->runs; k < (i + 1) * b->runs; k++)
			if (b->out[k].passed && b->out[k].got_green)
				fprintf(f,
				    "<circle class=\"d\" cx=\"%.1f\" "
				    "cy=\"%zu\" r=\"5\" />\n",
				    LEFT + (double)b->out[k].green_ms / most *
					       SPAN,
				    i * ROW + 15);
		stats_task(&g, b->out + i * b->runs, b->runs);
		say_time(&t, g.green_ms);
		figure(f, i, 1, t.p);
		if (g.green_ms < 0)
			continue;
		fprintf(f,
		    "<line class=\"m\" x1=\"%.1f\" y1=\"%zu\" x2=\"%.1f\" "
		    "y2=\"%zu\" />\n",
		    LEFT + g.green_ms / most * SPAN, i * ROW + 5,
		    LEFT + g.green_ms / most * SPAN, i * ROW + 25);
	}
	fputs("</svg>\n", f);
}

static void
plot_tokens(const struct bench *b, FILE *f)
{
	struct figures g;
	double most = 1, in, out;
	size_t i;

	for (i = 0; i < b->tasks.n; i++) {
		stats_task(&g, b->out + i * b->runs, b->runs);
		if ((double)(g.tokens_in + g.tokens_out) > most)
			most = (double)(g.tokens_in + g.tokens_out);
	}
	plot_begin(b, f, "Tokens");
	for (i = 0; i < b->tasks.n; i++) {
		autotext struct text t = {0};

		stats_task(&g, b->out + i * b->runs, b->runs);
		in = (double)g.tokens_in / most;
		out = (double)g.tokens_out / most;
		bar(f, i, "i", 0, in);
		bar(f, i, "o", in, in + out);
		say_count(&t, g.tokens_in + g.tokens_out);
		figure(f, i, in + out, t.p);
	}
	fputs("</svg>\n<p class=\"dim\">Of all runs of a task: read, then "
	      "written.</p>\n",
	    f);
}

static void
runs(const struct bench *b, FILE *f)
{
	size_t i;

	fputs("<h2>Runs</h2>\n<div class=\"wide\"><table>\n<thead><tr>"
	      "<th>Task</th><th>Run</th><th class=\"text\">End</th>"
	      "<th>Time</th><th>Turns</th><th class=\"text\">Diff</th>"
	      "</tr></thead>\n<tbody>\n",
	    f);
	for (i = 0; i < b->tasks.n * b->runs; i++) {
		const struct outcome *o = &b->out[i];
		autotext struct text why = {0};
		autotext struct text t = {0};

		say_reason(&why, o);
		if (o->error != NULL)
			text_printf(&why, ": %s", o->error);
		say_time(&t, (double)o->wall_ms);
		fputs("<tr><td>", f);
		escaped(f, b->tasks.of[i / b->runs].name, 200);
		fprintf(f, "</td><td>%zu</td><td class=\"text%s\">",
		    i % b->runs + 1, o->passed ? "" : " bad");
		escaped(f, text_of(&why), 1000);
		fprintf(f,
		    "</td><td>%s</td><td>%" PRIu64
		    "</td><td class=\"text\"><code>%.12s</code></td></tr>\n",
		    text_of(&t), o->turns, o->digest);
	}
	fputs("</tbody>\n</table></div>\n", f);
}

void
bench_html(const struct bench *b, FILE *f)
{
	autotext struct text wall = {0};
	struct figures g;
	char when[32];
	struct tm tm;

	gmtime_r(&b->started, &tm);
	strftime(when, sizeof(when), "%Y-%m-%d %H:%M UTC", &tm);
	stats_all(&g, b->out, b->tasks.n, b->runs);
	say_time(&wall, (double)b->wall_ms);
	fputs(head, f);
	fprintf(f,
	    "<h1>%d%% passed</h1>\n<p>%zu of %zu runs of %zu tasks passed; "
	    "%zu tasks are flaky.</p>\n<p class=\"dim\">stockade bench %s, "
	    "%s; %zu runs of each, %zu at a time, in %s.</p>\n",
	    stats_percent(g.passed, g.runs), g.passed, g.runs, b->tasks.n,
	    g.flaky, PACKAGE_VERSION, when, b->runs, b->jobs, text_of(&wall));
	table(b, &g, f);
	plot_rates(b, f);
	plot_times(b, f);
	plot_tokens(b, f);
	runs(b, f);
	fputs("</body>\n</html>\n", f);
}
