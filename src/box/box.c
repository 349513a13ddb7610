// SPDX-License-Identifier: ISC
// A standing sandbox: its build told to the helper, its commands to pid 1.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/wire/wire.h"
#include "src/box/args.h"
#include "src/box/box.h"
#include "src/box/result.h"
#include "src/box/talk.h"
#include "src/box/tell.h"

char *const box_default_env[] = {"PATH=/usr/local/bin:/usr/bin:/bin",
    "HOME=/home/user", "USER=user", "LOGNAME=user", "SHELL=/bin/sh",
    "LANG=C.UTF-8", "TERM=dumb", "TMPDIR=/tmp", NULL};

enum box_by
box_enforced(const struct box *b, enum spec_limit limit)
{
	return (enum box_by)b->facts.enforced[limit];
}

uint64_t
box_limit(const struct box *b, enum spec_limit limit)
{
	return b->limit[limit];
}

uint64_t
box_count_output(struct box *b, uint64_t n)
{
	b->output += n;
	return b->output;
}

const char *
box_by_name(enum box_by by)
{
	static const char *const names[] = {"none", "cgroup", "rlimit",
	    "watchdog", "kernel", "missing", "broker"};

	_Static_assert((int)BOX_BY_BROKER == (int)WIRE_BY_BROKER, "in step");
	return names[by];
}

void
box_facts(const struct box *b, struct box_facts *f)
{
	f->landlock_abi = b->facts.landlock_abi;
	f->idmapped = b->facts.idmapped != 0;
	f->cgroup = b->facts.cgroup != 0;
	f->subordinate = b->facts.subordinate != 0;
	f->groups = b->facts.groups != 0;
	f->bounded = (b->facts.told & WIRE_TOLD_BOUNDED) != 0;
	f->left = (b->facts.told & WIRE_TOLD_LEFT) != 0;
}

static int
hear_standing(struct box *b, struct err *e)
{
	struct wire_msg m;

	if (talk_from_helper(b, &m, e) != 0 ||
	    talk_must_be(WIRE_WELCOME, &m, e) != 0 ||
	    talk_from_helper(b, &m, e) != 0 ||
	    talk_must_be(WIRE_STANDING, &m, e) != 0)
		return -1;
	b->facts = m.u.standing;
	b->chan = take_fd(&m.fds[0]);
	return 0;
}

// What the broker tells is heard from now on; nobody is asked yet.
static int
hear_edge(struct box *b, const struct box_net *net, struct err *e)
{
	const char *run = net != NULL && net->run != NULL ? net->run : "";

	if (b->egress.chan < 0)
		return 0;
	b->edge = edge_new(b->egress.chan, run, e);
	if (b->edge == NULL || edge_attach(b->edge, NULL, NULL, e) != 0)
		return -1;
	return publish_begin(&b->publish, b->egress.chan, e);
}

static int
begin(struct box *b, int workspace, const struct spec *spec,
    const struct box_net *net, struct err *e)
{
	struct tell t = {
	    b->helper, &b->seq, &b->egress, net != NULL ? net->records : -1};
	struct err sent;

	// A helper that ended while we spoke may have said why.
	if (tell_spec(&t, workspace, spec, &sent) != 0 &&
	    sent.code != ERR_GONE) {
		*e = sent;
		return -1;
	}
	if (hear_edge(b, net, &sent) != 0 && sent.code != ERR_GONE) {
		*e = sent;
		return -1;
	}
	return hear_standing(b, e);
}

static void
end_net(struct box *b)
{
	publish_end(&b->publish);
	edge_free(b->edge);
	egress_end(&b->egress);
}

int
box_start_net(struct box **out, int helper, int workspace,
    const struct spec *spec, const struct box_net *net, struct err *e)
{
	struct box *b = calloc(1, sizeof(*b));

	if (b == NULL)
		return err_set(e, ERR_SYSTEM, ENOMEM, "start a sandbox");
	b->helper = helper;
	b->chan = -1;
	b->egress = EGRESS_NONE;
	b->publish = PUBLISH_NONE;
	memcpy(b->limit, spec->limit, sizeof(b->limit));
	if (begin(b, workspace, spec, net, e) == 0) {
		*out = b;
		return 0;
	}
	// The caller holds the helper, and so the broker: it is not waited for.
	if (b->egress.pid > 0)
		shutdown(b->helper, SHUT_RDWR);
	end_net(b);
	free(b);
	return -1;
}

