// SPDX-License-Identifier: ISC
// Statements about the network: rules, what is expected of them, and which
// other texts have more of them. Nothing is read here: include is collected.
#include <string.h>
#include "policy/destination.h"
#include "policy/scan.h"
#include "policy/statement.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* In the order of enum net_verdict. */
static const char *const verdicts[] = {"deny", "ask", "allow"};
static const char *const said[] = {"deny", "ask", "allow", "open"};
/* In the order of enum net_flag's bits. */
static const char *const flags[] = {"raw", "private", "no-sni", "ech=deny"};

static int
find(const struct word *w, const char *const *names, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (words_is(w, names[i]))
			return (int)i;
	return -1;
}

static int
add_flags(struct draft *d, const struct statement *st, size_t first,
    struct spec_net_rule *r)
{
	size_t i;
	int flag;

	for (i = first; i < st->nargs; i++) {
		flag = find(&st->arg[i], flags, COUNT(flags));
		if (flag < 0)
			return statement_unknown(d->f, &st->arg[i],
			    "flag of a rule", flags, COUNT(flags));
		if (r->verdict == NET_DENY)
			return words_fault(d->f, &st->arg[i],
			    "a rule that denies grants nothing: leave \"%s\" "
			    "out",
			    flags[flag]);
		r->flags |= (uint16_t)(1u << flag);
	}
	return 0;
}

int
statement_net(struct draft *d, const struct statement *st)
{
	struct spec_net *net = &d->p.spec.net;
	int verdict = find(&st->arg[0], said, COUNT(said));
	struct spec_net_rule *r;

	if (verdict < 0)
		return statement_unknown(
		    d->f, &st->arg[0], "verdict", said, COUNT(said));
	if (net->n == SPEC_NET_MAX)
		return words_fault(d->f, &st->head,
		    "more than %d rules of the network", SPEC_NET_MAX);
	r = &net->rule[net->n];
	memset(r, 0, sizeof(*r));
	r->line = st->head.line;
	r->origin = (uint16_t)d->net_origin;
	if (verdict < NET_VERDICT__COUNT) {
		r->verdict = (uint16_t)verdict;
		if (st->nargs < 2)
			return words_fault(d->f, &st->arg[0],
			    "\"net %s\" lacks a destination: HOST[:PORT]",
			    verdicts[verdict]);
		if (destination_parse(&st->arg[1], r, d->f) != 0 ||
		    add_flags(d, st, 2, r) != 0)
			return -1;
	} else {
		r->verdict = NET_ALLOW;
		r->kind = NET_EVERYTHING;
		if (add_flags(d, st, 1, r) != 0)
			return -1;
	}
	net->n++;
	return 0;
}

int
statement_expect(struct draft *d, const struct statement *st)
{
	static const char *const of[] = {"net", "command"};
	int verdict = find(&st->arg[0], verdicts, COUNT(verdicts));
	struct policy_expect *x;

	if (verdict < 0)
		return statement_unknown(
		    d->f, &st->arg[0], "verdict", verdicts, COUNT(verdicts));
	if (words_is(&st->arg[1], "command"))
		return statement_expect_command(d, st, (uint32_t)verdict);
	if (!words_is(&st->arg[1], "net"))
		return statement_unknown(
		    d->f, &st->arg[1], "thing to expect of", of, COUNT(of));
	if (d->p.nexpects == POLICY_EXPECTS_MAX)
		return words_fault(d->f, &st->head, "more than %d expect lines",
		    POLICY_EXPECTS_MAX);
	x = &d->p.expect[d->p.nexpects];
	memset(x, 0, sizeof(*x));
	x->verdict = (uint32_t)verdict;
	x->line = st->arg[2].line;
	x->column = st->arg[2].column;
	if (destination_question(&st->arg[2], x, d->f) != 0)
		return -1;
	d->p.nexpects++;
	return 0;
}

/* The name behind "preset:". */
static const char *
preset_fault(const struct word *w, size_t skip)
{
	size_t i;

	if (w->len == skip)
		return "names no preset: write preset:NAME";
	if (w->len - skip >= sizeof(((struct spec_net_rule *)0)->preset))
		return "is too long for the name of a preset";
	for (i = skip; i < w->len; i++)
		if ((w->s[i] < 'a' || w->s[i] > 'z') &&
		    (w->s[i] < '0' || w->s[i] > '9') && w->s[i] != '-' &&
		    w->s[i] != '_')
			return "is no name of a preset: small letters, digits, "
			       "- and _";
	return NULL;
}

int
statement_include(struct draft *d, const struct statement *st)
{
	const size_t skip = sizeof("preset:") - 1;
	const struct word *w = &st->arg[0];
	struct policy_include *in;
	char show[WORDS_SHOW_MAX];
	const char *why = NULL;

	if (d->p.ceiling)
		return words_fault(d->f, &st->head,
		    "a ceiling is one file: it follows nobody's configuration");
	if (d->p.nincludes == POLICY_INCLUDES_MAX)
		return words_fault(d->f, &st->head,
		    "more than %d include lines", POLICY_INCLUDES_MAX);
	in = &d->p.include[d->p.nincludes];
	memset(in, 0, sizeof(*in));
	in->line = w->line;
	in->column = w->column;
	in->preset = w->len >= skip && memcmp(w->s, "preset:", skip) == 0;
	if (in->preset != 0)
		why = preset_fault(w, skip);
	else if (w->len == 0)
		why = "is empty";
	else if (w->len >= sizeof(in->name))
		why = "is too long";
	if (why != NULL)
		return words_fault(d->f, w, "%s %s", words_show(w, show), why);
	memcpy(in->name, w->s + (in->preset != 0 ? skip : 0),
	    w->len - (in->preset != 0 ? skip : 0));
	d->p.nincludes++;
	return 0;
}
