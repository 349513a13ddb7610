/* SPDX-License-Identifier: ISC */
/*
 * Reads a text from a person: what is typed is shown, moved about in, kept,
 * found again. While it waits, its host is heard.
 */
#ifndef SRC_TERM_EDITOR_H
#define SRC_TERM_EDITOR_H

#include <stdbool.h>
#include <stddef.h>
#include "src/term/draw.h"
#include "src/term/history.h"
#include "src/term/keys.h"
#include "src/term/line.h"

struct editor;

/* Who wants something read. Each function may be NULL. */
struct editor_host {
	/* A descriptor to be polled beside the keys, or -1... */
	int (*fd)(void *arg);
	/* ...and what to do when it is readable, and now and then. */
	void (*attend)(void *arg);
	/* Whether to give up: a signal came. */
	bool (*stopped)(void *arg);
	/* Ctrl-O. The prompt is off the screen meanwhile. */
	void (*expand)(void *arg);
	/*
	 * What follows text, up to the cursor, if only one thing can; else
	 * the choices are shown on the screen, which is as with expand.
	 */
	void (*complete)(
	    void *arg, const char *text, size_t len, struct text *add);
	void *arg;
};

enum editor_end {
	EDITOR_TEXT,
	EDITOR_EOF,    /* Ctrl-D, or the terminal is gone */
	EDITOR_CANCEL, /* Ctrl-C where nothing was typed */
	EDITOR_STOPPED,
};

struct editor {
	int in, out; /* a terminal's, in mode mode_raw() while we read */
	bool color;
	const char *prompt, *more;
	const char *above; /* of the prompt; may be NULL */
	struct history *history;
	const struct editor_host *host;

	struct keys keys;
	struct line line;
	struct draw draw;
	unsigned char buf[4096]; /* read, and not looked at yet */
	size_t have, used;
	size_t place;	   /* in the history; its n: what is being typed */
	struct text typed; /* that, meanwhile */
	bool searching;
	struct text wanted; /* what is sought in the history... */
	size_t found;	    /* ...and where it was; its n: not at all */
};

/* The text, without a line end, is in ed->line.text. */
enum editor_end editor_read(struct editor *ed);
/*
 * Takes the prompt off the screen, and the terminal out of our mode, for who
 * has something to say or to ask in the middle; and puts both back.
 */
void editor_away(struct editor *ed);
void editor_back(struct editor *ed);
void editor_free(struct editor *ed);

#endif
