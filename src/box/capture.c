// SPDX-License-Identifier: ISC
// Runs one command to its end, keeps the head and the tail of its output.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/box/capture.h"
#include "src/box/meter.h"
#include "src/box/pipe.h"

enum {
	PIECE = 65536,
	// How long a raised stop flag can go unseen: the signal that raised it
	// interrupts the poll, but may come just before.
	LOOK_MS = 100,
};

struct run {
	struct box *b;
	const struct capture_config *cfg;
	struct capture *out;
	uint32_t cmd;
	int from;	    // the command's output
	int to;		    // its input, or -1
	size_t given;	    // bytes of input written
	size_t tail_at;	    // where the next byte of the ring goes
	struct meter meter; // of its output
	bool ended, killed;
};

void
capture_free(struct capture *c)
{
	free(c->head);
	free(c->tail);
	memset(c, 0, sizeof(*c));
}

static void
keep(struct run *r, const char *p, size_t n)
{
	struct capture *o = r->out;
	size_t k = r->cfg->head_max - o->head_len;

	o->total += n;
	if (k > n)
		k = n;
	memcpy(o->head + o->head_len, p, k);
	o->head_len += k;
	p += k;
	n -= k;
	// A ring: the last tail_max bytes, put in order at the end.
	while (n > 0 && r->cfg->tail_max > 0) {
		k = r->cfg->tail_max - r->tail_at;
		if (k > n)
			k = n;
		memcpy(o->tail + r->tail_at, p, k);
		r->tail_at = (r->tail_at + k) % r->cfg->tail_max;
		if (o->tail_len < r->cfg->tail_max)
			o->tail_len += k;
		p += k;
		n -= k;
	}
}

static int
order_tail(struct run *r, struct err *e)
{
	struct capture *o = r->out;
	size_t first;
	char *t;

	if (o->tail_len < r->cfg->tail_max || r->tail_at == 0)
		return 0;
	t = malloc(o->tail_len + 1);
	if (t == NULL)
		return err_set(e, ERR_SYSTEM, ENOMEM, "keep output");
	first = o->tail_len - r->tail_at;
	memcpy(t, o->tail + r->tail_at, first);
	memcpy(t + first, o->tail, r->tail_at);
	free(o->tail);
	o->tail = t;
	return 0;
}

static int
kill_once(struct run *r, struct err *e)
{
	if (r->killed || r->ended)
		return 0;
	r->killed = true;
	return box_kill(r->b, r->cmd, e);
}

// As in pump.c: not read, the pipe fills up, and the command waits.
static size_t
room(struct run *r, int *wait_ms)
{
	*wait_ms = -1;
	if (r->ended || r->killed)
		return PIECE;
	return meter_room(&r->meter, PIECE, wait_ms);
}

static int
read_output(struct run *r, struct err *e)
{
	static char buf[PIECE];
	int ignored;
	size_t most = room(r, &ignored);
	ssize_t n;

	if (most == 0)
		return 0;
	n = read(r->from, buf, most);
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (n <= 0) {
		fd_close(&r->from);
		return 0;
	}
	keep(r, buf, (size_t)n);
	if (r->cfg->show != NULL)
		r->cfg->show(r->cfg->arg, buf, (size_t)n);
	if (!meter_count(&r->meter, (size_t)n))
		return 0;
	r->out->output_exceeded = true;
	return kill_once(r, e);
}

static void
write_input(struct run *r)
{
	const char *in = r->cfg->input + r->given;
	ssize_t n = write(r->to, in, strlen(in));

	if (n > 0)
		r->given += (size_t)n;
	// It may not read all of it: that is its own affair.
	if ((n < 0 && errno != EAGAIN && errno != EINTR) ||
	    r->cfg->input[r->given] == '\0')
		fd_close(&r->to);
}

// The ends of commands in the background are not ours to hear.
static int
reap(struct run *r, struct err *e)
{
	int rc = box_reap_of(r->b, r->cmd, &r->out->result, e);

	r->ended = rc > 0;
	return rc < 0 ? -1 : 0;
}

// How long a turn may wait; for what, if output is not to be read now.
static int
wait_of(struct run *r, struct pollfd *output)
{
	int wait;

	if (r->ended || r->killed)
		return r->ended ? 0 : -1;
	if (room(r, &wait) == 0)
		output->fd = -1;
	return wait < 0 || wait > LOOK_MS ? LOOK_MS : wait;
}

