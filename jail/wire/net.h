/* SPDX-License-Identifier: ISC */
/* Bodies of the messages about the network: gate, broker, who is asked. */
#ifndef JAIL_WIRE_NET_H
#define JAIL_WIRE_NET_H

#include <stdint.h>
#include "policy/spec.h"

/* NET. */
struct wire_net {
	struct spec_net_rule rule;
};

/* NET_SWAP, SWAPPED: rules told anew take the place of the old ones. */
struct wire_swap {
	uint32_t n;	     /* rules, as a check */
	uint32_t generation; /* of the answer; 0 in the request */
};

enum wire_gate_kind {
	WIRE_GATE_TCP,	   /* listener: of every port, or of one */
	WIRE_GATE_DNS_UDP, /* port 53 */
	WIRE_GATE_DNS_TCP,
	WIRE_GATE_DIAG, /* sock_diag of the sandbox's own namespace */
	WIRE_GATE__COUNT
};

/* How what is sent out is caught. */
enum wire_gate_mode {
	WIRE_MODE_NONE,	  /* no network */
	WIRE_MODE_TPROXY, /* one listener, every port: nf_tables */
	WIRE_MODE_PORTS,  /* a listener each for some ports, without */
	WIRE_MODE__COUNT
};

/* One socket made in the gate: not blocking. */
struct wire_gate_socket {
	uint32_t kind; /* enum wire_gate_kind */
	uint32_t port; /* of a TCP listener; 0: all, by TPROXY */
};

/* A sealed memfd with one struct egress_policy. After the sockets. */
struct wire_gate_policy {
	uint32_t generation;
	uint32_t privileged; /* 1: the helper has privilege; for the record */
};

/* BROKER: it begins, or begins again, and wants sockets and policy. */
struct wire_broker {
	uint64_t reserved;
};

/* Who may be asked; and what the records call this sandbox. */
struct wire_attach {
	uint32_t asking; /* 1: ASK is answered by a person */
	uint32_t reserved;
	char run[64];
};

struct wire_ask {
	uint32_t id;
	uint32_t port;
	uint32_t uid;	/* of who dialled, as sock_diag says; ~0: unknown */
	uint32_t inode; /* of the socket inside; 0: unknown */
	uint32_t literal;
	uint32_t rule;		      /* index of the rule that asks */
	char host[SPEC_NET_HOST_MAX]; /* a normal name, or an address */
};

enum wire_verdict {
	WIRE_DENY_ONCE,
	WIRE_DENY_SESSION,
	WIRE_ALLOW_ONCE,
	WIRE_ALLOW_SESSION,
	WIRE_VERDICT__COUNT
};

struct wire_verdict_of {
	uint32_t id;
	uint32_t verdict;
};

/* A connection refused; the same one again within a second is counted. */
struct wire_violation {
	uint32_t reason; /* enum reason */
	uint32_t port;
	uint32_t count;
	uint32_t literal;
	uint64_t conn; /* number of the connection in the records */
	char host[SPEC_NET_HOST_MAX];
	char rule[SPEC_NET_HOST_MAX]; /* the line that would allow it; or "" */
};

/* What the broker did until now; answers SYNC, after all it has to tell. */
struct wire_totals {
	uint32_t generation; /* of the rules in force; 0: none yet */
	uint32_t untold;     /* violations that were not told one by one */
	uint64_t allowed, refused; /* connections */
	uint64_t names;		   /* asked for */
	uint64_t bytes_up, bytes_down;
};

/* Descriptors: an accepted connection, and a socket minted inside. */
struct wire_relay {
	uint32_t port; /* inside, on its loopback */
	uint32_t reserved;
};

#endif
