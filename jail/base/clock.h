/* SPDX-License-Identifier: ISC */
/* The clock that only goes forward, from an unknown beginning. */
#ifndef JAIL_BASE_CLOCK_H
#define JAIL_BASE_CLOCK_H

#include <stdint.h>

uint64_t clock_us(void);
uint64_t clock_ms(void);

#endif
