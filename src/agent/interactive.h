/* SPDX-License-Identifier: ISC */
/*
 * A session with a person, or with lines from a pipe: tasks one after the
 * other, in one sandbox and one conversation, and commands between them.
 */
#ifndef SRC_AGENT_INTERACTIVE_H
#define SRC_AGENT_INTERACTIVE_H

#include "src/agent/loop.h"
#include "src/term/editor.h"
#include "src/term/markdown.h"
#include "src/term/status.h"

#define POINTS_MAX 200 /* tasks that can be undone, one after the other */
#define FOLDS_MAX  100 /* calls that can still be shown as a whole */

/* A call of a tool, folded to a line. */
struct fold {
	uint64_t number; /* as the line has it */
	char *title;	 /* "bash make test" */
	char *summary;
	struct json_object *input;
	char *content;
};

struct interactive {
	struct run *run;
	struct run_ui ui;
	struct show_hooks hooks;
	bool keys;  /* a terminal whose cursor we move: the editor */
	bool typed; /* a terminal at least: prompts */
	struct editor editor;
	struct editor_host host;
	struct history history;
	struct text above; /* of the prompt: how things stand */

	struct text input; /* from a pipe, not looked at yet */
	bool input_over;

	struct markdown markdown;
	struct status_line line;
	const char *doing; /* the call that runs; NULL: the model thinks */
	struct text doing_text;
	uint64_t ticked_ms;

	struct fold fold[FOLDS_MAX];
	size_t folds;
	uint64_t calls;

	struct snapshot *before; /* the task that runs */
	char *test;		 /* of /test */
	uint64_t tasks;
	enum agent_exit status; /* of the last task that did not end well */
	bool quit;

	uint64_t point[POINTS_MAX]; /* checkpoints before each task */
	size_t points;
	bool undone; /* since the model heard of the files last */

	struct approve_person person; /* asks the one that was there */
	const struct approve_person *asks;
};

/*
 * Reads and does, until the input or the person ends it. Returns the status
 * of the session: on a terminal DONE if nothing broke, else that of the last
 * task that was not done.
 */
enum agent_exit interactive_run(struct run *r, struct err *e);

/* What a line that begins with / asks for. -1: the session cannot go on. */
int interactive_command(
    struct interactive *it, char *line, struct err *e) MUST_CHECK;
/* Completes its name; see struct editor_host. */
void
interactive_complete(void *arg, const char *text, size_t len, struct text *add);
/* Runs a task to its end. -1: the session cannot go on. */
int interactive_task(
    struct interactive *it, const char *task, struct err *e) MUST_CHECK;
/* The difference since the session, or since the task began. */
int interactive_diff(struct interactive *it, const struct snapshot *since,
    struct text *diff, struct snapshot_changes *c, struct err *e) MUST_CHECK;

/* A checkpoint, as a task begins or ends; and back to before the last task. */
void interactive_keep(struct interactive *it, bool begins);
int interactive_undo(
    struct interactive *it, const char *arg, struct err *e) MUST_CHECK;

/* Lets the conversation end with the model's side, so that it can go on. */
int interactive_mend(
    struct interactive *it, const char *why, struct err *e) MUST_CHECK;
/* Other sessions of this workspace; and the conversation of one of them. */
int interactive_sessions(
    struct interactive *it, const char *arg, struct err *e) MUST_CHECK;
int interactive_load(
    struct interactive *it, const char *arg, struct err *e) MUST_CHECK;

/* What is on the screen: hooks of the run and of its lines. */
void screen_begin(struct interactive *it);
void screen_end(struct interactive *it);
/* How things stand, as a line. */
void screen_status(struct interactive *it, struct text *out);
/* The call of that number; 0: the last one. False: it is not kept. */
bool screen_unfold(struct interactive *it, uint64_t number);
/* A difference, in colour. */
void screen_diff(struct interactive *it, const char *diff, size_t len);

#endif
