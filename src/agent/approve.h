/* SPDX-License-Identifier: ISC */
/*
 * Who has to approve of what a model wants to do: the gate before its tools.
 *
 * Each call is of a category (read, write, shell, network, install), for
 * which the policy says auto, notify, ask or deny; a command is besides
 * judged by the policy's command rules, part by part. A question is put to a
 * person, if there is one; nobody there is no.
 */
#ifndef SRC_AGENT_APPROVE_H
#define SRC_AGENT_APPROVE_H

#include <stdbool.h>
#include <stddef.h>
#include "jail/base/err.h"

/* What a person is asked. Texts are as they are: escape them for a screen. */
struct approve_question {
	const char *category; /* "write", "shell"... */
	const char *tool;     /* "bash", "edit_file"... */
	const char *what;     /* "run this command", "change add" */
	const char *text;     /* the exact command, or the difference */
	size_t len;
	bool is_diff;
	const char *rule;    /* which rule asks, and about which part of it */
	const char *session; /* what "session" allows: "this command" */
	bool always;	     /* whether "always" can be offered */
};

enum approve_said {
	APPROVE_ONCE,
	APPROVE_SESSION,
	APPROVE_ALWAYS,
	APPROVE_NO,	 /* *reason may say why: the model is told */
	APPROVE_NOTHING, /* nobody answered, or we are to stop: no */
};

#define APPROVE_REASON_MAX 400

struct approve_answer {
	enum approve_said said;
	char reason[APPROVE_REASON_MAX]; /* "": none was given */
};

/*
 * Who is asked. 0: *a is filled; -1: the run cannot go on (a signal, or its
 * time is up).
 */
struct approve_person {
	int (*ask)(void *arg, const struct approve_question *q,
	    struct approve_answer *a, struct err *e);
	void *arg;
};

#endif
