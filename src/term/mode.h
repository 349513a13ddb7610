/* SPDX-License-Identifier: ISC */
/*
 * The terminal a person sits at: its modes, its size, what it can do.
 */
#ifndef SRC_TERM_MODE_H
#define SRC_TERM_MODE_H

#include <stdbool.h>

struct mode_size {
	unsigned rows, columns; /* never 0 */
};

/*
 * Notes how the terminal on fd is set, so that mode_restore() can set it back,
 * and hears of changes of its size from now on.
 */
void mode_begin(int fd);
/* Every key comes at once, as it is. */
void mode_raw(void);
/* Keys that are typed ahead wait, unseen; Ctrl-C is a signal. */
void mode_quiet(void);
/* As it was found. From a signal handler, too; twice, too. */
void mode_restore(void);
/* Whether its size changed since the last call. */
bool mode_resized(void);
/* Of the terminal on fd; where that is none, 24 by 80. */
void mode_size(int fd, struct mode_size *s);
/* Whether it is one, whose cursor can be moved. */
bool mode_can_move(int fd);
/* Whether its user wants colours. */
bool mode_wants_color(int fd);

#endif
