// SPDX-License-Identifier: ISC
// What mends a sandbox that was refused because it would be degraded.
#include <string.h>
#include "src/doctor/limits.h"
#include "src/doctor/property.h"
#include "src/doctor/strict.h"

// As a whole word: limit-cpu is not limit-cpu-time. A list ends each name
// with a blank.
static bool
names(const char *text, const char *name)
{
	size_t n = strlen(name);
	const char *p;

	for (p = strstr(text, name); p != NULL; p = strstr(p + 1, name))
		if ((p == text || p[-1] == ' ') && p[n] == ' ')
			return true;
	return false;
}

static void
explain(
    const struct property *p, const struct host *h, bool privileged, FILE *f)
{
	struct mend_about about = {.kind = p->mend, .privileged = privileged};
	struct mend m;
	int i;

	if (p->judge == judge_limit) {
		about.controller =
		    limit_row((enum spec_limit)p->arg)->controller;
		if (about.controller == NULL)
			about.kind = MEND_UNHELD;
	}
	mend_find(h, &about, &m);
	fprintf(f, "  %s: %s\n", p->name, m.why);
	for (i = 0; i < m.ncommands; i++)
		fprintf(f, "      %s\n", m.command[i]);
}

void
strict_explain(const struct err *e, bool privileged, FILE *f)
{
	const struct property *p;
	struct host h;

	if (e->code != ERR_DEGRADED)
		return;
	host_read(&h);
	for (p = properties; p->name != NULL; p++)
		if (names(e->text, p->name))
			explain(p, &h, privileged, f);
}
