/* SPDX-License-Identifier: ISC */
/*
 * Lines for a person: short, plain in a pipe, and safe for a terminal
 * whatever a model or a command put into them.
 */
#ifndef SRC_AGENT_SHOW_H
#define SRC_AGENT_SHOW_H

#include <stdbool.h>
#include <stdio.h>
#include "src/agent/clean.h"
#include "src/agent/redact.h"
#include "src/model/model.h"

enum show_color {
	SHOW_PLAIN,
	SHOW_DIM,
	SHOW_GREEN,
	SHOW_RED,
	SHOW_BOLD,
};

/* Who has a screen of his own below these lines. */
struct show_hooks {
	/* Before anything is written. */
	void (*before)(void *arg);
	/* A model's words, clean: out gets what is written of them... */
	void (*stream)(
	    void *arg, struct text *out, const char *piece, size_t len);
	/* ...and what is left of them in the end, but its line end. */
	void (*stream_end)(void *arg, struct text *out);
	void *arg;
};

struct show {
	FILE *f; /* NULL: nothing is shown */
	bool color;
	bool in_line; /* streamed text has not ended its line */
	struct clean clean;
	struct redact redact;		/* of what is streamed */
	const struct model *model;	/* strikes keys out; may be NULL */
	const struct show_hooks *hooks; /* or NULL */
};

/* f NULL: say nothing. Colours if it is a terminal that wants them. */
void show_begin(struct show *s, FILE *f);
/* One line. */
void show_line(struct show *s, enum show_color c, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* A model's words, piece by piece. */
void show_stream(struct show *s, const char *piece, size_t len);
void show_stream_end(struct show *s);
/* The last lines of an output, set off from the rest. */
void show_tail(struct show *s, const char *text, unsigned int lines);
/* A diff: as it is into a pipe, escaped and coloured on a terminal. */
void show_diff(FILE *f, const char *diff, size_t len);

#endif
