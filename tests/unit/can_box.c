// SPDX-License-Identifier: ISC
// Whether this user can have a sandbox here, by trying the first step.
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>
#include "tests/unit/can_box.h"

bool
can_box(void)
{
	int status;
	pid_t pid;

	if (geteuid() == 0)
		return true;
	pid = fork();
	if (pid == 0)
		_exit(unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0);
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}
