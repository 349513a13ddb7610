// SPDX-License-Identifier: ISC
// What the broker writes down: JSON lines, each bound to the one before it.
//
// A line is one write(2), so that a broker that is killed leaves whole lines;
// what a full disk cuts is ended, and told, by the next one that has room.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/egress/fold.h"
#include "jail/egress/line.h"
#include "jail/egress/record.h"
#include "jail/egress/tail.h"

enum {
	RESOLVED_MAX = 16,
};

struct records {
	int fd;
	bool dirty;    // the file's end has to be looked at first
	uint64_t lost; // records that could not be written
	uint64_t seq;  // of the next one
	uint8_t prev[TAIL_HASH];
	char run[64], boot[40];
	struct fold *fold, own[FOLDS];
	struct line line;
};

static uint64_t
clock_us(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static uint64_t
clock_ms(void)
{
	return clock_us(CLOCK_MONOTONIC) / 1000;
}

// n bytes at p, in one write(2). What came of it is known to the file alone.
static int
write_all(struct records *r, const void *p, size_t n, struct err *e)
{
	ssize_t w;

	do
		w = write(r->fd, p, n);
	while (w < 0 && errno == EINTR);
	if (w == (ssize_t)n)
		return 0;
	if (w < 0)
		return err_set(e, ERR_SYSTEM, errno, "write the record");
	r->dirty = true;
	return err_set(e, ERR_SYSTEM, 0,
	    "write the record: only %zd of %zu bytes had room", w, n);
}

static void
begin(struct records *r, const char *event)
{
	struct line *l = &r->line;

	line_begin(l);
	line_number(l, "v", 1);
	line_number(l, "seq", r->seq);
	line_hex(l, "prev", r->prev, sizeof(r->prev));
	line_time(l, "ts", clock_us(CLOCK_REALTIME));
	line_number(l, "mono_ms", clock_ms());
	line_text(l, "run", r->run);
	line_text(l, "event", event);
}

// skip: bytes before the line, not of it.
static int
finish(struct records *r, size_t skip, struct err *e)
{
	struct line *l = &r->line;

	line_end(l);
	if (l->over)
		return err_set(e, ERR_INTERNAL, 0, "a record is too long");
	if (write_all(r, l->buf, l->len, e) != 0)
		return -1;
	tail_hash(l->buf + skip, l->len - skip, r->prev);
	r->seq++;
	return 0;
}

// The end of the file made right: a piece of a line is ended, and bound into
// the chain by its hash.
static int
mend(struct records *r, struct err *e)
{
	struct line *l = &r->line;
	struct tail t;

	if (tail_read(r->fd, &t, e) != 0)
		return -1;
	r->seq = t.seq;
	memcpy(r->prev, t.prev, sizeof(r->prev));
	if ((t.newline || t.open) && write_all(r, "\n", 1, e) != 0)
		return -1;
	if (t.torn) {
		begin(r, "repair");
		line_hex(l, "torn", t.piece, sizeof(t.piece));
		if (finish(r, 0, e) != 0)
			return -1;
	}
	r->dirty = false;
	return 0;
}

static int
tell_lost(struct records *r, struct err *e)
{
	begin(r, "lost");
	line_number(&r->line, "count", r->lost);
	if (finish(r, 0, e) != 0)
		return -1;
	r->lost = 0;
	return 0;
}

// Begins a line once the file is ready for it; -1: it is not.
static int
start(struct records *r, const char *event, struct err *e)
{
	if ((r->dirty && mend(r, e) != 0) ||
	    (r->lost > 0 && tell_lost(r, e) != 0)) {
		r->lost++;
		return -1;
	}
	begin(r, event);
	return 0;
}

static int
commit(struct records *r, struct err *e)
{
	if (finish(r, 0, e) == 0)
		return 0;
	r->lost++;
	return -1;
}

struct records *
records_new(int fd, const char *run, struct err *e)
{
	struct records *r = calloc(1, sizeof(*r));
	struct tail t;

	if (r == NULL) {
		err_set(e, ERR_SYSTEM, ENOMEM, "begin the records");
		return NULL;
	}
	r->fd = fd;
	r->fold = r->own;
	r->seq = 1;
	snprintf(r->run, sizeof(r->run), "%s", run);
	if (fd < 0)
		return r;
	if (tail_read(fd, &t, e) != 0) {
		free(r);
		return NULL;
	}
	// What is to be mended, and has no room now, is mended later.
	r->dirty = true;
	if (fd_read_text(AT_FDCWD, "/proc/sys/kernel/random/boot_id", r->boot,
		sizeof(r->boot)) < 0)
		r->boot[0] = '\0';
	r->boot[strcspn(r->boot, "\n")] = '\0';
	return r;
}

void
records_share(struct records *r, struct fold *fold)
{
	r->fold = fold;
}

static int
write_fold(struct records *r, struct fold *f, struct err *e)
{
	struct line *l = &r->line;

	if (f->count == 0)
		return 0;
	if (start(r, "repeated", e) != 0)
		return -1;
	line_number(l, "policy_gen", f->generation);
	if (f->literal)
		line_address(l, "dst", f->dst);
	else
		line_text(l, "name", f->name);
	line_number(l, "port", f->port);
	line_text(l, "decision", "deny");
	line_text(l, "reason", reason_word(f->reason));
	line_number(l, "count", f->count);
	line_time(l, "first", f->first_us);
	line_time(l, "last", f->last_us);
	return commit(r, e);
}

void
records_free(struct records *r)
{
	struct err ignored;
	unsigned i;

	if (r == NULL)
		return;
	for (i = 0; i < FOLDS; i++) {
		if (r->fold[i].due_ms != 0 &&
		    write_fold(r, &r->fold[i], &ignored) != 0)
			break;
		r->fold[i].due_ms = 0;
	}
	free(r);
}

// A second begins in which the same is only counted.
static void
remember(struct records *r, const struct record *c)
{
	struct fold *f = fold_place(r->fold);
	struct err ignored;

	// What could not be written is counted as lost.
	if (f->due_ms != 0 && write_fold(r, f, &ignored) != 0)
		r->dirty = true;
	fold_fill(f, c, clock_ms());
}

static const char *
decision(const struct record *c)
{
	if (c->asked == NULL)
		return c->verdict == NET_ALLOW ? "allow" : "deny";
	if (c->verdict == NET_ALLOW)
		return "ask-allow";
	return c->reason == REASON_ASK_TIMEOUT ? "ask-timeout" : "ask-deny";
}

// What is known of a connection whatever became of it.
static void
put_connection(struct line *l, const struct record *c)
{
	line_number(l, "conn", c->conn);
	line_text(l, "mode", c->mode);
	line_number(l, "policy_gen", c->generation);
	line_text(l, "proto", c->proto);
	line_text(l, "name", c->name);
	line_number(l, "port", c->port);
}

static void
put_seen(struct line *l, const struct record *c)
{
	line_address(l, "src", c->src);
	line_number(l, "src_port", c->src_port);
	line_address(l, "dst", c->dst);
	line_text(l, "name_from", c->name_from);
	line_text(l, "kind", c->kind);
	line_text(l, "inner", c->inner);
	line_text(l, "alpn", c->alpn);
	if (c->ech)
		line_true(l, "ech");
	line_text(l, "method", c->method);
	line_text(l, "path", c->path);
	if (c->uid != UINT32_MAX)
		line_number(l, "uid", c->uid);
	if (c->inode != 0)
		line_number(l, "inode", c->inode);
	line_text(l, "exe", c->exe);
}

static void
put_resolved(struct line *l, const struct record *c)
{
	if (c->nresolved > 0)
		line_addresses(l, "resolved", c->resolved,
		    c->nresolved < RESOLVED_MAX ? c->nresolved : RESOLVED_MAX);
}

int
record_decision(struct records *r, const struct record *c, struct err *e)
{
	struct line *l = &r->line;
	bool refused = c->verdict != NET_ALLOW;

	if (r->fd < 0 ||
	    (refused && fold_count(r->fold, c, clock_us(CLOCK_REALTIME))))
		return 0;
	if (start(r, "decision", e) != 0)
		return -1;
	put_connection(l, c);
	put_seen(l, c);
	line_text(l, "decision", decision(c));
	if (refused)
		line_text(l, "reason", reason_word(c->reason));
	line_text(l, "rule", c->rule);
	line_text(l, "asked", c->asked);
	if (c->asked != NULL)
		line_number(l, "wait_ms", c->wait_ms);
	put_resolved(l, c);
	if (commit(r, e) != 0)
		return -1;
	if (refused)
		remember(r, c);
	return 0;
}

int
record_end(struct records *r, const struct record *c, struct err *e)
{
	struct line *l = &r->line;

	if (r->fd < 0)
		return 0;
	if (start(r, "end", e) != 0)
		return -1;
	put_connection(l, c);
	put_resolved(l, c);
	if (c->peer != NULL) {
		line_address(l, "peer", c->peer);
		line_number(l, "dial_ms", c->dial_ms);
	}
	line_number(l, "bytes_up", c->bytes_up);
	line_number(l, "bytes_down", c->bytes_down);
	line_number(l, "dur_ms", c->dur_ms);
	if (c->reason != REASON_NONE)
		line_text(l, "reason", reason_word(c->reason));
	line_text(l, "end", c->end);
	return commit(r, e);
}

int
record_event(struct records *r, const char *what, const char *name,
    uint32_t generation, struct err *e)
{
	if (r->fd < 0)
		return 0;
	if (start(r, what, e) != 0)
		return -1;
	line_number(&r->line, "policy_gen", generation);
	line_text(&r->line, "name", name);
	if (strcmp(what, "begin") == 0 && r->boot[0] != '\0')
		line_text(&r->line, "boot", r->boot);
	return commit(r, e);
}

int
records_tick(struct records *r, uint64_t now_ms)
{
	uint64_t next = UINT64_MAX;
	struct err ignored;
	unsigned i;

	for (i = 0; i < FOLDS; i++) {
		struct fold *f = &r->fold[i];

		if (f->due_ms == 0)
			continue;
		if (f->due_ms > now_ms) {
			next = f->due_ms < next ? f->due_ms : next;
			continue;
		}
		if (write_fold(r, f, &ignored) != 0)
			r->dirty = true; // and counted as lost
		f->due_ms = 0;
	}
	return next == UINT64_MAX ? -1 : (int)(next - now_ms);
}
