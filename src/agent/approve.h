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
#include <stdint.h>
#include "jail/base/err.h"
#include "policy/command.h"
#include "src/agent/tool.h"
#include "src/cli/tty.h"

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

/* Somebody at /dev/tty. */
struct approve_tty {
	struct tty tty;
	bool color;
	uint64_t deadline_ms; /* CLOCK_MONOTONIC; 0: none */
	struct approve_person person;
};

/* -1: there is no terminal. *t must stay where it is. */
int approve_tty_open(struct approve_tty *t, struct err *e) MUST_CHECK;
void approve_tty_close(struct approve_tty *t);

/* What was said yes to for more than once. */
enum approve_kind {
	APPROVE_COMMAND, /* its exact text */
	APPROVE_FILE,	 /* a path of the workspace */
};

struct approve_kept {
	enum approve_kind kind;
	char *text;
};

struct approve_keep {
	struct approve_kept *item;
	size_t n, cap;
	char *path;	 /* of the file of "always"; NULL: it has no place */
	char *workspace; /* whose "always" it is */
};

/*
 * Where "always" is kept: below the user's state directory. NULL: nowhere, or
 * in the workspace, where commands could write it. The caller frees it.
 */
char *approve_dir(const char *workspace);
/* Reads what is kept of that workspace, if there is anything. */
void approve_keep_open(struct approve_keep *k, const char *workspace);
bool approve_is_kept(
    const struct approve_keep *k, enum approve_kind kind, const char *text);
void approve_remember(
    struct approve_keep *k, enum approve_kind kind, const char *text);
/* Remembers a command in the file, too. */
int approve_write_always(
    struct approve_keep *k, const char *command, struct err *e) MUST_CHECK;
void approve_keep_close(struct approve_keep *k);

struct run;

/* The gate of one run. */
struct approve {
	struct tool_gate gate;
	const struct approve_person *person; /* NULL: nobody is there */
	struct approve_keep keep;
	struct approve_tty tty;
	bool no_bash;	/* perhaps: a line means what it means to sh, then */
	char **changed; /* files of the workspace, since the start */
	size_t nchanged, cap;
	uint64_t asked;
	uint64_t denied;  /* by rules, or as nobody was there */
	uint64_t refused; /* by a person */
	char last[200];	  /* the last thing denied, for the end of the run */
};

/* What the policy says of one call. */
struct approve_decision {
	enum approve_verdict verdict;
	enum approve_category category;
	char why[COMMAND_WHY_MAX]; /* which rule, as the end of a sentence */
	char way[COMMAND_PART_MAX + 120]; /* what would allow it; "": nothing */
};

/*
 * Does what was decided: asks, shows, keeps the answer, tells of it. As the
 * gate: 0, it may be done; 1, it may not and *res says why; -1. files, of
 * nfiles, are what is changed, if anything is.
 */
struct approve_files {
	char **path;
	size_t n;
};
int approve_decide(struct run *r, const struct approve_decision *d,
    const struct approve_question *q, const struct approve_files *files,
    struct tool_result *res, struct err *e) MUST_CHECK;
/* The gate's own: a call, */
int approve_call(void *arg, const struct tool *t, struct json_object *input,
    struct tool_result *res, struct err *e) MUST_CHECK;
/* and changes to files. */
int approve_write(void *arg, const struct tool *t, const struct tool_change *c,
    size_t n, struct tool_result *res, struct err *e) MUST_CHECK;
/* A verdict of a category alone. */
void approve_by_category(
    const struct run *r, enum approve_category c, struct approve_decision *d);

/* Before the first call. Who is asked is approve.person, or the terminal. */
void approve_begin(struct run *r, bool on_terminal);
void approve_end(struct run *r);
/*
 * What of the workspace is changed against the edit lines, by whatever did
 * it: appended to *out, as a phrase; nothing if there is nothing.
 */
int approve_look(struct run *r, struct text *out, struct err *e) MUST_CHECK;

#endif
