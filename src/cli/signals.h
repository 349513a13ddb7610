/* SPDX-License-Identifier: ISC */
/* Signals that are the command's to hear, noted when they come. */
#ifndef SRC_CLI_SIGNALS_H
#define SRC_CLI_SIGNALS_H

#include <stdbool.h>

/* From now on; SIGPIPE is ignored. */
void signals_catch(void);
/* The next one that came, or 0. */
int signals_next(void);
/* Whether one has come that ends things, and was not asked for yet. */
bool signals_ending(void);

#endif
