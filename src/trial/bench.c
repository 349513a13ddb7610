// SPDX-License-Identifier: ISC
// Tasks, run so many times, so many at once.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include "jail/base/clock.h"
#include "jail/base/fd.h"
#include "src/agent/clean.h"
#include "src/agent/text.h"
#include "src/box/sibling.h"
#include "src/cli/signals.h"
#include "src/trial/bench.h"
#include "src/trial/copy.h"
#include "src/trial/sweep.h"

#define LOOK_MS 250 // a signal that came between two looks is seen then

struct job {
	size_t index; // of its outcome
	pid_t pid;
	int out, dir, err;
	char name[24]; // of its directory
	struct text line;
};

struct crew {
	struct bench *bench;
	struct sweep sweep;
	struct job *job;
	size_t njobs;
	size_t next;   // outcome to begin
	size_t failed; // of those that ended
	size_t ended;
	char agent[4096];
};

static const struct task *
task_of(const struct crew *c, size_t index)
{
	return &c->bench->tasks.of[index % c->bench->tasks.n];
}

/* Runs of one task are far from each other in time, but together here. */
static struct outcome *
outcome_of(const struct crew *c, size_t index)
{
	size_t n = c->bench->tasks.n;

	return &c->bench->out[index % n * c->bench->runs + index / n];
}

static void
words(const struct crew *c, const struct task *t, struct text *at, char ***v)
{
	const char *fixed[] = {"agent", "--json", "--directory", NULL, "--diff",
	    NULL, "--session-dir", NULL, "--test", NULL};
	size_t i, n = 0, more = 0;
	struct text x = {0};

	while (c->bench->more[more] != NULL)
		more++;
	*v = mem_alloc(t->noption + more + 20, sizeof(**v));
	fixed[9] = t->test;
	for (i = 0; i < 10; i++) {
		if (fixed[i] == NULL)
			text_printf(&x, "%s/%s", text_of(at),
			    i == 3   ? "workspace"
			    : i == 5 ? "diff"
				     : "session");
		else
			text_str(&x, fixed[i]);
		if (i == 7 && c->bench->session_dir != NULL) {
			text_free(&x);
			text_str(&x, c->bench->session_dir);
		}
		(*v)[n++] = text_take(&x);
	}
	if (t->transcript != NULL) {
		text_printf(&x, "replay:%s", t->transcript);
		(*v)[n++] = mem_dup("--provider");
		(*v)[n++] = text_take(&x);
	}
	for (i = 0; i < t->noption; i++)
		(*v)[n++] = mem_dup(t->option[i]);
	for (i = 0; i < more; i++)
		(*v)[n++] = mem_dup(c->bench->more[i]);
	(*v)[n++] = mem_dup("--");
	(*v)[n++] = mem_dup(t->prompt);
	(*v)[n] = NULL;
}

/* Becomes the agent. What it keeps beside the session goes with the run. */
static void
be_agent(const struct crew *c, const struct job *j, const struct text *at,
    int out, char **argv)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (null < 0 || dup2(null, 0) < 0 || dup2(out, 1) < 0 ||
	    dup2(j->err, 2) < 0)
		_exit(11);
	setenv("XDG_STATE_HOME", text_of(at), 1);
	// Ctrl-C is ours; each of them is told by us.
	setpgid(0, 0);
	signal(SIGPIPE, SIG_DFL);
	if (chdir(task_of(c, j->index)->dir) < 0)
		_exit(11);
	execv(c->agent, argv);
	dprintf(2, "stockade bench: cannot execute %s: %s\n", c->agent,
	    strerror(errno));
	_exit(11);
}

/*
 * The directory of a run. Whom the agent becomes, started as root, shall keep
 * its session there: that is whose the copy is. From then on nothing that lies
 * in it is opened by us as if it were ours.
 */
static int
make_place(struct crew *c, struct job *j, const struct task *t, struct text *at,
    struct err *e)
{
	autofree char *workspace = NULL;
	struct text w = {0};
	struct stat st;

