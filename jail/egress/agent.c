// SPDX-License-Identifier: ISC
// The agent's half: told of refusals, asked, and heard.
#include <errno.h>
#include <string.h>
#include "jail/base/fd.h"
#include "jail/egress/agent.h"
#include "jail/egress/broker.h"
#include "jail/egress/conn.h"
#include "jail/egress/publish.h"
#include "jail/egress/worker.h"

// Numbers of questions of one worker are not those of the one before it: an
// answer that comes late must not be taken for another question's.
enum {
	ASK_BITS = 20,
	FOLD_MS = 1000,
};

static uint32_t
ask_base(const struct broker *b)
{
	return b->shared->workers << ASK_BITS;
}

static int
tell(struct broker *b, enum wire_type type, uint32_t seq, const void *body)
{
	struct err e = {0};

	if (b->agent.source.fd < 0)
		return -1;
	return wire_send(
	    b->agent.source.fd, MSG_DONTWAIT, type, seq, body, NULL, &e);
}

static void
send_violation(struct broker *b, const struct wire_violation *v)
{
	if (tell(b, WIRE_VIOLATION, 0, v) != 0)
		b->shared->untold += v->count;
}

static bool
same(const struct wire_violation *a, const struct wire_violation *b)
{
	return a->reason == b->reason && a->port == b->port &&
	       strcmp(a->host, b->host) == 0;
}

// Tells of those that came again, if their time is up or all is wanted.
static void
flush(struct broker *b, bool all)
{
	struct agent_told *t;
	bool more = false;
	int i;

	for (i = 0; i < AGENT_FOLD; i++) {
		t = &b->agent.told[i];
		if (t->until_ms == 0)
			continue;
		if (!all && t->until_ms > b->loop.now_ms) {
			more = true;
			continue;
		}
		if (t->v.count > 0)
			send_violation(b, &t->v);
		t->until_ms = 0;
	}
	if (more)
		timer_start(&b->loop, &b->agent.fold, DELAY_SOON);
}

static void
fold_due(struct timer *t)
{
	flush(loop_owner(t, struct broker, agent.fold), false);
}

void
agent_violation(struct broker *b, const struct wire_violation *v)
{
	struct agent_told *t, *room = NULL;
	int i;

	for (i = 0; i < AGENT_FOLD; i++) {
		t = &b->agent.told[i];
		if (t->until_ms == 0) {
			room = t;
		} else if (same(&t->v, v)) {
			t->v.count++;
			t->v.conn = v->conn;
			return;
		}
	}
	send_violation(b, v);
	if (room == NULL)
		return;
	room->v = *v;
	room->v.count = 0;
	room->until_ms = b->loop.now_ms + FOLD_MS;
	if (b->agent.fold.due == 0)
		timer_start(&b->loop, &b->agent.fold, DELAY_SOON);
}

int
agent_ask(struct broker *b, const struct wire_ask *a)
{
	struct wire_ask w = *a;

	w.id = ask_base(b) + a->id;
	return tell(b, WIRE_ASK, 0, &w);
}

// All that there is to tell, and then the totals; again when there is room,
// if there is none now.
static void
answer_sync(struct broker *b)
{
	const struct shared *s = b->shared;
	struct wire_totals t = {
	    .generation = b->policy != NULL ? b->policy->generation : 0,
	    .untold = s->untold,
	    .allowed = s->allowed,
	    .refused = s->refused,
	    .names = names_count(b->names),
	    .bytes_up = s->bytes_up,
	    .bytes_down = s->bytes_down,
	};

	if (b->agent.source.fd < 0)
		return;
	flush(b, true);
	t.untold = s->untold;
	if (tell(b, WIRE_TOTALS, s->sync_seq, &t) == 0)
		b->shared->sync_due = 0;
	loop_change(&b->loop, &b->agent.source,
	    s->sync_due != 0 ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

static int
hear_attach(struct broker *b, const struct wire_attach *a, struct err *e)
{
	bool renamed = strcmp(b->shared->run, a->run) != 0;

	b->shared->asking = a->asking;
	memcpy(b->shared->run, a->run, sizeof(b->shared->run));
	ask_attach(b->ask, a->asking != 0);
	return renamed && b->records != NULL ? broker_records(b, e) : 0;
}

static int
hear(struct broker *b, struct wire_msg *m, struct err *e)
{
	uint32_t id;

	switch (m->h.type) {
	case WIRE_ATTACH:
		return hear_attach(b, &m->u.attach, e);
	case WIRE_VERDICT:
		if (m->u.verdict.verdict >= WIRE_VERDICT__COUNT)
			return err_set(e, ERR_PROTOCOL, 0, "no such verdict");
		id = m->u.verdict.id - ask_base(b);
		if (id >> ASK_BITS == 0 &&
		    ask_answer(
			b->ask, id, (enum wire_verdict)m->u.verdict.verdict))
			conn_look_held(b);
		return 0;
	case WIRE_SYNC:
		b->shared->sync_seq = m->h.seq;
		b->shared->sync_due = 1;
		answer_sync(b);
		return 0;
	default:
		return publish_begin(b, m, e);
	}
}

// Without it nobody can be asked; what is allowed goes on.
static void
gone(struct broker *b)
{
	// The watcher holds it, too: closed alone it would be told of for ever.
	loop_remove(&b->loop, &b->agent.source);
	fd_close(&b->agent.source.fd);
	b->shared->asking = 0;
	ask_attach(b->ask, false);
	conn_look_held(b);
}

static void
agent_ready(struct source *s, uint32_t events)
{
	struct broker *b = s->owner;
	struct wire_msg m;
	struct err e = {0};
	int rc;

	if ((events & EPOLLOUT) != 0)
		answer_sync(b);
	rc = wire_recv(s->fd, WIRE_A2E, MSG_DONTWAIT, &m, &e);
	if (rc < 0 && e.sys_errno == EAGAIN)
		return;
	if (rc > 0) {
		rc = hear(b, &m, &e) == 0 ? 1 : -1;
		wire_msg_close(&m);
	}
	if (rc < 0)
		broker_fail(b, &e);
	else if (rc == 0)
		gone(b);
}

int
agent_early(struct broker *b, struct err *e)
{
	struct wire_header h;
	struct wire_msg m;
	int rc;

	b->agent.source.fd = -1;
	// What is not about us is left where it is, for later.
	while (recv(WATCH_AGENT, &h, sizeof(h), MSG_PEEK | MSG_DONTWAIT) ==
		   sizeof(h) &&
	       h.type == WIRE_ATTACH) {
		if (wire_recv(WATCH_AGENT, WIRE_A2E, 0, &m, e) <= 0)
			return -1;
		rc = hear(b, &m, e);
		wire_msg_close(&m);
		if (rc != 0)
			return -1;
	}
	return 0;
}

int
agent_begin(struct broker *b, struct err *e)
{
	b->agent.source = (struct source){WATCH_AGENT, agent_ready, b};
	b->agent.fold.fire = fold_due;
	ask_attach(b->ask, b->shared->asking != 0);
	if (loop_add(&b->loop, &b->agent.source, EPOLLIN) != 0)
		return err_set(e, ERR_SYSTEM, errno, "epoll_ctl");
	if (b->shared->sync_due != 0)
		answer_sync(b);
	return 0;
}
