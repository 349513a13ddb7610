// SPDX-License-Identifier: ISC
// Questions to a person, and what they answered for the session.
//
// A question that was answered is kept until its place is needed, so that
// every connection that waited for it learns the answer. Answers for the
// session are kept in a ring: what falls out of it is asked again.
#include <stdlib.h>
#include <string.h>
#include "jail/egress/ask.h"

enum {
	PLACES = 4 * ASK_OPEN_MAX,
	ANSWERS = 1024,
};

struct destination {
	bool literal;
	uint16_t port;
	uint8_t addr[16];
	char name[SPEC_NET_HOST_MAX];
};

struct question {
	uint32_t id; // 0: never used
	bool open;
	bool allowed; // once closed
	enum reason reason;
	uint64_t until_ms;
	struct destination to;
};

struct answer {
	bool used, allowed;
	struct destination to;
};

struct ask {
	bool asking;
	bool expired; // some were, and who waited has not looked yet
	uint32_t last_id;
	unsigned nopen;
	unsigned next; // place of the ring
	struct question question[PLACES];
	struct answer answer[ANSWERS];
};

struct ask *
ask_new(void)
{
	return calloc(1, sizeof(struct ask));
}

void
ask_free(struct ask *a)
{
	free(a);
}

static void
destination_of(const struct egress_question *q, struct destination *d)
{
	memset(d, 0, sizeof(*d));
	d->port = q->port;
	d->literal = q->name == NULL;
	if (d->literal)
		memcpy(d->addr, q->addr, sizeof(d->addr));
	else
		memcpy(d->name, q->name, strnlen(q->name, sizeof(d->name) - 1));
}

static bool
same(const struct destination *a, const struct destination *b)
{
	return a->literal == b->literal && a->port == b->port &&
	       memcmp(a->addr, b->addr, sizeof(a->addr)) == 0 &&
	       strcmp(a->name, b->name) == 0;
}

static void
close_question(
    struct ask *a, struct question *q, bool allowed, enum reason reason)
{
	q->open = false;
	q->allowed = allowed;
	q->reason = reason;
	a->nopen--;
}

// What nobody answered in time is closed before anything else is looked at.
static void
expire(struct ask *a, uint64_t now_ms)
{
	unsigned i;

	if (a->nopen == 0)
		return;
	for (i = 0; i < PLACES; i++) {
		if (!a->question[i].open || a->question[i].until_ms > now_ms)
			continue;
		close_question(a, &a->question[i], false, REASON_ASK_TIMEOUT);
		a->expired = true;
	}
}

void
ask_attach(struct ask *a, bool asking)
{
	unsigned i;

	a->asking = asking;
	for (i = 0; !asking && i < PLACES; i++)
		if (a->question[i].open)
			close_question(
			    a, &a->question[i], false, REASON_ASK_HEADLESS);
}

static struct question *
find_open(struct ask *a, const struct destination *d)
{
	unsigned i;

	for (i = 0; i < PLACES; i++)
		if (a->question[i].open && same(&a->question[i].to, d))
			return &a->question[i];
	return NULL;
}

static const struct answer *
find_answer(const struct ask *a, const struct destination *d)
{
	unsigned i;

	for (i = 0; i < ANSWERS && a->answer[i].used; i++)
		if (same(&a->answer[i].to, d))
			return &a->answer[i];
	return NULL;
}

// A place that is not open: never used, or the one answered longest ago.
static struct question *
place(struct ask *a)
{
	struct question *best = &a->question[0], *q;
	unsigned i;

	// Fewer can be open than there are places.
	for (i = 1; i < PLACES; i++) {
		q = &a->question[i];
		if (!q->open && (best->open || q->id < best->id))
			best = q;
	}
	return best;
}

static enum ask_state
refuse(enum reason *reason, enum reason why)
{
	*reason = why;
	return ASK_REFUSED;
}

enum ask_state
ask_begin(struct ask *a, const struct egress_question *eq, uint64_t now_ms,
    uint32_t *id, bool *is_new, enum reason *reason)
{
	const struct answer *known;
	struct destination d;
	struct question *q;

	*is_new = false;
	*id = 0;
	*reason = REASON_NONE;
	destination_of(eq, &d);
	expire(a, now_ms);
	known = find_answer(a, &d);
	if (known != NULL)
		return known->allowed ? ASK_ALLOWED
				      : refuse(reason, REASON_ASK_DENIED);
	if (!a->asking)
		return refuse(reason, REASON_ASK_HEADLESS);
	q = find_open(a, &d);
	if (q == NULL && a->nopen == ASK_OPEN_MAX)
		return refuse(reason, REASON_ASK_FLOOD);
	if (q == NULL) {
		q = place(a);
		*q = (struct question){
		    .id = ++a->last_id,
		    .open = true,
		    .until_ms = now_ms + ASK_WAIT_MS,
		    .to = d,
		};
		a->nopen++;
		*is_new = true;
	}
	*id = q->id;
	return ASK_WAIT;
}

static struct question *
find(struct ask *a, uint32_t id)
{
	unsigned i;

	for (i = 0; i < PLACES; i++)
		if (a->question[i].id == id && id != 0)
			return &a->question[i];
	return NULL;
}

static void
keep(struct ask *a, const struct question *q)
{
	struct answer *k = &a->answer[a->next];

	k->used = true;
	k->allowed = q->allowed;
	k->to = q->to;
	a->next = (a->next + 1) % ANSWERS;
}

bool
ask_answer(struct ask *a, uint32_t id, enum wire_verdict verdict)
{
	struct question *q = find(a, id);
	bool allowed =
	    verdict == WIRE_ALLOW_ONCE || verdict == WIRE_ALLOW_SESSION;

	if (q == NULL || !q->open)
		return false;
	close_question(
	    a, q, allowed, allowed ? REASON_NONE : REASON_ASK_DENIED);
	if (verdict == WIRE_ALLOW_SESSION || verdict == WIRE_DENY_SESSION)
		keep(a, q);
	return true;
}

enum ask_state
ask_look(struct ask *a, uint32_t id, uint64_t now_ms, enum reason *reason)
{
	const struct question *q;

	expire(a, now_ms);
	q = find(a, id);
	*reason = REASON_NONE;
	if (q == NULL) // so long ago that its place was needed
		return refuse(reason, REASON_ASK_TIMEOUT);
	if (q->open)
		return ASK_WAIT;
	return q->allowed ? ASK_ALLOWED : refuse(reason, q->reason);
}

int
ask_patience(struct ask *a, uint64_t now_ms)
{
	uint64_t next = UINT64_MAX;
	unsigned i;

	// Nobody need be left who waits for it: it is closed here all the same.
	expire(a, now_ms);
	if (a->expired) {
		a->expired = false;
		return 0;
	}
	for (i = 0; a->nopen > 0 && i < PLACES; i++)
		if (a->question[i].open && a->question[i].until_ms < next)
			next = a->question[i].until_ms;
	return next == UINT64_MAX ? -1 : (int)(next - now_ms);
}
