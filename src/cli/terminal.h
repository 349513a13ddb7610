/* SPDX-License-Identifier: ISC */
/* Our own terminal, while a command has one inside. */
#ifndef SRC_CLI_TERMINAL_H
#define SRC_CLI_TERMINAL_H

#include <stddef.h>
#include <sys/ioctl.h>

/* Every key goes to the command. Does nothing without a terminal. */
void terminal_raw(void);
/* As it was. Safe to call at any time, twice too. */
void terminal_restore(void);
/* The size of the terminal on stdin or stdout; -1 if there is none. */
int terminal_size(struct winsize *size);
/* Puts the end-of-file character in buf; returns how many bytes. */
size_t terminal_eof(char *buf, size_t size);

#endif
