/* SPDX-License-Identifier: ISC */
/* What the parts of judging a line have from each other. */
#ifndef POLICY_COMMAND_PARTS_H
#define POLICY_COMMAND_PARTS_H

#include "policy/command.h"
#include "policy/shell.h"

/* Where commands of one scope stand, as far as words tell. */
struct command_place {
	unsigned scope;
	unsigned below; /* directories below the one that the line began in */
	bool away;	/* perhaps not below it any more */
};

struct command_judging {
	const struct command_rules *rules;
	struct command_answer *a;
	struct shell *sh;
	const struct shell_command *c; /* at hand; its redirections count */
	bool any;		       /* something is in *a */
	unsigned looked;	       /* wrappers around what is looked at */
	struct command_place place[SHELL_DEPTH_MAX + 1];
};

/* Part of a command's words; their program is the first. */
struct command_words {
	const struct shell_word *word;
	size_t n;
};

/* What the rules have to say of one part, before it is weighed. */
struct command_found {
	struct command_rule deny, ask, of, grant;
	int denies, asks;	      /* enum command_match */
	size_t of_words, grant_words; /* 0: there is none */
};

/* Adds what all rules say of these words; with grants, or without. */
void command_consider(const struct command_rules *rules,
    struct command_found *f, struct command_words w, bool grants);
/* What is found comes to this for that part of the line. */
void command_weigh(struct command_judging *j, const struct command_found *f,
    struct command_words w, bool needs_grant);
/* A part that no rule is asked about: why it is not approved. */
void command_doubt(
    struct command_judging *j, enum command_reason why, struct command_words w);

/* Judges a command, and what it would run in turn. */
void command_look(struct command_judging *j, struct command_words w);
/* What its program would run for it: judged. */
void command_look_within(struct command_judging *j, struct command_words w);
/* The same, where it is a text that a shell would read. */
void command_look_in_text(struct command_judging *j, struct command_words w);
void command_look_text(
    struct command_judging *j, const char *text, size_t len, bool posix);
/* The words from i on are one text that is run. */
void command_look_joined(
    struct command_judging *j, struct command_words w, size_t i, bool posix);

/* The program that is meant: its name, without a system directory; or "". */
const char *command_name(const struct shell_word *w);
bool command_unknown(const struct shell_word *w);

/* Redirections, assignments; and cd, once the command is judged. */
void
command_surroundings(struct command_judging *j, const struct shell_command *c);
void command_move(struct command_judging *j, const struct shell_command *c);
/* The line begins there. */
void command_begin_in(struct command_judging *j, const char *cwd);
/* NAME=VALUE that is no matter of course: that a variable like PATH is set. */
bool command_assigns(const struct shell_word *w);
/* Is that such a variable? */
bool command_is_telling(const char *name);

#endif
