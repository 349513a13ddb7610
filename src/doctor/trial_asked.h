/* SPDX-License-Identifier: ISC */
/*
 * Further sandboxes, one after the other: with command rules, with a system
 * of our own, and with the stricter one of each choice.
 */
#ifndef SRC_DOCTOR_TRIAL_ASKED_H
#define SRC_DOCTOR_TRIAL_ASKED_H

#include "src/doctor/trial_place.h"

/*
 * beside: the first one, which stands. Notes what it finds in t->commands,
 * t->root and t->tight.
 */
void asked_try(struct trial *t, struct box *beside, const struct place *p);

#endif
