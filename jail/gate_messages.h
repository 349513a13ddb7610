/* SPDX-License-Identifier: ISC */
/*
 * What the kernel is told to make a gate. See jail/inside/gate.c, which sends
 * it.
 *
 * The sandbox's namespace and the gate are joined by a veth pair. The gate
 * has no other link; every address leads to its own sockets.
 */
#ifndef JAIL_GATE_MESSAGES_H
#define JAIL_GATE_MESSAGES_H

#include <stdbool.h>
#include <stdint.h>
#include "jail/netlink.h"
#include "policy/spec.h"

enum {
	GATE_PORT = 9000,	/* of the listener that hears every port */
	GATE_PROXY_PORT = 3128, /* where a client may ask by CONNECT */
	GATE_DNS_PORT = 53,
	GATE_PORTS_MAX = 56, /* listeners where there is no such listener */
	GATE_LINK = 64,	     /* index of both ends: beyond what kernels make */
	GATE_PREFIX = 30,
};

/* 192.0.2.0/24 is nobody's (RFC 5737). */
#define GATE_ADDRESS	 "192.0.2.1"
#define GATE_BOX_ADDRESS "192.0.2.2"

/* One message each, and its seq. */
enum gate_step {
	GATE_STEP_NONE,
	GATE_STEP_VETH,
	GATE_STEP_PLAIN, /* no IPv6 address */
	GATE_STEP_UP,
	GATE_STEP_LO,
	GATE_STEP_ADDRESS,
	GATE_STEP_ANYIP,
	GATE_STEP_BOX_PLAIN,
	GATE_STEP_BOX_UP,
	GATE_STEP_BOX_ADDRESS,
	GATE_STEP_BOX_ROUTE,
	GATE_STEP_RULES,
	GATE_STEP__COUNT
};

/* In the gate: links, addresses, routes. box: the sandbox's namespace. */
void gate_links(struct netlink *n, int box);
/* The same in the sandbox's namespace. */
void gate_box_links(struct netlink *n);
/* In the gate, to nf_tables: one rule, and all or nothing of it. */
void gate_rules(struct netlink *n);
/* Where there is no nf_tables: the ports that can be listened on, of the
 * rules and what a client expects. Returns how many. */
uint32_t gate_ports(const struct spec_net *net, uint16_t port[GATE_PORTS_MAX]);

#endif
