// SPDX-License-Identifier: ISC
// One thread's waiting, over epoll.
#include <errno.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <unistd.h>
#include "jail/base/clock.h"
#include "jail/base/fd.h"
#include "jail/egress/loop.h"

enum {
	EVENTS = 64 // taken in one turn
};

static const unsigned lengths[] = {
#define X(id, ms) ms,
    DELAY_TABLE(X)
#undef X
};

int
loop_init(struct loop *l, struct err *e)
{
	int i;

	for (i = 0; i < DELAY__COUNT; i++)
		l->delays[i].next = l->delays[i].prev = &l->delays[i];
	l->tasks.next = l->tasks.prev = &l->tasks;
	l->after.next = l->after.prev = &l->after;
	l->now_ms = clock_ms();
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (l->epoll < 0)
		return err_set(e, ERR_SYSTEM, errno, "epoll_create1");
	return 0;
}

void
loop_free(struct loop *l)
{
	fd_close(&l->epoll);
}

int
loop_add(struct loop *l, struct source *s, uint32_t events)
{
	struct epoll_event ev = {.events = events, .data.ptr = s};

	return epoll_ctl(l->epoll, EPOLL_CTL_ADD, s->fd, &ev);
}

int
loop_change(struct loop *l, struct source *s, uint32_t events)
{
	struct epoll_event ev = {.events = events, .data.ptr = s};

	return epoll_ctl(l->epoll, EPOLL_CTL_MOD, s->fd, &ev);
}

void
loop_remove(struct loop *l, struct source *s)
{
	(void)epoll_ctl(l->epoll, EPOLL_CTL_DEL, s->fd, NULL);
}

void
timer_stop(struct timer *t)
{
	if (t->due == 0)
		return;
	t->prev->next = t->next;
	t->next->prev = t->prev;
	t->due = 0;
}

void
timer_start(struct loop *l, struct timer *t, enum delay delay)
{
	struct timer *head = &l->delays[delay];

	timer_stop(t);
	t->delay = delay;
	t->due = l->now_ms + lengths[delay];
	t->prev = head->prev;
	t->next = head;
	head->prev->next = t;
	head->prev = t;
}

static void
queue(struct task *head, struct task *t)
{
	if (t->next != NULL)
		return;
	t->prev = head->prev;
	t->next = head;
	head->prev->next = t;
	head->prev = t;
}

void
task_queue(struct loop *l, struct task *t)
{
	queue(&l->tasks, t);
}

void
task_after(struct loop *l, struct task *t)
{
	queue(&l->after, t);
}

void
task_drop(struct task *t)
{
	if (t->next == NULL)
		return;
	t->prev->next = t->next;
	t->next->prev = t->prev;
	t->next = t->prev = NULL;
}

// Those that are queued now; what they queue is for the next turn.
static void
run_tasks(struct task *head)
{
	struct task now, *t;

	if (head->next == head)
		return;
	now = *head;
	now.next->prev = now.prev->next = &now;
	head->next = head->prev = head;
	while ((t = now.next) != &now) {
		task_drop(t);
		t->run(t);
	}
}

static void
run_delays(struct loop *l)
{
	struct timer *head, *t;
	int i;

	for (i = 0; i < DELAY__COUNT; i++) {
		head = &l->delays[i];
		while ((t = head->next) != head && t->due <= l->now_ms) {
			timer_stop(t);
			t->fire(t);
		}
	}
}

static int
patience(const struct loop *l, int max_ms)
{
	uint64_t wait = max_ms < 0 ? UINT64_MAX : (uint64_t)max_ms;
	const struct timer *t;
	int i;

	if (l->tasks.next != &l->tasks)
		return 0;
	for (i = 0; i < DELAY__COUNT; i++) {
		t = l->delays[i].next;
		if (t == &l->delays[i])
			continue;
		if (t->due <= l->now_ms)
			return 0;
		if (t->due - l->now_ms < wait)
			wait = t->due - l->now_ms;
	}
	return wait == UINT64_MAX ? -1 : (int)wait;
}

int
loop_turn(struct loop *l, int max_ms, struct err *e)
{
	struct epoll_event ev[EVENTS];
	struct source *s;
	int i, n;

	l->now_ms = clock_ms();
	n = epoll_wait(l->epoll, ev, EVENTS, patience(l, max_ms));
	if (n < 0 && errno != EINTR)
		return err_set(e, ERR_SYSTEM, errno, "epoll_wait");
	l->now_ms = clock_ms();
	for (i = 0; i < n; i++) {
		s = ev[i].data.ptr;
		// Closed by what came before it in this turn; who owns it is
		// freed at the turn's end only.
		if (s->fd >= 0)
			s->ready(s, ev[i].events);
	}
	run_tasks(&l->tasks);
	run_delays(l);
	run_tasks(&l->after);
	return 0;
}
