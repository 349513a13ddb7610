/* SPDX-License-Identifier: ISC */
/* The program that asks, inside of a sandbox: put there, run, understood. */
#ifndef SRC_DOCTOR_TRIAL_INSIDE_H
#define SRC_DOCTOR_TRIAL_INSIDE_H

#include "src/box/capture.h"
#include "src/doctor/trial.h"

#define INSIDE_PROBE "/tmp/" PROBE_PROGRAM

/* Copies the program, open as from, to INSIDE_PROBE. */
int inside_put(struct box *b, int from, struct err *e) MUST_CHECK;
/* A command, to its end: ms of time, most bytes of output; 0: no limit. */
int inside_run(struct box *b, char *const *argv, uint64_t ms, uint64_t most,
    struct capture *out, struct err *e) MUST_CHECK;
/*
 * The same of a command that answers for rows of PROBE_TABLE; answers is
 * indexed by them. *mute is set if it does not answer for the first.
 */
int inside_ask(struct box *b, char *const *argv, struct answer *answers,
    enum probe_id first, struct err *mute, struct err *e) MUST_CHECK;

#endif
