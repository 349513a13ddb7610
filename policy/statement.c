// SPDX-License-Identifier: ISC
// What each statement of a policy text does: limit, mount, budget.
#include <stdio.h>
#include <string.h>
#include "policy/nearest.h"
#include "policy/paths.h"
#include "policy/scan.h"
#include "policy/statement.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *const mode_names[] = {"ro", "rw"};

static const char *const limit_names[] = {
#define X(id, name, unit, def, min, max, what) name,
    LIMIT_TABLE(X)
#undef X
};

static const char *const budget_names[] = {
#define X(field, name, unit, def, min, max, what) name,
    BUDGET_TABLE(X)
#undef X
};

static int
find_name(const struct word *w, const char *const *names, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (words_is(w, names[i]))
			return (int)i;
	return -1;
}

int
statement_unknown(struct policy_fault *f, const struct word *w,
    const char *what, const char *const *names, size_t n)
{
	const char *near = nearest_word(w->s, w->len, names, n);
	char show[WORDS_SHOW_MAX], all[80] = "";
	size_t i, used = 0;

	words_show(w, show);
	if (near != NULL)
		return words_fault(f, w, "unknown %s %s; did you mean \"%s\"?",
		    what, show, near);
	for (i = 0; i < n && used < sizeof(all); i++)
		used += (size_t)snprintf(all + used, sizeof(all) - used, "%s%s",
		    i > 0 ? ", " : "", names[i]);
	// Too many for one message are better read in peace.
	if (used >= sizeof(all))
		return words_fault(f, w,
		    "unknown %s %s; stockade.policy(5) lists them", what, show);
	return words_fault(
	    f, w, "unknown %s %s; there are %s", what, show, all);
}

static int
set_value(
    struct draft *d, const struct statement_setting *s, const struct word *w)
{
	char show[WORDS_SHOW_MAX], min[SCAN_FORMAT_MAX], max[SCAN_FORMAT_MAX];
	const char *why;
	uint64_t v = 0;

	words_show(w, show);
	if (scan_value(s->unit, w->s, w->len, &v, &why) != 0)
		return words_fault(d->f, w, "%s: %s %s", s->name, show, why);
	// Only the word "none" is 0: "0" might be meant to allow nothing.
	if (words_is(w, "none") || (v >= s->min && v <= s->max)) {
		*s->value = v;
		return 0;
	}
	scan_format(s->unit, s->min, min);
	scan_format(s->unit, s->max, max);
	return words_fault(d->f, w, "%s: %s is out of range: %s to %s, or none",
	    s->name, show, min, max);
}

int
statement_set_once(struct draft *d, const struct statement_setting *s,
    const struct statement *st)
{
	if (*s->line != 0)
		return words_fault(d->f, &st->arg[0],
		    "\"%s\" is set twice: first on line %u", s->name,
		    (unsigned)*s->line);
	*s->line = st->arg[0].line;
	return set_value(d, s, &st->arg[1]);
}

int
statement_limit(struct draft *d, const struct statement *st)
{
	int i = find_name(&st->arg[0], limit_names, COUNT(limit_names));
	const struct spec_limit_info *info;
	struct statement_setting s;

	if (i < 0)
		return statement_unknown(d->f, &st->arg[0], "limit",
		    limit_names, COUNT(limit_names));
	info = spec_limit_info((enum spec_limit)i);
	s = (struct statement_setting){info->name, info->unit, info->min,
	    info->max, &d->p.spec.limit[i], &d->limit_line[i]};
	return statement_set_once(d, &s, st);
}

int
statement_budget(struct draft *d, const struct statement *st)
{
	int i = find_name(&st->arg[0], budget_names, COUNT(budget_names));
	const struct statement_setting budgets[] = {
#define X(field, name, unit, def, min, max, what) \
	{name, unit, min, max, &d->p.budget.field, &d->budget_line.field},
	    BUDGET_TABLE(X)
#undef X
	};

	if (d->p.ceiling)
		return words_fault(d->f, &st->head,
		    "a ceiling has no budgets: they belong in a policy");
	if (i < 0)
		return statement_unknown(d->f, &st->arg[0], "budget",
		    budget_names, COUNT(budget_names));
	return statement_set_once(d, &budgets[i], st);
}

static int
scan_word_path(struct draft *d, const struct word *w, char *buf)
{
	char show[WORDS_SHOW_MAX];
	const char *why;

	if (scan_path(w->s, w->len, buf, SPEC_PATH_MAX, &why) == 0)
		return 0;
	return words_fault(d->f, w, "%s %s", words_show(w, show), why);
}

/* Is m's place inside one to mount on, given the mounts before it? */
static int
check_place(
    struct draft *d, const struct spec_mount *m, const struct statement *st)
{
	const struct word *at = &st->arg[st->nargs - 1];
	const char *why = paths_mount_fault(m->dst);
	char show[WORDS_SHOW_MAX], other[WORDS_SHOW_MAX];
	struct word hidden;
	uint32_t i;

	words_show(at, show);
	if (why != NULL)
		return words_fault(d->f, at,
		    "nothing can be mounted at %s, which %s%s", show, why,
		    st->nargs == 2 ? "; name another place after it" : "");
	for (i = 0; i < d->p.spec.nmounts; i++) {
		hidden = (struct word){.s = d->p.spec.mount[i].dst};
		hidden.len = strlen(hidden.s);
		if (paths_beneath(m->dst, hidden.s))
			return words_fault(d->f, at,
			    "%s would hide the mount at %s", show,
			    words_show(&hidden, other));
	}
	return 0;
}

int
statement_mount(struct draft *d, const struct statement *st)
{
	struct spec *spec = &d->p.spec;
	int mode = find_name(&st->arg[0], mode_names, COUNT(mode_names));
	struct spec_mount *m;

	if (mode < 0)
		return statement_unknown(d->f, &st->arg[0], "way to mount",
		    mode_names, COUNT(mode_names));
	if (spec->nmounts == SPEC_MOUNTS_MAX)
		return words_fault(
		    d->f, &st->head, "more than %d mounts", SPEC_MOUNTS_MAX);
	m = &spec->mount[spec->nmounts];
	memset(m, 0, sizeof(*m));
	m->writable = (uint32_t)mode;
	if (scan_word_path(d, &st->arg[1], m->src) != 0)
		return -1;
	if (d->p.ceiling && st->nargs == 3)
		return words_fault(d->f, &st->arg[2],
		    "a ceiling says what may be mounted, not where");
	if (!d->p.ceiling) {
		if (scan_word_path(d, &st->arg[st->nargs - 1], m->dst) != 0 ||
		    check_place(d, m, st) != 0)
			return -1;
	}
	spec->nmounts++;
	return 0;
}
