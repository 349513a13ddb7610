// SPDX-License-Identifier: ISC
// Builds the throw-away sandbox, asks for everything, writes down the answers.
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/base/landlock.h"
#include "src/box/way_in.h"
#include "src/cli/policy_file.h"
#include "src/doctor/limits.h"
#include "src/doctor/trial.h"
#include "src/doctor/trial_asked.h"
#include "src/doctor/trial_gate.h"
#include "src/doctor/trial_inside.h"
#include "src/doctor/trial_linger.h"
#include "src/doctor/trial_place.h"
#include "src/doctor/trial_ns.h"

#define SLEEP_MS 200 // of the command that is to be timed out

// Small, so that they are exceeded soon; and no more than the administrator
// allows, where that can be read.
static void
small_spec(struct trial *t)
{
	struct spec *s = &t->spec;
	static struct policy ceiling;
	struct err ignored;
	uint64_t most;
	uint32_t i;

	spec_init(s);
	policy_init_empty(&ceiling);
	if (policy_file_read(CEILING_FILE, &ceiling, &ignored) != 0)
		policy_init_empty(&ceiling);
	for (i = 0; i < LIMIT__COUNT; i++) {
		most = ceiling.spec.limit[i];
		s->limit[i] = limit_row((enum spec_limit)i)->small;
		if (most != 0 && s->limit[i] > most)
			s->limit[i] = most;
	}
	for (i = 0; i < CHOICE__COUNT; i++)
		s->choice[i] = ceiling.spec.choice[i];
	t->gate.bounded = ceiling.spec.net.n != 0;
}

static int
ask_all(struct trial *t, struct box *b, const struct place *p, struct err *e)
{
	char port[16], fsize[24], nofile[24], tmp[24];
	char *argv[] = {(char[]){INSIDE_PROBE}, (char[]){"all"},
	    [2 + OPERAND_PORT] = port,
	    [2 + OPERAND_ABSTRACT] = (char *)(uintptr_t)p->abstract,
	    [2 + OPERAND_FILE] = (char *)(uintptr_t)p->secret,
	    [2 + OPERAND_VARIABLE] = (char[]){PLACE_VARIABLE},
	    [2 + OPERAND_FSIZE] = fsize, [2 + OPERAND_NOFILE] = nofile,
	    [2 + OPERAND_TMP] = tmp, [2 + OPERAND__COUNT] = NULL};

	snprintf(port, sizeof(port), "%u", p->port);
	snprintf(fsize, sizeof(fsize), "%" PRIu64, t->spec.limit[LIMIT_FSIZE]);
	snprintf(
	    nofile, sizeof(nofile), "%" PRIu64, t->spec.limit[LIMIT_NOFILE]);
	snprintf(tmp, sizeof(tmp), "%" PRIu64, t->spec.limit[LIMIT_TMP]);
	return inside_ask(b, argv, t->answer, PROBE_NAMESPACES, &t->trouble, e);
}

// A command that exceeds one limit, most by this many times.
static const struct excess {
	enum spec_limit limit;
	const char *what; // of the probe
	unsigned times;	  // 0: it needs no number
	uint64_t time_ms;
} excesses[] = {
    {LIMIT_MEMORY, "memory", 3, 0},
    {LIMIT_PIDS, "pids", 2, 0},
    {LIMIT_OUTPUT, "output", 4, 0},
    {LIMIT_DISK, "disk", 3, 0},
    {LIMIT_CPU_TIME, "burn", 0, 0},
    {LIMIT_TIME, "sleep", 0, SLEEP_MS},
};

static int
exceed(struct trial *t, struct box *b, const struct excess *x, struct err *e)
{
	struct ending *end = &t->end[x->limit];
	char number[24];
	char *argv[] = {(char[]){INSIDE_PROBE}, (char *)(uintptr_t)x->what,
	    x->times != 0 ? number : NULL, NULL};
	uint64_t most = t->spec.limit[x->limit];
	struct capture out;

	snprintf(number, sizeof(number), "%" PRIu64, most * x->times);
	if (inside_run(b, argv, x->time_ms, x->limit == LIMIT_OUTPUT ? most : 0,
		&out, e) != 0)
		return -1;
	end->ran = true;
	end->result = out.result;
	end->total = out.total;
	end->output_exceeded = out.output_exceeded;
	snprintf(end->text, sizeof(end->text), "%.*s",
	    (int)strcspn(out.head, "\n"), out.head);
	capture_free(&out);
	return 0;
}

static void
look_at_workspace(struct trial *t, const struct place *p)
{
	char path[4300];
	struct stat st;

	snprintf(path, sizeof(path), "%s/" PROBE_FILE, p->workspace);
	t->made = lstat(path, &st) == 0;
	if (t->made)
		t->made_uid = st.st_uid;
}

