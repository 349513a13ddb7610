/* SPDX-License-Identifier: ISC */
/* From outside in: a connection that was accepted on the host, to a port. */
#ifndef JAIL_EGRESS_PUBLISH_H
#define JAIL_EGRESS_PUBLISH_H

#include "jail/base/err.h"
#include "jail/wire/wire.h"

struct broker;

/* RELAY: takes its descriptors over. */
int
publish_begin(struct broker *b, struct wire_msg *m, struct err *e) MUST_CHECK;

#endif
