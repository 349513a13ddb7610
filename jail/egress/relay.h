/* SPDX-License-Identifier: ISC */
/*
 * Bytes from one leg to the other, both ways, as they come: what one side
 * does not take stays in the other's socket, so that nothing is kept here.
 */
#ifndef JAIL_EGRESS_RELAY_H
#define JAIL_EGRESS_RELAY_H

struct conn;
struct leg;

/* Both legs are there: what was read goes first. */
void relay_begin(struct conn *c);
/* The same of a connection from outside, of which nothing was read. */
void relay_join(struct conn *c);
/* Goes on. failed: the leg that epoll told an error of, or NULL. */
void relay_run(struct conn *c, struct leg *failed);

#endif
