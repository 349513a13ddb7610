// SPDX-License-Identifier: ISC
// Policy file to policy: statements, and the fault of one that is none.
#include <stdio.h>
#include <string.h>
#include "policy/nearest.h"
#include "policy/statement.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* One word ahead: `more` is what words_next() returned for it. */
struct parser {
	struct words words;
	struct word next;
	struct policy_fault next_fault;
	int more;
	struct draft draft;
};

static const struct directive {
	const char *name, *form;
	size_t min, max; /* arguments */
	int (*apply)(struct draft *d, const struct statement *st);
} directives[] = {
    {"limit", "limit NAME VALUE", 2, 2, statement_limit},
    {"mount", "mount ro|rw SOURCE [PLACE]", 2, 3, statement_mount},
    {"budget", "budget NAME VALUE", 2, 2, statement_budget},
    {"seccomp", "seccomp default|strict", 1, 1, statement_choice},
    {"proc", "proc full|hidepid|subset", 1, 1, statement_choice},
    {"workspace", "workspace exec|noexec", 1, 1, statement_choice},
    {"degraded", "degraded allow|refuse", 1, 1, statement_choice},
    {"protect", "protect PATH...", 1, STATEMENT_ARGS_MAX, statement_list},
    {"unprotect", "unprotect PATH...", 1, STATEMENT_ARGS_MAX, statement_list},
    {"command", "command allow PROGRAM...", 2, STATEMENT_ARGS_MAX,
	statement_command},
    {"root", "root DIRECTORY", 1, 1, statement_root},
    {"service", "service boxes COUNT, or: service directory PATH", 2, 2,
	statement_service},
};

static const char *const directive_names[] = {"limit", "mount", "budget",
    "seccomp", "proc", "workspace", "degraded", "protect", "unprotect",
    "command", "root", "service"};
_Static_assert(COUNT(directive_names) == COUNT(directives), "one name each");

static const struct directive *
find_directive(const struct word *w)
{
	size_t i;

	for (i = 0; !w->quoted && i < COUNT(directives); i++)
		if (words_is(w, directives[i].name))
			return &directives[i];
	return NULL;
}

/* The word at hand ought to be a directive. */
static int
no_directive(struct parser *ps)
{
	if (ps->next.quoted)
		return words_fault(ps->draft.f, &ps->next,
		    "a directive must stand here, without quotes");
	return statement_unknown(ps->draft.f, &ps->next, "directive",
	    directive_names, COUNT(directive_names));
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
		return words_fault(ps->draft.f, &ps->next,
		    "unknown directive %s; did you mean \"%s\"?", show, near);
	return words_fault(ps->draft.f, &ps->next,
	    "unexpected %s; the form is: %s", show, d->form);
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
		*ps->draft.f = ps->next_fault;
		return -1;
	}
	if (st->nargs < d->min)
		return words_fault(ps->draft.f, &st->head,
		    "\"%s\" lacks a word; the form is: %s", d->name, d->form);
	return 0;
}

int
policy_parse(
    const char *text, size_t len, struct policy *p, struct policy_fault *f)
{
	struct parser ps = {.draft = {.p = *p, .f = f}};
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
		if (read_statement(&ps, d, &st) != 0 ||
		    d->apply(&ps.draft, &st) != 0)
			return -1;
	}
	if (ps.more == -1) {
		*f = ps.next_fault;
		return -1;
	}
	*p = ps.draft.p;
	return 0;
}

int
policy_parse_limit(const char *text, struct policy *p, struct policy_fault *f)
{
	struct draft draft = {.p = *p, .f = f};
	struct statement st = {.nargs = 2};
	struct word *name = &st.arg[0], *value = &st.arg[1];
	char show[WORDS_SHOW_MAX];

	memset(f, 0, sizeof(*f));
	*name = (struct word){.s = text, .line = 1, .column = 1};
	name->len = strcspn(text, "=");
	if (text[name->len] == '\0')
		return words_fault(f, name,
		    "%s has no =: write NAME=VALUE, as in time=10s",
		    words_show(name, show));
	*value = *name;
	value->s += name->len + 1;
	value->len = strlen(value->s);
	value->column += (uint32_t)name->len + 1;
	if (statement_limit(&draft, &st) != 0)
		return -1;
	*p = draft.p;
	return 0;
}