int
box_start(struct box **out, int helper, int workspace, const struct spec *spec,
    struct err *e)
{
	return box_start_net(out, helper, workspace, spec, NULL, e);
}

void
box_end(struct box *b)
{
	if (b == NULL)
		return;
	// The helper ends with its peer; reading its end means all is undone.
	// It is told before pid 1 is: it would take that one's end for a fault.
	shutdown(b->helper, SHUT_WR);
	fd_close(&b->chan);
	while (recv(b->helper, (char[1]){0}, 1, 0) > 0)
		continue;
	end_net(b);
	free(b);
}

// The number of a command that shall be made ready while we think: who has run
// two will run a third.
static uint32_t
next_ahead(struct box *b)
{
	if (b->last_cmd < 2 || b->ahead > b->last_cmd ||
	    b->last_cmd == UINT32_MAX)
		return 0;
	b->ahead = b->last_cmd + 1;
	return b->ahead;
}

// RELEASE: all is told, and nothing is waited for.
static int
release(struct box *b, uint32_t cmd, struct err *e)
{
	struct wire_over over = {.cmd = cmd, .next = next_ahead(b)};

	return talk_to_helper(b, WIRE_RELEASE, &over, NULL, e);
}

// FINISH: everything the command left is dead, its cgroup gone.
static int
finish(struct box *b, uint32_t cmd, struct wire_usage *u, struct err *e)
{
	struct wire_over over = {.cmd = cmd, .next = next_ahead(b)};
	struct wire_msg m;

	if (talk_to_helper(b, WIRE_FINISH, &over, NULL, e) != 0)
		return -1;
	// The DONE of its COMMAND may still lie before it.
	if (talk_answered(b, WIRE_USAGE, &m, e) != 0)
		return -1;
	*u = m.u.usage;
	return 0;
}

static int
send_exec(struct box *b, const struct box_command *c, struct wire_exec *x,
    int strings, struct err *e)
{
	int fds[4] = {strings, c->stdio[0], c->stdio[1], c->stdio[2]};

	if (!c->tty)
		return talk_to_init(b, WIRE_EXEC, x, fds, e);
	x->rows = c->size.ws_row;
	x->cols = c->size.ws_col;
	return talk_to_init(b, WIRE_EXEC_TTY, x, fds, e);
}

// The strings go with the message where they fit. Returns the type that was
// sent.
static int
ask_exec(struct box *b, const struct box_command *c, struct err *e)
{
	struct wire_exec_text t = {
	    .exec = {.cmd = b->last_cmd, .time_ms = c->time_ms}};
	autoclose int strings = -1;

	if (t.exec.time_ms == 0)
		t.exec.time_ms = b->limit[LIMIT_TIME];
	if (!c->tty && args_fit(c, &t))
		return talk_to_init(b, WIRE_EXEC_TEXT, &t, c->stdio, e) == 0
			   ? WIRE_EXEC_TEXT
			   : -1;
	strings = args_pack(c, &t.exec, e);
	if (strings < 0 || send_exec(b, c, &t.exec, strings, e) != 0)
		return -1;
	return c->tty ? WIRE_EXEC_TTY : WIRE_EXEC;
}

int
box_exec(struct box *b, const struct box_command *c, uint32_t *cmd, int *pty,
    struct err *e)
{
	struct wire_command wc = {.cmd = ++b->last_cmd};
	struct wire_usage ignored;
	struct wire_msg m;
	struct err later;
	int type;

