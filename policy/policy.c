// SPDX-License-Identifier: ISC
// A policy at its defaults, and a ceiling that allows everything.
#include <string.h>
#include "policy/policy.h"

void
policy_init_empty(struct policy *p)
{
	spec_init_empty(&p->spec);
	memset(&p->budget, 0, sizeof(p->budget));
	p->service.boxes = p->service.nworkspaces = 0;
	p->ceiling = true;
}

void
policy_init(struct policy *p)
{
	p->service.boxes = p->service.nworkspaces = 0;
	p->ceiling = false;
	spec_init(&p->spec);
#define X(field, name, unit, def, min, max, what) p->budget.field = (def);
	BUDGET_TABLE(X)
#undef X
}
