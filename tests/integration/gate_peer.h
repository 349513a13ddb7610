/* SPDX-License-Identifier: ISC */
/*
 * Agent and broker of one sandbox in one process: what arrives at the gate's
 * sockets of what is dialled inside.
 */
#ifndef TESTS_INTEGRATION_GATE_PEER_H
#define TESTS_INTEGRATION_GATE_PEER_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include "jail/gate_messages.h"
#include "jail/wire/wire.h"
#include "tests/integration/peer.h"

enum {
	GATE_SOCKETS_MAX = 64,
	GATE_PATIENCE_MS = 5000,
};

/* The one rule, of files.example.com. */
extern const struct spec_net_rule gate_rule;

/* What a broker has. */
struct gate {
	int helper; /* the broker's end */
	uint32_t n, ntcp;
	struct wire_gate_socket is[GATE_SOCKETS_MAX];
	int fd[GATE_SOCKETS_MAX];
	int rules;
	uint32_t generation;
};

/* EGRESS and NET; and all of it to STANDING. */
void gate_say_net(struct peer *p, struct gate *g);
void gate_build(struct peer *p, struct gate *g);
/* The next message to the broker, which must come soon. false: the end. */
bool gate_hear(struct gate *g, struct wire_msg *m);
/* GATE_POLICY. */
void gate_take_policy(struct gate *g, struct wire_msg *m);
/* BROKER, to the rules; what was there is dropped. */
void gate_begin(struct gate *g);
void gate_drop(struct gate *g);
/* The one that hears that port. */
int gate_socket_of(const struct gate *g, uint32_t kind, uint32_t port);
/* Ends the sandbox, which the broker sees. */
void gate_leave(struct peer *p, struct gate *g);
/* A TCP socket inside; dials with one: 0 or an errno. */
int gate_mint(struct peer *p);
int gate_dial(int fd, const char *ip, uint16_t port);
/* What was accepted knows what was dialled, and who did. */
int gate_accepted(int listener, const char *ip, uint16_t port);
void
gate_same_address(const struct sockaddr_in *a, const char *ip, uint16_t port);
void gate_exchange(int a, int b);
/* dial.c, as /workspace/dial. */
void gate_bring_dial(void);

#endif
