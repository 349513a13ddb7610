/* SPDX-License-Identifier: ISC */
/* stockade egress: what the network's broker wrote down, for people. */
#ifndef SRC_EGRESS_EGRESS_H
#define SRC_EGRESS_EGRESS_H

/* argv[0] is "egress". Returns the exit status. */
int egress_main(int argc, char **argv);

#endif
