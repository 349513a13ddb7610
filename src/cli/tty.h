/* SPDX-License-Identifier: ISC */
/*
 * A question to whoever sits at the terminal: words out, a line back. Input
 * and output of the program itself may be anything.
 */
#ifndef SRC_CLI_TTY_H
#define SRC_CLI_TTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "jail/base/err.h"

struct tty {
	int fd;	 /* of /dev/tty; -1 */
	int out; /* what is said goes there; the same, but in tests */
	/* Whether to give up: a signal came. May be NULL. */
	bool (*stopped)(void);
	/*
	 * Called when `also` can be read while a line is waited for: what must
	 * go on meanwhile. Whether it wrote to the terminal. May be NULL.
	 */
	bool (*attend)(void *arg);
	void *arg;
	int also; /* meaningless without attend; -1: none */
};

/* A deadline that does not come. */
#define TTY_FOREVER UINT64_MAX

enum tty_came {
	TTY_LINE,
	TTY_NOTHING,   /* nor will: time, a signal, or the terminal is gone */
	TTY_DISTURBED, /* something else was written: ask again */
};

/* Opens /dev/tty; -1 and why there is none. */
int tty_open(struct tty *t, struct err *e) MUST_CHECK;
void tty_close(struct tty *t);
/* What was typed so far is no answer to what is asked next. */
int tty_forget(struct tty *t) MUST_CHECK;
/* At most 1023 bytes. */
void tty_say(const struct tty *t, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void tty_write(const struct tty *t, const char *text, size_t len);
/* One line, by the deadline (CLOCK_MONOTONIC); with its end, if it had one. */
enum tty_came
tty_line(const struct tty *t, char *buf, size_t size, uint64_t until_ms);

#endif
