/* SPDX-License-Identifier: ISC */
/* The worker: makes what it needs, confines itself, and turns its loop. */
#ifndef JAIL_EGRESS_WORKER_H
#define JAIL_EGRESS_WORKER_H

#include "jail/egress/watch.h"

/* Until the helper is gone: WATCH_DONE. Anything else: begin another. */
int worker_run(const struct watch_worker *w);

#endif
