/* SPDX-License-Identifier: ISC */
/*
 * The parts of the loop: the conversation, a turn of the model, the calls of
 * its answer, and the tests that have the last word. run.h starts it.
 */
#ifndef SRC_AGENT_LOOP_H
#define SRC_AGENT_LOOP_H

#include "src/agent/run.h"

/* Turns until one ends the task: a claim that holds, a budget, a fault. */
enum agent_exit loop_turns(struct run *r, struct err *e);

struct json_object *loop_text_block(const char *text, size_t len);
/* Appends a message of ours to the conversation (content is taken over), and
   tells of it. */
int
loop_say(struct run *r, struct json_object *content, struct err *e) MUST_CHECK;
int loop_say_text(
    struct run *r, const char *text, size_t len, struct err *e) MUST_CHECK;

/* Asks the model. Its message is in the conversation and in *m. */
int turn_ask(struct run *r, struct model_response *m, struct err *e) MUST_CHECK;

/*
 * After the calls of a turn: whether a file is another, or the tests say
 * something else. Where files are, and nobody ran the tests since, they are
 * run, if they are quick, and results has what they said.
 */
int round_end(struct run *r, struct json_object *results, bool *progress,
    struct err *e) MUST_CHECK;

/* How many tools an answer calls. */
size_t act_count(struct json_object *content);
/* Runs them in their order, and answers. DONE: the run goes on. */
enum agent_exit
act_all(struct run *r, struct json_object *content, bool fenced, struct err *e);

/*
 * The answer of a model that speaks no tools: its blocks of code are written
 * and run, and it is told what came of them; with none it claims to be done.
 */
enum agent_exit fenced_all(
    struct run *r, struct json_object *content, bool *over, struct err *e);
/* Results (taken over) of such blocks, and what we have to say, as a text. */
struct json_object *
fenced_reply(struct json_object *blocks, struct json_object *results);

/* Runs the tests; *out gets what a model or a person is told. */
int oracle_run(struct run *r, const char *why, struct tool_result *out,
    struct err *e) MUST_CHECK;
/* Keeps the verdict of a test run, and shows it. */
void oracle_note(struct run *r, const struct tool_result *t);
/* The tests as they are, which must be red; then the task is told. */
int oracle_first(struct run *r, struct err *e) MUST_CHECK;
/*
 * Green is what passes twice in a row: a test that flips proves nothing. A
 * pass since which nothing ran is the first of the two.
 */
int oracle_prove(struct run *r, const char *why, struct tool_result *t,
    struct err *e) MUST_CHECK;
/* The model stopped. *over: so do we, with the status returned. */
enum agent_exit oracle_claim(struct run *r, bool *over, struct err *e);
/*
 * The run was stopped short. Work that was not tested yet may be all there
 * was to do: the tests have the last word.
 */
enum agent_exit
oracle_last_word(struct run *r, enum agent_exit status, struct err *e);
/* Green with changes that the policy does not allow is not: DENIED. */
enum agent_exit
loop_against(struct run *r, enum agent_exit status, struct err *e);

#endif
