/* SPDX-License-Identifier: ISC */
/*
 * Foreign bytes made fit for a reader: a model, a log, or a terminal.
 */
#ifndef SRC_AGENT_CLEAN_H
#define SRC_AGENT_CLEAN_H

#include <stdbool.h>
#include <stddef.h>
#include "src/agent/text.h"

enum clean_for {
	/* Content of a file: bytes that are not UTF-8 become U+FFFD, the
	   rest stays as it is, so that it can be quoted back to edit it. */
	CLEAN_FILE,
	/* Output of a command: also escape sequences vanish, carriage
	   returns become line ends, other controls are written \xNN. */
	CLEAN_OUTPUT,
	/* For a terminal: also invisible and direction-changing characters
	   are written \u{NNNN}. */
	CLEAN_SCREEN,
	/* The same, and nothing vanishes: what is not printed as it is, but
	   for line ends and tabs, is written as an escape. For what a person
	   says yes to: a terminal's sequence may be a shell's command. */
	CLEAN_EXACT,
};

/* Bytes may come in pieces that split a character or a sequence. */
struct clean {
	enum clean_for what;
	unsigned char held[4]; /* of an unfinished character */
	unsigned int nheld;
	int state; /* inside an escape sequence */
	bool cr;   /* the last character was a carriage return */
};

void clean_begin(struct clean *c, enum clean_for what);
void clean_add(struct clean *c, struct text *out, const char *data, size_t len);
/* What is still held, as best it can be told. */
void clean_end(struct clean *c, struct text *out);
/* All of that for one piece. */
void
clean_all(enum clean_for what, struct text *out, const char *data, size_t len);

#endif
