// SPDX-License-Identifier: ISC
// Policy file to policy: statements, and the fault of one that is none.
#include <stdio.h>
#include <string.h>
#include "policy/nearest.h"
#include "policy/paths.h"
#include "policy/policy.h"
#include "policy/scan.h"
#include "policy/words.h"

#define ARGS_MAX 3
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct statement {
	struct word head;
	struct word arg[ARGS_MAX];
	size_t nargs;
};

/* One word ahead: `more` is what words_next() returned for it. */
struct parser {
	struct words words;
	struct word next;
	struct policy_fault next_fault;
	int more;
	struct policy p;
	struct policy_fault *f;
	uint32_t seen[LIMIT__COUNT + 3]; /* line that set it; or 0 */
};

/* A named number: a limit or a budget. */
struct setting {
	const char *name;
	enum spec_unit unit;
	uint64_t min, max;
	size_t seen; /* index in parser.seen */
};

static int apply_limit(struct parser *ps, const struct statement *st);
static int apply_mount(struct parser *ps, const struct statement *st);
static int apply_budget(struct parser *ps, const struct statement *st);

static const struct directive {
	const char *name, *form;
	size_t min, max; /* arguments */
	int (*apply)(struct parser *ps, const struct statement *st);
} directives[] = {
    {"limit", "limit NAME VALUE", 2, 2, apply_limit},
    {"mount", "mount ro|rw SOURCE [PLACE]", 2, 3, apply_mount},
    {"budget", "budget NAME VALUE", 2, 2, apply_budget},
};

static const char *const directive_names[] = {"limit", "mount", "budget"};
static const char *const mode_names[] = {"ro", "rw"};

static const char *const limit_names[] = {
#define X(id, name, unit, def, min, max, what) name,
    LIMIT_TABLE(X)
#undef X
};

static const struct setting budgets[] = {
#define X(field, name, unit, def, min, max, what) {name, unit, min, max, 0},
    BUDGET_TABLE(X)
#undef X
};

static const char *const budget_names[] = {
#define X(field, name, unit, def, min, max, what) name,
    BUDGET_TABLE(X)
#undef X
};

/* Where each budget is kept, in the order of the table. */
static uint64_t *
budget_value(struct policy *p, int i)
{
	uint64_t *at[] = {
#define X(field, name, unit, def, min, max, what) &p->budget.field,
	    BUDGET_TABLE(X)
#undef X
	};

	return at[i];
}

static const struct directive *
find_directive(const struct word *w)
{
	size_t i;

	for (i = 0; !w->quoted && i < COUNT(directives); i++)
		if (words_is(w, directives[i].name))
			return &directives[i];
	return NULL;
}

static int
find_name(const struct word *w, const char *const *names, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (words_is(w, names[i]))
			return (int)i;
	return -1;
}

/* A word that is none of names: says so, and which was likely meant. */
static int
unknown(struct parser *ps, const struct word *w, const char *what,
    const char *const *names, size_t n)
{
	const char *near = nearest_word(w->s, w->len, names, n);
	char show[WORDS_SHOW_MAX], all[100] = "";
	size_t i, used = 0;

	words_show(w, show);
	if (near != NULL)
		return words_fault(ps->f, w,
		    "unknown %s %s; did you mean \"%s\"?", what, show, near);
	for (i = 0; i < n && used < sizeof(all); i++)
		used += (size_t)snprintf(all + used, sizeof(all) - used, "%s%s",
		    i > 0 ? ", " : "", names[i]);
	return words_fault(
	    ps->f, w, "unknown %s %s; there are %s", what, show, all);
}

/* The word at hand ought to be a directive. */
static int
no_directive(struct parser *ps)
{
	if (ps->next.quoted)
		return words_fault(ps->f, &ps->next,
		    "a directive must stand here, without quotes");
	return unknown(ps, &ps->next, "directive", directive_names,
	    COUNT(directive_names));
}

static void
advance(struct parser *ps)
{
	ps->more = words_next(&ps->words, &ps->next, &ps->next_fault);
}

