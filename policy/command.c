// SPDX-License-Identifier: ISC
// What the rules come to for a line: of its parts the strictest decides.
#include <string.h>
#include "policy/command_parts.h"
#include "policy/command_rule.h"

/* What is none of the verdicts: a category, or what approves. */
static void
consider_kind(
    struct command_found *f, const struct command_rule *r, bool grants)
{
	size_t words = command_pattern_words(r->pattern);

	if (r->says >= COMMAND_NETWORK && words > f->of_words) {
		f->of_words = words;
		f->of = *r;
	} else if (r->says <= COMMAND_AUTO && grants &&
		   words > f->grant_words) {
		f->grant_words = words;
		f->grant = *r;
	}
}

static void
consider(struct command_found *f, const struct command_rule *r,
    struct command_words w, bool grants)
{
	int m = command_match(r, w.word, w.n);

	if (m == COMMAND_MATCH_NO)
		return;
	if (r->says == COMMAND_DENY && m > f->denies) {
		f->denies = m;
		f->deny = *r;
	} else if (r->says == COMMAND_ASK && m > f->asks) {
		f->asks = m;
		f->ask = *r;
	} else {
		consider_kind(f, r, grants);
	}
}

void
command_consider(const struct command_rules *rules, struct command_found *f,
    struct command_words w, bool grants)
{
	struct command_rule r;
	uint32_t i;

	for (i = 0; i < rules->n; i++)
		consider(f, &rules->rule[i], w, grants);
	for (i = 0; rules->no_defaults == 0 && command_default(i, &r); i++)
		consider(f, &r, w, grants);
}

/* The words between blanks, cut where there is no more room. */
static void
show(struct command_words w, char out[COMMAND_PART_MAX])
{
	size_t i, n, used = 0;

	for (i = 0; i < w.n && used + 2 < COMMAND_PART_MAX; i++) {
		n = w.word[i].len;
		if (used > 0)
			out[used++] = ' ';
		if (n > COMMAND_PART_MAX - 1 - used)
			n = COMMAND_PART_MAX - 1 - used;
		memcpy(out + used, w.word[i].s, n);
		used += n;
	}
	out[used] = '\0';
}

/* The first of the strictest parts stays. */
static void
take(struct command_judging *j, const struct command_answer *one,
    struct command_words w)
{
	uint32_t nparts = j->a->nparts;

	// Of equals, one with a rule says more.
	if (j->any && (one->verdict < j->a->verdict ||
			  (one->verdict == j->a->verdict &&
			      one->has_rule <= j->a->has_rule)))
		return;
	j->any = true;
	*j->a = *one;
	j->a->nparts = nparts;
	show(w, j->a->part);
}

static void
by_rule(struct command_answer *a, uint32_t v, enum command_reason why,
    const struct command_rule *r)
{
	a->verdict = (enum approve_verdict)v;
	a->reason = why;
	a->has_rule = true;
	a->rule = *r;
}

/* The shipped list asks of what it would else approve; a policy asks. */
static uint32_t
asked(const struct command_rules *rules, const struct command_rule *r)
{
	return r->origin == COMMAND_FROM_DEFAULT ? rules->approve[APPROVE_SHELL]
						 : APPROVE_ASK;
}

void
command_weigh(struct command_judging *j, const struct command_found *f,
    struct command_words w, bool needs_grant)
{
	const struct command_rules *rules = j->rules;
	struct command_answer a = {.category = APPROVE_SHELL};

	if (f->of_words > f->grant_words)
		a.category = f->of.says == COMMAND_INSTALL ? APPROVE_INSTALL
							   : APPROVE_NETWORK;
	if (f->denies == COMMAND_MATCH_YES) {
		by_rule(&a, APPROVE_DENY, COMMAND_BY_RULE, &f->deny);
	} else if (f->denies != COMMAND_MATCH_NO) {
		// It hangs on what a word will be: a person can tell.
		by_rule(&a, APPROVE_ASK, COMMAND_BY_RULE, &f->deny);
	} else if (f->asks != COMMAND_MATCH_NO) {
		by_rule(&a, asked(rules, &f->ask), COMMAND_BY_RULE, &f->ask);
	} else if (a.category != APPROVE_SHELL) {
		by_rule(&a, rules->approve[a.category], COMMAND_BY_CATEGORY,
		    &f->of);
	} else if (f->grant_words > 0) {
		by_rule(&a, APPROVE_AUTO, COMMAND_BY_APPROVED, &f->grant);
	} else if (needs_grant) {
		a.verdict = (enum approve_verdict)rules->approve[APPROVE_SHELL];
		a.reason = COMMAND_BY_UNLISTED;
	}
	take(j, &a, w);
	j->a->nparts++;
}

/* Has the policy a rule that could be meant for what is not seen? */
static bool
has_strict_rule(const struct command_rules *rules)
{
	uint32_t i;

	for (i = 0; i < rules->n; i++)
		if (rules->rule[i].says == COMMAND_ASK ||
		    rules->rule[i].says == COMMAND_DENY)
			return true;
	return false;
}

void
command_doubt(
    struct command_judging *j, enum command_reason why, struct command_words w)
{
	uint32_t v = j->rules->approve[APPROVE_SHELL];
	struct command_answer a = {.category = APPROVE_SHELL, .reason = why};

	if ((why == COMMAND_BY_UNPARSABLE || why == COMMAND_BY_UNKNOWN ||
		why == COMMAND_BY_CODE) &&
	    v < APPROVE_ASK && has_strict_rule(j->rules))
		v = APPROVE_ASK;
	a.verdict = (enum approve_verdict)v;
	take(j, &a, w);
}

/*
 * Arithmetic runs the command in an index, wherever the text came from: in a
 * variable that is set to it, for example.
 */
static bool
hides_command(const struct shell_word *w)
{
	return strstr(w->s, "[$(") != NULL || strstr(w->s, "[`") != NULL;
}

static bool
visit(void *arg, struct shell *sh, const struct shell_command *c)
{
	struct command_judging *j = arg;
	struct command_words w = {c->word, c->nwords};
	const struct shell_command *outer = j->c;
	size_t i;

	(void)sh;
	for (i = 0; i < c->nassign + c->nwords; i++)
		if (hides_command(&c->assign[i]))
			command_doubt(j, COMMAND_BY_CODE,
			    (struct command_words){&c->assign[i], 1});
	j->c = c;
	command_surroundings(j, c);
	if (w.n > 0)
		command_look(j, w);
	command_move(j, c);
	j->c = outer;
	return true;
}

void
command_judge(const struct command_rules *rules, const char *line, size_t len,
    struct command_answer *a)
{
	const struct command_line l = {.text = line, .len = len};

	command_judge_line(rules, &l, a);
}

void
command_judge_line(const struct command_rules *rules,
    const struct command_line *l, struct command_answer *a)
{
	struct command_judging j = {.rules = rules, .a = a};
	const struct shell_word whole = {l->text, l->len, 0};
	struct shell sh;

	memset(a, 0, sizeof(*a));
	a->category = APPROVE_SHELL;
	shell_init(&sh, visit, &j);
	j.sh = &sh;
	if (l->cwd != NULL)
		command_begin_in(&j, l->cwd);
	if (!shell_read(&sh, l->text, l->len, l->posix))
		command_doubt(&j, COMMAND_BY_UNPARSABLE,
		    (struct command_words){&whole, 1});
	if (rules->approve[APPROVE_SHELL] == APPROVE_DENY) {
		a->verdict = APPROVE_DENY;
		a->category = APPROVE_SHELL;
		a->reason = COMMAND_BY_CATEGORY;
		a->has_rule = false;
	}
}
