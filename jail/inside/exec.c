// SPDX-License-Identifier: ISC
// Starts a command: the strings and the stdio as they came, the process in its
// cgroup or below its reaper before it is the command.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include "jail/base/clock.h"
#include "jail/base/fd.h"
#include "jail/base/landlock.h"
#include "jail/inside/inside.h"
#include "jail/inside/strings.h"
#include "policy/syscalls.h"

enum {
	ANNOUNCE_MS = 10000, // for the helper to tell us the cgroup
	SHORT_US = 3000,     // of a command that is over in a moment
};

static int
try_path(const char *dir, size_t n, const struct exec_child *c)
{
	char path[4096];

	if (n + 1 + strlen(c->argv[0]) >= sizeof(path))
		return ENAMETOOLONG;
	memcpy(path, dir, n);
	path[n] = '/';
	memcpy(path + n + 1, c->argv[0], strlen(c->argv[0]) + 1);
	execve(path, c->argv, c->envp);
	return errno;
}

static bool
not_there(int sys)
{
	return sys == ENOENT || sys == ENOTDIR;
}

// As a shell does: EACCES is remembered, what is not there is passed over.
static int
search(const struct exec_child *c)
{
	const char *p = c->path != NULL ? c->path : "/usr/bin:/bin";
	const char *end;
	int sys, found = ENOENT;

	if (c->argv[0][0] == '\0')
		return ENOENT;
	for (;; p = end + 1) {
		end = strchrnul(p, ':');
		sys = end == p ? ENOENT : try_path(p, (size_t)(end - p), c);
		if (!not_there(sys))
			found = sys;
		if (!not_there(sys) && sys != EACCES)
			return sys;
		if (*end == '\0')
			return found;
	}
}

static int
take_stdio(const struct exec_child *c)
{
	int fd, i;

	if (c->tty >= 0 && ioctl(c->tty, TIOCSCTTY, 0) != 0)
		return errno;
	for (i = 0; i < 3; i++) {
		fd = c->tty >= 0 ? c->tty : c->stdio[i];
		// Never equal: what came in a message is above 4.
		if (dup2(fd, i) < 0)
			return errno;
	}
	// Ours are close-on-exec at birth; this is for what we forgot.
	return fd_close_range(3, ~0U, true) != 0 ? errno : 0;
}

int
exec_become(const struct exec_child *c)
{
	struct err why;
	int sys;

	// Into the cgroup first: nothing of a command runs outside of it.
	if (c->procs >= 0 && write(c->procs, "0", 1) != 1)
		return errno;
	if (setsid() < 0)
		return errno;
	sys = take_stdio(c);
	if (sys == 0)
		sys = limits_take(c);
	if (sys != 0)
		return sys;
	if (chdir(c->cwd) != 0)
		return errno;
	// Not by default: there one command may end or debug another.
	if (c->in->choice[CHOICE_SECCOMP] == SYSCALL_STRICT &&
	    landlock_seclude(landlock_abi(), &why) != 0)
		return why.sys_errno;
	sigprocmask(SIG_SETMASK, c->mask, NULL);
	if (strchr(c->argv[0], '/') == NULL)
		return search(c);
	execve(c->argv[0], c->argv, c->envp);
	return errno;
}

static const char *
path_of(char *const *envp)
{
	for (; *envp != NULL; envp++)
		if (strncmp(*envp, "PATH=", 5) == 0)
			return *envp + 5;
	return NULL;
}

// Waits for a word of the helper's; other commands are watched meanwhile.
static int
await_helper(struct init *init)
{
	struct pollfd p = {.fd = 3, .events = POLLIN};
	uint64_t now = clock_us();
	const uint64_t until = now + ANNOUNCE_MS * 1000;
	int wait, rc = 0;

	for (; rc == 0 && now < until; now = clock_us()) {
		wait = watch_wait(init);
		if (wait < 0 || wait > (int)((until - now) / 1000))
			wait = (int)((until - now) / 1000) + 1;
		rc = poll(&p, 1, wait);
		watch_all(init);
	}
	return rc > 0 ? 0 : -1;
}

// The helper's announcement may still be on its way.
static struct command *
announced(struct init *init, uint32_t cmd, struct err *e)
{
	static struct wire_msg m;
	struct command *c;

	while ((c = init_find(init, cmd)) == NULL) {
		if (await_helper(init) != 0 ||
		    wire_recv(3, WIRE_H2I, 0, &m, e) <= 0 ||
		    init_helper(init, &m, e) != 0) {
			err_set(e, ERR_GONE, 0,
			    "the helper did not announce "
			    "command %u",
			    cmd);
			return NULL;
		}
	}
	if (c->state == COMMAND_ANNOUNCED)
		return c;
	err_set(e, ERR_PROTOCOL, 0, "command %u runs already", cmd);
	return NULL;
}

