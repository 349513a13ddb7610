// SPDX-License-Identifier: ISC
// The findings for people: a table of 80 columns, then what mends it.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "src/doctor/report.h"

enum {
	WIDTH = 80,
	INDENT = 4,
};

#define ROW "%-22s %s%-8s%s %-17s %-6s %.23s\n"

static const char *const colours[] = {
    [STATE_PRESENT] = "\033[32m",
    [STATE_DEGRADED] = "\033[33m",
    [STATE_MISSING] = "\033[31m",
    [STATE_UNTRIED] = "\033[2m",
};

static bool
coloured(FILE *f)
{
	const char *term = getenv("TERM"), *no = getenv("NO_COLOR");

	return isatty(fileno(f)) && (no == NULL || *no == '\0') &&
	       term != NULL && strcmp(term, "dumb") != 0;
}

// Text broken at blanks, each line indented.
static void
put_wrapped(FILE *f, const char *text, int indent)
{
	size_t width = (size_t)(WIDTH - indent), n, k;

	while (*text != '\0') {
		n = strlen(text);
		if (n > width) {
			for (k = width; k > 0 && text[k] != ' '; k--)
				continue;
			n = k > 0 ? k : width;
		}
		fprintf(f, "%*s%.*s\n", indent, "", (int)n, text);
		text += n + (text[n] == ' ');
	}
}

static void
put_head(const struct doctor_report *r, FILE *f)
{
	static const char *const trees[] = {
	    "no cgroup v2", "cgroup v2 beside v1", "cgroup v2"};
	const struct trial *t = r->trial;

	fprintf(f, "stockade " PACKAGE_VERSION " on Linux %.48s\n",
	    r->host->release);
	fprintf(f, "%s, as uid %u; %s\n", way_in_name(t->way), (unsigned)t->uid,
	    trees[r->host->cgroup]);
	fprintf(f, "\n" ROW, "PROPERTY", "", "STATE", "", "BY", "SINCE",
	    "WHAT CAME OF IT");
}

static void
put_rows(const struct doctor_report *r, FILE *f)
{
	bool colour = coloured(f);
	size_t i;

	for (i = 0; i < r->n; i++) {
		const struct finding *o = &r->found[i];

		if (i > 0 &&
		    strcmp(properties[i].group, properties[i - 1].group) != 0)
			fputc('\n', f);
		fprintf(f, ROW, properties[i].name,
		    colour ? colours[o->state] : "", state_name(o->state),
		    colour ? "\033[0m" : "", o->by,
		    property_since(&properties[i]), o->detail);
	}
}

// Rows that the same thing mends are told of once.
static bool
told(const struct doctor_report *r, size_t upto, const struct mend *m)
{
	struct mend other;
	size_t i;

	for (i = 0; i < upto; i++) {
		if (r->found[i].mend.kind == MEND_NONE)
			continue;
		mend_find(r->host, &r->found[i].mend, &other);
		if (memcmp(&other, m, sizeof(other)) == 0)
			return true;
	}
	return false;
}

static void
put_names(
    const struct doctor_report *r, size_t from, const struct mend *m, FILE *f)
{
	char line[1024];
	struct mend other;
	size_t i, at = 0;

	for (i = from; i < r->n; i++) {
		if (r->found[i].mend.kind == MEND_NONE)
			continue;
		mend_find(r->host, &r->found[i].mend, &other);
		if (memcmp(&other, m, sizeof(other)) != 0 ||
		    at + 64 > sizeof(line))
			continue;
		at += (size_t)snprintf(line + at, sizeof(line) - at, "%s%s",
		    at > 0 ? ", " : "", properties[i].name);
	}
	fputc('\n', f);
	put_wrapped(f, line, 0);
}

static void
put_mends(const struct doctor_report *r, FILE *f)
{
	struct mend m;
	size_t i;
	int k;

	for (i = 0; i < r->n; i++) {
		if (r->found[i].mend.kind == MEND_NONE)
			continue;
		mend_find(r->host, &r->found[i].mend, &m);
		if (told(r, i, &m))
			continue;
		put_names(r, i, &m, f);
		put_wrapped(f, m.why, INDENT);
		for (k = 0; k < m.ncommands; k++)
			fprintf(f, "%*s%s\n", 2 * INDENT, "", m.command[k]);
	}
}

static void
put_landlock(const struct doctor_report *r, FILE *f)
{
	const struct trial *t = r->trial;
	unsigned abi = t->stands ? t->facts.landlock_abi : t->kernel_landlock;
	char text[512];
	const char *what;
	size_t i, at;

	if (abi == 0 || doctor_landlock_lacks(abi, 0) == NULL)
		return;
	at = (size_t)snprintf(
	    text, sizeof(text), "Landlock has ABI %u here; it lacks ", abi);
	for (i = 0; (what = doctor_landlock_lacks(abi, i)) != NULL; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s%s",
		    i > 0 ? ", " : "", what);
	fputc('\n', f);
	put_wrapped(f, text, 0);
}

void
doctor_table(const struct doctor_report *r, FILE *f)
{
	static const char *const verdicts[] = {
	    "Everything is there.",
	    "It runs, degraded: see above what mends it.",
	    "No sandbox can be run here.",
	};
	const struct err *e =
	    !r->trial->stands ? &r->trial->err : &r->trial->trouble;

	put_head(r, f);
	put_rows(r, f);
	put_landlock(r, f);
	if (e->code != ERR_NONE) {
		fprintf(f, "\nThe sandbox failed (%s):\n", err_name(e->code));
		put_wrapped(f, e->text, INDENT);
	}
	put_mends(r, f);
	fprintf(f, "\n%s\n", verdicts[r->status]);
}
