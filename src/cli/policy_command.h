/* SPDX-License-Identifier: ISC */
/* stockade policy: is a policy right, and what does it say. */
#ifndef SRC_CLI_POLICY_COMMAND_H
#define SRC_CLI_POLICY_COMMAND_H

int policy_main(int argc, char **argv);

#endif