	if (b->ahead != wc.cmd) {
		talk_drain(b);
		// Both at once: pid 1 waits for the helper's word, not we.
		if (talk_to_helper(b, WIRE_COMMAND, &wc, NULL, e) != 0)
			return -1;
	}
	type = ask_exec(b, c, e);
	if (type < 0 || talk_from_init(b, (enum wire_type)type, &m, e) != 0) {
		if (finish(b, wc.cmd, &ignored, &later) != 0 &&
		    later.code == ERR_GONE)
			return err_prefix(e, "the sandbox is gone too");
		return -1;
	}
	*cmd = wc.cmd;
	if (pty != NULL)
		*pty = take_fd(&m.fds[0]);
	wire_msg_close(&m);
	return 0;
}

int
box_pollfd(const struct box *b)
{
	return b->chan;
}

// Notes every end that has come.
static int
hear_ends(struct box *b, struct err *e)
{
	struct wire_msg m;
	int rc;

	for (;;) {
		rc = wire_recv(b->chan, WIRE_I2A, MSG_DONTWAIT, &m, e);
		if (rc < 0 && e->sys_errno == EAGAIN)
			return 0;
		if (rc == 0)
			return err_set(e, ERR_GONE, 0,
			    "the sandbox ended: its pid 1 or its helper was "
			    "killed");
		if (rc < 0)
			return -1;
		wire_msg_close(&m);
		if (m.h.type == WIRE_EXITED && talk_note_ended(b, &m, e) != 0)
			return -1;
	}
}

// The end that is number i of those noted: finished, and told.
static int
tell_end(struct box *b, unsigned i, struct box_result *r, struct err *e)
{
	struct wire_exited x = b->ended[i];
	struct wire_usage u = {.cmd = x.cmd};

	b->nended--;
	memmove(b->ended + i, b->ended + i + 1,
	    (b->nended - i) * sizeof(b->ended[0]));
	if ((x.whole != 0 ? release(b, x.cmd, e) : finish(b, x.cmd, &u, e)) !=
	    0)
		return -1;
	result_fill(r, &x, &u);
	return 1;
}

int
box_reap(struct box *b, uint32_t *cmd, struct box_result *r, struct err *e)
{
	if (b->nended == 0 && hear_ends(b, e) != 0)
		return -1;
	if (b->nended == 0)
		return 0;
	*cmd = b->ended[0].cmd;
	return tell_end(b, 0, r, e);
}

int
box_reap_of(struct box *b, uint32_t cmd, struct box_result *r, struct err *e)
{
	unsigned i;

	if (hear_ends(b, e) != 0)
		return -1;
	for (i = 0; i < b->nended; i++)
		if (b->ended[i].cmd == cmd)
			return tell_end(b, i, r, e);
	return 0;
}

int
box_signal(struct box *b, uint32_t cmd, int signo, struct err *e)
{
	struct wire_signal s = {.cmd = cmd, .signo = (uint32_t)signo};
	struct wire_msg m;

	if (talk_to_init(b, WIRE_SIGNAL, &s, NULL, e) != 0 ||
	    talk_from_init(b, WIRE_SIGNAL, &m, e) != 0)
		return -1;
	wire_msg_close(&m);
	return 0;
}

int
box_kill(struct box *b, uint32_t cmd, struct err *e)
{
	struct wire_command c = {.cmd = cmd};
	struct wire_msg m;

	// Without a cgroup: pid 1 kills the rest when the leader is dead.
	if (!b->facts.cgroup)
		return box_signal(b, cmd, SIGKILL, e);
	if (talk_to_helper(b, WIRE_KILL, &c, NULL, e) != 0)
		return -1;
	return talk_answered(b, WIRE_DONE, &m, e);
}

static int
put_path(char *dst, const char *src, struct err *e)
{
	size_t n = strlen(src);

	if (n == 0 || n >= WIRE_PATH_MAX)
		return err_set(
		    e, ERR_FILE, n == 0 ? ENOENT : ENAMETOOLONG, "path");
	memcpy(dst, src, n);
	return 0;
}

