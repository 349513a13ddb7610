/* SPDX-License-Identifier: ISC */
/*
 * Commands that outlive the call that started them: each has a handle, by
 * which its output is polled and it is written to, resized, signalled and
 * killed. They die with the sandbox.
 *
 * What they write is taken from them by a thread as it comes, so that none
 * waits for its owner; of each the last bytes are kept, and what had to be
 * dropped is counted. All else happens in the caller's thread, which is the
 * only one that may use the box.
 */
#ifndef SRC_BOX_BACKGROUND_H
#define SRC_BOX_BACKGROUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "src/box/box.h"

#define BACKGROUND_KEEP (1u << 20) /* bytes of unread output, of each */

struct background; /* those of one sandbox */

struct background_config {
	unsigned max;	     /* at one time; 0: as many as the box bears */
	size_t keep;	     /* bytes of unread output; 0: BACKGROUND_KEEP */
	uint64_t output_max; /* written more than this it is killed; 0: no */
};

struct background_state {
	uint64_t total;	  /* bytes that it has written */
	uint64_t dropped; /* of them, never to be read: too old */
	uint64_t unread;  /* of them, still to be read */
	bool output_exceeded;
	bool ended; /* it is dead; result is filled */
	struct box_result result;
};

/* The box stays the caller's, and must outlive it. NULL: no memory. */
struct background *background_new(
    struct box *b, const struct background_config *cfg, struct err *e);
/* Kills what still runs. NULL is fine. */
void background_free(struct background *bg);
/*
 * Starts a command; c->stdio is ignored. With c->tty it has a terminal, whose
 * output is the command's. *cmd is its handle. ERR_LIMIT if max run already.
 */
int background_start(struct background *bg, const struct box_command *c,
    uint32_t *cmd, struct err *e) MUST_CHECK;
/*
 * How it is, and up to size bytes of what it wrote since the last time, the
 * oldest first. Returns their number; 0 with s->ended set: there will be no
 * more, and the handle may be forgotten. -1: no such handle (ERR_USAGE), or
 * the sandbox is gone.
 */
ssize_t background_poll(struct background *bg, uint32_t cmd, char *buf,
    size_t size, struct background_state *s, struct err *e) MUST_CHECK;
/*
 * Waits until it has written something unread or is dead, at most ms. 1: it
 * has; 0: it has not; -1.
 */
int background_wait(
    struct background *bg, uint32_t cmd, int ms, struct err *e) MUST_CHECK;
/*
 * Writes to its standard input. Returns how many bytes it took, which are
 * fewer than len, or 0, if it does not read. ERR_GONE: it has closed it.
 */
ssize_t background_write(struct background *bg, uint32_t cmd, const char *data,
    size_t len, struct err *e) MUST_CHECK;
/* Ends its input. A terminal has no end: write its end character, ^D. */
int background_close_input(
    struct background *bg, uint32_t cmd, struct err *e) MUST_CHECK;
/* Of a terminal. Its foreground processes are told by SIGWINCH. */
int background_resize(struct background *bg, uint32_t cmd,
    const struct winsize *size, struct err *e) MUST_CHECK;
/* Of one that has ended nothing is left to signal or kill: no error. */
int background_signal(
    struct background *bg, uint32_t cmd, int signo, struct err *e) MUST_CHECK;
int
background_kill(struct background *bg, uint32_t cmd, struct err *e) MUST_CHECK;
/* Gives the handle up; the command is killed if it runs. */
int background_forget(
    struct background *bg, uint32_t cmd, struct err *e) MUST_CHECK;
/* The handles, from the oldest on; returns how many there are. */
unsigned background_list(struct background *bg, uint32_t *cmds, unsigned n);

#endif
