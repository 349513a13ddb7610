// SPDX-License-Identifier: ISC
// What a peer may say now: each message in its turn, by the one who began,
// and not too many; and that it is answered without waiting for it.
#include <string.h>
#include "jail/base/clock.h"
#include "jail/peer.h"

enum {
	PER_SECOND = 4096, // how fast PEER_BURST fills again
};

int
peer_rate(struct peer *p, struct err *e)
{
	uint64_t now = clock_ms();

	p->tokens += (now - p->filled_ms) * PER_SECOND / 1000;
	if (p->tokens > PEER_BURST)
		p->tokens = PEER_BURST;
	p->filled_ms = now;
	if (p->tokens == 0)
		return err_set(e, ERR_PROTOCOL, 0,
		    "more than %d messages a second", PER_SECOND);
	p->tokens--;
	return 0;
}

int
peer_turn(struct peer *p, const struct wire_msg *m, struct err *e)
{
	const struct wire_info *w = wire_info(m->h.type);

	if ((w->states & p->state) == 0)
		return err_set(e, ERR_PROTOCOL, 0, "%s out of turn", w->name);
	// The table keeps the helper's messages below 64.
	if (w->once && (p->seen >> w->type & 1) != 0)
		return err_set(e, ERR_PROTOCOL, 0, "%s twice", w->name);
	p->seen |= 1ULL << w->type;
	if (p->state != WIRE_ST_NEW &&
	    (m->cred.pid != p->cred.pid || m->cred.uid != p->cred.uid))
		return err_set(e, ERR_PROTOCOL, 0,
		    "%s by another process than said HELLO", w->name);
	return 0;
}

// Never waits: a peer that does not read its answers is a fault of its own.
int
peer_say(struct peer *p, enum wire_type type, const void *body, const int *fds,
    struct err *e)
{
	return wire_send(p->fd, MSG_DONTWAIT, type, p->seq, body, fds, e);
}

int
peer_say_failed(struct peer *p, const struct err *why, struct err *e)
{
	struct wire_failed f = {.err = *why};

	return peer_say(p, WIRE_FAILED, &f, NULL, e);
}