int
box_further(struct box *b, struct err *e)
{
	struct wire_further f = {0};
	struct wire_msg m;

	if (talk_to_helper(b, WIRE_FURTHER, &f, NULL, e) != 0)
		return -1;
	if (talk_answered(b, WIRE_CONNECTION, &m, e) != 0)
		return -1;
	return take_fd(&m.fds[0]);
}

int
box_open(struct box *b, const char *path, int flags, mode_t mode, struct err *e)
{
	struct wire_open o = {.flags = (uint32_t)flags, .mode = mode & 0777};
	struct wire_msg m;

	if (put_path(o.path, path, e) != 0 ||
	    talk_to_init(b, WIRE_OPEN, &o, NULL, e) != 0 ||
	    talk_from_init(b, WIRE_OPEN, &m, e) != 0)
		return -1;
	return take_fd(&m.fds[0]);
}

int
box_mkdirs(struct box *b, const char *path, struct err *e)
{
	struct wire_path p = {0};
	struct wire_msg m;

	if (put_path(p.path, path, e) != 0 ||
	    talk_to_init(b, WIRE_MKDIRS, &p, NULL, e) != 0)
		return -1;
	return talk_from_init(b, WIRE_MKDIRS, &m, e);
}

int
box_rename(struct box *b, const char *from, const char *to, struct err *e)
{
	struct wire_rename r = {0};
	struct wire_msg m;

	if (put_path(r.from, from, e) != 0 || put_path(r.to, to, e) != 0 ||
	    talk_to_init(b, WIRE_RENAME, &r, NULL, e) != 0)
		return -1;
	return talk_from_init(b, WIRE_RENAME, &m, e);
}

int
box_unlink(struct box *b, const char *path, struct err *e)
{
	struct wire_path p = {0};
	struct wire_msg m;

	if (put_path(p.path, path, e) != 0 ||
	    talk_to_init(b, WIRE_UNLINK, &p, NULL, e) != 0)
		return -1;
	return talk_from_init(b, WIRE_UNLINK, &m, e);
}

struct edge *
box_edge(const struct box *b)
{
	return b->edge;
}

const char *
box_gate(const struct box *b)
{
	static const char *const names[WIRE_MODE__COUNT] = {
	    NULL, "tproxy", "ports"};

	return names[b->facts.gate];
}

int
box_net_swap(struct box *b, const struct spec_net *net, uint32_t *generation,
    struct err *e)
{
	struct wire_swap swap = {.n = net->n};
	struct wire_msg m;
	struct wire_net w;
	uint32_t i;

	for (i = 0; i < net->n; i++) {
		w.rule = net->rule[i];
		if (talk_to_helper(b, WIRE_NET, &w, NULL, e) != 0)
			return -1;
	}
	if (talk_to_helper(b, WIRE_NET_SWAP, &swap, NULL, e) != 0 ||
	    talk_answered(b, WIRE_SWAPPED, &m, e) != 0)
		return -1;
	*generation = m.u.swap.generation;
	return 0;
}

int
box_mint(struct box *b, struct err *e)
{
	struct wire_ok ok = {0};
	struct wire_msg m;

	if (talk_to_init(b, WIRE_MINT, &ok, NULL, e) != 0 ||
	    talk_from_init(b, WIRE_MINT, &m, e) != 0)
		return -1;
	return take_fd(&m.fds[0]);
}

int
box_netfd(const struct box *b)
{
	return b->publish.poll;
}

int
box_attend(struct box *b, struct err *e)
{
	if (b->edge == NULL)
		return 0;
	if (edge_hear(b->edge, e) != 0) {
		// All is refused from now on, and nobody comes any more.
		publish_end(&b->publish);
		return -1;
	}
	return publish_turn(&b->publish, b, e);
}

int
box_publish(struct box *b, uint16_t inside, uint16_t host, uint16_t *bound,
    struct err *e)
{
	if (b->edge == NULL)
		return err_set(e, ERR_NET, 0,
		    "port %u cannot be published: the sandbox has no network; "
		    "give it a rule of the network, as in `net deny *'",
		    inside);
	return publish_add(&b->publish, inside, host, bound, e);
}
