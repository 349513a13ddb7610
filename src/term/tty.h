/* SPDX-License-Identifier: ISC */
/*
 * The terminal a person sits at: its modes, its size, what it can do.
 */
#ifndef SRC_TERM_TTY_H
#define SRC_TERM_TTY_H

#include <stdbool.h>

struct tty_size {
	unsigned rows, columns; /* never 0 */
};

/*
 * Notes how the terminal on fd is set, so that tty_restore() can set it back,
 * and hears of changes of its size from now on.
 */
void tty_begin(int fd);
/* Every key comes at once, as it is. */
void tty_raw(void);
/* Keys that are typed ahead wait, unseen; Ctrl-C is a signal. */
void tty_quiet(void);
/* As it was found. From a signal handler, too; twice, too. */
void tty_restore(void);
/* Whether its size changed since the last call. */
bool tty_resized(void);
/* Of the terminal on fd; where that is none, 24 by 80. */
void tty_size(int fd, struct tty_size *s);
/* Whether it is one, whose cursor can be moved. */
bool tty_can_move(int fd);
/* Whether its user wants colours. */
bool tty_wants_color(int fd);

#endif
