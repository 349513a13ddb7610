/* SPDX-License-Identifier: ISC */
/*
 * The tools a model may call: what they are named, take and do.
 */
#ifndef SRC_AGENT_TOOL_H
#define SRC_AGENT_TOOL_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <json-c/json.h>
#include "jail/base/err.h"
#include "src/agent/plan.h"
#include "src/agent/testlog.h"
#include "src/agent/text.h"
#include "src/box/box.h"

struct background;
struct background_words;
struct redactor;

enum tool_arg_type {
	TOOL_ARG_STRING, /* without NUL: a path, a command */
	TOOL_ARG_TEXT,	 /* any string */
	TOOL_ARG_INTEGER,
	TOOL_ARG_BOOLEAN,
};

struct tool_arg {
	const char *name; /* NULL ends the table */
	enum tool_arg_type type;
	bool required;
	int64_t min, max; /* of an integer */
	const char *what;
};

/* The network's side of a sandbox that has one. */
struct tool_network {
	void (*attend)(void *arg); /* see box_netfd() */
	/* What was refused since the last time: for a model; or nothing. */
	void (*refused)(void *arg, struct text *out);
	/* The same of the whole run: for an event, and on screen. */
	void (*tell)(void *arg, struct json_object *event);
	void (*show)(void *arg);
	void *arg;
	uint64_t count; /* refused since the start, as far as it was told */
};

/* What a call does, for who has to approve of it. */
enum tool_category {
	TOOL_READ,  /* looks, and changes nothing */
	TOOL_WRITE, /* changes files */
	TOOL_SHELL, /* runs the command in its argument "command" */
	TOOL_TEST,  /* runs the test command, speaks to what was approved, or
		       does nothing */
};

struct tool;
struct tool_result;

/* What a tool is about to do to one file. */
struct tool_change {
	const char *path; /* as the model names it */
	/* NULL: there is no such file; or, of `was', unknown. */
	const struct text *was, *is;
	bool unknown; /* what is there is no text, or too much of it */
};

/*
 * Asked before a call whose arguments are sound. 0: it may be made. 1: it
 * may not, and *r says why and what to do. -1: the run cannot go on.
 */
struct tool_gate {
	int (*ask)(void *arg, const struct tool *t, struct json_object *input,
	    struct tool_result *r, struct err *e);
	/* As ask: the same of changes to files, right before they are made. */
	int (*write)(void *arg, const struct tool *t,
	    const struct tool_change *c, size_t n, struct tool_result *r,
	    struct err *e);
	/* What is approved and what is not, for the model. */
	void (*tell)(void *arg, struct text *out);
	void *arg;
};

/* What the tools work on. */
struct tool_env {
	struct box *box;
	struct background *background;	/* its own; NULL: none was started */
	struct background_words *words; /* what of theirs is not told yet */
	struct tool_network *network;	/* NULL: it has none */
	const struct tool_gate *gate;	/* NULL: every call may be made */
	void (*tick)(void *arg); /* now and then in a command; may be NULL */
	void *tick_arg;
	const struct spec *spec;
	bool keep_tests;	   /* weakening them is refused */
	const char *test;	   /* the oracle; NULL: there is none */
	uint64_t command_ms;	   /* greatest wall time of one command */
	uint64_t deadline_ms;	   /* CLOCK_MONOTONIC; 0: none */
	bool sh;		   /* there is no bash inside: use sh */
	struct plan plan;	   /* the model's; see tool_env_free() */
	char *cwd;		   /* that keep_cwd kept; NULL: /workspace */
	unsigned outputs;	   /* files of long outputs, so far */
	struct redactor *redactor; /* NULL: known forms of secrets alone */
	const volatile sig_atomic_t *stop;
};

/* What a call came to. */
struct tool_result {
	struct text content; /* for the model, clean */
	struct text summary; /* for the screen, one line */
	bool is_error;
	bool changes;	      /* it may have changed the workspace */
	bool planned;	      /* the plan is another */
	bool cut;	      /* a long output is not told whole */
	bool tested;	      /* it ran the tests... */
	bool green;	      /* ...and they passed */
	struct testlog tests; /* what its output says of them */
	uint64_t wall_ms;     /* of the command, if it ran one */
};

struct tool {
	const char *name;
	const char *description;
	const struct tool_arg *args;
	const char *shown; /* the argument that a short line shows, or NULL */
	enum tool_category category;
	/*
	 * The arguments have been checked. 0: done, or an error that the
	 * model is told; -1: the run cannot go on.
	 */
	int (*run)(struct tool_env *env, struct json_object *input,
	    struct tool_result *r, struct err *e);
};

extern const struct tool tool_bash, tool_run_tests, tool_read_file,
    tool_write_file, tool_edit_file, tool_apply_patch, tool_list_files,
    tool_search_files, tool_background_start, tool_background_poll,
    tool_background_write, tool_background_kill, tool_plan;

/* What the tools keep between calls. */
void tool_env_free(struct tool_env *env);
/* Ends what runs in the background; whether there was any. */
bool tool_background_end(struct tool_env *env);

/* The tool of that name, or NULL. */
const struct tool *tool_find(const char *name);
/* All of them as the model is told: array of {name, description, schema}. */
struct json_object *tool_list(bool with_tests);
/*
 * Runs one tool_use block. 0: *r is filled, a refusal of wrong arguments
 * included; -1: the run cannot go on.
 */
int tool_call(struct tool_env *env, struct json_object *block,
    struct tool_result *r, struct err *e) MUST_CHECK;
void tool_result_free(struct tool_result *r);
/* What a tool asks before it changes n files; as tool_gate.write. */
int tool_may_write(struct tool_env *env, const struct tool *t,
    const struct tool_change *c, size_t n, struct tool_result *r,
    struct err *e) MUST_CHECK;

/* {"type":"object",...} of a tool, strict. */
struct json_object *tool_schema(const struct tool *t);
/* 0, or -1 and a complaint in the words of the schema. */
int tool_check(const struct tool *t, struct json_object *input,
    struct text *complaint) MUST_CHECK;
/* Arguments, once checked. */
const char *
tool_string(struct json_object *input, const char *name, const char *absent);
size_t tool_length(struct json_object *input, const char *name);
int64_t
tool_integer(struct json_object *input, const char *name, int64_t absent);
bool tool_boolean(struct json_object *input, const char *name);

/*
 * What to do with a failed call on the box: 0 if the model is to hear of it
 * (then it is in *r), -1 if the sandbox is gone or we are to stop.
 */
int tool_box_failed(struct tool_result *r, const struct err *e);

#endif
