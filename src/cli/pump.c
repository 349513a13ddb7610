// SPDX-License-Identifier: ISC
// Carries a command's input and output, and our signals.
//
// The command never gets a descriptor of ours but a pipe's or a socket's: a
// terminal could be typed into, and a file reopened for writing by its name
// in /proc.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/box/meter.h"
#include "src/cli/pump.h"
#include "src/cli/signals.h"
#include "src/cli/stdio.h"
#include "src/cli/terminal.h"

enum {
	PIECE = 65536,
	MOVE = 1 << 20,
	LOOK_MS = 200, // see LOOK_MS of capture.c
};

// One direction: from a descriptor to another, through a buffer.
struct flow {
	int from, to;
	bool pipes;	// at both ends: nothing goes through buf
	bool wide;	// the first of them, by our doing
	bool full;	// the second, when we looked last
	size_t at, len; // of buf, what is not written yet
	char buf[PIECE];
};

struct pump {
	struct box *b;
	uint32_t cmd;
	struct flow in, out, err;
	struct stdio_in source; // what our stdin is, and how it is given
	struct meter meter;	// of its output
	int master;		// of the terminal, or -1
	bool ended, killed;
	const struct pump_hooks *hooks;
	struct pump_result *result;
};

static struct pump the_pump; // large buffers; there is only one

// Not by assignment: that would write all of the buffer, for nothing.
static void
flow_init(struct flow *f, int to)
{
	f->from = -1;
	f->to = to;
	f->pipes = f->wide = f->full = false;
	f->at = f->len = 0;
}

static void
flow_end(struct flow *f, bool close_to)
{
	fd_close(&f->from);
	if (close_to)
		fd_close(&f->to);
	f->len = 0;
}

static int
over_limit(struct pump *p, size_t n, struct err *e)
{
	if (!meter_count(&p->meter, n))
		return 0;
	p->result->output_truncated = p->killed = true;
	return p->ended ? 0 : box_kill(p->b, p->cmd, e);
}

// How much output may be read now. What lies in the pipe at the end is not
// held back: nobody waits for it any more.
static size_t
room(struct pump *p, int *wait_ms)
{
	*wait_ms = -1;
	if (p->ended || p->killed)
		return PIECE;
	return meter_room(&p->meter, PIECE, wait_ms);
}

static size_t
fill(struct flow *f, size_t size, bool *end)
{
	ssize_t n = read(f->from, f->buf, size);

	*end = n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN);
	f->at = 0;
	f->len = n > 0 ? (size_t)n : 0;
	return f->len;
}

