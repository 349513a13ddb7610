/* SPDX-License-Identifier: ISC */
/*
 * One rule against the words of one command.
 *
 * Who approves is read narrowly, who refuses or asks widely: a pattern that
 * allows is how the words begin, to the letter; one that does not is found
 * behind options, too, and a word that is not known could be any.
 */
#ifndef POLICY_COMMAND_RULE_H
#define POLICY_COMMAND_RULE_H

#include "policy/command.h"
#include "policy/shell.h"

enum command_match {
	COMMAND_MATCH_NO,
	COMMAND_MATCH_MAYBE, /* it hangs on what a word will be */
	COMMAND_MATCH_YES,
};

/* word[0..n) are a command's, n > 0, its program first. */
enum command_match command_match(
    const struct command_rule *r, const struct shell_word *word, size_t n);
/* Words of a pattern. */
size_t command_pattern_words(const char *pattern);
/* Whether s is a pattern's word p, in which * stands for any bytes. */
bool command_word_is(const char *p, size_t plen, const char *s, size_t len);

#endif
