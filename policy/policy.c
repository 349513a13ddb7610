// SPDX-License-Identifier: ISC
// A policy at its defaults, and a ceiling that allows everything.
#include <string.h>
#include "policy/policy.h"

static void
copy_spec(struct spec *to, const struct spec *from)
{
	int i;

	memcpy(to->limit, from->limit, sizeof(to->limit));
	memcpy(to->choice, from->choice, sizeof(to->choice));
	for (i = 0; i < LIST__COUNT; i++) {
		to->list[i].n = from->list[i].n;
		memcpy(to->list[i].item, from->list[i].item,
		    from->list[i].n * sizeof(to->list[i].item[0]));
	}
	memcpy(to->root, from->root, sizeof(to->root));
	to->nmounts = from->nmounts;
	memcpy(to->mount, from->mount, from->nmounts * sizeof(to->mount[0]));
	to->net.n = from->net.n;
	memcpy(to->net.rule, from->net.rule,
	    from->net.n * sizeof(to->net.rule[0]));
}

void
policy_copy(struct policy *to, const struct policy *from)
{
	copy_spec(&to->spec, &from->spec);
	to->budget = from->budget;
	to->weakened_tests = from->weakened_tests;
	to->service.boxes = from->service.boxes;
	to->service.nworkspaces = from->service.nworkspaces;
	memcpy(to->service.workspace, from->service.workspace,
	    from->service.nworkspaces * sizeof(to->service.workspace[0]));
	edits_copy(&to->edits, &from->edits);
	to->ceiling = from->ceiling;
	memcpy(to->provider, from->provider, sizeof(to->provider));
	memcpy(to->model, from->model, sizeof(to->model));
	to->nincludes = from->nincludes;
	memcpy(to->include, from->include,
	    from->nincludes * sizeof(to->include[0]));
	to->nexpects = from->nexpects;
	memcpy(
	    to->expect, from->expect, from->nexpects * sizeof(to->expect[0]));
	command_rules_copy(&to->command, &from->command);
	to->nexpects_command = from->nexpects_command;
	memcpy(to->expect_command, from->expect_command,
	    from->nexpects_command * sizeof(to->expect_command[0]));
	to->nredacts = from->nredacts;
	memcpy(
	    to->redact, from->redact, from->nredacts * sizeof(to->redact[0]));
}

void
policy_init_empty(struct policy *p)
{
	spec_init_empty(&p->spec);
	memset(&p->budget, 0, sizeof(p->budget));
	p->weakened_tests = WEAKENED_REPORT;
	p->service.boxes = p->service.nworkspaces = 0;
	edits_init(&p->edits);
	p->ceiling = true;
	memset(p->provider, 0, sizeof(p->provider));
	memset(p->model, 0, sizeof(p->model));
	p->nincludes = p->nexpects = p->nredacts = 0;
	command_rules_init(&p->command);
	p->nexpects_command = 0;
}

void
policy_init(struct policy *p)
{
	p->service.boxes = p->service.nworkspaces = 0;
	edits_init(&p->edits);
	p->ceiling = false;
	memset(p->provider, 0, sizeof(p->provider));
	memset(p->model, 0, sizeof(p->model));
	p->nincludes = p->nexpects = p->nredacts = 0;
	command_rules_init(&p->command);
	p->nexpects_command = 0;
	spec_init(&p->spec);
	p->weakened_tests = WEAKENED_REPORT;
#define X(field, name, unit, def, min, max, what) p->budget.field = (def);
	BUDGET_TABLE(X)
#undef X
}
