// SPDX-License-Identifier: ISC
// What the network's broker tells its owner.
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include "jail/base/clock.h"
#include "jail/base/fd.h"
#include "src/box/edge.h"

struct edge {
	int chan; // the caller's
	uint32_t seq;
	bool gone;
	char run[64];
	edge_ask *ask;
	void *arg;
	struct wire_totals totals;
	uint32_t totals_seq; // of the SYNC that they answer
	uint64_t unkept;     // refusals that had no room
	size_t n;
	struct edge_refusal kept[EDGE_KEPT_MAX];
};

// It may be full of what the broker has not heard yet: that is waited for,
// but not for ever.
static int
tell(struct edge *g, enum wire_type type, const void *body, const int *fds,
    struct err *e)
{
	struct pollfd p = {.fd = g->chan, .events = POLLOUT};
	uint64_t end = clock_ms() + EDGE_SYNC_MS, now;

	if (g->gone)
		return err_set(e, ERR_GONE, 0, "the network's broker ended");
	g->seq++;
	while (
	    wire_send(g->chan, MSG_DONTWAIT, type, g->seq, body, fds, e) != 0) {
		now = clock_ms();
		if (e->sys_errno != EAGAIN || now >= end)
			return -1;
		poll(&p, 1, (int)(end - now));
	}
	return 0;
}

struct edge *
edge_new(int chan, const char *run, struct err *e)
{
	struct edge *g = calloc(1, sizeof(*g));

	if (g == NULL) {
		err_set(e, ERR_SYSTEM, ENOMEM, "hear the network's broker");
		return NULL;
	}
	g->chan = chan;
	memcpy(g->run, run, strnlen(run, sizeof(g->run) - 1));
	return g;
}

void
edge_free(struct edge *g)
{
	free(g);
}

int
edge_pollfd(const struct edge *g)
{
	return g->gone ? -1 : g->chan;
}

int
edge_attach(struct edge *g, edge_ask *ask, void *arg, struct err *e)
{
	struct wire_attach a = {.asking = ask != NULL};

	memcpy(a.run, g->run, sizeof(a.run));
	g->ask = ask;
	g->arg = arg;
	return tell(g, WIRE_ATTACH, &a, NULL, e);
}

// The broker reads what strangers send, and may have been taken over by them:
// nothing but plain characters of its text reaches a screen.
static void
plain(char text[SPEC_NET_HOST_MAX])
{
	for (; *text != '\0'; text++)
		if (*text < ' ' || *text > '~')
			*text = '?';
}

static struct edge_refusal *
find(struct edge *g, const struct wire_violation *w)
{
	struct edge_refusal *r;
	char host[SPEC_NET_HOST_MAX];
	size_t i;

	memcpy(host, w->host, sizeof(host));
	plain(host);

	for (i = 0; i < g->n; i++) {
		r = &g->kept[i];
		if (r->port == w->port && (uint32_t)r->reason == w->reason &&
		    strcmp(r->host, host) == 0)
			return r;
	}
	if (g->n == EDGE_KEPT_MAX)
		return NULL;
	r = &g->kept[g->n++];
	memset(r, 0, sizeof(*r));
	memcpy(r->host, host, sizeof(r->host));
	memcpy(r->rule, w->rule, sizeof(r->rule));
	plain(r->rule);
	r->literal = w->literal != 0;
	r->port = (uint16_t)w->port;
	r->reason = (enum reason)w->reason;
	return r;
}

static int
take_violation(struct edge *g, const struct wire_violation *w, struct err *e)
{
	struct edge_refusal *r;

	if (w->reason >= REASON__COUNT || w->port > UINT16_MAX)
		return err_set(e, ERR_PROTOCOL, 0,
		    "the network's broker tells of no reason there is");
	r = find(g, w);
	if (r == NULL) {
		g->unkept += w->count;
		return 0;
	}
	r->count += w->count;
	r->conn = w->conn;
	return 0;
}

static int
answer(struct edge *g, const struct wire_ask *asked, struct err *e)
{
	struct wire_verdict_of v = {.id = asked->id, .verdict = WIRE_DENY_ONCE};
	struct wire_ask q = *asked;

	plain(q.host);
	if (g->ask != NULL)
		v.verdict = g->ask(g->arg, &q);
	return tell(g, WIRE_VERDICT, &v, NULL, e);
}

static int
take(struct edge *g, const struct wire_msg *m, struct err *e)
{
	switch (m->h.type) {
	case WIRE_VIOLATION:
		return take_violation(g, &m->u.violation, e);
	case WIRE_ASK:
		return answer(g, &m->u.ask, e);
	default: // TOTALS: no other comes this way
		g->totals = m->u.totals;
		g->totals_seq = m->h.seq;
		return 0;
	}
}

int
edge_hear(struct edge *g, struct err *e)
{
	struct wire_msg m;
	int rc;

	while (!g->gone) {
		rc = wire_recv(g->chan, WIRE_E2A, MSG_DONTWAIT, &m, e);
		if (rc < 0 && e->sys_errno == EAGAIN)
			return 0;
		if (rc > 0) {
			rc = take(g, &m, e);
			wire_msg_close(&m);
			if (rc == 0)
				continue;
		}
		g->gone = true;
		if (rc < 0)
			return -1;
	}
	return err_set(e, ERR_GONE, 0, "the network's broker ended");
}

int
edge_sync(struct edge *g, struct err *e)
{
	struct wire_broker sync = {0};
	struct pollfd p = {.events = POLLIN};
	uint64_t end, now;
	uint32_t seq;

	if (tell(g, WIRE_SYNC, &sync, NULL, e) != 0)
		return -1;
	seq = g->seq;
	end = clock_ms() + EDGE_SYNC_MS;
	for (;;) {
		if (edge_hear(g, e) != 0)
			return -1;
		if (g->totals_seq == seq)
			return 0;
		now = clock_ms();
		if (now >= end)
			return err_set(e, ERR_NET, ETIMEDOUT,
			    "the network's broker did not say what it did");
		p.fd = g->chan;
		poll(&p, 1, (int)(end - now));
	}
}

const struct wire_totals *
edge_totals(const struct edge *g)
{
	return &g->totals;
}

struct edge_refusal *
edge_refusals(struct edge *g, size_t *n)
{
	*n = g->n;
	return g->kept;
}

uint64_t
edge_untold(const struct edge *g)
{
	return g->unkept + g->totals.untold;
}

int
edge_relay(
    struct edge *g, uint16_t port, int accepted, int minted, struct err *e)
{
	struct wire_relay r = {.port = port};
	const int fds[2] = {accepted, minted};

	return tell(g, WIRE_RELAY, &r, fds, e);
}