static int
open_pty(const struct wire_exec *x, int pty[2], struct err *e)
{
	struct winsize size = {.ws_row = x->rows, .ws_col = x->cols};

	pty[0] = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (pty[0] < 0 || unlockpt(pty[0]) != 0)
		return err_set(e, ERR_SYSTEM, errno, "open a terminal");
	pty[1] = ioctl(pty[0], TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (pty[1] < 0 || ioctl(pty[0], TIOCSWINSZ, &size) != 0)
		return err_set(e, ERR_SYSTEM, errno, "open a terminal");
	return 0;
}

static int
start(struct init *init, struct wire_msg *m, struct command *c, int *master,
    struct err *e)
{
	const bool text = m->h.type == WIRE_EXEC_TEXT;
	struct strings s = {0};
	struct exec_child x = {.in = init->in, .mask = &init->old_mask};
	int pty[2] = {-1, -1};
	int rc = text ? strings_take(&s, &m->u.exec_text, e)
		      : strings_map(&s, &m->u.exec, m->fds[0], e);

	if (rc == 0 && m->h.type == WIRE_EXEC_TTY)
		rc = open_pty(&m->u.exec, pty, e);
	if (rc == 0) {
		x.argv = s.argv;
		x.envp = s.envp;
		x.cwd = s.cwd;
		x.path = path_of(s.envp);
		memcpy(x.stdio, m->fds + (text ? 0 : 1), sizeof(x.stdio));
		x.tty = pty[1];
		x.procs = c->procs;
		x.copied = init->running > 0;
		// Alone, all that runs is its own. Who comes beside it has a
		// reaper, and all that is below none is still this one's.
		c->rest = c->cgroup < 0 && !x.copied;
		watch_start(init, c);
		x.pids = limits_pids(init, c);
		c->start_us = clock_us();
		watch_begin(init, c);
		rc = spawn_command(c, &x, e);
	}
	strings_unmap(&s);
	fd_close(&pty[1]);
	if (rc != 0)
		fd_close(&pty[0]);
	*master = pty[0];
	return rc;
}

static int
tell_started(struct command *c, struct err *e)
{
	struct wire_started started = {.cmd = c->cmd};

	c->tell_us = 0;
	return wire_send(
	    INSIDE_CHAN, MSG_DONTWAIT, WIRE_STARTED, c->seq, &started, NULL, e);
}

int
exec_tell(struct init *init, uint64_t now, struct err *e)
{
	struct command *c;
	size_t i;

	for (i = 0; i < init->slots; i++) {
		c = &init->commands[i];
		if (c->state >= COMMAND_RUNNING && c->tell_us != 0 &&
		    now >= c->tell_us && tell_started(c, e) != 0)
			return -1;
	}
	return 0;
}

// Many are over in a moment, and then their end is answer enough: who waits
// is woken once, and not while the command wants the processor.
static int
answer(struct init *init, struct command *c, enum wire_type type, int master,
    struct err *e)
{
	struct wire_started started = {.cmd = c->cmd};
	int rc;

	if (type != WIRE_EXEC_TTY) {
		c->tell_us = c->start_us + SHORT_US;
		return init->running == 1 ? 0 : tell_started(c, e);
	}
	rc = wire_send(INSIDE_CHAN, MSG_DONTWAIT, WIRE_STARTED_TTY, c->seq,
	    &started, &master, e);
	close(master);
	return rc;
}

// The command's own time, but not past the box's: the agent's half may ask
// for less than was admitted, never for more.
static uint64_t
deadline(const struct init *init, const struct command *c, uint64_t ms)
{
	uint64_t most = init->in->limit[LIMIT_TIME];

	if (most != 0 && (ms == 0 || ms > most))
		ms = most;
	// More than can be counted is for ever.
	return ms != 0 && ms < UINT64_MAX / 2000 ? c->start_us + ms * 1000 : 0;
}

int
exec_start(struct init *init, struct wire_msg *m, struct err *e)
{
	const struct wire_exec *x =
	    m->h.type == WIRE_EXEC_TEXT ? &m->u.exec_text.exec : &m->u.exec;
	struct command *c;
	struct err why;
	int master = -1;

	reap_tidy(init);
	c = announced(init, x->cmd, &why);
	if (c == NULL)
		return inside_refuse(4, m, &why, e);
	if (limits_spent(init, &why) != 0) {
		command_close(c);
		c->state = COMMAND_FREE;
		return inside_refuse(4, m, &why, e);
	}
	if (start(init, m, c, &master, &why) != 0) {
		command_close(c);
		c->state = COMMAND_FREE;
		return inside_refuse(4, m, &why, e);
	}
	c->state = COMMAND_RUNNING;
	init->running++;
	c->deadline_us = deadline(init, c, x->time_ms);
	c->seq = m->h.seq;
	return answer(init, c, (enum wire_type)m->h.type, master, e);
}
