/* SPDX-License-Identifier: ISC */
/* stockade run: one command in a fresh sandbox. */
#ifndef SRC_CLI_RUN_H
#define SRC_CLI_RUN_H

/* argv[0] is "run". Returns the exit status. */
int run_main(int argc, char **argv);

#endif
