/* SPDX-License-Identifier: ISC */
/* stockade bench: how well an agent does, task by task. */
#ifndef SRC_TRIAL_COMMAND_H
#define SRC_TRIAL_COMMAND_H

/* The command; argv[0] is "bench". Returns the exit status. */
int bench_main(int argc, char **argv);

#endif