static int
ask(struct trial *t, struct box *b, struct place *p, struct err *e)
{
	uint32_t i;

	box_facts(b, &t->facts);
	for (i = 0; i < LIMIT__COUNT; i++)
		t->by[i] = box_enforced(b, (enum spec_limit)i);
	if (inside_put(b, p->probe, e) != 0 || ask_all(t, b, p, e) != 0)
		return -1;
	look_at_workspace(t, p);
	if (linger_twice(t, b, INSIDE_PROBE, p->fd, e) != 0)
		return -1;
	for (i = 0; i < sizeof(excesses) / sizeof(excesses[0]); i++)
		if (exceed(t, b, &excesses[i], e) != 0)
			return -1;
	return 0;
}

static void
in_box(struct trial *t, struct way_in *w, struct place *p)
{
	struct box *b = NULL;
	struct err later;

	if (box_start(&b, w->helper, w->workspace, &t->spec, &t->err) != 0)
		return;
	t->stands = true;
	if (ask(t, b, p, &later) != 0)
		t->trouble = later;
	else {
		gate_try(t, b, p);
		asked_try(t, b, p);
	}
	box_end(b);
}

// What the helper says on stderr, if it ends without a word to us.
static int
hush(int pipe[2])
{
	int was;

	if (pipe2(pipe, O_CLOEXEC | O_NONBLOCK) != 0) {
		pipe[0] = pipe[1] = -1;
		return -1;
	}
	was = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	if (was >= 0)
		dup2(pipe[1], STDERR_FILENO);
	fd_close(&pipe[1]);
	return was;
}

static void
unhush(struct trial *t, int pipe[2], int was)
{
	char text[200];
	ssize_t n;

	if (was >= 0)
		dup2(was, STDERR_FILENO);
	fd_close(&was);
	n = pipe[0] >= 0 ? read(pipe[0], text, sizeof(text) - 1) : 0;
	fd_close(&pipe[0]);
	if (n <= 0)
		return;
	text[n] = '\0';
	text[strcspn(text, "\n")] = '\0';
	if (!t->stands && t->err.code == ERR_GONE)
		err_set(&t->err, ERR_GONE, 0, "%s", text);
	else
		fprintf(stderr, "%s\n", text);
}

// The name after "limit ", which a ceiling refused: half of it, then. False if
// it was not that, or is the least already.
static bool
yield(struct trial *t)
{
	const struct spec_limit_info *info;
	uint32_t i;

	for (i = 0; i < LIMIT__COUNT; i++) {
		char item[64];

		info = spec_limit_info((enum spec_limit)i);
		snprintf(item, sizeof(item), "limit %s:", info->name);
		if (strncmp(t->err.text, item, strlen(item)) != 0 ||
		    t->spec.limit[i] == info->min)
			continue;
		t->spec.limit[i] /= 2;
		if (t->spec.limit[i] < info->min)
			t->spec.limit[i] = info->min;
		return true;
	}
	return false;
}

static void
with_way_in(
    struct trial *t, struct place *p, const char *const *writable, bool service)
{
	struct way_in w;

	t->way = service	  ? WAY_IN_SERVICE
		 : geteuid() == 0 ? WAY_IN_ROOT
				  : WAY_IN_ROOTLESS;
	if (way_in_by(&w, p->workspace, writable, service, &t->err) != 0)
		return;
	t->way = w.kind;
	t->uid = geteuid();
	ns_read_own(t);
	if (place_fill(p, &t->err) == 0) {
		place_control(p, t);
		in_box(t, &w, p);
	}
	// The helper has undone everything when it is gone.
	way_in_close(&w);
}

static void
try_all(struct trial *t, struct place *p, bool service)
{
	const char *writable[] = {p->dir, NULL, NULL};
	char parent[sizeof(p->dir)];
	int pipe[2], was;

	// Uid 0 without capabilities may write where it is told alone; the
	// directory goes away by a write to the one above.
	snprintf(parent, sizeof(parent), "%.*s",
	    (int)(strrchr(p->dir, '/') - p->dir), p->dir);
	writable[1] = parent[0] != '\0' ? parent : "/";
	was = hush(pipe);
	// A root's helper comes but once: its ceiling was read by us.
	do {
		memset(&t->err, 0, sizeof(t->err));
		with_way_in(t, p, writable, service);
	} while (
	    t->err.code == ERR_REFUSED && t->way != WAY_IN_ROOT && yield(t));
	t->privileged = t->way != WAY_IN_ROOTLESS;
	unhush(t, pipe, was);
	if (!t->stands)
		ns_try(t);
	linger_look_for_rest(t);
}

int
trial_run(struct trial *t, const char *dir, bool service, struct err *e)
{
	struct place p;

	memset(t, 0, sizeof(*t));
	t->kernel_landlock = (unsigned)landlock_abi();
	small_spec(t);
	if (place_make(&p, dir, e) != 0) {
		place_close(&p);
		return -1;
	}
	try_all(t, &p, service);
	place_close(&p);
	return 0;
}
