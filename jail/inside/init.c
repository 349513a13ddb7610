// SPDX-License-Identifier: ISC
// Pid 1 of a box: starts commands, reaps everything, watches the limits that
// no controller watches, and opens files for the agent.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/inside/inside.h"
#include "jail/inside/track.h"

enum {
	CTL = 3,
	CHAN = 4,
	LEFT_US = 50000, // for looking whom a command left
};

static struct init the_init; // too large for a stack; there is only one

struct command *
init_find(struct init *init, uint32_t cmd)
{
	size_t i;

	for (i = 0; i < init->slots; i++)
		if (init->commands[i].state != COMMAND_FREE &&
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
send_end(struct command *c, struct err *e)
{
	c->end.cmd = c->cmd;
	c->end.wall_usec = inside_now_us() - c->start_us;
	return wire_send(CHAN, MSG_DONTWAIT, WIRE_EXITED, 0, &c->end, NULL, e);
}

static int
finish(struct init *init, struct command *c, struct err *e)
{
	int rc;

	watch_end(init, c);
	rc = send_end(c, e);
	command_close(c);
	c->state = COMMAND_FREE;
	// While another command runs they may be that one's.
	if (--init->running == 0)
		ipc_sweep();
	return rc;
}

static void
note_status(struct init *init, struct command *c, int status,
    const struct wire_used *used)
{
	c->end.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	c->end.signal = WIFSIGNALED(status) ? (uint32_t)WTERMSIG(status) : 0;
	// What the kernel kills for, it says by the signal.
	if (c->end.signal == SIGXFSZ && init->in->limit[LIMIT_FSIZE] != 0)
		command_hit(c, LIMIT_FSIZE);
	if (c->end.signal == SIGXCPU && init->in->limit[LIMIT_CPU_TIME] != 0)
		command_hit(c, LIMIT_CPU_TIME);
	c->end.used = *used;
}

// The main process of a command with a cgroup. What it left dies now, not when
// the agent's half pleases to say FINISH; the helper sees to it then that all
// are dead.
static int
main_died(struct init *init, struct command *c, int status,
    const struct rusage *ru, struct err *e)
{
	struct wire_used used = {0};

	inside_used(&used, ru);
	note_status(init, c, status, &used);
	c->main = 0; // the number may be another's by now
	if (!track_kill_cgroup(c))
		track_kill(c, inside_now_us() + LEFT_US);
	return finish(init, c, e);
}

// The reaper's word that the main process is dead.
static void
hear_reaper(struct init *init, struct command *c)
{
	struct reaper_report r;
	ssize_t n = read(c->pipe, &r, sizeof(r));

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	fd_close(&c->pipe);
	if (n != (ssize_t)sizeof(r) || r.word != REAPER_ENDED)
		return;
	note_status(init, c, r.value, &r.used);
	c->state = COMMAND_ENDING;
	c->kill_us = inside_now_us();
}

// A reaper ends when its command has no process left. One that was killed
// takes the whole box's processes with it: whose they are can no longer be
// told.
static int
reaper_died(struct init *init, struct command *c, int status, struct err *e)
{
	static const struct wire_used unknown;

	// Its last word may have come after we looked.
	if (c->state == COMMAND_RUNNING && c->pipe >= 0)
		hear_reaper(init, c);
	if (!WIFEXITED(status) || c->state != COMMAND_ENDING)
		kill(-1, SIGKILL);
	if (c->state != COMMAND_ENDING)
		note_status(init, c, SIGKILL, &unknown);
	return finish(init, c, e);
}

static int
reap(struct init *init, struct err *e)
{
	struct signalfd_siginfo si;
	struct rusage ru;
	struct command *c;
	int status;
	pid_t pid;
	size_t i;

	while (read(init->sigfd, &si, sizeof(si)) > 0)
		continue;
	while ((pid = wait4(-1, &status, WNOHANG, &ru)) > 0) {
		for (i = 0; i < init->slots; i++) {
			c = &init->commands[i];
			if (c->state < COMMAND_RUNNING)
				continue;
			if (c->reaper == 0 && c->main == pid &&
			    main_died(init, c, status, &ru, e) != 0)
				return -1;
			if (c->reaper == pid &&
			    reaper_died(init, c, status, e) != 0)
				return -1;
		}
	}
	return 0;
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
	if (kill(-c->main, (int)m->u.signal.signo) != 0 && errno != ESRCH) {
		err_set(&why, ERR_SYSTEM, errno, "signal the command");
		return inside_refuse(CHAN, m, &why, e);
	}
	return wire_send(CHAN, MSG_DONTWAIT, WIRE_OK, m->h.seq, &ok, NULL, e);
}

static int
serve_agent(struct init *init, struct err *e)
{
	static struct wire_msg m;
	int rc = wire_recv(CHAN, WIRE_A2I, 0, &m, e);

	if (rc <= 0)
		return -1;
	if (m.h.type == WIRE_EXEC || m.h.type == WIRE_EXEC_TTY)
		rc = exec_start(init, &m, e);
	else if (m.h.type == WIRE_SIGNAL)
		rc = serve_signal(init, &m, e);
	else
		rc = files_serve(CHAN, &m, e);
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

static void
hear_reapers(struct init *init)
{
	size_t i;

	for (i = 0; i < init->slots; i++)
		if (init->commands[i].state == COMMAND_RUNNING &&
		    init->commands[i].pipe >= 0)
			hear_reaper(init, &init->commands[i]);
}

static int
turn(struct init *init, struct err *e)
{
	static struct pollfd p[3 + INSIDE_COMMANDS_MAX];
	size_t n = poll_set(init, p);

	if (poll(p, n, watch_wait(init)) < 0 && errno != EINTR)
		return err_set(e, ERR_SYSTEM, errno, "poll");
	// The helper first: what it announces, the agent may already want.
	if (p[0].revents != 0 && serve_helper(init, e) != 0)
		return -1;
	hear_reapers(init);
	watch_all(init);
	if (reap(init, e) != 0)
		return -1;
	if (p[1].revents != 0 && serve_agent(init, e) != 0)
		return -1;
	return 0;
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

static void
wait_for_go(const struct inside *in)
{
	static struct wire_msg m;
	struct err e;

	// The helper writes our maps before it says so.
	if (wire_recv(in->ctl, WIRE_H2I, 0, &m, &e) <= 0)
		_exit(1);
	if (m.h.type != WIRE_GO) {
		err_set(&e, ERR_PROTOCOL, 0, "no GO");
		fail(in->ctl, &e);
	}
}

void
inside_main(const struct inside *in)
{
	struct wire_ready ready = {0};
	struct err e;
	sigset_t all;
	int abi;

	the_init.in = in;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	sigemptyset(&the_init.old_mask);
	wait_for_go(in);
	abi = build_box(in, &e);
	if (abi < 0)
		// By either number: descriptors move while it is built.
		fail(fcntl(in->ctl, F_GETFD) >= 0 ? in->ctl : CTL, &e);
	the_init.sigfd = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
	if (the_init.sigfd < 0) {
		err_set(&e, ERR_SYSTEM, errno, "signalfd");
		fail(CTL, &e);
	}
	the_init.start_us = inside_now_us();
	ready.landlock_abi = (uint32_t)abi;
	ready.told = *in->rootfs->told;
	if (wire_send(CTL, 0, WIRE_READY, 0, &ready, NULL, &e) != 0)
		_exit(1);
	while (turn(&the_init, &e) == 0)
		continue;
	// The kernel ends everything in the pid namespace with us.
	_exit(0);
}
