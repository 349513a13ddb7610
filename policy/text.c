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
	bool rules_only; /* an included text */
	struct draft draft;
};

static const struct directive {
	const char *name, *form;
	size_t min, max, fixed; /* arguments; that are no directives */
	int (*apply)(struct draft *d, const struct statement *st);
} directives[] = {
    {"limit", "limit NAME VALUE", 2, 2, 0, statement_limit},
    {"mount", "mount ro|rw SOURCE [PLACE]", 2, 3, 0, statement_mount},
    {"budget", "budget NAME VALUE", 2, 2, 0, statement_budget},
    {"seccomp", "seccomp default|strict", 1, 1, 0, statement_choice},
    {"proc", "proc full|hidepid|subset", 1, 1, 0, statement_choice},
    {"workspace", "workspace exec|noexec", 1, 1, 0, statement_choice},
    {"degraded", "degraded allow|refuse", 1, 1, 0, statement_choice},
    {"protect", "protect PATH...", 1, STATEMENT_ARGS_MAX, 0, statement_list},
    {"unprotect", "unprotect PATH...", 1, STATEMENT_ARGS_MAX, 0,
	statement_list},
    {"command",
	"command allow|auto|ask|deny|network|install WORDS..., or: command "
	"defaults none",
	2, STATEMENT_ARGS_MAX, 0, statement_command},
    {"approve",
	"approve read|write|shell|network|install "
	"auto|notify|ask|deny",
	2, 2, 0, statement_approve},
    {"root", "root DIRECTORY", 1, 1, 0, statement_root},
    {"service", "service boxes COUNT, or: service directory PATH", 2, 2, 0,
	statement_service},
    {"net",
	"net allow|deny|ask HOST[:PORT] [raw] [private] [no-sni] [ech=deny], "
	"or: net open",
	1, 6, 0, statement_net},
    {"include", "include preset:NAME, or: include FILE", 1, 1, 0,
	statement_include},
    {"expect", "expect allow|deny|ask net HOST:PORT, or: command LINE", 3, 3, 2,
	statement_expect},
    {"edit",
	"edit allow|deny GLOB..., or: edit file-size|patch-size|files VALUE", 2,
	STATEMENT_ARGS_MAX, 2, statement_edit},
    {"weakened-tests", "weakened-tests report|refuse", 1, 1, 0,
	statement_weakened},
    {"model", "model NAME", 1, 1, 1, statement_model},
    {"provider", "provider NAME", 1, 1, 1, statement_model},
    {"redact", "redact PATTERN", 1, 1, 1, statement_redact},
};

static const char *const directive_names[] = {"limit", "mount", "budget",
    "seccomp", "proc", "workspace", "degraded", "protect", "unprotect",
    "command", "approve", "root", "service", "net", "include", "expect", "edit",
    "weakened-tests", "model", "provider", "redact"};
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
		if (ps->next.line != line ||
		    (st->nargs >= d->fixed &&
			find_directive(&ps->next) != NULL))
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

void
statement_draft(struct draft *d, const struct policy *p, struct policy_fault *f)
{
	memset(f, 0, sizeof(*f));
	policy_copy(&d->p, p);
	memset(d->limit_line, 0, sizeof(d->limit_line));
	memset(d->choice_line, 0, sizeof(d->choice_line));
	memset(d->approve_line, 0, sizeof(d->approve_line));
	memset(&d->budget_line, 0, sizeof(d->budget_line));
	memset(&d->edits_line, 0, sizeof(d->edits_line));
	d->root_line = d->boxes_line = 0;
	d->weakened_line = 0;
	d->model_line = d->provider_line = 0;
	d->net_origin = NET_FROM_POLICY;
	d->f = f;
}

static int
check_place(struct parser *ps, const struct directive *d)
{
	if (!ps->rules_only || d->apply == statement_net ||
	    d->apply == statement_include)
		return 0;
	return words_fault(ps->draft.f, &ps->next,
	    "\"%s\" cannot stand in an included text, which has net and "
	    "include lines alone",
	    d->name);
}

