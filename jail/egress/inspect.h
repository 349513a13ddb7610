/* SPDX-License-Identifier: ISC */
/*
 * What is inside a connection, by its first bytes: that TLS and HTTP name the
 * server that was dialled. Pure.
 */
#ifndef JAIL_EGRESS_INSPECT_H
#define JAIL_EGRESS_INSPECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "jail/egress/head.h"
#include "jail/egress/hello.h"
#include "policy/egress.h"

/* Where a connection goes. */
struct target {
	bool literal;
	char name[SPEC_NET_HOST_MAX]; /* normal; "" of a literal */
	uint8_t addr[16];	      /* of a literal */
	uint16_t port;
	const char *from; /* "dns", "connect", "uri", "literal" */
};

enum inspect {
	INSPECT_MORE,	/* too few bytes yet */
	INSPECT_PASS,	/* they name the target, or nobody else */
	INSPECT_TARGET, /* to a proxy: seen.target is where to */
	INSPECT_REFUSE, /* seen.reason */
};

struct inspected {
	const char *kind; /* "tls", "http", "connect"; NULL: neither */
	enum reason reason;
	const char *why; /* a phrase of the parser's; or NULL */
	struct target target;
	union {
		struct hello hello;
		struct head head;
	};
};

/* Against what the first bytes are held. */
struct inspect_as {
	const struct egress_policy *policy;
	const struct target *target; /* NULL: to the proxy's port */
	uint16_t flags;		     /* of the rule: enum net_flag */
};

enum inspect inspect_first(const struct inspect_as *as, const uint8_t *p,
    size_t n, struct inspected *s);
/* Whether the server speaks first, or nobody can look inside, at that port. */
bool inspect_blind(uint16_t port);

#endif
