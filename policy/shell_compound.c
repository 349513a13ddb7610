// SPDX-License-Identifier: ISC
// Keywords of a shell: what stands between them and the next command.
#include <string.h>
#include "policy/shell_parts.h"

/* The words of for NAME in WORDS. */
static bool
read_list(struct shell *sh)
{
	while (!sh->stop) {
		shell_skip(sh, false);
		if (sh->pos >= sh->len ||
		    strchr(";\n", shell_peek(sh, 0)) != NULL)
			break;
		if (shell_word_read(sh))
			shell_word_drop(sh);
	}
	return !sh->stop;
}

/* for NAME in WORDS, for ((...)): up to what do stands before. */
static bool
read_for(struct shell *sh)
{
	unsigned flags = 0;
	size_t from;

	shell_skip(sh, false);
	if (shell_at(sh, "((")) {
		sh->pos += 2;
		return shell_arithmetic_read(sh, &flags) == 1 ||
		       shell_fault(sh, "for (( does not end");
	}
	if (!shell_word_read(sh))
		return false;
	shell_skip(sh, true);
	from = sh->pos;
	if (shell_is_meta(shell_peek(sh, 0)))
		return true;
	if (!shell_word_read(sh))
		return false;
	if (shell_word_is(&sh->word[sh->nwords - 1], "in"))
		return read_list(sh);
	sh->pos = from;
	return true;
}

/* PATTERN | PATTERN ) */
static bool
read_patterns(struct shell *sh)
{
	for (;;) {
		shell_skip(sh, false);
		if (shell_peek(sh, 0) == ')')
			return shell_take(sh, ")");
		if (!shell_take(sh, "|"))
			return false;
		shell_skip(sh, false);
		if (!shell_word_read(sh))
			return false;
	}
}

/* case WORD in ITEM... esac: behind case. */
static bool
read_case(struct shell *sh)
{
	bool open;

	shell_skip(sh, false);
	if (!shell_word_read(sh))
		return false;
	shell_skip(sh, true);
	if (!shell_word_read(sh))
		return false;
	if (!shell_word_is(&sh->word[sh->nwords - 1], "in"))
		return shell_fault(sh, "case lacks its in");
	for (;;) {
		shell_skip(sh, true);
		open = shell_peek(sh, 0) == '(';
		sh->pos += open;
		shell_skip(sh, false);
		if (!shell_word_read(sh))
			return false;
		if (!open && shell_word_is(&sh->word[sh->nwords - 1], "esac"))
			return true;
		if (!read_patterns(sh) || !shell_list_read(sh, SHELL_END_ITEM))
			return false;
	}
}

/* function NAME [()]: behind function. */
static bool
read_function(struct shell *sh)
{
	shell_skip(sh, false);
	if (sh->posix || !shell_word_read(sh))
		return shell_fault(
		    sh, "function is not read alike by all shells");
	shell_skip(sh, false);
	if (shell_peek(sh, 0) != '(')
		return true;
	sh->pos++;
	shell_skip(sh, false);
	return shell_take(sh, ")");
}

static bool
read_time(struct shell *sh)
{
	shell_skip(sh, false);
	if (shell_at(sh, "-p") && shell_is_meta(shell_peek(sh, 2)))
		sh->pos += 2;
	return true;
}

static bool
read_nothing(struct shell *sh)
{
	(void)sh;
	return true;
}

static bool
read_coproc(struct shell *sh)
{
	return shell_fault(sh, "coproc is not looked into");
}

static const struct keyword {
	const char *word;
	bool (*read)(struct shell *sh);
} keywords[] = {
    {"!", read_nothing},
    {"{", read_nothing},
    {"}", read_nothing},
    {"if", read_nothing},
    {"then", read_nothing},
    {"elif", read_nothing},
    {"else", read_nothing},
    {"fi", read_nothing},
    {"while", read_nothing},
    {"until", read_nothing},
    {"do", read_nothing},
    {"done", read_nothing},
    {"time", read_time},
    {"for", read_for},
    {"select", read_for},
    {"case", read_case},
    {"function", read_function},
    {"coproc", read_coproc},
};

int
shell_keyword_read(struct shell *sh, const struct shell_word *w)
{
	size_t i;

	for (i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
		if (shell_word_is(w, keywords[i].word))
			return keywords[i].read(sh) && !sh->stop ? 1 : -1;
	return 0;
}
