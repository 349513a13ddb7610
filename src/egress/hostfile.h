/* SPDX-License-Identifier: ISC */
/* Files of the host's own configuration, as text. */
#ifndef SRC_EGRESS_HOSTFILE_H
#define SRC_EGRESS_HOSTFILE_H

#include <stdbool.h>
#include <stddef.h>

#define HOSTFILE_MAX (4u << 20) /* bytes; who configures writes less */

/* Home of the user we are, NULL if there is none. Valid until asked again. */
const char *hostfile_home(void);
/*
 * Path beneath home, or beneath the directory that variable names if it is
 * set. The caller's to free; NULL if there is no home.
 */
char *
hostfile_path(const char *variable, const char *in_home, const char *name);
/*
 * A regular file's text, terminated; the caller's to free. NULL with errno:
 * EFBIG, EINVAL (not a regular file), or what open(2) says.
 */
char *hostfile_read(const char *path, size_t *len);
/*
 * What a program prints: found on PATH, run in / with the caller's own
 * environment, for a few seconds at most. NULL if it fails, or is not there.
 */
char *hostfile_ask(char *const *argv, size_t *len);

/* The next line of a text: without blanks around, not terminated. */
struct hostfile_line {
	const char *s;
	size_t len;
	unsigned number;
	bool indented;
	const char *next; /* NULL: begin */
};
/* NAME = VALUE of a line: blanks and one pair of quotes around it are off. */
struct hostfile_setting {
	const char *key, *value;
	size_t key_len, value_len;
};
/* Whether the line has that form, sep being the = of it. */
bool hostfile_setting(
    const char *s, size_t len, char sep, struct hostfile_setting *out);
bool hostfile_key_is(const struct hostfile_setting *s, const char *key);
/* 1: *l is the next line of text; 0: there is none. */
int hostfile_line(struct hostfile_line *l, const char *text);

#endif
