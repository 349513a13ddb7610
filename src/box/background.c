// SPDX-License-Identifier: ISC
// Commands that outlive the call that started them.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "jail/base/clock.h"
#include "jail/base/fd.h"
#include "jail/wire/wire.h"
#include "src/box/background.h"
#include "src/box/pipe.h"
#include "src/box/spool.h"

struct one {
	uint32_t cmd; // 0: a free slot
	bool tty;
	int input; // of a terminal its master side, once more; or -1
	struct spool *out;
	bool over_limit; // killed for what it wrote
	bool ended;
	struct box_result result;
};

struct background {
	struct box *b;
	struct background_config cfg;
	struct spooler *spooler;
	struct one all[WIRE_COMMANDS_MAX];
	unsigned n; // of slots that were ever used
};

struct background *
background_new(
    struct box *b, const struct background_config *cfg, struct err *e)
{
	struct background *bg = calloc(1, sizeof(*bg));

	if (bg != NULL)
		bg->spooler = spooler_new(e);
	if (bg == NULL)
		err_set(e, ERR_SYSTEM, ENOMEM, "background commands");
	if (bg == NULL || bg->spooler == NULL) {
		free(bg);
		return NULL;
	}
	bg->b = b;
	bg->cfg = *cfg;
	if (bg->cfg.keep == 0)
		bg->cfg.keep = BACKGROUND_KEEP;
	return bg;
}

static struct one *
find(struct background *bg, uint32_t cmd, struct err *e)
{
	unsigned i;

	for (i = 0; i < bg->n; i++)
		if (bg->all[i].cmd == cmd && cmd != 0)
			return &bg->all[i];
	err_set(e, ERR_USAGE, 0, "there is no background command %u", cmd);
	return NULL;
}

// Takes notice of what happened to it meanwhile.
static int
look(struct background *bg, struct one *o, struct err *e)
{
	int rc;

	if (!o->ended && !o->over_limit && spool_exceeded(o->out)) {
		o->over_limit = true;
		if (box_kill(bg->b, o->cmd, e) != 0)
			return -1;
	}
	if (o->ended)
		return 0;
	rc = box_reap_of(bg->b, o->cmd, &o->result, e);
	if (rc <= 0)
		return rc;
	o->ended = true;
	fd_close(&o->input);
	// All who could write are dead: what is not there now never comes.
	spool_finish(bg->spooler, o->out);
	return 0;
}

// A slot, if one more command may run.
static struct one *
find_room(struct background *bg, struct err *e)
{
	struct one *room = NULL;
	unsigned i, running = 0;

	for (i = 0; i < bg->n; i++) {
		if (bg->all[i].cmd != 0 && look(bg, &bg->all[i], e) != 0)
			return NULL;
		running += bg->all[i].cmd != 0 && !bg->all[i].ended;
		if (bg->all[i].cmd == 0 && room == NULL)
			room = &bg->all[i];
	}
	if (bg->cfg.max != 0 && running >= bg->cfg.max) {
		err_set(e, ERR_LIMIT, 0,
		    "%u commands run in the background already, which is all "
		    "that may: end one, or raise the limit background",
		    running);
		return NULL;
	}
	if (room == NULL && bg->n < WIRE_COMMANDS_MAX)
		room = &bg->all[bg->n++];
	if (room == NULL)
		err_set(e, ERR_LIMIT, 0,
		    "%u background commands are kept: forget one that ended",
		    bg->n);
	return room;
}

static void
let_go(struct background *bg, struct one *o)
{
	fd_close(&o->input);
	spool_free(bg->spooler, o->out);
	memset(o, 0, sizeof(*o));
	o->input = -1;
}

void
background_free(struct background *bg)
{
	struct err ignored;
	unsigned i;

	if (bg == NULL)
		return;
	// A sandbox that is gone has no commands, either.
	for (i = 0; i < bg->n; i++)
		if (bg->all[i].cmd != 0 &&
		    background_forget(bg, bg->all[i].cmd, &ignored) != 0)
			let_go(bg, &bg->all[i]);
	spooler_free(bg->spooler);
	free(bg);
}

