// SPDX-License-Identifier: ISC
// Pid 1 of a box: starts commands, reaps everything, watches the limits that
// no controller watches, and opens files for the agent.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include "jail/base/clock.h"
#include "jail/base/fd.h"
#include "jail/base/trim.h"
#include "jail/inside/inside.h"

enum {
	CTL = 3,
	TIDY_MS = 1,
	CHAN = INSIDE_CHAN,
};

static struct init the_init; // too large for a stack; there is only one

struct command *
init_find(struct init *init, uint32_t cmd)
{
	size_t i;

	for (i = 0; i < init->slots; i++)
		if (init->commands[i].state > COMMAND_OVER &&
		    init->commands[i].cmd == cmd)
			return &init->commands[i];
	return NULL;
}

// Nothing that goes to the agent is waited for: one that does not read would
// keep us from watching. That is a fault of its own, and ends the box.
int
inside_refuse(
    int chan, const struct wire_msg *m, const struct err *why, struct err *e)
{
	struct wire_failed f = {.err = *why};

	return wire_send(
	    chan, MSG_DONTWAIT, WIRE_FAILED, m->h.seq, &f, NULL, e);
}

// The helper counts as we do. If there is no room, it has taken back a
// command that was announced and never started: the oldest of those.
static struct command *
find_room(struct init *init)
{
	struct command *c, *room = NULL;
	size_t i;

	for (i = 0; i < init->slots; i++) {
		c = &init->commands[i];
		if (c->state == COMMAND_FREE)
			return c;
		if (c->state == COMMAND_ANNOUNCED &&
		    (room == NULL || c->cmd < room->cmd))
			room = c;
	}
	if (init->slots < INSIDE_COMMANDS_MAX)
		return &init->commands[init->slots++];
	if (room != NULL)
		command_close(room);
	return room;
}

int
init_helper(struct init *init, struct wire_msg *m, struct err *e)
{
	struct command *c;

	if (m->h.type == WIRE_GO)
		return err_set(e, ERR_PROTOCOL, 0, "GO twice");
	if (init_find(init, m->u.command.cmd) != NULL)
		return err_set(
		    e, ERR_PROTOCOL, 0, "command %u twice", m->u.command.cmd);
	reap_tidy(init);
	c = find_room(init);
	if (c == NULL)
		return err_set(e, ERR_PROTOCOL, 0, "too many commands");
	memset(c, 0, sizeof(*c));
	c->state = COMMAND_ANNOUNCED;
	c->cmd = m->u.command.cmd;
	c->cgroup = take_fd(&m->fds[0]);
	c->procs = take_fd(&m->fds[1]);
	c->kill = take_fd(&m->fds[2]);
	c->pace.stat = take_fd(&m->fds[3]);
	c->pace.freeze = take_fd(&m->fds[4]);
	c->pipe = -1;
	return 0;
}

void
command_close(struct command *c)
{
	fd_close(&c->cgroup);
	fd_close(&c->procs);
	fd_close(&c->kill);
	fd_close(&c->pace.stat);
	fd_close(&c->pace.freeze);
	fd_close(&c->pipe);
}

static int
serve_signal(struct init *init, const struct wire_msg *m, struct err *e)
{
	struct command *c = init_find(init, m->u.signal.cmd);
	struct wire_ok ok = {0};
	struct err why;

	if (c == NULL || c->state < COMMAND_RUNNING || m->u.signal.signo < 1 ||
	    m->u.signal.signo > 31) {
		err_set(&why, ERR_GONE, 0, "no such command or signal");
		return inside_refuse(CHAN, m, &why, e);
	}
	// Its session's process group; and, where that is empty already, what
	// is left is killed at its end anyway.
	if (c->main > 0 && kill(-c->main, (int)m->u.signal.signo) != 0 &&
	    errno != ESRCH) {
		err_set(&why, ERR_SYSTEM, errno, "signal the command");
		return inside_refuse(CHAN, m, &why, e);
	}
	return wire_send(CHAN, MSG_DONTWAIT, WIRE_OK, m->h.seq, &ok, NULL, e);
}

// Who may have written to /tmp by it is no command.
static int
serve_file(struct init *init, struct wire_msg *m, struct err *e)
{
	init->objects_known = false;
	return files_serve(CHAN, m, e);
}

