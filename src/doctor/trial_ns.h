/* SPDX-License-Identifier: ISC */
/* Namespaces seen from outside: our own, and whether new ones can be made. */
#ifndef SRC_DOCTOR_TRIAL_NS_H
#define SRC_DOCTOR_TRIAL_NS_H

#include "src/doctor/trial.h"

/* Fills ns_own. */
void ns_read_own(struct trial *t);
/* Fills ns_errno: makes each by itself, in a child that ends. */
void ns_try(struct trial *t);
/* The names of the kernel: "user", "mnt"... */
extern const char *const ns_names[TRIAL_NS__COUNT];

#endif
