// SPDX-License-Identifier: ISC
// How an answer becomes a finding: the network's gate.
#include <stdio.h>
#include <string.h>
#include "src/doctor/property.h"

static void
found(struct finding *f, enum state state, const char *detail)
{
	f->state = state;
	snprintf(f->detail, sizeof(f->detail), "%.79s", detail);
}

void
judge_gate(const struct trial *t, const struct property *p, struct finding *f)
{
	const struct gate_trial *g = &t->gate;

	(void)p;
	if (!t->stands || !g->tried)
		return;
	if (!g->stands) {
		found(f, STATE_MISSING, g->err.text);
		// A ceiling, or what it demands, and no lack of this machine's.
		if (g->err.code == ERR_REFUSED ||
		    t->spec.choice[CHOICE_SECCOMP] == SECCOMP_STRICT)
			f->mend.kind = MEND_CEILING;
	} else if (g->ports) {
		found(f, STATE_DEGRADED, "ports of the rules alone");
		f->by = "listeners";
		f->mend.kind = MEND_TPROXY;
	} else {
		found(f, STATE_PRESENT, "every port");
	}
}

void
judge_gate_rules(
    const struct trial *t, const struct property *p, struct finding *f)
{
	const struct gate_trial *g = &t->gate;

	(void)p;
	if (!t->stands || !g->stands)
		return;
	if (!g->refused)
		found(
		    f, STATE_MISSING, "an address that is not listed answered");
	else if (!g->named)
		found(f, STATE_MISSING, "no address for a name");
	else if (!g->reached && g->bounded)
		found(f, STATE_UNTRIED, "the ceiling has rules of its own");
	else if (!g->reached)
		found(f, STATE_MISSING, "what is listed was not reached");
	else
		found(f, STATE_PRESENT, "reached; else refused");
}
