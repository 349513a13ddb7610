// SPDX-License-Identifier: ISC
// What the rules come to for a line: of its parts the strictest decides.
#include <string.h>
#include "policy/command.h"
#include "policy/command_rule.h"
#include "policy/shell.h"

/* What the rules have to say of one part, before it is weighed. */
struct found {
	struct command_rule deny, ask, of, grant;
	enum command_match denies, asks, is_of;
	size_t of_words, grant_words; /* 0: there is none */
};

static void
consider(struct found *f, const struct command_rule *r,
    const struct shell_word *word, size_t n)
{
	enum command_match m = command_match(r, word, n);
	size_t words = command_pattern_words(r->pattern);

	if (m == COMMAND_MATCH_NO)
		return;
	switch ((enum command_says)r->says) {
	case COMMAND_DENY:
		if (m > f->denies) {
			f->denies = m;
			f->deny = *r;
		}
		break;
	case COMMAND_ASK:
		if (m > f->asks) {
			f->asks = m;
			f->ask = *r;
		}
		break;
	case COMMAND_NETWORK:
	case COMMAND_INSTALL:
		if (words > f->of_words) {
			f->of_words = words;
			f->of = *r;
		}
		break;
	default:
		if (words > f->grant_words) {
			f->grant_words = words;
			f->grant = *r;
		}
	}
}

static void
consider_all(const struct command_rules *rules, struct found *f,
    const struct shell_word *word, size_t n)
{
	struct command_rule r;
	uint32_t i;

	memset(f, 0, sizeof(*f));
	for (i = 0; i < rules->n; i++)
		consider(f, &rules->rule[i], word, n);
	for (i = 0; rules->no_defaults == 0 && command_default(i, &r); i++)
		consider(f, &r, word, n);
}

static void
by_rule(struct command_answer *a, enum approve_verdict v,
    enum command_reason why, const struct command_rule *r)
{
	a->verdict = v;
	a->reason = why;
	a->has_rule = true;
	a->rule = *r;
}

static void
weigh(const struct command_rules *rules, const struct found *f,
    struct command_answer *a)
{
	a->category = APPROVE_SHELL;
	if (f->of_words > f->grant_words)
		a->category = f->of.says == COMMAND_INSTALL ? APPROVE_INSTALL
							    : APPROVE_NETWORK;
	if (f->denies == COMMAND_MATCH_YES) {
		by_rule(a, APPROVE_DENY, COMMAND_BY_RULE, &f->deny);
	} else if (f->denies != COMMAND_MATCH_NO) {
		// It hangs on what a word will be: a person can tell.
		by_rule(a, APPROVE_ASK, COMMAND_BY_RULE, &f->deny);
	} else if (f->asks != COMMAND_MATCH_NO) {
		by_rule(a, APPROVE_ASK, COMMAND_BY_RULE, &f->ask);
	} else if (a->category != APPROVE_SHELL) {
		by_rule(a, (enum approve_verdict)rules->approve[a->category],
		    COMMAND_BY_CATEGORY, &f->of);
	} else if (f->grant_words > 0) {
		by_rule(a, APPROVE_AUTO, COMMAND_BY_APPROVED, &f->grant);
	} else {
		a->verdict =
		    (enum approve_verdict)rules->approve[APPROVE_SHELL];
		a->reason = COMMAND_BY_UNLISTED;
	}
}

/* One run of letters, digits and what means nothing to a shell. */
static size_t
plain_words(const char *line, size_t len, char *text, struct shell_word *word,
    size_t max)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "_-./+,:@% ";
	size_t i, n = 0;

	memcpy(text, line, len);
	text[len] = '\0';
	if (strspn(text, plain) != len)
		return 0;
	for (i = 0; i < len; i++) {
		if (text[i] == ' ')
			text[i] = '\0';
		else if ((i == 0 || text[i - 1] == '\0') && n < max)
			word[n++] = (struct shell_word){.s = text + i};
	}
	for (i = 0; i < n; i++)
		word[i].len = strlen(word[i].s);
	return n;
}

void
command_judge(const struct command_rules *rules, const char *line, size_t len,
    struct command_answer *a)
{
	struct shell_word word[64];
	char text[1024];
	struct found f;
	size_t n = 0;

	memset(a, 0, sizeof(*a));
	if (len < sizeof(text))
		n = plain_words(line, len, text, word, 64);
	if (n == 0) {
		a->category = APPROVE_SHELL;
		a->verdict =
		    (enum approve_verdict)rules->approve[APPROVE_SHELL];
		a->reason = COMMAND_BY_UNPARSABLE;
		return;
	}
	a->nparts = 1;
	consider_all(rules, &f, word, n);
	weigh(rules, &f, a);
}
