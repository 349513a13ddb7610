// SPDX-License-Identifier: ISC
// Rules about commands as a policy holds them. Apart from what weighs them:
// the helper, which reads policies, has no use for that.
#include <string.h>
#include "policy/command.h"

void
command_rules_init(struct command_rules *rules)
{
#define X(id, name, def, what) rules->approve[APPROVE_##id] = def;
	APPROVE_TABLE(X)
#undef X
	rules->no_defaults = 0;
	rules->n = 0;
}

void
command_rules_copy(struct command_rules *to, const struct command_rules *from)
{
	memcpy(to->approve, from->approve, sizeof(to->approve));
	to->no_defaults = from->no_defaults;
	to->n = from->n;
	memcpy(to->rule, from->rule, from->n * sizeof(to->rule[0]));
}