static int
read_text(struct parser *ps, const char *text, size_t len)
{
	const struct directive *d;
	struct statement st;

	if (len > POLICY_TEXT_MAX) {
		ps->draft.f->line = ps->draft.f->column = 1;
		snprintf(ps->draft.f->text, sizeof(ps->draft.f->text),
		    "the text is longer than %d bytes", POLICY_TEXT_MAX);
		return -1;
	}
	words_begin(&ps->words, text, len);
	advance(ps);
	while (ps->more == 1) {
		d = find_directive(&ps->next);
		if (d == NULL)
			return no_directive(ps);
		if (check_place(ps, d) != 0 ||
		    read_statement(ps, d, &st) != 0 ||
		    d->apply(&ps->draft, &st) != 0)
			return -1;
	}
	if (ps->more == -1)
		*ps->draft.f = ps->next_fault;
	return ps->more;
}

int
policy_parse(
    const char *text, size_t len, struct policy *p, struct policy_fault *f)
{
	struct parser ps;

	statement_draft(&ps.draft, p, f);
	ps.rules_only = false;
	if (read_text(&ps, text, len) != 0)
		return -1;
	if (ps.draft.p.nincludes == 0 && policy_expect(&ps.draft.p, f) != 0)
		return -1;
	policy_copy(p, &ps.draft.p);
	return 0;
}

int
policy_parse_rules(const char *text, size_t len, const char *preset,
    struct policy *p, struct policy_fault *f)
{
	uint32_t first = p->spec.net.n, i;
	struct spec_net_rule *r;
	struct parser ps;

	statement_draft(&ps.draft, p, f);
	ps.rules_only = true;
	if (read_text(&ps, text, len) != 0)
		return -1;
	for (i = first; preset != NULL && i < ps.draft.p.spec.net.n; i++) {
		r = &ps.draft.p.spec.net.rule[i];
		r->origin = NET_FROM_PRESET;
		snprintf(r->preset, sizeof(r->preset), "%s", preset);
	}
	policy_copy(p, &ps.draft.p);
	return 0;
}

int
policy_parse_limit(const char *text, struct policy *p, struct policy_fault *f)
{
	struct draft draft;
	struct statement st = {.nargs = 2};
	struct word *name = &st.arg[0], *value = &st.arg[1];
	char show[WORDS_SHOW_MAX];

	statement_draft(&draft, p, f);
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
	policy_copy(p, &draft.p);
	return 0;
}

/* Words of one line, ends of words being any of `ends`. */
static int
option_words(const char *text, const char *ends, struct statement *st)
{
	size_t n, at = strlen(text), i = 0;

	st->head = (struct word){.s = text, .len = at, .line = 1, .column = 1};
	for (st->nargs = 0; text[i] != '\0'; i += n + (text[i + n] != '\0')) {
		// Behind the verdict an = may belong to a flag.
		n = strcspn(text + i, st->nargs == 0 ? ends : ends + 1);
		if (st->nargs == STATEMENT_ARGS_MAX)
			return -1;
		st->arg[st->nargs++] = (struct word){.s = text + i,
		    .len = n,
		    .line = 1,
		    .column = (uint32_t)i + 1};
	}
	return 0;
}

int
policy_parse_net(const char *text, struct policy *p, struct policy_fault *f)
{
	bool preset = strncmp(text, "preset:", 7) == 0;
	struct draft draft;
	struct statement st;
	int r;

	statement_draft(&draft, p, f);
	draft.net_origin = NET_FROM_OPTION;
	if (option_words(text, "=, \t", &st) != 0 || st.nargs == 0 ||
	    (st.nargs > 1 && preset) || st.nargs > 6)
		return words_fault(f, &st.head,
		    "this is no rule; write allow=HOST[:PORT][,FLAG...], "
		    "deny=..., "
		    "ask=..., preset:NAME or open");
	r = preset ? statement_include(&draft, &st)
		   : statement_net(&draft, &st);
	if (r == 0)
		policy_copy(p, &draft.p);
	return r;
}
