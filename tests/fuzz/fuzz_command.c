// SPDX-License-Identifier: ISC
// Any bytes as a line of shell: words lie where they say, what is found ends
// in order, and a line that no rule knows is never approved.
#include <string.h>
#include "policy/policy.h"
#include "policy/shell.h"
#include "tests/fuzz/fuzz.h"

struct seen {
	const struct shell *sh;
	size_t commands;
};

static void
check_word(const struct seen *x, const struct shell_word *w)
{
	FUZZ_ASSERT(w->s >= x->sh->text);
	FUZZ_ASSERT(w->s + w->len < x->sh->text + SHELL_TEXT_MAX);
	FUZZ_ASSERT(strlen(w->s) == w->len);
}

static bool
see(void *arg, struct shell *sh, const struct shell_command *c)
{
	struct seen *x = arg;
	size_t i;

	x->commands++;
	FUZZ_ASSERT(c->nassign + c->nwords + c->nredirs > 0);
	for (i = 0; i < c->nassign + c->nwords; i++)
		check_word(x, &c->assign[i]);
	FUZZ_ASSERT(c->nwords == 0 || c->word == c->assign + c->nassign);
	for (i = 0; i < c->nredirs; i++)
		if (c->redir[i].kind != SHELL_REDIR_HERE)
			check_word(x, &c->redir[i].target);
		else if (c->redir[i].target.len > 0)
			FUZZ_ASSERT(memchr(c->redir[i].target.s, '\0',
					c->redir[i].target.len) == NULL ||
				    sh->line != NULL);
	FUZZ_ASSERT(c->depth <= SHELL_DEPTH_MAX && c->depth == sh->depth);
	return true;
}

static void
check_rest(const struct shell *sh)
{
	FUZZ_ASSERT(sh->nwords == 0 && sh->nredirs == 0 && sh->ntext == 0);
	FUZZ_ASSERT(sh->depth == 0 && sh->nested == 0 && sh->pos == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char none[] = "command defaults none command deny zzz";
	static struct policy shipped, strict;
	static struct shell sh;
	struct seen x = {.sh = &sh};
	struct command_answer a, b;
	struct policy_fault f;
	const char *line = size > 0 ? (const char *)data : "";
	bool ok;

	policy_init(&shipped);
	policy_init(&strict);
	FUZZ_ASSERT(policy_parse(none, sizeof(none) - 1, &strict, &f) == 0);
	shell_init(&sh, see, &x);
	ok = shell_read(&sh, line, size, (size & 1) != 0);
	FUZZ_ASSERT(ok == (sh.fault == NULL));
	if (ok)
		check_rest(&sh);
	command_judge(&shipped.command, line, size, &a);
	command_judge(&strict.command, line, size, &b);
	FUZZ_ASSERT(strnlen(a.part, sizeof(a.part)) < sizeof(a.part));
	// The same words are found, whoever has what to say of them.
	FUZZ_ASSERT(a.nparts == b.nparts);
	if (b.nparts > 0)
		FUZZ_ASSERT(b.verdict >= APPROVE_ASK);
	if (b.nparts > 0 && a.verdict == APPROVE_AUTO)
		FUZZ_ASSERT(a.has_rule && a.reason == COMMAND_BY_APPROVED);
	return 0;
}
