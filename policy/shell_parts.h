/* SPDX-License-Identifier: ISC */
/* What the parts of the shell's reader have from each other. */
#ifndef POLICY_SHELL_PARTS_H
#define POLICY_SHELL_PARTS_H

#include "policy/shell.h"

/* What ends a list of commands. */
enum shell_end {
	SHELL_END_LINE,
	SHELL_END_PAREN,
	SHELL_END_ITEM, /* of case: ;; or esac */
};

/* The byte at the place and n behind it; '\0' past the end. */
char shell_peek(const struct shell *sh, size_t n);
/* What stands at the place? */
bool shell_at(const struct shell *sh, const char *text);
/* Ends the reading. Returns false. */
bool shell_fault(struct shell *sh, const char *why);
/* Appends to the text. */
bool shell_put(struct shell *sh, char c);
/* Blanks, continued lines and a comment; newlines too, if asked to. */
void shell_skip(struct shell *sh, bool newlines);
/* A byte that ends a word if it is not quoted. */
bool shell_is_meta(char c);

/*
 * The word at the place, pushed; its commands are visited. It may be empty
 * only if it has quotes.
 */
bool shell_word_read(struct shell *sh);
/* Takes the last word away, and its text. */
void shell_word_drop(struct shell *sh);
/* Is it exactly this, and not quoted? */
bool shell_word_is(const struct shell_word *w, const char *what);
/* NAME=, NAME+= or NAME[...]=, in front of a command's name. */
bool shell_word_assigns(const struct shell_word *w);
/*
 * Does it stand so in the line, which has it from `from' to the place? With
 * quotes in front of its = it would be a command.
 */
bool shell_assignment_is_plain(const struct shell *sh, size_t from);
/* What may stand in double quotes, past end; '\0': all. To the text. */
bool shell_quoted_read(struct shell *sh, char end, unsigned *flags);
/* An expansion; the place is at its $ or `. */
bool shell_expansion_read(struct shell *sh, bool quoted, unsigned *flags);

/* The place is at the operator. Pushed; here-documents are read. */
bool shell_redir_read(struct shell *sh);
/* Is that a redirection, not <(...)? */
bool shell_at_redir(const struct shell *sh);

/*
 * 1: the word is a keyword, and what belongs to it is read, up to where a
 * command may begin. 0: it is none; or -1.
 */
int shell_keyword_read(struct shell *sh, const struct shell_word *w);
/* Goes past what must stand here. */
bool shell_take(struct shell *sh, const char *what);

/* Commands up to their end, which is taken. */
bool shell_list_read(struct shell *sh, enum shell_end end);
/* The same in a subshell's scope, up to ")". */
bool shell_subshell_read(struct shell *sh);
/* (( ... )): the place is behind the two. Not it: 0; else 1, or -1. */
int shell_arithmetic_read(struct shell *sh, unsigned *flags);

#endif
