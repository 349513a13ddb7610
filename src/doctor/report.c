// SPDX-License-Identifier: ISC
// The findings together: what they amount to.
#include <string.h>
#include "src/doctor/report.h"

static const struct {
	unsigned abi;
	const char *what;
} landlock[] = {
    {1, "files (ABI 1, Linux 5.13)"},
    {2, "renames between directories (ABI 2, 5.19)"},
    {3, "truncation (ABI 3, 6.2)"},
    {4, "TCP ports (ABI 4, 6.7)"},
    {5, "requests to devices (ABI 5, 6.10)"},
    {6, "abstract sockets and signals (ABI 6, 6.12)"},
    {7, "records of what it refused (ABI 7, 6.15)"},
};

const char *
doctor_landlock_lacks(unsigned abi, size_t i)
{
	size_t k;

	for (k = 0; k < sizeof(landlock) / sizeof(landlock[0]); k++)
		if (landlock[k].abi > abi && i-- == 0)
			return landlock[k].what;
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
