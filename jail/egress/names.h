/* SPDX-License-Identifier: ISC */
/*
 * One synthetic address per name, for as long as the broker's sandbox lives:
 * 198.18.0.0/15. Never given to another name.
 */
#ifndef JAIL_EGRESS_NAMES_H
#define JAIL_EGRESS_NAMES_H

#include <stddef.h>
#include <stdint.h>
#include "policy/spec.h"

#define NAMES_MAX \
	65536 /* that the map can ever hold; limit net-names is less */
#define NAMES_TTL 60

struct names;

/* At most max names. NULL: no memory. */
struct names *names_new(uint32_t max);
void names_free(struct names *n);
/* The address of a normal name, new or old: 0; -1: no room for another. */
int names_address(struct names *n, const char *name, uint8_t a[4])
    __attribute__((warn_unused_result));
/* The name of an address; NULL: given to none. */
const char *names_name(const struct names *n, const uint8_t a[4]);
/* Whether an address lies in the range at all. */
int names_synthetic(const uint8_t a[4]);
uint32_t names_count(const struct names *n);

#endif
