// SPDX-License-Identifier: ISC
// A thread that reads what commands write, as it comes.
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/box/spool.h"

enum {
	PIECE = 65536,
	// What one descriptor may bring before the others have their turn, and
	// before whoever waits for the lock has it.
	TURN = 4 * PIECE,
	SLOW_MS = 1, // between two turns if nobody reads what comes
	SPOOLS_MAX = 1024,
};

// Everything here is guarded by the spooler's lock.
struct spool {
	struct spooler *s;
	int fd; // -1: nothing more comes
	char *ring;
	size_t keep, at, unread; // at: the oldest unread byte
	uint64_t total, dropped, most;
	bool exceeded;
};

struct spooler {
	pthread_mutex_t lock;
	pthread_t thread;
	bool runs, stop;
	int wake; // eventfd: the set of spools is another
	int news; // eventfd: output came
	struct spool *all[SPOOLS_MAX];
	unsigned n;
};

static void
ring(int eventfd_of)
{
	const uint64_t one = 1;

	// Full: it has been rung often enough.
	if (write(eventfd_of, &one, sizeof(one)) < 0)
		return;
}

static void
unring(int eventfd_of)
{
	uint64_t n;

	if (read(eventfd_of, &n, sizeof(n)) < 0)
		return;
}

static void
keep(struct spool *o, const char *p, size_t n)
{
	size_t end, k;

	o->total += n;
	if (n > o->keep) {
		o->dropped += n - o->keep;
		p += n - o->keep;
		n = o->keep;
	}
	if (o->unread + n > o->keep) {
		k = o->unread + n - o->keep;
		o->at = (o->at + k) % o->keep;
		o->unread -= k;
		o->dropped += k;
	}
	while (n > 0) {
		end = (o->at + o->unread) % o->keep;
		k = o->keep - end < n ? o->keep - end : n;
		memcpy(o->ring + end, p, k);
		o->unread += k;
		p += k;
		n -= k;
	}
}

// What is there now, a turn of it at most. With the lock held.
static void
take(struct spool *o)
{
	static char buf[PIECE]; // guarded by the lock as well
	size_t got = 0;
	ssize_t n = 1;

	while (o->fd >= 0 && got < TURN) {
		n = read(o->fd, buf, sizeof(buf));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			break;
		// EIO: nobody has the terminal open any more.
		if (n <= 0) {
			fd_close(&o->fd);
			break;
		}
		keep(o, buf, (size_t)n);
		got += (size_t)n;
		if (o->most != 0 && o->total > o->most) {
			o->exceeded = true;
			fd_close(&o->fd);
		}
	}
}

static unsigned
watched(struct spooler *s, struct pollfd *p)
{
	unsigned i, n = 1;

	p[0] = (struct pollfd){.fd = s->wake, .events = POLLIN};
	for (i = 0; i < s->n; i++)
		if (s->all[i]->fd >= 0)
			p[n++] = (struct pollfd){
			    .fd = s->all[i]->fd, .events = POLLIN};
	return n;
}

// Who is ready is not looked up by number: a descriptor may be another's by
// now, and a read that finds nothing costs little.
static bool
take_all(struct spooler *s)
{
	bool dropped = false;
	uint64_t before;
	unsigned i;

	for (i = 0; i < s->n; i++) {
		before = s->all[i]->dropped;
		take(s->all[i]);
		dropped = dropped || s->all[i]->dropped != before;
	}
	return dropped;
}

