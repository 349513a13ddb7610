/* SPDX-License-Identifier: ISC */
/*
 * Which lines two texts do not share: Myers' O(ND) difference, bounded.
 */
#ifndef SRC_AGENT_MYERS_H
#define SRC_AGENT_MYERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * a and b are lines, equal lines having equal numbers. Sets gone[i] for each
 * line that only a has and come[j] for each that only b has; both arrays
 * start all false. What stays is the same sequence on both sides. The
 * smallest difference, unless that would take too long: then a correct one.
 */
void myers_diff(const uint32_t *a, size_t n, const uint32_t *b, size_t m,
    bool *gone, bool *come);

#endif