// Theirs end with the start, ours stay: the input to write to, the output.
static int
make_pipes(int theirs[2], int ours[2], struct err *e)
{
	int in[2], out[2];

	if (pipe_make(in) != 0)
		return err_set(e, ERR_SYSTEM, errno, "pipe");
	theirs[0] = in[0];
	ours[0] = in[1];
	if (pipe_make(out) != 0)
		return err_set(e, ERR_SYSTEM, errno, "pipe");
	theirs[1] = out[1];
	ours[1] = out[0];
	return 0;
}

static int
exec(struct background *bg, const struct box_command *c, int ours[2],
    uint32_t *cmd, struct err *e)
{
	struct box_command mine = *c;
	int theirs[2] = {-1, -1};
	int rc = 0;

	if (c->tty) {
		mine.stdio[0] = mine.stdio[1] = mine.stdio[2] = -1;
		if (box_exec(bg->b, &mine, cmd, &ours[1], e) != 0)
			return -1;
		// Twice: the thread closes its own when it likes.
		ours[0] = fcntl(ours[1], F_DUPFD_CLOEXEC, 3);
		return 0;
	}
	rc = make_pipes(theirs, ours, e);
	mine.stdio[0] = theirs[0];
	mine.stdio[1] = mine.stdio[2] = theirs[1];
	if (rc == 0)
		rc = box_exec(bg->b, &mine, cmd, NULL, e);
	fd_close(&theirs[0]);
	fd_close(&theirs[1]);
	return rc;
}

// Nothing of ours ever waits for a command.
static int
never_wait(int fd, struct err *e)
{
	if (fd >= 0 && fcntl(fd, F_SETFL, O_NONBLOCK) != 0)
		return err_set(e, ERR_SYSTEM, errno, "output of a command");
	return 0;
}

int
background_start(struct background *bg, const struct box_command *c,
    uint32_t *cmd, struct err *e)
{
	struct one *o = find_room(bg, e);
	struct err ignored;
	int ours[2] = {-1, -1};

	if (o == NULL)
		return -1;
	*o = (struct one){.tty = c->tty, .input = -1};
	if (exec(bg, c, ours, cmd, e) != 0) {
		fd_close(&ours[0]);
		fd_close(&ours[1]);
		return -1;
	}
	o->cmd = *cmd;
	o->input = ours[0];
	if (never_wait(ours[0], e) == 0 && never_wait(ours[1], e) == 0)
		o->out = spool_new(
		    bg->spooler, ours[1], bg->cfg.keep, bg->cfg.output_max, e);
	if (o->out != NULL)
		return 0;
	fd_close(&ours[1]);
	if (background_forget(bg, *cmd, &ignored) != 0)
		let_go(bg, o);
	return -1;
}

ssize_t
background_poll(struct background *bg, uint32_t cmd, char *buf, size_t size,
    struct background_state *s, struct err *e)
{
	struct one *o = find(bg, cmd, e);
	ssize_t n;

	if (o == NULL || look(bg, o, e) != 0)
		return -1;
	n = (ssize_t)spool_read(o->out, buf, size);
	memset(s, 0, sizeof(*s));
	spool_count(o->out, &s->total, &s->dropped, &s->unread);
	s->output_exceeded = o->over_limit;
	s->ended = o->ended;
	s->result = o->result;
	return n;
}

int
background_wait(struct background *bg, uint32_t cmd, int ms, struct err *e)
{
	struct one *o = find(bg, cmd, e);
	struct pollfd p[2] = {
	    {.fd = spooler_news(bg->spooler), .events = POLLIN},
	    {.fd = box_pollfd(bg->b), .events = POLLIN},
	};
	int64_t left, until = clock_ms() + ms;
	uint64_t total, dropped, unread;

	while (o != NULL) {
		spooler_heard(bg->spooler);
		if (look(bg, o, e) != 0)
			return -1;
		spool_count(o->out, &total, &dropped, &unread);
		left = until - clock_ms();
		if (o->ended || unread > 0)
			return 1;
		if (left <= 0)
			return 0;
		if (poll(p, 2, (int)left) < 0 && errno != EINTR)
			return err_set(e, ERR_SYSTEM, errno, "poll");
	}
	return -1;
}

