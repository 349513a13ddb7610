/* SPDX-License-Identifier: ISC */
/* What mends a sandbox that was refused because it would be degraded. */
#ifndef SRC_DOCTOR_STRICT_H
#define SRC_DOCTOR_STRICT_H

#include <stdbool.h>
#include <stdio.h>
#include "jail/base/err.h"

/*
 * Prints, for each property that an ERR_DEGRADED names, why and what mends
 * it; nothing for any other error. privileged: we came as root.
 */
void strict_explain(const struct err *e, bool privileged, FILE *f);

#endif
