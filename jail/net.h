/* SPDX-License-Identifier: ISC */
/* The box's network: loopback, and nothing else. */
#ifndef JAIL_NET_H
#define JAIL_NET_H

#include "jail/base/err.h"

/* In the child: brings lo up. */
int net_lo_up(struct err *e) MUST_CHECK;

#endif
