/* SPDX-License-Identifier: ISC */
/*
 * The helper's side of the network: it keeps the gate's sockets and the rules
 * in force, and hands both to the broker whenever that begins.
 *
 * The broker is the peer's, and may be anything: it can only ask, and gets
 * what is its own sandbox's. Its end takes the gate with it, so that nobody
 * waits for an answer that never comes.
 */
#ifndef JAIL_BROKER_H
#define JAIL_BROKER_H

#include <poll.h>
#include <stdbool.h>
#include "jail/gate_messages.h"
#include "jail/wire/wire.h"
#include "policy/egress.h"

enum {
	BROKER_SOCKETS_MAX = GATE_PORTS_MAX + 3,
};

struct broker {
	int sock;	     /* to it, handed over by the peer; or -1 */
	int rules;	     /* memfd: those in force; or -1 */
	uint32_t generation; /* of them; 0: none yet */
	bool privileged;     /* the helper: for the records */
	uint32_t n;
	struct {
		struct wire_gate_socket is;
		int fd; /* made in the gate */
	} socket[BROKER_SOCKETS_MAX];
};

/* What it goes by: struct egress_policy, where its parts lie. */
struct broker_rules {
	const uint64_t *limit; /* of each enum spec_limit */
	const struct spec_net *policy, *ceiling;
};

void broker_init(struct broker *b);
/* Takes one socket of the gate; closes it if it cannot. */
int broker_take(struct broker *b, const struct wire_gate_socket *is, int fd,
    struct err *e) MUST_CHECK;
/* How the gate is made: enum wire_gate_mode. */
uint32_t broker_mode(const struct broker *b);
/* Makes these the rules in force, as the next generation; tells a broker. */
int broker_set(
    struct broker *b, const struct broker_rules *r, struct err *e) MUST_CHECK;
/* What to poll for; fd -1: there is no broker, or nothing for it yet. */
struct pollfd broker_event(const struct broker *b);
/* Hears it. -1: it is gone, or broke the rules; then so is the gate. */
int broker_serve(struct broker *b, struct err *e) MUST_CHECK;
void broker_close(struct broker *b);

#endif
