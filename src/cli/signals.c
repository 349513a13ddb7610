// SPDX-License-Identifier: ISC
// Signals that are the command's to hear, noted when they come.
#include <signal.h>
#include <stddef.h>
#include "src/cli/signals.h"

static const int passed_on[] = {
    SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH};
#define NPASSED (sizeof(passed_on) / sizeof(passed_on[0]))

static volatile sig_atomic_t came[32];

static void
note(int signo)
{
	came[signo] = 1;
}

void
signals_catch(void)
{
	// Not SA_RESTART: a blocked write must return, to be heard between.
	struct sigaction sa = {.sa_handler = note}, was;
	size_t i;

	for (i = 0; i < NPASSED; i++) {
		// What our caller had us ignore (nohup) stays ignored.
		if (sigaction(passed_on[i], NULL, &was) == 0 &&
		    was.sa_handler == SIG_IGN)
			continue;
		sigaction(passed_on[i], &sa, NULL);
	}
	sa.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &sa, NULL);
}

int
signals_next(void)
{
	size_t i;

	for (i = 0; i < NPASSED; i++)
		if (came[passed_on[i]]) {
			came[passed_on[i]] = 0;
			return passed_on[i];
		}
	return 0;
}

bool
signals_ending(void)
{
	return came[SIGINT] || came[SIGTERM] || came[SIGQUIT] || came[SIGHUP];
}