ssize_t
background_write(struct background *bg, uint32_t cmd, const char *data,
    size_t len, struct err *e)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, was;
	struct one *o = find(bg, cmd, e);
	ssize_t n = -1;

	if (o == NULL)
		return -1;
	errno = EPIPE;
	// One that closes its input is no reason for us to die.
	sigaction(SIGPIPE, &ignore, &was);
	if (o->input >= 0)
		do
			n = write(o->input, data, len);
		while (n < 0 && errno == EINTR);
	sigaction(SIGPIPE, &was, NULL);
	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n >= 0)
		return n;
	return err_set(
	    e, ERR_GONE, errno, "write to background command %u", cmd);
}

int
background_close_input(struct background *bg, uint32_t cmd, struct err *e)
{
	struct one *o = find(bg, cmd, e);

	if (o == NULL)
		return -1;
	if (o->tty)
		return err_set(e, ERR_USAGE, 0,
		    "background command %u has a terminal: write ^D", cmd);
	fd_close(&o->input);
	return 0;
}

int
background_resize(struct background *bg, uint32_t cmd,
    const struct winsize *size, struct err *e)
{
	struct one *o = find(bg, cmd, e);

	if (o == NULL)
		return -1;
	if (!o->tty)
		return err_set(e, ERR_USAGE, 0,
		    "background command %u has no terminal", cmd);
	if (o->input >= 0 && ioctl(o->input, TIOCSWINSZ, size) != 0)
		return err_set(e, ERR_SYSTEM, errno, "resize a terminal");
	return 0;
}

int
background_signal(struct background *bg, uint32_t cmd, int signo, struct err *e)
{
	struct one *o = find(bg, cmd, e);

	if (o == NULL || look(bg, o, e) != 0)
		return -1;
	if (o->ended || box_signal(bg->b, cmd, signo, e) == 0)
		return 0;
	// It may have ended between the look and the signal.
	return look(bg, o, e) == 0 && o->ended ? 0 : -1;
}

int
background_kill(struct background *bg, uint32_t cmd, struct err *e)
{
	struct one *o = find(bg, cmd, e);

	if (o == NULL || look(bg, o, e) != 0)
		return -1;
	if (o->ended || box_kill(bg->b, cmd, e) == 0)
		return 0;
	return look(bg, o, e) == 0 && o->ended ? 0 : -1;
}

int
background_forget(struct background *bg, uint32_t cmd, struct err *e)
{
	struct one *o = find(bg, cmd, e);
	struct pollfd p = {.fd = box_pollfd(bg->b), .events = POLLIN};

	if (o == NULL || background_kill(bg, cmd, e) != 0)
		return -1;
	// Killed: its end is not far off, and is nobody else's to hear.
	while (!o->ended) {
		if (poll(&p, 1, -1) < 0 && errno != EINTR)
			return err_set(e, ERR_SYSTEM, errno, "poll");
		if (look(bg, o, e) != 0)
			return -1;
	}
	let_go(bg, o);
	return 0;
}

unsigned
background_list(struct background *bg, uint32_t *cmds, unsigned n)
{
	unsigned i, j, have = 0;
	uint32_t cmd;

	for (i = 0; i < bg->n; i++) {
		cmd = bg->all[i].cmd;
		if (cmd == 0)
			continue;
		// Numbers grow: by them, the oldest come first.
		for (j = have < n ? have : n; j > 0 && cmds[j - 1] > cmd; j--)
			if (j < n)
				cmds[j] = cmds[j - 1];
		if (j < n)
			cmds[j] = cmd;
		have++;
	}
	return have;
}
