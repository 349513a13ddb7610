// SPDX-License-Identifier: ISC
// Statements about what an agent may do unasked: commands, categories, and
// what is expected of both.
#include <string.h>
#include "policy/paths.h"
#include "policy/statement.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* In the order of enum command_says; and what is none of it. */
static const char *const says[] = {
    "allow", "auto", "ask", "deny", "network", "install", "defaults"};

static const char *const categories[] = {
#define X(id, name, def, what) name,
    APPROVE_TABLE(X)
#undef X
};

static const char *const verdicts[] = {"auto", "notify", "ask", "deny"};

static int
find(const struct word *w, const char *const *names, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (words_is(w, names[i]))
			return (int)i;
	return -1;
}

/* One blank between words, none around them. 0; or -1: there is no room. */
static int
even_out(const char *s, size_t len, char out[SPEC_ITEM_MAX])
{
	size_t i, n = 0;

	for (i = 0; i < len; i++) {
		if (n + 2 >= SPEC_ITEM_MAX)
			return -1;
		if (s[i] != ' ' && s[i] != '\t')
			out[n++] = s[i];
		else if (n > 0 && out[n - 1] != ' ')
			out[n++] = ' ';
	}
	if (n > 0 && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
	return 0;
}

/* Why a pattern is none, as a phrase; or NULL, and it is in out. */
static const char *
pattern_fault(const char *s, size_t len, char out[SPEC_ITEM_MAX])
{
	size_t n;

	if (even_out(s, len, out) != 0)
		return "is too long";
	if (out[0] == '\0')
		return "is empty";
	n = strcspn(out, " ");
	if (out[0] == '/')
		return paths_fault(out, n);
	if (memchr(out, '/', n) != NULL && strncmp(out, "./", 2) != 0)
		return "must begin with a name, an absolute path, or ./";
	if (memchr(out, '=', n) != NULL)
		return "begins with an assignment, where a program belongs";
	return NULL;
}

static int
add_rule(struct draft *d, enum command_says what, const struct word *w,
    enum command_origin origin)
{
	struct command_rules *rules = &d->p.command;
	struct command_rule *r;
	char show[WORDS_SHOW_MAX];
	const char *why;

	if (rules->n == COMMAND_RULES_MAX)
		return words_fault(d->f, w, "more than %d rules of commands",
		    COMMAND_RULES_MAX);
	r = &rules->rule[rules->n];
	memset(r, 0, sizeof(*r));
	why = pattern_fault(w->s, w->len, r->pattern);
	if (why != NULL)
		return words_fault(
		    d->f, w, "command: %s %s", words_show(w, show), why);
	r->says = (uint16_t)what;
	r->origin = (uint16_t)origin;
	r->line = origin == COMMAND_FROM_POLICY ? w->line : 0;
	rules->n++;
	return 0;
}

/* A program that is named alone can be held below the shell, too. */
static bool
is_program(const struct word *w)
{
	return memchr(w->s, ' ', w->len) == NULL &&
	       memchr(w->s, '\t', w->len) == NULL;
}

static int
say_defaults(struct draft *d, const struct statement *st)
{
	static const char *const which[] = {"none"};
	size_t i;

	for (i = 1; i < st->nargs; i++)
		if (!words_is(&st->arg[i], "none"))
			return statement_unknown(d->f, &st->arg[i],
			    "word of \"command defaults\"", which, 1);
	d->p.command.no_defaults = 1;
	return 0;
}

int
statement_command(struct draft *d, const struct statement *st)
{
	int what = find(&st->arg[0], says, COUNT(says));
	size_t i;

	if (d->p.ceiling)
		return words_fault(d->f, &st->head,
		    "a ceiling has no commands: they belong in a policy");
	if (what < 0)
		return statement_unknown(
		    d->f, &st->arg[0], "verdict", says, COUNT(says));
	if (what == COMMAND_SAYS__COUNT)
		return say_defaults(d, st);
	for (i = 1; i < st->nargs; i++) {
		if (what == COMMAND_ALLOW && is_program(&st->arg[i]) &&
		    statement_item(d, LIST_COMMAND, &st->arg[i]) != 0)
			return -1;
		if (add_rule(d, (enum command_says)what, &st->arg[i],
			COMMAND_FROM_POLICY) != 0)
			return -1;
	}
	return 0;
}

static int
set_approve(struct draft *d, const struct word *name, const struct word *value)
{
	int c = find(name, categories, COUNT(categories));
	int v = find(value, verdicts, COUNT(verdicts));

	if (c < 0)
		return statement_unknown(
		    d->f, name, "category", categories, COUNT(categories));
	if (v < 0)
		return statement_unknown(
		    d->f, value, "verdict", verdicts, COUNT(verdicts));
	d->p.command.approve[c] = (uint32_t)v;
	return c;
}

int
statement_approve(struct draft *d, const struct statement *st)
{
	int c;

	if (d->p.ceiling)
		return words_fault(d->f, &st->head,
		    "a ceiling approves nothing: that belongs in a policy");
	c = set_approve(d, &st->arg[0], &st->arg[1]);
	if (c < 0)
		return -1;
	if (d->approve_line[c] != 0)
		return words_fault(d->f, &st->arg[0],
		    "\"%s\" is set twice: first on line %u", categories[c],
		    (unsigned)d->approve_line[c]);
	d->approve_line[c] = st->arg[0].line;
	return 0;
}

int
statement_expect_command(
    struct draft *d, const struct statement *st, uint32_t verdict)
{
	const struct word *w = &st->arg[2];
	struct policy_expect_command *x;
	char show[WORDS_SHOW_MAX];

	if (d->p.ceiling)
		return words_fault(d->f, &st->head,
		    "a ceiling has no commands: they belong in a policy");
	if (d->p.nexpects_command == POLICY_EXPECTS_MAX)
		return words_fault(d->f, &st->head,
		    "more than %d expect lines of commands",
		    POLICY_EXPECTS_MAX);
	if (w->len == 0 || w->len >= POLICY_LINE_MAX)
		return words_fault(d->f, w, "%s %s", words_show(w, show),
		    w->len == 0 ? "is empty" : "is too long");
	x = &d->p.expect_command[d->p.nexpects_command++];
	memset(x, 0, sizeof(*x));
	memcpy(x->text, w->s, w->len);
	x->verdict = verdict;
	x->line = w->line;
	x->column = w->column;
	return 0;
}

int
policy_parse_approve(const char *text, struct policy *p, struct policy_fault *f)
{
	struct draft draft;
	struct word name = {.s = text, .line = 1, .column = 1}, value;
	char show[WORDS_SHOW_MAX];

	statement_draft(&draft, p, f);
	name.len = strcspn(text, "=");
	if (text[name.len] == '\0')
		return words_fault(f, &name,
		    "%s has no =: write CATEGORY=VERDICT, as in shell=ask",
		    words_show(&name, show));
	value = name;
	value.s += name.len + 1;
	value.len = strlen(value.s);
	value.column += (uint32_t)name.len + 1;
	if (set_approve(&draft, &name, &value) < 0)
		return -1;
	policy_copy(p, &draft.p);
	return 0;
}

int
policy_parse_command(const char *text, struct policy *p, struct policy_fault *f)
{
	struct draft draft;
	struct word w = {.s = text, .line = 1, .column = 1};

	statement_draft(&draft, p, f);
	w.len = strlen(text);
	if (add_rule(&draft, COMMAND_AUTO, &w, COMMAND_FROM_OPTION) != 0)
		return -1;
	policy_copy(p, &draft.p);
	return 0;
}