static int
serve_agent(struct init *init, struct err *e)
{
	static struct wire_msg m;
	int rc = wire_recv(CHAN, WIRE_A2I, 0, &m, e);

	if (rc <= 0)
		return -1;
	if (m.h.type == WIRE_EXEC || m.h.type == WIRE_EXEC_TTY ||
	    m.h.type == WIRE_EXEC_TEXT)
		rc = exec_start(init, &m, e);
	else if (m.h.type == WIRE_SIGNAL)
		rc = serve_signal(init, &m, e);
	else if (m.h.type == WIRE_MINT)
		rc = gate_mint(CHAN, &m, e);
	else
		rc = serve_file(init, &m, e);
	wire_msg_close(&m);
	return rc;
}

static int
serve_helper(struct init *init, struct err *e)
{
	static struct wire_msg m;
	int rc = wire_recv(CTL, WIRE_H2I, 0, &m, e);

	if (rc <= 0)
		return -1;
	rc = init_helper(init, &m, e);
	wire_msg_close(&m);
	return rc;
}

static size_t
poll_set(const struct init *init, struct pollfd *p)
{
	size_t i, n = 3;

	p[0] = (struct pollfd){.fd = CTL, .events = POLLIN};
	p[1] = (struct pollfd){.fd = CHAN, .events = POLLIN};
	p[2] = (struct pollfd){.fd = init->sigfd, .events = POLLIN};
	for (i = 0; i < init->slots; i++)
		if (init->commands[i].state == COMMAND_RUNNING &&
		    init->commands[i].pipe >= 0)
			p[n++] = (struct pollfd){
			    .fd = init->commands[i].pipe, .events = POLLIN};
	return n;
}

// How long to wait where a command wants a look after next ms; -1: for ever.
static int
patience(const struct init *init, int next)
{
	if (init->untidy)
		return next >= 0 && next < TIDY_MS ? next : TIDY_MS;
	return next < 0 && !init->idle ? TRIM_MS : next;
}

static void
rest(struct init *init)
{
	init->idle = true;
	trim();
}

// Until somebody wants something, or it is time for a look. What can wait is
// done when nobody does.
static int
await(struct init *init, struct pollfd *p, struct err *e)
{
	const size_t n = poll_set(init, p);
	const int next = watch_wait(init);
	const int rc = poll(p, n, patience(init, next));

	if (rc < 0 && errno != EINTR)
		return err_set(e, ERR_SYSTEM, errno, "poll");
	if (rc != 0)
		init->idle = false;
	else if (init->untidy)
		reap_tidy(init);
	else if (next < 0)
		rest(init);
	return 0;
}

static int
turn(struct init *init, struct err *e)
{
	static struct pollfd p[3 + INSIDE_COMMANDS_MAX];

	if (await(init, p, e) != 0)
		return -1;
	// The helper first: what it announces, the agent may already want.
	if (p[0].revents != 0 && serve_helper(init, e) != 0)
		return -1;
	reap_hear(init);
	watch_all(init);
	if (reap(init, e) != 0 || exec_tell(init, clock_us(), e) != 0)
		return -1;
	return p[1].revents != 0 ? serve_agent(init, e) : 0;
}

static void
fail(int ctl, const struct err *why)
{
	struct wire_failed f = {.err = *why};
	struct err ignored;

	if (wire_send(ctl, 0, WIRE_FAILED, 0, &f, NULL, &ignored) != 0)
		_exit(2);
	_exit(1);
}

// Returns the Landlock ABI in use, or -1.
static int
build(struct inside *in, struct err *e)
{
	struct rootfs_begun begun = {-1, -1};
	int abi;

	if (build_begin(in, &begun, e) != 0 || told_all(in, e) != 0)
		return -1;
	abi = build_finish(in, &begun, e);
	told_forget(in);
	return abi;
}

void
inside_main(struct inside *in)
{
	struct wire_ready ready = {0};
	struct err e;
	sigset_t all;
	int abi;

	the_init.in = in;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	sigemptyset(&the_init.old_mask);
	told_go(in);
	abi = build(in, &e);
	if (abi < 0)
		// By either number: descriptors move while it is built.
		fail(fcntl(in->ctl, F_GETFD) >= 0 ? in->ctl : CTL, &e);
	the_init.sigfd = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
	if (the_init.sigfd < 0) {
		err_set(&e, ERR_SYSTEM, errno, "signalfd");
		fail(CTL, &e);
	}
	the_init.start_us = clock_us();
	ready.landlock_abi = (uint32_t)abi;
	ready.told = in->told;
	if (wire_send(CTL, 0, WIRE_READY, 0, &ready, NULL, &e) != 0)
		_exit(1);
	while (turn(&the_init, &e) == 0)
		continue;
	// The kernel ends everything in the pid namespace with us.
	_exit(0);
}
