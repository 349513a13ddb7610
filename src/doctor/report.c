// SPDX-License-Identifier: ISC
// The findings together: what they amount to.
#include <stdio.h>
#include <string.h>
#include "jail/base/landlock.h"
#include "src/doctor/report.h"

const char *
doctor_landlock_lacks(unsigned abi, size_t i)
{
	static char text[80];
	const struct landlock_feature *f;
	unsigned k;

	for (k = 0; (f = landlock_feature(k)) != NULL; k++) {
		if ((unsigned)f->abi <= abi || i-- != 0)
			continue;
		snprintf(text, sizeof(text), "%s (ABI %d, Linux %s)", f->what,
		    f->abi, f->kernel);
		return text;
	}
	return NULL;
}

void
doctor_judge(struct doctor_report *r)
{
	const struct property *p;

	r->status = DOCTOR_WELL;
	for (p = properties; p->name != NULL; p++) {
		property_find(r->trial, p, &r->found[r->n]);
		if (r->found[r->n].state == STATE_DEGRADED ||
		    r->found[r->n].state == STATE_MISSING)
			r->status = DOCTOR_DEGRADED;
		r->n++;
	}
	// The first row is the sandbox itself.
	if (r->found[0].state != STATE_PRESENT)
		r->status = DOCTOR_CANNOT_RUN;
}