static int
net_of(const struct run *r)
{
	return r->ended || r->cfg->attend == NULL ? -1 : box_netfd(r->b);
}

static void
attend(const struct run *r, bool now)
{
	if (now && r->cfg->attend != NULL)
		r->cfg->attend(r->cfg->attend_arg);
}

static int
turn(struct run *r, struct err *e)
{
	struct pollfd p[4] = {
	    {.fd = r->from, .events = POLLIN},
	    {.fd = r->to, .events = POLLOUT},
	    {.fd = r->ended ? -1 : box_pollfd(r->b), .events = POLLIN},
	    {.fd = net_of(r), .events = POLLIN},
	};
	int n;

	if (r->cfg->stop != NULL && *r->cfg->stop != 0 && kill_once(r, e) != 0)
		return -1;
	n = poll(p, 4, wait_of(r, &p[0]));
	if (n < 0)
		return errno == EINTR ? 0
				      : err_set(e, ERR_SYSTEM, errno, "poll");
	// All who could write are dead: what is not there now never comes, even
	// if a descriptor that is still in flight holds the pipe open.
	if (r->ended && p[0].revents == 0)
		fd_close(&r->from);
	if (p[0].revents != 0 && read_output(r, e) != 0)
		return -1;
	if (p[1].revents != 0)
		write_input(r);
	attend(r, n == 0 || p[3].revents != 0);
	return r->ended ? 0 : reap(r, e);
}

static int
make_pipes(struct run *r, int theirs[2], struct err *e)
{
	int in[2], out[2];

	if (pipe_make(out) != 0)
		return err_set(e, ERR_SYSTEM, errno, "pipe");
	r->from = out[0];
	theirs[1] = out[1];
	if (pipe_make(in) != 0)
		return err_set(e, ERR_SYSTEM, errno, "pipe");
	theirs[0] = in[0];
	r->to = in[1];
	if (fcntl(r->to, F_SETFL, O_NONBLOCK) != 0)
		return err_set(e, ERR_SYSTEM, errno, "pipe");
	if (r->cfg->input == NULL || r->cfg->input[0] == '\0')
		fd_close(&r->to);
	return 0;
}

static int
start(struct run *r, const struct box_command *c, struct err *e)
{
	struct box_command mine = *c;
	int theirs[2] = {-1, -1};
	int rc = make_pipes(r, theirs, e);

	mine.tty = false;
	mine.stdio[0] = theirs[0];
	mine.stdio[1] = mine.stdio[2] = theirs[1];
	if (rc == 0)
		rc = box_exec(r->b, &mine, &r->cmd, NULL, e);
	fd_close(&theirs[0]);
	fd_close(&theirs[1]);
	return rc;
}

static int
run(struct run *r, const struct box_command *c, struct err *e)
{
	r->out->head = calloc(1, r->cfg->head_max + 1);
	r->out->tail = calloc(1, r->cfg->tail_max + 1);
	if (r->out->head == NULL || r->out->tail == NULL)
		return err_set(e, ERR_SYSTEM, ENOMEM, "keep output");
	meter_start(&r->meter, r->b);
	if (r->meter.most == 0)
		r->meter.most = r->cfg->output_max;
	if (start(r, c, e) != 0)
		return -1;
	while (!r->ended || r->from >= 0)
		if (turn(r, e) != 0)
			return -1;
	if (order_tail(r, e) != 0)
		return -1;
	if (r->meter.hit >= 0)
		box_note_hit(&r->out->result, (enum spec_limit)r->meter.hit);
	r->out->head[r->out->head_len] = '\0';
	r->out->tail[r->out->tail_len] = '\0';
	if (r->killed && !r->out->output_exceeded)
		return err_set(e, ERR_INTERRUPTED, EINTR, "command");
	return 0;
}

int
capture_run(struct box *b, const struct box_command *c,
    const struct capture_config *cfg, struct capture *out, struct err *e)
{
	struct run r = {.b = b, .cfg = cfg, .out = out, .from = -1, .to = -1};
	struct sigaction ignore = {.sa_handler = SIG_IGN}, was;
	int rc;

	memset(out, 0, sizeof(*out));
	// A command that closes its stdin is no reason for us to die.
	sigaction(SIGPIPE, &ignore, &was);
	rc = run(&r, c, e);
	sigaction(SIGPIPE, &was, NULL);
	fd_close(&r.from);
	fd_close(&r.to);
	if (rc != 0)
		capture_free(out);
	return rc;
}
