// SPDX-License-Identifier: ISC
// One command of a line: what its words are to the rules, and what they would
// be written another way.
#include <string.h>
#include "policy/command_parts.h"

#define WITHIN_MAX 16 /* wrappers around one command */

static bool
begins(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

/* A setting that git is given for one command, and that runs nothing. */
static bool
is_harmless_setting(const char *s)
{
	static const char *const of[] = {"user.", "color.", "advice.", "init.",
	    "core.quotepath=", "core.quotePath=", "core.autocrlf=",
	    "core.pager=cat", "commit.gpgsign=", "tag.gpgsign=",
	    "safe.directory=", "merge.conflict", "log."};
	size_t i;

	for (i = 0; i < sizeof(of) / sizeof(of[0]); i++)
		if (begins(s, of[i]))
			return true;
	return false;
}

/* How many words one of git's own options takes; 0: it is not known. */
static size_t
git_option_words(struct command_words w, size_t i)
{
	static const char *const alone[] = {"--no-pager", "-P", "-p",
	    "--paginate", "--no-replace-objects", "--no-optional-locks",
	    "--literal-pathspecs", "--bare"};
	const char *s = w.word[i].s;
	size_t k;

	for (k = 0; k < sizeof(alone) / sizeof(alone[0]); k++)
		if (strcmp(s, alone[k]) == 0)
			return 1;
	if (i + 1 == w.n || command_unknown(&w.word[i]))
		return 0;
	return strcmp(s, "-C") == 0 || (strcmp(s, "-c") == 0 &&
					   is_harmless_setting(w.word[i + 1].s))
		   ? 2
		   : 0;
}

/* Where git's command stands behind them; 0: that is not known. */
static size_t
git_words(struct command_words w)
{
	size_t i = 1, n;

	for (; i < w.n && w.word[i].s[0] == '-'; i += n) {
		n = git_option_words(w, i);
		if (n == 0)
			return 0;
	}
	return i;
}

/* git with what stands before its command left out. */
static void
consider_git(
    struct command_judging *j, struct command_found *f, struct command_words w)
{
	struct shell *sh = j->sh;
	size_t skip = git_words(w), begin = sh->nwords;

	if (skip < 2 || skip >= w.n || SHELL_WORDS_MAX - begin < w.n)
		return;
	sh->word[begin] = w.word[0];
	memcpy(&sh->word[begin + 1], &w.word[skip],
	    (w.n - skip) * sizeof(w.word[0]));
	command_consider(j->rules, f,
	    (struct command_words){&sh->word[begin], w.n - skip + 1}, true);
}

/*
 * The module in one word of python's options: *at is behind its m. 1: there
 * is one; 0: there is none; -1: what follows are no options any more.
 */
static int
find_module(const struct shell_word *w, size_t *at, size_t *i)
{
	size_t k;

	if (w->s[0] != '-' || w->s[1] == '-' || command_unknown(w))
		return -1;
	for (k = 1; k < w->len; k++) {
		*at = k + 1;
		if (w->s[k] == 'm')
			return 1;
		if (w->s[k] == 'c')
			return -1;
		if (w->s[k] == 'W' || w->s[k] == 'X') {
			*i += w->s[k + 1] == '\0';
			return 0;
		}
	}
	return 0;
}

/* python -m MODULE is, to who refuses or asks, MODULE. */
static void
consider_module(
    struct command_judging *j, struct command_found *f, struct command_words w)
{
	struct shell *sh = j->sh;
	struct shell_word *to = &sh->word[sh->nwords];
	size_t i, at = 0;
	int r = 0;

	for (i = 1; i < w.n && r == 0; i++)
		r = find_module(&w.word[i], &at, &i);
	if (r != 1 || SHELL_WORDS_MAX - sh->nwords < w.n)
		return;
	// Behind the m, or the next word.
	i -= w.word[i - 1].s[at] != '\0';
	if (i >= w.n)
		return;
	memcpy(to, &w.word[i], (w.n - i) * sizeof(*to));
	if (w.word[i].s[0] == '-') {
		to->s += at;
		to->len -= at;
	}
	command_consider(
	    j->rules, f, (struct command_words){to, w.n - i}, false);
}

/* uv run COMMAND, and others that prepare what a project runs in. */
static void
consider_run(
    struct command_judging *j, struct command_found *f, struct command_words w)
{
	static const char *const of[][2] = {{"uv", "run"}, {"poetry", "run"},
	    {"pdm", "run"}, {"hatch", "run"}, {"pipenv", "run"},
	    {"bundle", "exec"}, {"opam", "exec"}, {"rustup", "run"},
	    {"npm", "exec"}, {"pnpm", "exec"}, {"yarn", "exec"}};
	const char *name = command_name(&w.word[0]);
	size_t i, k = 2;

	for (i = 0; i < sizeof(of) / sizeof(of[0]) && w.n > 2; i++) {
		if (strcmp(name, of[i][0]) != 0 ||
		    strcmp(w.word[1].s, of[i][1]) != 0)
			continue;
		while (k < w.n && w.word[k].s[0] == '-')
			k++;
		if (k < w.n)
			command_consider(j->rules, f,
			    (struct command_words){w.word + k, w.n - k}, false);
	}
}

void
command_look(struct command_judging *j, struct command_words w)
{
	const char *name = command_name(&w.word[0]);
	struct command_found f;

	memset(&f, 0, sizeof(f));
	if (command_unknown(&w.word[0])) {
		command_doubt(j, COMMAND_BY_UNKNOWN, w);
		return;
	}
	command_consider(j->rules, &f, w, true);
	if (strcmp(name, "git") == 0)
		consider_git(j, &f, w);
	else if (begins(name, "python") || begins(name, "pypy"))
		consider_module(j, &f, w);
	else
		consider_run(j, &f, w);
	command_weigh(j, &f, w, true);
	if (j->looked == WITHIN_MAX) {
		command_doubt(j, COMMAND_BY_UNPARSABLE, w);
		return;
	}
	j->looked++;
	command_look_within(j, w);
	j->looked--;
}
