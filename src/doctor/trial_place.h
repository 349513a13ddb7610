/* SPDX-License-Identifier: ISC */
/*
 * What a trial needs on the host: a directory of its own, listeners to be
 * reached for, something to be inherited.
 */
#ifndef SRC_DOCTOR_TRIAL_PLACE_H
#define SRC_DOCTOR_TRIAL_PLACE_H

#include "src/doctor/trial.h"

#define PLACE_VARIABLE "STOCKADE_DOCTOR_SECRET"
#define PLACE_SECRET   "secret"
#define PLACE_FD       200 /* handed on to the helper, by mistake as it were */

struct place {
	char dir[4096];	      /* ours, removed by place_close() */
	char workspace[4200]; /* in it */
	char secret[4200];    /* a file in it, beside the workspace */
	char root[4200];      /* a system beside it, of the program alone... */
	bool tree;	      /* ...that could be made */
	int fd;		      /* of dir, O_RDONLY */
	int probe;	      /* the program, open for reading */
	int tcp, unix_;	      /* listeners */
	unsigned port;
	char abstract[64];
};

/* Before rights are lost: the directory, for whom we shall become. */
int place_make(struct place *p, const char *dir, struct err *e) MUST_CHECK;
/* After: the rest. */
int place_fill(struct place *p, struct err *e) MUST_CHECK;
/* Asks here what will be asked inside, so that a refusal means something. */
void place_control(const struct place *p, struct trial *t);
void place_close(struct place *p);

#endif
