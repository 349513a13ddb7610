/* SPDX-License-Identifier: ISC */
/*
 * A second sandbox with one rule of the network: how its gate is made, what
 * the rule lists is reached, and something else is not.
 */
#ifndef SRC_DOCTOR_TRIAL_GATE_H
#define SRC_DOCTOR_TRIAL_GATE_H

#include "src/doctor/trial_place.h"

/* beside: the first one, which stands. Notes what it finds in t->gate. */
void gate_try(struct trial *t, struct box *beside, const struct place *p);

#endif
