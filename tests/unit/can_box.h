/* SPDX-License-Identifier: ISC */
/* Whether this user can have a sandbox here: an ordinary one has no way in
 * without user namespaces. */
#ifndef TESTS_UNIT_CAN_BOX_H
#define TESTS_UNIT_CAN_BOX_H

#include <stdbool.h>

bool can_box(void);

#endif
