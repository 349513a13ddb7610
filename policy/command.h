/* SPDX-License-Identifier: ISC */
/*
 * Which shell commands an agent may run unasked: rules about words, and what
 * they come to for a line as a shell would read it.
 *
 * A line is taken apart (policy/shell.h), wrappers as env, timeout or sh -c
 * are looked through, and of its parts the strictest decides: deny before ask
 * before auto. What cannot be taken apart is asked about.
 */
#ifndef POLICY_COMMAND_H
#define POLICY_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "policy/spec.h"

/* What an agent does, for who has to approve: name, default, what it is. */
#define APPROVE_TABLE(X)                                                    \
	X(READ, "read", APPROVE_AUTO, "looking at files")                   \
	X(WRITE, "write", APPROVE_NOTIFY, "changing files")                 \
	X(SHELL, "shell", APPROVE_ASK, "commands that no rule allows")      \
	X(NETWORK, "network", APPROVE_ASK, "commands that use the network") \
	X(INSTALL, "install", APPROVE_ASK, "commands that install packages")

enum approve_category {
#define X(id, name, def, what) APPROVE_##id,
	APPROVE_TABLE(X)
#undef X
	APPROVE__COUNT
};

/* From the one that allows most to the one that allows least. */
enum approve_verdict {
	APPROVE_AUTO,
	APPROVE_NOTIFY, /* done, and told */
	APPROVE_ASK,
	APPROVE_DENY,
	APPROVE_VERDICT__COUNT
};

/* What a rule says of the commands that begin with its words. */
enum command_says {
	COMMAND_ALLOW, /* approved; and listed in LIST_COMMAND, if a program */
	COMMAND_AUTO,  /* approved */
	COMMAND_ASK,   /* asked about, whatever else approves */
	COMMAND_DENY,  /* refused */
	COMMAND_NETWORK, /* of that category, unless approved as narrowly */
	COMMAND_INSTALL,
	COMMAND_SAYS__COUNT
};

/* Who says it: for people. */
enum command_origin {
	COMMAND_FROM_POLICY,
	COMMAND_FROM_OPTION,
	COMMAND_FROM_DEFAULT, /* policy/profiles/commands.policy */
	COMMAND_ORIGIN__COUNT
};

struct command_rule {
	uint16_t says, origin; /* the enums above */
	uint32_t line;	       /* of the text that says it; 0: none */
	/* Words between single blanks; the first a name, a path or "./". */
	char pattern[SPEC_ITEM_MAX];
};

#define COMMAND_RULES_MAX 256

struct command_rules {
	uint32_t approve[APPROVE__COUNT]; /* enum approve_verdict */
	uint32_t no_defaults;		  /* 1: the shipped list has no say */
	uint32_t n;
	struct command_rule rule[COMMAND_RULES_MAX];
};

/* Why a part of a line has its verdict: id, its word, what is so. */
#define COMMAND_REASON_TABLE(X)                                                \
	X(APPROVED, "approved", "every part of it is approved")                \
	X(RULE, "rule", "a rule says so")                                      \
	X(CATEGORY, "category", "its category says so")                        \
	X(UNLISTED, "unlisted", "no rule approves it")                         \
	X(UNPARSABLE, "unparsable", "it cannot be taken apart with certainty") \
	X(UNKNOWN, "unknown",                                                  \
	    "which program it runs is only known when it runs")                \
	X(CODE, "code", "it runs text that is only known when it runs")        \
	X(REDIRECT, "redirect",                                                \
	    "it writes to a file outside of the workspace")                    \
	X(ASSIGNMENT, "assignment",                                            \
	    "it sets a variable that changes what programs do")

enum command_reason {
#define X(id, word, what) COMMAND_BY_##id,
	COMMAND_REASON_TABLE(X)
#undef X
	COMMAND_REASON__COUNT
};

#define COMMAND_PART_MAX 200

/* What decided: the first of the strictest parts. */
struct command_answer {
	enum approve_verdict verdict;
	enum approve_category category; /* SHELL, NETWORK or INSTALL */
	enum command_reason reason;
	bool has_rule;		  /* rule says which; of BY_RULE and APPROVED */
	struct command_rule rule; /* a copy */
	/* The part, words between blanks, cut if long; bytes as they are. */
	char part[COMMAND_PART_MAX];
	uint32_t nparts; /* simple commands that were found */
};

/*
 * The verdict of a line of len bytes, which may have any bytes. Never fails:
 * what it does not understand is asked about.
 */
void command_judge(const struct command_rules *rules, const char *line,
    size_t len, struct command_answer *a);
/* The same of a line that begins elsewhere, or is read by another shell. */
struct command_line {
	const char *text;
	size_t len;
	const char *cwd; /* absolute; NULL: the workspace */
	bool posix;	 /* a sh that need not be bash reads it */
};
void command_judge_line(const struct command_rules *rules,
    const struct command_line *l, struct command_answer *a);
/*
 * What decided as a sentence's end: `"command deny curl" (line 3) says so`.
 * Returns out.
 */
#define COMMAND_WHY_MAX 400
const char *
command_why(const struct command_answer *a, char out[COMMAND_WHY_MAX]);

/* Defaults: what APPROVE_TABLE says, and the shipped list. */
void command_rules_init(struct command_rules *rules);
/* *to = *from, but for room beyond the count. */
void
command_rules_copy(struct command_rules *to, const struct command_rules *from);
/* The shipped list, rule by rule; false past the last. */
bool command_default(uint32_t i, struct command_rule *r);

/* "shell"; "auto"; "a rule says so". Never fail for a value of the enum. */
const char *approve_category_name(enum approve_category c);
const char *approve_verdict_name(enum approve_verdict v);
const char *command_reason_text(enum command_reason r);
const char *command_reason_word(enum command_reason r);
/* "allow", "auto", "ask", "deny", "network", "install" */
const char *command_says_name(enum command_says s);

#endif
