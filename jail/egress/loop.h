/* SPDX-License-Identifier: ISC */
/*
 * One thread's waiting: descriptors, delays of a few fixed lengths, and work
 * that goes on at the next turn.
 */
#ifndef JAIL_EGRESS_LOOP_H
#define JAIL_EGRESS_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include "jail/base/err.h"

/* Who waits for a descriptor. events: epoll's. */
struct source {
	int fd; /* -1: none */
	void (*ready)(struct source *s, uint32_t events);
	void *owner;
};

/* Of which struct p is that member. */
#define loop_owner(p, type, member) \
	((type *)(void *)((char *)(p)-offsetof(type, member)))

/*
 * Delays. All of one length end in the order in which they began, so that a
 * list of each does for any number.
 */
#define DELAY_TABLE(X)                                                \
	X(TICK, 20)	  /* bytes of a rate come in such portions */ \
	X(SOON, 100)	  /* what failed is tried again */            \
	X(STAGGER, 250)	  /* before the next address is dialled */    \
	X(LINGER, 2000)	  /* for a refusal to be read */              \
	X(BEAT, 2000)	  /* a sign of life to the watcher */         \
	X(PEEK, 5000)	  /* for the first bytes, from accept on */   \
	X(DNS, 5000)	  /* for a question by TCP */                 \
	X(DIAL, 10000)	  /* to an established connection */          \
	X(RESOLVE, 10000) /* to an answer */

enum delay {
#define X(id, ms) DELAY_##id,
	DELAY_TABLE(X)
#undef X
	DELAY__COUNT
};

struct timer {
	struct timer *next, *prev;
	uint64_t due; /* ms; 0: not running */
	enum delay delay;
	void (*fire)(struct timer *t);
};

/* Work that is not done yet, and need not wait for anything. */
struct task {
	struct task *next, *prev; /* NULL: not queued */
	void (*run)(struct task *t);
};

struct loop {
	int epoll;
	uint64_t now_ms;		   /* monotonic, of this turn */
	struct timer delays[DELAY__COUNT]; /* heads of rings */
	struct task tasks;
	struct task after; /* run at the end of the turn: to free */
};

int loop_init(struct loop *l, struct err *e) MUST_CHECK;
void loop_free(struct loop *l);
/* Adds s->fd; or changes what it waits for. -1 with errno. */
int loop_add(struct loop *l, struct source *s, uint32_t events) MUST_CHECK;
/*
 * Waits for it no more. Closing does that as well, unless another process has
 * a copy of the descriptor.
 */
void loop_remove(struct loop *l, struct source *s);
int loop_change(struct loop *l, struct source *s, uint32_t events);

/* Begins, or begins again. */
void timer_start(struct loop *l, struct timer *t, enum delay delay);
void timer_stop(struct timer *t);

/* Queues t, if it is not queued: for the next turn, or this one's end. */
void task_queue(struct loop *l, struct task *t);
void task_after(struct loop *l, struct task *t);
void task_drop(struct task *t);

/* One turn. Waits at most max_ms; -1: as long as nothing happens. */
int loop_turn(struct loop *l, int max_ms, struct err *e) MUST_CHECK;

#endif
