/* SPDX-License-Identifier: ISC */
/* What a sandbox beside the first one is built with. */
#ifndef SRC_DOCTOR_TRIAL_FURTHER_H
#define SRC_DOCTOR_TRIAL_FURTHER_H

#include "src/doctor/trial_place.h"

struct further {
	int helper, workspace; /* what box_start() takes */
	bool service;
	struct way_in w;
};

/* beside: the first one, which stands. */
int further_open(struct further *f, const struct trial *t, struct box *beside,
    const struct place *p, struct err *e) MUST_CHECK;
/* After the sandbox's end, or if it was not opened. */
void further_close(struct further *f);

#endif
