/* SPDX-License-Identifier: ISC */
/*
 * One connection of the sandbox, from accept to its end:
 *
 *	PEEK -> [HOLD ->] RESOLVE -> DIAL -> RELAY
 *	   \________\_________\_______\----> REFUSE
 *
 * What is needed only until it relays is in struct opening, and is freed then.
 */
#ifndef JAIL_EGRESS_CONN_H
#define JAIL_EGRESS_CONN_H

#include <stdbool.h>
#include <stdint.h>
#include "jail/egress/dial.h"
#include "jail/egress/inspect.h"
#include "jail/egress/loop.h"
#include "jail/egress/resolve.h"
#include "policy/egress.h"

struct broker;

enum conn_state {
	CONN_PEEK,
	CONN_HOLD,
	CONN_RESOLVE,
	CONN_DIAL,
	CONN_RELAY,
	CONN_REFUSE, /* it was said; the client shall be able to read it */
	CONN_OVER,
};

/* One of the two sockets. Edges are kept until they are used up. */
struct leg {
	struct source source;
	bool readable, writable;
	bool hup; /* its end has come; there may be bytes before it */
	bool eof; /* and was read */
};

/*
 * A WebSocket is asked for in a request that keeps the connection: were it not
 * taken up, what follows would be another request, that nobody has looked at.
 */
enum upgrade {
	UPGRADE_NONE,	 /* none was asked for, or it was taken up */
	UPGRADE_WAITED,	 /* nothing is sent to the server meanwhile */
	UPGRADE_REFUSED, /* nor any more */
};

/* A head, and something of what lies behind it; and room for it to grow when
   it is written anew. */
#define OPENING_READ (HEAD_MAX + 4096)
#define OPENING_ROOM (OPENING_READ + 1024)

struct opening {
	struct conn *conn;
	uint8_t buf[OPENING_ROOM]; /* what was read, and is still to be sent */
	size_t len, sent;
	bool proxied;  /* came to the proxy's port */
	bool tunnel;   /* CONNECT named where to */
	bool answered; /* and was told that it is open */
	bool raw;      /* its bytes are nobody's business */
	struct target to;
	struct egress_answer answer;
	struct inspected seen;
	uint32_t uid, inode;
	uint32_t question; /* of HOLD */
	uint64_t held_ms;
	const char *asked;     /* how that ended */
	struct resolved found; /* before any was left out */
	struct lookup lookup;
	struct dial dial;
	uint64_t dialled_ms;
};

struct conn {
	struct broker *b;
	struct conn *next, *prev;
	struct opening *o;  /* NULL once it relays */
	struct leg in, out; /* the sandbox's, the server's */
	struct timer timer;
	struct task more; /* of RELAY: not done yet */
	struct task after;
	uint64_t number, began_ms;
	uint64_t bytes[2]; /* up, down */
	uint32_t generation, dial_ms;
	uint16_t src_port, dst_port;
	uint8_t src[4], dst[4];
	uint8_t peer[16];
	uint16_t port;
	uint8_t state;	 /* enum conn_state */
	uint8_t upgrade; /* enum upgrade */
	bool allowed;	 /* its decision is recorded, so its end is, too */
	bool published;	 /* from outside in */
	char *name;	 /* for the end's record; or NULL */
};

/* What epoll tells of a leg, always. */
#define CONN_EVENTS (EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET)

/* One was accepted; fd is taken over. */
void conn_accepted(
    struct broker *b, int fd, const uint8_t src[4], uint16_t src_port);
/* A bare one, both legs closed; NULL: no memory. */
struct conn *conn_new(struct broker *b);
/* Both legs' events are the connection's own. */
void conn_legs(struct conn *c);
/* Moves on; what counts connections of each state is kept right. */
void conn_state(struct conn *c, enum conn_state state);
/* Ends it, and says how: "fin", "rst", "timeout", "quota", "broker-exit". */
void conn_end(struct conn *c, const char *how);
/* The same, with a reset to both sides. */
void conn_reset(struct conn *c, const char *how);
/* All that there are. */
void conn_end_all(struct broker *b, const char *how);
/* Looks again at those that wait for a person. */
void conn_look_held(struct broker *b);
/* There are new rules: for all that is not dialled yet. */
void conn_decide_again(struct broker *b);
/* Frees what is needed only until it relays. */
void conn_opened(struct conn *c);

/* Reads the first bytes (peek.c). */
void peek_start(struct conn *c);
void peek_ready(struct conn *c);
/* The first bytes are as they must be, or not wanted (decide.c). */
void decide_target(struct conn *c);
void decide_go(struct conn *c);
/* An answer may have come (decide.c). */
void decide_look(struct conn *c);
/* The rules are others now (decide.c). */
void decide_again(struct conn *c);
/* To whom it goes, for messages and questions: a name, or an address. */
void target_text(const struct target *t, char out[SPEC_NET_HOST_MAX]);

#endif
