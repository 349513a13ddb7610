/* SPDX-License-Identifier: ISC */
/* A question of the network's broker, put to whoever sits at the terminal. */
#ifndef SRC_CLI_ASK_H
#define SRC_CLI_ASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "jail/base/err.h"
#include "jail/wire/wire.h"
#include "src/cli/tty.h"

enum ask_said {
	ASK_SAID_ONCE,
	ASK_SAID_SESSION,
	ASK_SAID_ALWAYS,
	ASK_SAID_DENY,
	ASK_SAID_NOTHING, /* nobody answered in time, or we are to stop */
};

struct ask_terminal {
	struct tty tty;
	bool always; /* whether "always" can be offered */
};

/* Asks, and waits for at most wait_ms. program: or NULL, unknown. */
enum ask_said ask_person(struct ask_terminal *t, const struct wire_ask *q,
    const char *program, int wait_ms);

/*
 * The program that has that socket open, as far as /proc lets us look: its
 * path inside. For the text of a question, and nothing else: whoever is asked
 * about may have given the socket away. -1: not found.
 */
int ask_program(uint32_t inode, char *out, size_t size);

#endif
