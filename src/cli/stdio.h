/* SPDX-License-Identifier: ISC */
/* What our three descriptors are, and the pipes a command gets for them. */
#ifndef SRC_CLI_STDIO_H
#define SRC_CLI_STDIO_H

#include <stdbool.h>
#include <stddef.h>
#include "jail/base/err.h"

struct stdio_in {
	bool pumped;   /* through a pipe; else passed as it is */
	bool seekable; /* what is not read is given back */
	int pipe;      /* the pipe's other end, to ask what is left; or -1 */
};

/*
 * Opens /dev/null where we were started without a stdin, stdout or stderr,
 * before anything else gets their numbers.
 */
void stdio_fill(void);
void stdio_look(struct stdio_in *in);
/* True if writing to fd may block however it polls. */
bool stdio_is_pipe(int fd);
bool stdio_is_fifo(int fd);
/*
 * Makes theirs[0..2], for the command, and our ends. out and err are one
 * pipe when our stdout and stderr are one file, so that order is kept; then
 * *err is -1.
 */
int stdio_make(struct stdio_in *in, int theirs[3], int *to, int *out, int *err,
    struct err *e) MUST_CHECK;
/*
 * Sets our stdin back to where the command stopped reading, as it would
 * stand had the command read it itself. buffered: bytes of it we still hold.
 */
void stdio_give_back(struct stdio_in *in, size_t buffered);

#endif
