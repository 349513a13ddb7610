// SPDX-License-Identifier: ISC
// Statements about what the agent's file tools may change.
#include <string.h>
#include "policy/statement.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *const edit_names[] = {"allow", "deny",
#define X(field, name, unit, def, min, max, what) name,
    EDITS_TABLE(X)
#undef X
};

static int
add_globs(struct draft *d, const struct statement *st, bool deny)
{
	struct edit_rules *r = &d->p.edits;
	const struct word *w;
	struct edit_glob *g;
	char show[WORDS_SHOW_MAX];
	const char *why;
	size_t i;

	for (i = 1; i < st->nargs; i++) {
		w = &st->arg[i];
		why = edits_glob_fault(w->s, w->len);
		if (why != NULL)
			return words_fault(
			    d->f, w, "%s %s", words_show(w, show), why);
		if (r->nglobs == EDITS_GLOBS_MAX)
			return words_fault(d->f, w,
			    "more than %d files of edit lines",
			    EDITS_GLOBS_MAX);
		g = &r->glob[r->nglobs++];
		memset(g, 0, sizeof(*g));
		g->line = w->line;
		g->deny = deny;
		memcpy(g->text, w->s, w->len);
	}
	return 0;
}

int
statement_edit(struct draft *d, const struct statement *st)
{
	const struct statement_setting settings[] = {
#define X(field, name, unit, def, min, max, what) \
	{name, unit, min, max, &d->p.edits.field, &d->edits_line.field},
	    EDITS_TABLE(X)
#undef X
	};
	size_t i;

	if (d->p.ceiling)
		return words_fault(d->f, &st->head,
		    "a ceiling says nothing of edits: they belong in a policy");
	if (words_is(&st->arg[0], "allow") || words_is(&st->arg[0], "deny"))
		return add_globs(d, st, words_is(&st->arg[0], "deny"));
	for (i = 0; i < COUNT(settings); i++)
		if (words_is(&st->arg[0], settings[i].name))
			break;
	if (i == COUNT(settings))
		return statement_unknown(d->f, &st->arg[0], "rule of edits",
		    edit_names, COUNT(edit_names));
	if (st->nargs > 2)
		return words_fault(d->f, &st->arg[2],
		    "\"edit %s\" takes one value", settings[i].name);
	return statement_set_once(d, &settings[i], st);
}