static void *
spooler_run(void *arg)
{
	struct pollfd p[SPOOLS_MAX + 1];
	struct spooler *s = arg;
	bool dropped = false;
	unsigned n;

	pthread_mutex_lock(&s->lock);
	while (!s->stop) {
		n = watched(s, p);
		pthread_mutex_unlock(&s->lock);
		// Who writes what nobody will ever read gets no whole core of
		// ours for it: some hundred megabytes a second, then it waits.
		if (dropped)
			poll(p, 1, SLOW_MS);
		poll(p, n, -1);
		unring(s->wake);
		pthread_mutex_lock(&s->lock);
		dropped = take_all(s);
		ring(s->news);
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

struct spooler *
spooler_new(struct err *e)
{
	struct spooler *s = calloc(1, sizeof(*s));

	if (s == NULL) {
		err_set(e, ERR_SYSTEM, ENOMEM, "background commands");
		return NULL;
	}
	pthread_mutex_init(&s->lock, NULL);
	s->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	s->news = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (s->wake >= 0 && s->news >= 0)
		return s;
	err_set(e, ERR_SYSTEM, errno, "eventfd");
	spooler_free(s);
	return NULL;
}

void
spooler_free(struct spooler *s)
{
	if (s->runs) {
		pthread_mutex_lock(&s->lock);
		s->stop = true;
		pthread_mutex_unlock(&s->lock);
		ring(s->wake);
		pthread_join(s->thread, NULL);
	}
	fd_close(&s->wake);
	fd_close(&s->news);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

int
spooler_news(const struct spooler *s)
{
	return s->news;
}

void
spooler_heard(struct spooler *s)
{
	unring(s->news);
}

// Signals are the other thread's: its handlers interrupt its waiting.
static int
run(struct spooler *s, struct err *e)
{
	sigset_t all, was;
	int rc;

	if (s->runs)
		return 0;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &was);
	rc = pthread_create(&s->thread, NULL, spooler_run, s);
	pthread_sigmask(SIG_SETMASK, &was, NULL);
	if (rc != 0)
		return err_set(e, ERR_SYSTEM, rc, "thread for output");
	s->runs = true;
	return 0;
}

struct spool *
spool_new(
    struct spooler *s, int fd, size_t keep_bytes, uint64_t most, struct err *e)
{
	struct spool *o = calloc(1, sizeof(*o));

	if (o != NULL)
		o->ring = malloc(keep_bytes);
	if (o == NULL || o->ring == NULL || s->n == SPOOLS_MAX)
		err_set(e, ERR_SYSTEM, ENOMEM, "keep output");
	if (o == NULL || o->ring == NULL || s->n == SPOOLS_MAX ||
	    run(s, e) != 0) {
		if (o != NULL)
			free(o->ring);
		free(o);
		return NULL;
	}
	o->s = s;
	o->fd = fd;
	o->keep = keep_bytes;
	o->most = most;
	pthread_mutex_lock(&s->lock);
	s->all[s->n++] = o;
	pthread_mutex_unlock(&s->lock);
	ring(s->wake);
	return o;
}

void
spool_finish(struct spooler *s, struct spool *o)
{
	uint64_t before;

	pthread_mutex_lock(&s->lock);
	do {
		before = o->total;
		take(o);
	} while (o->total != before);
	fd_close(&o->fd);
	pthread_mutex_unlock(&s->lock);
	ring(s->wake);
}

void
spool_free(struct spooler *s, struct spool *o)
{
	unsigned i;

	if (o == NULL)
		return;
	pthread_mutex_lock(&s->lock);
	for (i = 0; i < s->n; i++)
		if (s->all[i] == o)
			s->all[i] = s->all[--s->n];
	fd_close(&o->fd);
	pthread_mutex_unlock(&s->lock);
	ring(s->wake);
	free(o->ring);
	free(o);
}

size_t
spool_read(struct spool *o, char *buf, size_t size)
{
	size_t n = 0, k;

	pthread_mutex_lock(&o->s->lock);
	take(o);
	while (n < size && o->unread > 0) {
		k = o->keep - o->at;
		k = k < o->unread ? k : o->unread;
		k = k < size - n ? k : size - n;
		memcpy(buf + n, o->ring + o->at, k);
		o->at = (o->at + k) % o->keep;
		o->unread -= k;
		n += k;
	}
	pthread_mutex_unlock(&o->s->lock);
	return n;
}

void
spool_count(
    struct spool *o, uint64_t *total, uint64_t *dropped, uint64_t *unread)
{
	pthread_mutex_lock(&o->s->lock);
	*total = o->total;
	*dropped = o->dropped;
	*unread = o->unread;
	pthread_mutex_unlock(&o->s->lock);
}

bool
spool_exceeded(struct spool *o)
{
	bool exceeded;

	pthread_mutex_lock(&o->s->lock);
	exceeded = o->exceeded;
	pthread_mutex_unlock(&o->s->lock);
	return exceeded;
}
