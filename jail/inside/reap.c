// SPDX-License-Identifier: ISC
// Who is dead, whose it was, and with that the end of a command: told, and
// its place given back.
#include <errno.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>
#include "jail/base/clock.h"
#include "jail/base/fd.h"
#include "jail/inside/inside.h"
#include "jail/inside/track.h"

enum {
	LEFT_US = 50000, // for looking whom a command left
};

static int
send_end(struct command *c, struct err *e)
{
	c->end.cmd = c->cmd;
	c->end.wall_usec = clock_us() - c->start_us;
	return wire_send(INSIDE_CHAN, MSG_DONTWAIT, WIRE_EXITED,
	    c->tell_us != 0 ? c->seq : 0, &c->end, NULL, e);
}

static int
finish(struct init *init, struct command *c, struct err *e)
{
	int rc;

	watch_end(init, c);
	rc = send_end(c, e);
	c->state = COMMAND_OVER;
	init->running--;
	// Who was told may wait for this processor: the rest can wait.
	init->untidy = true;
	return rc;
}

void
reap_tidy(struct init *init)
{
	size_t i;

	for (i = 0; i < init->slots && init->untidy; i++)
		if (init->commands[i].state == COMMAND_OVER) {
			command_close(&init->commands[i]);
			init->commands[i].state = COMMAND_FREE;
		}
	// While another command runs they may be that one's.
	if (init->untidy && init->running == 0) {
		ipc_sweep();
		init->objects_start = memory_objects();
		init->objects_known = true;
	}
	init->untidy = false;
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

// One without a cgroup ends when nothing is left of it.
static int
end_rest(struct init *init, struct command *c, struct err *e)
{
	if (!track_kill_rest(init, c, clock_us() + LEFT_US))
		return 0;
	c->end.used.cpu_user_usec += c->orphans.cpu_user_usec;
	c->end.used.cpu_system_usec += c->orphans.cpu_system_usec;
	c->end.whole = 1;
	return finish(init, c, e);
}

// The main process of a command without a reaper. What it left dies now, not
// when the agent's half pleases to say FINISH; where there is a cgroup, the
// helper sees to it then that all are dead.
static int
main_died(struct init *init, struct command *c, int status,
    const struct rusage *ru, struct err *e)
{
	struct wire_used used = {0};

	inside_used(&used, ru);
	note_status(init, c, status, &used);
	c->main = 0; // the number may be another's by now
	if (c->rest) {
		// The others of it may wait to be reaped, first.
		c->state = COMMAND_ENDING;
		c->kill_us = clock_us();
		return 0;
	}
	// As a rule nothing is left, and what was used is known.
	if (track_empty(c))
		c->end.whole = !init->in->measured;
	else if (!track_kill_cgroup(c))
		track_kill(init, c, clock_us() + LEFT_US);
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
	c->kill_us = clock_us();
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
	if (WIFEXITED(status) && c->state == COMMAND_ENDING)
		c->end.whole = 1;
	else
		kill(-1, SIGKILL);
	if (c->state != COMMAND_ENDING)
		note_status(init, c, SIGKILL, &unknown);
	return finish(init, c, e);
}

// One that was left behind: whoever else it is below, that one waits for it.
static void
note_orphan(struct command *c, const struct rusage *ru)
{
	struct wire_used used;

	inside_used(&used, ru);
	c->orphans.cpu_user_usec += used.cpu_user_usec;
	c->orphans.cpu_system_usec += used.cpu_system_usec;
}

static int
reaped(struct init *init, pid_t pid, int status, const struct rusage *ru,
    struct err *e)
{
	struct command *c, *rest = NULL;
	size_t i;

	for (i = 0; i < init->slots; i++) {
		c = &init->commands[i];
		if (c->state < COMMAND_RUNNING)
			continue;
		if (c->reaper == 0 && c->main == pid)
			return main_died(init, c, status, ru, e);
		if (c->reaper == pid)
			return reaper_died(init, c, status, e);
		if (c->rest)
			rest = c;
	}
	if (rest != NULL)
		note_orphan(rest, ru);
	return 0;
}

int
reap(struct init *init, struct err *e)
{
	struct signalfd_siginfo si;
	struct rusage ru;
	struct command *c;
	int status;
	pid_t pid;
	size_t i;

	// What comes meanwhile wakes us again.
	if (read(init->sigfd, &si, sizeof(si)) < 0 && errno != EAGAIN)
		return err_set(e, ERR_SYSTEM, errno, "signalfd");
	while ((pid = wait4(-1, &status, WNOHANG, &ru)) > 0)
		if (reaped(init, pid, status, &ru, e) != 0)
			return -1;
	for (i = 0; i < init->slots; i++) {
		c = &init->commands[i];
		if (c->state == COMMAND_ENDING && c->rest &&
		    end_rest(init, c, e) != 0)
			return -1;
	}
	return 0;
}

void
reap_hear(struct init *init)
{
	size_t i;

	for (i = 0; i < init->slots; i++)
		if (init->commands[i].state == COMMAND_RUNNING &&
		    init->commands[i].pipe >= 0)
			hear_reaper(init, &init->commands[i]);
}
