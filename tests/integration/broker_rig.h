/* SPDX-License-Identifier: ISC */
/*
 * The broker alone, with a test that is its helper, its agent, the sandbox's
 * programs and the internet, in network namespaces of the test's own:
 *
 *	gate	every address is its own; the broker's sockets, and clients
 *	here	25.0.0.0/8 is, too: servers, and where the broker dials from
 *
 * Names are those of a hosts file: see rig_hosts in broker_rig.c.
 */
#ifndef TESTS_INTEGRATION_BROKER_RIG_H
#define TESTS_INTEGRATION_BROKER_RIG_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "jail/wire/wire.h"
#include "policy/egress.h"

#define RIG_PORTS 9

struct rig {
	pid_t pid; /* the watcher */
	int helper, agent;
	int records; /* a memfd, or -1; made before rig_begin if it is wanted */
	int sock[RIG_PORTS + 3];
	uint32_t generation;
	struct wire_violation seen; /* by rig_refused */
};

/* Once: the namespaces. False: there are none to be had, and it is told. */
bool rig_namespaces(void);
/* Starts a broker with that policy. */
void rig_begin(struct rig *r, const char *policy);
/* Answers BROKER, which a worker says when it begins. */
void rig_answer(struct rig *r, const char *policy);
/* Other rules. */
void rig_reload(struct rig *r, const char *policy);
/* Lets it go, and sees that nothing of it is left. */
void rig_end(struct rig *r);
/* The worker: the watcher's child that is not a resolver's. */
pid_t rig_worker(const struct rig *r);
/* Processes that descend from the watcher, it included. */
unsigned rig_processes(const struct rig *r);

/* Of the next clients, as on a wire, where sockets hold less; 0: any. */
extern int rig_mss;
/* A client in the gate, or a server here; both give up after ten seconds. */
int rig_dial(const char *ip, uint16_t port);
int rig_listen(const char *ip, uint16_t port);
int rig_accept(int listener);
/* The made-up address of a name, as text. Returns the answer's code. */
int rig_resolve(const char *name, char ip[16]);
/* The same, and dialled. */
int rig_dial_name(const char *name, uint16_t port);
/* Switches to the gate, or back. For what is made there otherwise. */
void rig_enter(bool gate);

void rig_say(int fd, const char *text);
/* Reads exactly that, or fails; "" reads the end. */
void rig_hear(int fd, const char *text);
/* Reads until the end, or a reset: -1. Returns how many bytes. */
ssize_t rig_hear_all(int fd, char *buf, size_t size);
/* True if the connection was reset. */
bool rig_was_reset(int fd);
/* A ClientHello with that name, or none: NULL. Returns its length. */
size_t rig_hello(uint8_t *out, const char *sni);

/* The next message of the broker's to the agent is of that type. */
void rig_told(struct rig *r, enum wire_type type, struct wire_msg *m);
/* It is a violation of that reason. */
void rig_refused(struct rig *r, enum reason why);
void rig_totals(struct rig *r, struct wire_totals *t);

#endif
