// SPDX-License-Identifier: ISC
// Names to addresses: questions handed to the processes that ask.
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/egress/lookup.h"
#include "jail/egress/resolve.h"

// What the processes need, and nothing else that we hold.
static _Noreturn void
keeper(const int fds[RESOLVE_SLOTS], int lifeline)
{
	int to[RESOLVE_SLOTS], i, life;

	// Beyond what others number: 0 to 5, and as many as we move.
	life = fcntl(lifeline, F_DUPFD_CLOEXEC, 100);
	for (i = 0; i < RESOLVE_SLOTS; i++)
		to[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, 100);
	if (life != 100 || to[RESOLVE_SLOTS - 1] != 100 + RESOLVE_SLOTS ||
	    fd_close_range(3, 99, false) != 0 ||
	    fd_close_range(101 + RESOLVE_SLOTS, ~0U, false) != 0)
		_exit(1);
	lookup_keep(to, life);
}

int
resolve_open(struct resolver *r, struct names *names, struct err *e)
{
	int fds[RESOLVE_SLOTS], life[2], sv[2], i;
	pid_t pid;

	r->waiting.next = r->waiting.prev = &r->waiting;
	// Ours is never written to: it says by closing that we are gone.
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, life) != 0)
		return err_set(e, ERR_SYSTEM, errno, "socketpair");
	for (i = 0; i < RESOLVE_SLOTS; i++) {
		if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sv) !=
		    0)
			return err_set(e, ERR_SYSTEM, errno, "socketpair");
		r->slot[i].source.fd = sv[0];
		r->slot[i].busy = true; // until it says that it is there
		fds[i] = sv[1];
	}
	pid = fork();
	if (pid < 0)
		return err_set(e, ERR_SYSTEM, errno, "fork");
	if (pid == 0) {
		names_free(names);
		keeper(fds, life[1]);
	}
	for (i = 0; i < RESOLVE_SLOTS; i++)
		close(fds[i]);
	close(life[1]);
	return 0;
}

static void
leave(struct lookup *l)
{
	if (l->next == NULL)
		return;
	l->prev->next = l->next;
	l->next->prev = l->prev;
	l->next = l->prev = NULL;
}

// Hands the oldest that waits to a slot that is free.
static void
hand(struct resolver *r, struct resolve_slot *s)
{
	struct lookup *l = r->waiting.next;
	struct lookup_question q = {.id = s->id + 1};

	if (s->busy || s->source.fd < 0 || l == &r->waiting)
		return;
	memcpy(q.name, l->name, sizeof(q.name));
	// It has said that it is there, and has nothing else to read.
	if (send(s->source.fd, &q, sizeof(q), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return;
	leave(l);
	s->id++;
	s->busy = true;
	s->of = l;
	l->slot = s;
}

// An answer. Or the first word of a process that took the place of one that
// died over the question: then nothing was found. What another one still says
// to that question comes too late.
static void
answered(struct source *src, uint32_t events)
{
	struct resolve_slot *s = loop_owner(src, struct resolve_slot, source);
	struct resolver *r = src->owner;
	struct resolved got;
	struct lookup *l = s->of;
	ssize_t n = recv(src->fd, &got, sizeof(got), MSG_DONTWAIT);

	(void)events;
	if (n == 0)
		r->gone = true;
	if (n != sizeof(got) || (got.id != 0 && got.id != s->id))
		return;
	s->busy = false;
	s->of = NULL;
	hand(r, s);
	if (l == NULL)
		return;
	l->slot = NULL;
	if (got.n > RESOLVE_ADDRESSES || got.id == 0)
		got.n = 0;
	l->done(l, &got);
}

int
resolve_begin(struct resolver *r, struct loop *l, struct err *e)
{
	int i;

	for (i = 0; i < RESOLVE_SLOTS; i++) {
		r->slot[i].source.ready = answered;
		r->slot[i].source.owner = r;
		if (loop_add(l, &r->slot[i].source, EPOLLIN) != 0)
			return err_set(e, ERR_SYSTEM, errno, "epoll_ctl");
	}
	return 0;
}

void
resolve_start(struct resolver *r, struct lookup *l)
{
	int i;

	l->slot = NULL;
	l->prev = r->waiting.prev;
	l->next = &r->waiting;
	r->waiting.prev->next = l;
	r->waiting.prev = l;
	for (i = 0; i < RESOLVE_SLOTS; i++)
		hand(r, &r->slot[i]);
}

void
resolve_cancel(struct lookup *l)
{
	leave(l);
	if (l->slot != NULL)
		l->slot->of = NULL;
	l->slot = NULL;
}
