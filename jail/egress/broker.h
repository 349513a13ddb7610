/* SPDX-License-Identifier: ISC */
/* What a worker holds; there is one a process. */
#ifndef JAIL_EGRESS_BROKER_H
#define JAIL_EGRESS_BROKER_H

#include <stdbool.h>
#include <stdint.h>
#include "jail/base/err.h"
#include "jail/egress/agent.h"
#include "jail/egress/ask.h"
#include "jail/egress/dnsserve.h"
#include "jail/egress/gate.h"
#include "jail/egress/loop.h"
#include "jail/egress/names.h"
#include "jail/egress/own.h"
#include "jail/egress/quota.h"
#include "jail/egress/record.h"
#include "jail/egress/resolve.h"
#include "jail/egress/shared.h"
#include "policy/egress.h"

#define BROKER_BUFFER (512 * 1024) /* of all connections, one at a time */

struct conn;

struct broker {
	struct loop loop;
	struct shared *shared;
	const struct egress_policy *policy; /* NULL: none yet */
	const char *mode;		    /* of the records */
	struct gate gate;
	struct agent agent;
	struct dnsserve dns;
	struct own own;
	struct resolver resolver;
	struct quota quota;
	struct names *names;
	struct ask *ask;
	struct records *records;
	int records_fd;	    /* -1: nothing is written */
	struct conn *conns; /* all that there are */
	unsigned nconns, npeeking, nheld;
	bool done; /* the helper is gone */
	bool failed;
	uint8_t *buffer;
};

/* A fault that this worker cannot go on after: told on stderr. */
void broker_fail(struct broker *b, const struct err *e);
/* Begins the records, or goes on with them under another name. */
int broker_records(struct broker *b, struct err *e) MUST_CHECK;
/* An event for the records: "begin", "reload", "name"... */
void broker_note(struct broker *b, const char *event, const char *name);

#endif
