// SPDX-License-Identifier: ISC
// The undo ledger: a failed build and a normal end run the same steps.
#include <stdlib.h>
#include "jail/base/undo.h"

void
undo_push(struct undo *u, void (*run)(void *), void *arg)
{
	if (u->n == UNDO_MAX)
		abort();
	u->step[u->n++] = (struct undo_step){run, arg};
}

void
undo_run(struct undo *u)
{
	struct undo_step s;

	while (u->n > 0) {
		s = u->step[--u->n];
		s.run(s.arg);
	}
}