// A write to a pipe that polls writable does not block up to PIPE_BUF.
static int
drain(struct flow *f, bool is_pipe)
{
	size_t n = is_pipe && f->len > PIPE_BUF ? PIPE_BUF : f->len;
	ssize_t w = write(f->to, f->buf + f->at, n);

	if (w < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (w < 0)
		return -1;
	f->at += (size_t)w;
	f->len -= (size_t)w;
	return 0;
}

// A wish, and asked for once: a user has so many pages of pipes.
static void
widen(struct flow *f)
{
	f->wide = true;
	if (fcntl(f->from, F_SETPIPE_SZ, MOVE) < 0)
		return;
}

// Pages of one pipe become the other's, most bytes of them.
static int
move(struct pump *p, struct flow *f, size_t most, struct err *e)
{
	ssize_t n = splice(f->from, NULL, f->to, NULL, most,
	    SPLICE_F_MOVE | SPLICE_F_NONBLOCK);

	if (n > 0) {
		// It has much to say: more at a time, and fewer turns.
		if (n == PIECE && !f->wide)
			widen(f);
		return over_limit(p, (size_t)n, e);
	}
	if (n == 0)
		fd_close(&f->from);
	else if (errno == EAGAIN)
		f->full = true;
	else if (errno == EPIPE)
		flow_end(f, false);
	else if (errno != EINTR)
		f->pipes = false; // by the buffer, then
	return 0;
}

// Never past a limit: what is over it is for the buffer, to be cut there.
static bool
movable(const struct pump *p, const struct flow *f)
{
	return f->pipes && !p->killed && meter_left(&p->meter) >= PIECE;
}

static int
turn_out(
    struct pump *p, struct flow *f, short got_in, short got_out, struct err *e)
{
	bool end = false;
	size_t n, most;
	int ignored;

	if (got_out != 0)
		f->full = false;
	most = got_in != 0 ? room(p, &ignored) : 0;
	if (most > 0 && f->len == 0 && f->from >= 0) {
		if (movable(p, f))
			return move(p, f, most, e);
		n = fill(f, most, &end);
		if (end)
			fd_close(&f->from);
		if (over_limit(p, n, e) != 0)
			return -1;
		if (p->result->output_truncated)
			f->len = 0;
	}
	// Nobody reads: the command is to learn it as it would without us.
	if (got_out != 0 && f->len > 0 && drain(f, stdio_is_pipe(f->to)) != 0)
		flow_end(f, false);
	return 0;
}

static void
turn_in(struct pump *p, short got_in, short got_out)
{
	struct flow *f = &p->in;
	bool end = false;

	if (got_in != 0 && f->len == 0 && f->from >= 0) {
		fill(f, sizeof(f->buf), &end);
		if (end && p->master >= 0)
			f->len = terminal_eof(f->buf, sizeof(f->buf));
		if (end)
			f->from = -1; // ours, not the flow's to close
	}
	if (got_out != 0 && f->len > 0 && drain(f, true) != 0) {
		f->from = -1;
		f->len = 0;
	}
	if (f->from < 0 && f->len == 0 && p->master < 0)
		fd_close(&f->to);
}

static int
turn_signals(struct pump *p, struct err *e)
{
	struct winsize size;
	int signo;

	while ((signo = signals_next()) != 0) {
		if (signo == SIGWINCH) {
			if (p->master >= 0 && terminal_size(&size) == 0)
				ioctl(p->master, TIOCSWINSZ, &size);
			continue;
		}
		if (signo == SIGHUP && p->hooks->hangup(p->hooks->arg))
			continue;
		if (!p->ended && box_signal(p->b, p->cmd, signo, e) != 0 &&
		    e->code != ERR_GONE)
			return -1;
	}
	return 0;
}

static int
turn_reap(struct pump *p, struct err *e)
{
	uint32_t cmd;
	int rc;

	if (p->ended)
		return 0;
	rc = box_reap(p->b, &cmd, &p->result->box, e);
	if (rc > 0)
		p->ended = true;
	return rc < 0 ? -1 : 0;
}

static void
turn_net(struct pump *p, short got)
{
	if (got != 0)
		p->hooks->attend(p->hooks->arg);
}

static struct pollfd
want(const struct flow *f, bool reading)
{
	struct pollfd p = {.fd = -1};

	if (reading && f->len == 0 && !f->full && f->from >= 0)
		p = (struct pollfd){.fd = f->from, .events = POLLIN};
	if (!reading && (f->len > 0 || f->full))
		p = (struct pollfd){.fd = f->to, .events = POLLOUT};
	return p;
}

// All who could write are dead: what is not there now never comes, even if a
// descriptor that is still in flight holds the pipe open.
static void
nothing_more(struct flow *f, const struct pollfd *p)
{
	if (p->fd >= 0 && p->revents == 0)
		fd_close(&f->from);
}

static int
turn(struct pump *p, struct err *e)
{
	struct pollfd f[8] = {
	    want(&p->out, true),
	    want(&p->out, false),
	    want(&p->err, true),
	    want(&p->err, false),
	    want(&p->in, true),
	    want(&p->in, false),
	    {.fd = p->ended ? -1 : box_pollfd(p->b), .events = POLLIN},
	    {.fd = p->ended ? -1 : box_netfd(p->b), .events = POLLIN},
	};
	int n, wait;

	if (p->ended)
		f[4].fd = f[5].fd = -1;
	// Not read, the pipe fills up, and the command waits.
	if (room(p, &wait) == 0)
		f[0].fd = f[2].fd = -1;
	n = poll(f, 8, wait >= 0 && wait < LOOK_MS ? wait : LOOK_MS);
	if (n < 0 && errno != EINTR)
		return err_set(e, ERR_SYSTEM, errno, "poll");
	if (p->ended && n >= 0) {
		nothing_more(&p->out, &f[0]);
		nothing_more(&p->err, &f[2]);
	}
	if (turn_signals(p, e) != 0 ||
	    turn_out(p, &p->out, f[0].revents, f[1].revents, e) != 0 ||
	    turn_out(p, &p->err, f[2].revents, f[3].revents, e) != 0)
		return -1;
	turn_in(p, f[4].revents, f[5].revents);
	turn_net(p, f[7].revents);
	return turn_reap(p, e);
}

static int
start(struct pump *p, struct box_command *c, struct err *e)
{
	int theirs[3] = {-1, -1, -1};
	int rc = 0, i;

	if (!c->tty) {
		rc = stdio_make(&p->source, theirs, &p->in.to, &p->out.from,
		    &p->err.from, e);
		memcpy(c->stdio, theirs, sizeof(theirs));
	}
	if (rc == 0)
		rc = box_exec(p->b, c, &p->cmd, &p->master, e);
	for (i = 0; i < 3; i++)
		fd_close(&theirs[i]);
	if (rc != 0)
		return -1;
	p->in.from = p->source.pumped || c->tty ? STDIN_FILENO : -1;
	if (p->master >= 0)
		p->in.to = p->out.from = p->master;
	p->out.pipes = p->master < 0 && stdio_is_fifo(p->out.to);
	p->err.pipes = p->master < 0 && stdio_is_fifo(p->err.to);
	return 0;
}

static int
run(struct pump *p, struct box_command *c, struct err *e)
{
	if (start(p, c, e) != 0)
		return -1;
	if (c->tty)
		terminal_raw();
	while (!p->ended || p->out.from >= 0 || p->err.from >= 0 ||
	       p->out.len > 0 || p->err.len > 0)
		if (turn(p, e) != 0)
			return -1;
	stdio_give_back(&p->source, p->in.len);
	return 0;
}

int
pump_run(struct box *b, struct box_command *c, const struct pump_hooks *hooks,
    struct pump_result *r, struct err *e)
{
	struct pump *p = &the_pump;
	int rc;

	memset(r, 0, sizeof(*r));
	p->b = b;
	p->hooks = hooks;
	p->result = r;
	meter_start(&p->meter, b);
	flow_init(&p->in, -1);
	flow_init(&p->out, STDOUT_FILENO);
	flow_init(&p->err, STDERR_FILENO);
	p->master = -1;
	stdio_look(&p->source);
	signals_catch();
	if (c->tty && terminal_size(&c->size) != 0)
		c->size = (struct winsize){.ws_row = 24, .ws_col = 80};
	rc = run(p, c, e);
	terminal_restore();
	r->output = p->meter.total;
	if (p->meter.hit >= 0)
		box_note_hit(&r->box, (enum spec_limit)p->meter.hit);
	return rc;
}
