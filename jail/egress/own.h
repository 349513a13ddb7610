/* SPDX-License-Identifier: ISC */
/* The host's own addresses, as they are now. */
#ifndef JAIL_EGRESS_OWN_H
#define JAIL_EGRESS_OWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "jail/base/err.h"
#include "jail/egress/loop.h"
#include "policy/address.h"

#define OWN_MAX 4096 /* a host with more reaches no address that is public */

struct own {
	struct source source; /* tells of changes, and answers */
	bool whole;	      /* all were heard since the last change */
	bool dumping;
	unsigned n;
	uint8_t addr[OWN_MAX][ADDRESS_BYTES];
};

/* Asks for all, and for each change from then on. */
int own_open(struct own *o, struct loop *l, struct err *e) MUST_CHECK;
/* Reads addresses from what the kernel sent; pure. */
void own_read(struct own *o, const void *msgs, size_t len);
/* Whether a is one of the host's; true also while that is not known. */
bool own_is(const struct own *o, const uint8_t a[ADDRESS_BYTES]);

#endif