/* A word too many: most likely the next directive, mistyped. */
static int
extra_word(struct parser *ps, const struct directive *d)
{
	const char *near = nearest_word(
	    ps->next.s, ps->next.len, directive_names, COUNT(directive_names));
	char show[WORDS_SHOW_MAX];

	words_show(&ps->next, show);
	if (near != NULL)
		return words_fault(ps->f, &ps->next,
		    "unknown directive %s; did you mean \"%s\"?", show, near);
	return words_fault(
	    ps->f, &ps->next, "unexpected %s; the form is: %s", show, d->form);
}

/* The directive at hand and its words: up to the next, or the line's end. */
static int
read_statement(
    struct parser *ps, const struct directive *d, struct statement *st)
{
	uint32_t line = ps->next.line;

	st->head = ps->next;
	st->nargs = 0;
	for (advance(ps); ps->more == 1; advance(ps)) {
		if (ps->next.line != line || find_directive(&ps->next) != NULL)
			break;
		if (st->nargs == d->max)
			return extra_word(ps, d);
		st->arg[st->nargs++] = ps->next;
	}
	// A broken word of this line comes before what it leaves missing.
	if (ps->more == -1 && ps->next_fault.line == line) {
		*ps->f = ps->next_fault;
		return -1;
	}
	if (st->nargs < d->min)
		return words_fault(ps->f, &st->head,
		    "\"%s\" lacks a word; the form is: %s", d->name, d->form);
	return 0;
}

static int
set_value(struct parser *ps, const struct setting *s, const struct word *w,
    uint64_t *value)
{
	char show[WORDS_SHOW_MAX], min[SCAN_FORMAT_MAX], max[SCAN_FORMAT_MAX];
	const char *why;
	uint64_t v = 0;

	words_show(w, show);
	if (scan_value(s->unit, w->s, w->len, &v, &why) != 0)
		return words_fault(ps->f, w, "%s: %s %s", s->name, show, why);
	scan_format(s->unit, s->min, min);
	scan_format(s->unit, s->max, max);
	// Only the word "none" is 0: "0" might be meant to allow nothing.
	if ((v == 0 && !words_is(w, "none")) || (v != 0 && v < s->min) ||
	    v > s->max)
		return words_fault(ps->f, w,
		    "%s: %s is out of range: %s to %s, or none", s->name, show,
		    min, max);
	*value = v;
	return 0;
}

static int
check_once(struct parser *ps, const struct setting *s, const struct word *w)
{
	uint32_t *seen = &ps->seen[s->seen];

	if (*seen != 0)
		return words_fault(ps->f, w,
		    "\"%s\" is set twice: first on line %u", s->name,
		    (unsigned)*seen);
	*seen = w->line;
	return 0;
}

static int
set_limit(struct parser *ps, const struct word *name, const struct word *value)
{
	int i = find_name(name, limit_names, COUNT(limit_names));
	const struct spec_limit_info *info;
	struct setting s;

	if (i < 0)
		return unknown(
		    ps, name, "limit", limit_names, COUNT(limit_names));
	info = spec_limit_info((enum spec_limit)i);
	s = (struct setting){
	    info->name, info->unit, info->min, info->max, (size_t)i};
	if (check_once(ps, &s, name) != 0)
		return -1;
	return set_value(ps, &s, value, &ps->p.spec.limit[i]);
}

static int
apply_limit(struct parser *ps, const struct statement *st)
{
	return set_limit(ps, &st->arg[0], &st->arg[1]);
}

static int
apply_budget(struct parser *ps, const struct statement *st)
{
	int i = find_name(&st->arg[0], budget_names, COUNT(budget_names));
	struct setting s;

	if (ps->p.ceiling)
		return words_fault(ps->f, &st->head,
		    "a ceiling has no budgets: they belong in a policy");
	if (i < 0)
		return unknown(ps, &st->arg[0], "budget", budget_names,
		    COUNT(budget_names));
	s = budgets[i];
	s.seen = LIMIT__COUNT + (size_t)i;
	if (check_once(ps, &s, &st->arg[0]) != 0)
		return -1;
	return set_value(ps, &s, &st->arg[1], budget_value(&ps->p, i));
}

