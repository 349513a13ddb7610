// SPDX-License-Identifier: ISC
// The worker: makes what it needs, confines itself, and turns its loop.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/base/log.h"
#include "jail/egress/broker.h"
#include "jail/egress/confine.h"
#include "jail/egress/conn.h"
#include "jail/egress/worker.h"

struct beat {
	struct source source; // of the watcher's end, for its end
	struct timer timer;
	struct broker *b;
};

void
broker_fail(struct broker *b, const struct err *e)
{
	char text[512];

	log_escape(text, sizeof(text), e->text);
	fprintf(stderr, "stockade-egress: %s\n", text);
	b->failed = true;
}

void
broker_note(struct broker *b, const char *event, const char *name)
{
	struct err e = {0};

	// What cannot be recorded is refused; an event has nothing to refuse.
	(void)!record_event(b->records, event, name,
	    b->policy != NULL ? b->policy->generation : 0, &e);
}

int
broker_records(struct broker *b, struct err *e)
{
	records_free(b->records);
	b->records = records_new(b->records_fd, b->shared->run, e);
	if (b->records == NULL)
		return err_prefix(e, "records");
	records_share(b->records, b->shared->fold);
	return 0;
}

static void
beat(struct timer *t)
{
	struct beat *w = loop_owner(t, struct beat, timer);

	if (write(w->source.fd, "", 1) < 0 && errno != EAGAIN)
		w->b->failed = true;
	timer_start(&w->b->loop, t, DELAY_BEAT);
}

// The watcher has ended: so do we, though the helper may still be there.
static void
beat_ready(struct source *s, uint32_t events)
{
	struct broker *b = s->owner;

	(void)events;
	b->failed = true;
}

static int
begin_beat(struct broker *b, struct beat *w, int fd, struct err *e)
{
	w->source = (struct source){fd, beat_ready, b};
	w->timer.fire = beat;
	w->b = b;
	if (loop_add(&b->loop, &w->source, 0) != 0)
		return err_set(e, ERR_SYSTEM, errno, "epoll_ctl");
	beat(&w->timer);
	return 0;
}

// As many descriptors as there may be: two a connection.
static void
raise_limit(void)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur < r.rlim_max) {
		r.rlim_cur = r.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &r);
	}
}

// What takes files, sockets and processes; after it there are no more.
static int
make(struct broker *b, const struct watch_worker *w, struct err *e)
{
	raise_limit();
	if (resolve_open(&b->resolver, b->names, e) != 0 ||
	    loop_init(&b->loop, e) != 0 || own_open(&b->own, &b->loop, e) != 0)
		return -1;
	b->ask = ask_new();
	b->buffer = malloc(BROKER_BUFFER);
	if (b->ask == NULL || b->buffer == NULL)
		return err_set(e, ERR_SYSTEM, ENOMEM, "begin");
	b->records_fd = w->records;
	return agent_early(b, e) == 0 ? broker_records(b, e) : -1;
}

static int
begin(struct broker *b, struct beat *t, const struct watch_worker *w,
    struct err *e)
{
	b->shared = w->shared;
	b->names = w->names;
	b->gate.diag = b->dns.udp.fd = b->dns.tcp.fd = -1;
	b->quota.count[QUOTA_UP] = &b->shared->bytes_up;
	b->quota.count[QUOTA_DOWN] = &b->shared->bytes_down;
	b->quota.connections = UINT64_MAX;
	if (make(b, w, e) != 0 || confine_worker(e) != 0)
		return -1;
	if (begin_beat(b, t, w->beat, e) != 0 ||
	    resolve_begin(&b->resolver, &b->loop, e) != 0 ||
	    agent_begin(b, e) != 0)
		return -1;
	return gate_begin(b, e);
}

// How long nothing need happen.
static int
patience(struct broker *b)
{
	int ask = ask_patience(b->ask, b->loop.now_ms);
	int fold = records_tick(b->records, b->loop.now_ms);

	if (ask == 0) {
		conn_look_held(b);
		ask = ask_patience(b->ask, b->loop.now_ms);
	}
	if (ask < 0 || (fold >= 0 && fold < ask))
		return fold;
	return ask;
}

static int
turn(struct broker *b, struct err *e)
{
	while (!b->done && !b->failed && !b->resolver.gone)
		if (loop_turn(&b->loop, patience(b), e) != 0)
			return -1;
	return 0;
}

int
worker_run(const struct watch_worker *w)
{
	struct broker *b = calloc(1, sizeof(*b));
	struct beat t = {0};
	struct err e = {0};

	if (b == NULL)
		return 1;
	if (begin(b, &t, w, &e) != 0 || turn(b, &e) != 0) {
		// A sandbox so short that it ended before we began.
		if (e.code == ERR_GONE)
			return WATCH_DONE;
		broker_fail(b, &e);
		return 1;
	}
	conn_end_all(b, "broker-exit");
	broker_note(b, "end", NULL);
	records_free(b->records);
	return b->done ? WATCH_DONE : 1;
}
