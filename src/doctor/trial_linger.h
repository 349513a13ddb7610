/* SPDX-License-Identifier: ISC */
/*
 * A command that will not end, seen from the host: who it is there, in which
 * control group, and whether what it left behind dies with it.
 */
#ifndef SRC_DOCTOR_TRIAL_LINGER_H
#define SRC_DOCTOR_TRIAL_LINGER_H

#include "src/doctor/trial.h"

/* Two at once; hostdir is a directory that they must not open anew. */
int linger_twice(struct trial *t, struct box *b, const char *program,
    int hostdir, struct err *e) MUST_CHECK;
/* After the end of it all: fills clean. */
void linger_look_for_rest(struct trial *t);

#endif
