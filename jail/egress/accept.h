/* SPDX-License-Identifier: ISC */
/* New connections, from the gate's listeners. */
#ifndef JAIL_EGRESS_ACCEPT_H
#define JAIL_EGRESS_ACCEPT_H

#include <stdbool.h>
#include <stdint.h>
#include "jail/egress/loop.h"

struct broker;

void accept_ready(struct source *s, uint32_t events);
/* Whether too many say nothing yet: then no more are taken. */
void accept_full(struct broker *b, bool full);

#endif