	snprintf(j->name, sizeof(j->name), "%zu", j->index);
	text_printf(at, "%s/%s", c->sweep.path, j->name);
	text_printf(&w, "%s/workspace", text_of(at));
	workspace = text_take(&w);
	if (mkdirat(c->sweep.dir, j->name, 0700) < 0 ||
	    (j->dir = openat(c->sweep.dir, j->name,
		 O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0 ||
	    (j->err = openat(j->dir, "stderr",
		 O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) < 0 ||
	    unlinkat(j->dir, "stderr", 0) < 0)
		return err_set(e, ERR_FILE, errno, "make %.150s", at->p);
	if (copy_tree(t->workspace, workspace, e) < 0)
		return -1;
	if (geteuid() == 0 &&
	    (fstatat(j->dir, "workspace", &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		fchown(j->dir, st.st_uid, st.st_gid) < 0))
		return err_set(e, ERR_FILE, errno, "make %.150s", at->p);
	return 0;
}

static int
start(struct crew *c, struct job *j, size_t index, struct err *e)
{
	const struct task *t = task_of(c, index);
	autotext struct text at = {0};
	char **argv;
	int ends[2];
	size_t i;

	memset(j, 0, sizeof(*j));
	j->index = index;
	j->out = j->dir = j->err = -1;
	if (make_place(c, j, t, &at, e) < 0)
		goto bad;
	if (pipe2(ends, O_CLOEXEC) < 0) {
		err_set(e, ERR_SYSTEM, errno, "start an agent");
		goto bad;
	}
	words(c, t, &at, &argv);
	j->pid = fork();
	if (j->pid == 0)
		be_agent(c, j, &at, ends[1], argv);
	close(ends[1]);
	j->out = ends[0];
	for (i = 0; argv[i] != NULL; i++)
		free(argv[i]);
	free(argv);
	if (j->pid > 0) {
		sweep_tell(&c->sweep, j->pid);
		return 0;
	}
	err_set(e, ERR_SYSTEM, errno, "start an agent");
	fd_close(&j->out);
bad:
	fd_close(&j->err);
	fd_close(&j->dir);
	return -1;
}

/* The last line that an agent complained with, if it told no end. */
static void
take_stderr(struct outcome *o, int fd)
{
	autotext struct text clean = {0};
	off_t end = lseek(fd, 0, SEEK_END);
	char buf[4096], *last;
	ssize_t n = pread(fd, buf, sizeof(buf) - 1,
	    end < (off_t)sizeof(buf) ? 0 : end - (off_t)sizeof(buf) + 1);

	buf[n > 0 ? n : 0] = '\0';
	while (n > 0 && buf[n - 1] == '\n')
		buf[--n] = '\0';
	if (n <= 0 || o->error != NULL)
		return;
	last = strrchr(buf, '\n');
	last = last != NULL ? last + 1 : buf;
	clean_all(CLEAN_SCREEN, &clean, last, strlen(last));
	o->error = mem_dup(text_of(&clean));
}

static void
tell(struct crew *c, const struct job *j, const struct outcome *o)
{
	const struct bench *b = c->bench;

	c->ended++;
	c->failed += !o->passed;
	if (b->progress)
		fprintf(stderr, "%zu/%zu  %s, run %zu: %s\n", c->ended,
		    b->tasks.n * b->runs, task_of(c, j->index)->name,
		    j->index / b->tasks.n + 1,
		    o->reason != NULL  ? o->reason
		    : o->error != NULL ? o->error
				       : "ended without a word");
}

static void
reap(struct crew *c, struct job *j)
{
	struct outcome *o = outcome_of(c, j->index);
	int status = 0;

	fd_close(&j->out);
	while (waitpid(j->pid, &status, 0) < 0 && errno == EINTR)
		continue;
	outcome_exit(o, status);
	if (!outcome_digest(o, j->dir, "diff"))
		o->digest[0] = '\0';
	take_stderr(o, j->err);
	tell(c, j, o);
	fd_close(&j->err);
	fd_close(&j->dir);
	text_free(&j->line);
	// What cannot go now is tried again at the end, and told then.
	(void)!copy_remove(c->sweep.dir, j->name);
	*j = c->job[--c->njobs];
}

/* Whether there may be more to read. */
static bool
listen_to(struct crew *c, struct job *j)
{
	struct outcome *o = outcome_of(c, j->index);
	char piece[65536], *nl, *p = piece;
	ssize_t n = read(j->out, piece, sizeof(piece));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return true;
	if (n <= 0)
		return false;
	while ((nl = memchr(p, '\n', (size_t)(piece + n - p))) != NULL) {
		text_add(&j->line, p, (size_t)(nl - p));
		outcome_event(o, text_of(&j->line), j->line.len);
		j->line.len = 0;
		p = nl + 1;
	}
	if (p < piece + n)
		text_add(&j->line, p, (size_t)(piece + n - p));
	return true;
}

static int
attend(struct crew *c)
{
	struct pollfd p[64];
	size_t i;

	for (i = 0; i < c->njobs; i++)
		p[i] = (struct pollfd){.fd = c->job[i].out, .events = POLLIN};
	if (poll(p, c->njobs, LOOK_MS) <= 0)
		return 0;
	// From behind: one that ends has its place taken by the last.
	for (i = c->njobs; i-- > 0;)
		if (p[i].revents != 0 && !listen_to(c, &c->job[i]))
			reap(c, &c->job[i]);
	return 0;
}

static void
signal_all(const struct crew *c, int signo)
{
	size_t i;

	for (i = 0; i < c->njobs; i++)
		kill(c->job[i].pid, signo);
}

/* Ends those that run. A second signal is not waited with. */
static void
stop(struct crew *c)
{
	signal_all(c, SIGTERM);
	while (c->njobs > 0) {
		if (signals_next() != 0)
			signal_all(c, SIGKILL);
		attend(c);
	}
}

static int
ending(void)
{
	int signo = 0;

	while (signals_ending()) {
		signo = signals_next();
		if (signo == SIGUSR1 || signo == SIGUSR2 || signo == SIGWINCH)
			signo = 0;
		else
			break;
	}
	return signo;
}

static int
run_all(struct crew *c, struct err *e)
{
	struct bench *b = c->bench;
	size_t all = b->tasks.n * b->runs;
	int signo;

	while (c->next < all || c->njobs > 0) {
		signo = ending();
		if (signo != 0) {
			stop(c);
			return signo;
		}
		if (c->next < all && c->njobs < b->jobs) {
			if (start(c, &c->job[c->njobs], c->next, e) < 0) {
				signo = ending();
				stop(c);
				return signo != 0 ? signo : -1;
			}
			c->njobs++;
			c->next++;
			continue;
		}
		attend(c);
	}
	return 0;
}

int
bench_run(struct bench *b, struct err *e)
{
	struct crew c = {.bench = b};
	struct err gone;
	int r;

	b->out = mem_alloc(b->tasks.n * b->runs, sizeof(*b->out));
	memset(b->out, 0, b->tasks.n * b->runs * sizeof(*b->out));
	b->started = time(NULL);
	b->wall_ms = clock_ms();
	sibling_find("stockade-agent", c.agent, sizeof(c.agent));
	signals_catch();
	if (sweep_open(&c.sweep, e) < 0)
		return -1;
	c.job = mem_alloc(b->jobs, sizeof(*c.job));
	r = run_all(&c, e);
	free(c.job);
	b->wall_ms = clock_ms() - b->wall_ms;
	if (sweep_close(&c.sweep, &gone) < 0 && r == 0) {
		*e = gone;
		r = -1;
	}
	return r;
}

void
bench_free(struct bench *b)
{
	size_t i;

	for (i = 0; b->out != NULL && i < b->tasks.n * b->runs; i++)
		outcome_free(&b->out[i]);
	free(b->out);
	tasks_free(&b->tasks);
}
