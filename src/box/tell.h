/* SPDX-License-Identifier: ISC */
/* What a sandbox shall be, told to the helper message by message. */
#ifndef SRC_BOX_TELL_H
#define SRC_BOX_TELL_H

#include <stdint.h>
#include "jail/base/err.h"
#include "policy/spec.h"
#include "src/box/egress.h"

struct tell {
	int helper;
	uint32_t *seq;	       /* of the last message; goes on from there */
	struct egress *egress; /* started if there is a rule of the network */
	int records;	       /* what the broker appends to, or -1 */
};

/* From HELLO to COMMIT; what is answered is not read. */
int tell_spec(const struct tell *t, int workspace, const struct spec *spec,
    struct err *e) MUST_CHECK;

#endif
