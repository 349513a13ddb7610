/* SPDX-License-Identifier: ISC */
/*
 * A line of shell as the simple commands that it would run.
 *
 * What is read is what bash and a POSIX sh agree on, and what bash has beyond
 * that and people use. Nothing is expanded: a word whose value is only known
 * at run time is said to be so. Commands in substitutions, here-documents,
 * functions and conditions are found, too, whether they would be reached or
 * not. What is not understood ends the reading with a fault.
 */
#ifndef POLICY_SHELL_H
#define POLICY_SHELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHELL_LINE_MAX	 262144 /* bytes of a line; longer is a fault */
#define SHELL_TEXT_MAX	 262144 /* bytes of words held at one time */
#define SHELL_WORDS_MAX	 4096	/* words held at one time */
#define SHELL_REDIRS_MAX 64	/* of a command, and those around it */
#define SHELL_DEPTH_MAX	 24	/* commands within commands */

enum shell_flag {
	SHELL_DYNAMIC = 1, /* has an expansion: s is not what it will be */
	SHELL_GLOB = 2,	   /* has *, ?, [ or a brace list: may be several */
	SHELL_QUOTED = 4,  /* some of it stood in quotes */
};

/* Quotes taken off. NUL-terminated, and without a NUL within. */
struct shell_word {
	const char *s;
	size_t len;
	unsigned flags;
};

enum shell_redir_kind {
	SHELL_REDIR_READ,  /* < */
	SHELL_REDIR_WRITE, /* >, >>, >|, <>, &>, &>>, and >& with a word */
	SHELL_REDIR_DUP,   /* <& and >& with a descriptor, or - */
	SHELL_REDIR_HERE,  /* <<, <<<: target is what is read */
};

struct shell_redir {
	enum shell_redir_kind kind;
	struct shell_word target; /* of <<: as it stands, not terminated */
};

struct shell_command {
	/* Assignments first, as they stand: NAME=VALUE. */
	size_t nassign;
	const struct shell_word *assign;
	size_t nwords; /* 0: assignments or redirections alone */
	const struct shell_word *word;
	size_t nredirs;
	const struct shell_redir *redir;
	unsigned depth; /* of subshells and substitutions around it */
	/* Numbers of these, from 0 to depth; none is used twice. */
	const unsigned *scope;
	bool and_next; /* && follows: what is next runs if it succeeded */
};

/*
 * Memory for a reading. The text and the words are stacks: what is found
 * within a word is forgotten before the word goes on.
 */
struct shell {
	/* Called for each simple command; false ends the reading. */
	bool (*visit)(
	    void *arg, struct shell *sh, const struct shell_command *c);
	void *arg;
	const char *fault; /* what is not understood, a phrase; or NULL */
	/* The rest is shell_*.c's own. */
	const char *line;
	size_t len, pos;
	size_t here_at, here_next; /* the newline before here-documents; */
	bool stop;		   /* ...and where it goes on behind them */
	unsigned here_depth;	   /* of who has those documents */
	bool posix;		   /* a sh that need not be bash */
	unsigned nested, depth, scopes;
	unsigned scope[SHELL_DEPTH_MAX + 1]; /* those that are open */
	size_t ntext, nwords, nredirs;
	struct shell_redir redir[SHELL_REDIRS_MAX];
	struct shell_word word[SHELL_WORDS_MAX];
	char text[SHELL_TEXT_MAX];
};

/* visit and arg are kept; nothing is read yet. */
void shell_init(struct shell *sh,
    bool (*visit)(void *arg, struct shell *sh, const struct shell_command *c),
    void *arg);
/*
 * Reads a line, visiting its commands. Can be called by what is visited, for
 * a text within it; posix: by a sh that need not be bash, so that what the two
 * understand differently is a fault. True if all was read; else either
 * sh->fault says why not, or visit() said to end.
 */
bool shell_read(struct shell *sh, const char *line, size_t len, bool posix);

#endif
