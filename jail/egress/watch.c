// SPDX-License-Identifier: ISC
// The watcher: forks workers, waits for their beat, ends with the helper.
//
// It reads nothing that anybody sent: only whether there is life. So that what
// takes a worker over finds nothing to take over here.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "jail/base/clock.h"
#include "jail/base/fd.h"
#include "jail/egress/loop.h"
#include "jail/egress/watch.h"

enum {
	PAUSE_MIN_MS = 50,
	PAUSE_MAX_MS = 5000,
	LASTED_MS = 10000, // a worker that lived so long failed by chance
	PARTING_MS = 1000, // for it to write how connections ended
};

struct watch {
	struct watch_worker give;
	int (*work)(const struct watch_worker *w);
	pid_t pid;
	int beat; // our end of it
	uint64_t begun_ms, beat_ms;
	int pause_ms;
};

static _Noreturn void
worker(struct watch *w, pid_t watcher)
{
	fd_close(&w->beat);
	// Who kills the watcher ends the worker, too: the helper shall see it.
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != watcher)
		_exit(1);
	_exit(w->work(&w->give));
}

static int
begin(struct watch *w, struct err *e)
{
	pid_t self = getpid();
	int p[2];

	if (pipe2(p, O_CLOEXEC | O_NONBLOCK) != 0)
		return err_set(e, ERR_SYSTEM, errno, "pipe");
	w->beat = p[0];
	w->give.beat = p[1];
	w->give.shared->workers++;
	w->pid = fork();
	if (w->pid == 0)
		worker(w, self);
	close(p[1]);
	w->begun_ms = w->beat_ms = clock_ms();
	if (w->pid > 0)
		return 0;
	fd_close(&w->beat);
	return err_set(e, ERR_SYSTEM, errno, "fork");
}

// Waits for the worker's end, at most ms, and then kills it. Returns its wait
// status.
static int
finish(struct watch *w, int ms)
{
	struct pollfd p = {.fd = w->beat, .events = 0};
	int status = -1;

	// Its end of the pipe closes with it.
	if (ms > 0)
		(void)poll(&p, 1, ms);
	kill(w->pid, SIGKILL);
	while (waitpid(w->pid, &status, 0) < 0 && errno == EINTR)
		continue;
	// What it had forked ends by itself, and is ours now.
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		continue;
	fd_close(&w->beat);
	w->pid = 0;
	return status;
}

// True if there is a beat; false if its end is closed, or the time is up.
static bool
alive(struct watch *w, const struct pollfd *p)
{
	uint64_t now = clock_ms();
	char buf[64];

	if ((p->revents & POLLIN) != 0 && read(w->beat, buf, sizeof(buf)) > 0)
		w->beat_ms = now;
	else if ((p->revents & POLLHUP) != 0)
		return false;
	return now - w->beat_ms < WATCH_SILENT_MS;
}

// Until the worker is to be replaced: 0; or the helper is gone: 1.
static int
attend(struct watch *w)
{
	struct pollfd p[2] = {
	    {.fd = WATCH_HELPER, .events = 0},
	    {.fd = w->beat, .events = POLLIN},
	};
	uint64_t before;
	int n;

	for (;;) {
		before = clock_ms();
		n = poll(p, 2, 1000);
		if (n < 0 && errno != EINTR)
			return 0;
		if (n > 0 && (p[0].revents & (POLLHUP | POLLERR)) != 0)
			return 1;
		// We were stopped ourselves, and it perhaps with us.
		if (clock_ms() - before > WATCH_SILENT_MS / 2)
			w->beat_ms = clock_ms();
		if (n >= 0 && !alive(w, &p[1]))
			return 0;
	}
}

// Before another one begins. 1: the helper went meanwhile.
static int
pause_before(struct watch *w)
{
	struct pollfd p = {.fd = WATCH_HELPER, .events = 0};

	if (clock_ms() - w->begun_ms > LASTED_MS)
		w->pause_ms = 0;
	if (poll(&p, 1, w->pause_ms) > 0)
		return 1;
	w->pause_ms = w->pause_ms == 0		       ? PAUSE_MIN_MS
		      : w->pause_ms < PAUSE_MAX_MS / 2 ? w->pause_ms * 2
						       : PAUSE_MAX_MS;
	return 0;
}

static int
prepare(struct watch_worker *g, bool records, struct err *e)
{
	g->records = records ? WATCH_RECORDS : -1;
	g->shared = shared_new(e);
	if (g->shared == NULL)
		return -1;
	g->names = names_new(NAMES_MAX);
	if (g->names == NULL)
		return err_set(e, ERR_SYSTEM, ENOMEM, "memory for names");
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
		return err_set(e, ERR_SYSTEM, errno, "become a reaper");
	return 0;
}

int
watch_run(
    bool records, int (*work)(const struct watch_worker *w), struct err *e)
{
	struct watch w = {.work = work, .beat = -1};
	int status;

	if (prepare(&w.give, records, e) != 0)
		return -1;
	do {
		if (begin(&w, e) != 0)
			return -1;
		if (attend(&w) != 0) {
			finish(&w, PARTING_MS);
			return 0;
		}
		status = finish(&w, 0);
		if (WIFEXITED(status) && WEXITSTATUS(status) == WATCH_DONE)
			return 0;
	} while (pause_before(&w) == 0);
	return 0;
}