static int
scan_word_path(struct parser *ps, const struct word *w, char *buf)
{
	char show[WORDS_SHOW_MAX];
	const char *why;

	if (scan_path(w->s, w->len, buf, SPEC_PATH_MAX, &why) == 0)
		return 0;
	return words_fault(ps->f, w, "%s %s", words_show(w, show), why);
}

/* Is m's place inside one to mount on, given the mounts before it? */
static int
check_place(
    struct parser *ps, const struct spec_mount *m, const struct statement *st)
{
	const struct word *at = &st->arg[st->nargs - 1];
	const char *why = paths_mount_fault(m->dst);
	char show[WORDS_SHOW_MAX], other[WORDS_SHOW_MAX];
	struct word hidden;
	uint32_t i;

	words_show(at, show);
	if (why != NULL)
		return words_fault(ps->f, at,
		    "nothing can be mounted at %s, which %s%s", show, why,
		    st->nargs == 2 ? "; name another place after it" : "");
	for (i = 0; i < ps->p.spec.nmounts; i++) {
		hidden = (struct word){.s = ps->p.spec.mount[i].dst};
		hidden.len = strlen(hidden.s);
		if (paths_beneath(m->dst, hidden.s))
			return words_fault(ps->f, at,
			    "%s would hide the mount at %s", show,
			    words_show(&hidden, other));
	}
	return 0;
}

static int
apply_mount(struct parser *ps, const struct statement *st)
{
	struct spec *spec = &ps->p.spec;
	int mode = find_name(&st->arg[0], mode_names, COUNT(mode_names));
	struct spec_mount *m;

	if (mode < 0)
		return unknown(ps, &st->arg[0], "way to mount", mode_names,
		    COUNT(mode_names));
	if (spec->nmounts == SPEC_MOUNTS_MAX)
		return words_fault(
		    ps->f, &st->head, "more than %d mounts", SPEC_MOUNTS_MAX);
	m = &spec->mount[spec->nmounts];
	memset(m, 0, sizeof(*m));
	m->writable = (uint32_t)mode;
	if (scan_word_path(ps, &st->arg[1], m->src) != 0)
		return -1;
	if (ps->p.ceiling && st->nargs == 3)
		return words_fault(ps->f, &st->arg[2],
		    "a ceiling says what may be mounted, not where");
	if (!ps->p.ceiling) {
		if (scan_word_path(ps, &st->arg[st->nargs - 1], m->dst) != 0 ||
		    check_place(ps, m, st) != 0)
			return -1;
	}
	spec->nmounts++;
	return 0;
}

int
policy_parse(
    const char *text, size_t len, struct policy *p, struct policy_fault *f)
{
	struct parser ps = {.p = *p, .f = f};
	const struct directive *d;
	struct statement st;

	memset(f, 0, sizeof(*f));
	if (len > POLICY_TEXT_MAX) {
		f->line = f->column = 1;
		snprintf(f->text, sizeof(f->text),
		    "the text is longer than %d bytes", POLICY_TEXT_MAX);
		return -1;
	}
	words_begin(&ps.words, text, len);
	advance(&ps);
	while (ps.more == 1) {
		d = find_directive(&ps.next);
		if (d == NULL)
			return no_directive(&ps);
		if (read_statement(&ps, d, &st) != 0 || d->apply(&ps, &st) != 0)
			return -1;
	}
	if (ps.more == -1) {
		*f = ps.next_fault;
		return -1;
	}
	*p = ps.p;
	return 0;
}

int
policy_parse_limit(const char *text, struct policy *p, struct policy_fault *f)
{
	struct parser ps = {.p = *p, .f = f};
	struct word name = {.s = text, .line = 1, .column = 1}, value;
	char show[WORDS_SHOW_MAX];

	memset(f, 0, sizeof(*f));
	name.len = strcspn(text, "=");
	if (text[name.len] == '\0')
		return words_fault(f, &name,
		    "%s has no =: write NAME=VALUE, as in time=10s",
		    words_show(&name, show));
	value = name;
	value.s += name.len + 1;
	value.len = strlen(value.s);
	value.column += (uint32_t)name.len + 1;
	if (set_limit(&ps, &name, &value) != 0)
		return -1;
	*p = ps.p;
	return 0;
}
