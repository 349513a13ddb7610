/* SPDX-License-Identifier: ISC */
/* stockade sessions: what runs of the agent left behind, and going on. */
#ifndef SRC_SESSION_COMMAND_H
#define SRC_SESSION_COMMAND_H

/*
 * The command; argv[0] is "sessions". agent becomes `stockade agent' with an
 * argument vector, and returns only if it cannot. Returns the exit status.
 */
int sessions_main(int argc, char **argv, int (*agent)(int argc, char **argv));

#endif
