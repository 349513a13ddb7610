// SPDX-License-Identifier: ISC
// Lineage: where no cgroup can be made, every command has a process that all
// of it descends from. Whatever forks twice or makes a session is handed to
// this subreaper by the kernel, so that it stays known whose it is.
#include <errno.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/inside/inside.h"

static void
tell(int pipe, const struct reaper_report *r)
{
	if (fd_write_all(pipe, r, sizeof(*r)) != 0)
		_exit(1);
}

static pid_t
start(struct exec_child *c, struct reaper_report *r)
{
	int failed;
	pid_t pid = spawn(c, -1, &failed);

	r->word = failed != 0 ? REAPER_FAILED : REAPER_STARTED;
	r->value = failed != 0 ? failed : pid;
	return pid;
}

void
reaper_main(struct exec_child *c, int pipe)
{
	struct reaper_report r = {0};
	struct rusage ru;
	pid_t main_pid, pid;
	int status, rc;

	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0)
		_exit(1);
	main_pid = start(c, &r);
	tell(pipe, &r);
	if (r.word == REAPER_FAILED)
		_exit(0);
	// Not holding what the command writes to: who reads it wants its end.
	// Where that fails, the end comes with ours.
	rc = fd_close_range(0, (unsigned)pipe - 1, false);
	rc |= fd_close_range((unsigned)pipe + 1, ~0U, false);
	(void)rc;
	while ((pid = wait4(-1, &status, 0, &ru)) > 0 || errno == EINTR) {
		if (pid != main_pid)
			continue;
		r.word = REAPER_ENDED;
		r.value = status;
		inside_used(&r.used, &ru);
		tell(pipe, &r);
	}
	_exit(0);
}
