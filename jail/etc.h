/* SPDX-License-Identifier: ISC */
/* The box's /etc: written by us, but for a few things of the host's. */
#ifndef JAIL_ETC_H
#define JAIL_ETC_H

#include <stdbool.h>
#include "jail/base/err.h"

#define ETC_HOST_MAX 24
#define ETC_HOSTNAME "stockade"

/* Trees of the host's entries; -1 where it has none. */
struct etc_host {
	int tree[ETC_HOST_MAX];
};

int etc_open(struct etc_host *h, struct err *e) MUST_CHECK;
/* Makes etc below root; net: names are asked for at the gate. */
int
etc_put(const struct etc_host *h, int root, bool net, struct err *e) MUST_CHECK;

#endif
