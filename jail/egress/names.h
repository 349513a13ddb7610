/* SPDX-License-Identifier: ISC */
/*
 * One synthetic address per name, for as long as the broker's sandbox lives:
 * 198.18.0.0/15. Never given to another name.
 */
#ifndef JAIL_EGRESS_NAMES_H
#define JAIL_EGRESS_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "policy/spec.h"

/* What the map can ever hold; the limit net-names is less. */
#define NAMES_MAX 65536
#define NAMES_TTL 60

struct names;

/*
 * At most max names. NULL: no memory. The map is shared with the processes
 * that are forked after it was made, and stays whole if one is killed at any
 * point: a worker that takes another one's place goes on with its names. One
 * process at a time may add to it.
 */
struct names *names_new(uint32_t max);
/* Of this process. */
void names_free(struct names *n);
/* Another limit, of NAMES_MAX at most; what is there stays. */
void names_limit(struct names *n, uint32_t max);
/* The address of a normal name, new or old: 0; -1: no room for another. */
int names_address(struct names *n, const char *name, uint8_t a[4])
    __attribute__((warn_unused_result));
/* The name of an address, for ever; NULL: given to none. */
const char *names_name(const struct names *n, const uint8_t a[4]);
/* Whether an address lies in the range at all. */
bool names_synthetic(const uint8_t a[4]);
uint32_t names_count(const struct names *n);

#endif
