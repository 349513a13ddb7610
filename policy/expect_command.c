// SPDX-License-Identifier: ISC
// What a policy says is expected of commands, against what its rules come to.
#include <stdio.h>
#include <string.h>
#include "policy/policy.h"

/* Who expects "allow" does not mind being told. */
static enum net_verdict
verdict_of(const struct command_answer *a)
{
	if (a->verdict == APPROVE_DENY)
		return NET_DENY;
	return a->verdict == APPROVE_ASK ? NET_ASK : NET_ALLOW;
}

int
policy_expect_commands(const struct policy *p, struct policy_fault *f)
{
	static const char *const are[] = {"denied", "asked about", "allowed"};
	const struct policy_expect_command *x;
	char why[COMMAND_WHY_MAX];
	struct command_answer a;
	uint32_t i;

	for (i = 0; i < p->nexpects_command; i++) {
		x = &p->expect_command[i];
		command_judge(&p->command, x->text, strlen(x->text), &a);
		if ((uint32_t)verdict_of(&a) == x->verdict)
			continue;
		f->line = x->line;
		f->column = x->column;
		snprintf(f->text, sizeof(f->text),
		    "\"%.40s\" is %s, not %s as expected: %.100s", a.part,
		    are[verdict_of(&a)], are[x->verdict % NET_VERDICT__COUNT],
		    command_why(&a, why));
		return -1;
	}
	return 0;
}
