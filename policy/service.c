// SPDX-License-Identifier: ISC
// What the ceiling says of the service: how many sandboxes one user may have
// at a time, and which directories may be workspaces.
#include <stdio.h>
#include <string.h>
#include "policy/paths.h"
#include "policy/scan.h"
#include "policy/statement.h"

static const char *const names[] = {"boxes", "directory"};

static int
set_boxes(struct draft *d, const struct word *w)
{
	char show[WORDS_SHOW_MAX];
	const char *why;
	uint64_t v = 0;

	if (d->boxes_line != 0)
		return words_fault(d->f, w,
		    "\"boxes\" is set twice: first on line %u",
		    (unsigned)d->boxes_line);
	d->boxes_line = w->line;
	words_show(w, show);
	if (scan_value(SPEC_UNIT_COUNT, w->s, w->len, &v, &why) != 0)
		return words_fault(d->f, w, "boxes: %s %s", show, why);
	// No word for "no bound": a user who may have them all leaves none.
	if (v < 1 || v > POLICY_BOXES_MAX)
		return words_fault(d->f, w,
		    "boxes: %s is out of range: 1 to %d", show,
		    POLICY_BOXES_MAX);
	d->p.service.boxes = (uint32_t)v;
	return 0;
}

static int
add_workspace(struct draft *d, const struct word *w)
{
	struct policy_service *s = &d->p.service;
	char show[WORDS_SHOW_MAX], *path;
	const char *why;

	if (s->nworkspaces == POLICY_WORKSPACES_MAX)
		return words_fault(
		    d->f, w, "more than %d workspaces", POLICY_WORKSPACES_MAX);
	path = s->workspace[s->nworkspaces];
	memset(path, 0, SPEC_PATH_MAX);
	if (scan_path(w->s, w->len, path, SPEC_PATH_MAX, &why) != 0)
		return words_fault(d->f, w, "%s %s", words_show(w, show), why);
	s->nworkspaces++;
	return 0;
}

int
statement_service(struct draft *d, const struct statement *st)
{
	if (!d->p.ceiling)
		return words_fault(d->f, &st->head,
		    "what the service allows is for a ceiling to say");
	if (words_is(&st->arg[0], "boxes"))
		return set_boxes(d, &st->arg[1]);
	if (words_is(&st->arg[0], "directory"))
		return add_workspace(d, &st->arg[1]);
	return statement_unknown(
	    d->f, &st->arg[0], "setting of the service", names, 2);
}

bool
policy_admit_workspace(
    const struct policy *ceiling, const char *path, struct policy_refusal *r)
{
	const struct policy_service *s = &ceiling->service;
	uint32_t i;

	memset(r, 0, sizeof(*r));
	if (s->nworkspaces == 0)
		return true;
	for (i = 0; i < s->nworkspaces && paths_clean(path); i++)
		if (paths_beneath(s->workspace[i], path))
			return true;
	snprintf(r->item, sizeof(r->item), "workspace");
	snprintf(r->reason, sizeof(r->reason),
	    "no \"service directory\" line of the ceiling covers it; the "
	    "first allows what lies beneath %.80s",
	    s->workspace[0]);
	return false;
}
