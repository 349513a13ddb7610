// SPDX-License-Identifier: ISC
// Shells, and the shell's own commands, that run what is a text in a line.
#include <string.h>
#include "policy/command_parts.h"

void
command_look_text(
    struct command_judging *j, const char *text, size_t len, bool posix)
{
	const struct shell_word w = {text, len, 0};
	struct shell *sh = j->sh;

	if (!shell_read(sh, text, len, posix))
		command_doubt(
		    j, COMMAND_BY_UNPARSABLE, (struct command_words){&w, 1});
}

/* The words in one text, as eval makes of them; false: not known, or long. */
static bool
join(struct command_judging *j, struct command_words w, bool posix)
{
	struct shell *sh = j->sh;
	size_t begin = sh->ntext, i;

	for (i = 0; i < w.n; i++) {
		if (command_unknown(&w.word[i]) ||
		    SHELL_TEXT_MAX - sh->ntext < w.word[i].len + 2)
			break;
		memcpy(sh->text + sh->ntext, w.word[i].s, w.word[i].len);
		sh->ntext += w.word[i].len;
		sh->text[sh->ntext++] = ' ';
	}
	if (i == w.n)
		command_look_text(
		    j, sh->text + begin, sh->ntext - begin, posix);
	sh->ntext = begin;
	return i == w.n;
}

/* A here-document or a file at its standard input: the last one counts. */
static const struct shell_redir *
input_of(const struct shell_command *c)
{
	size_t i;

	for (i = c->nredirs; i-- > 0;)
		if (c->redir[i].kind == SHELL_REDIR_HERE ||
		    c->redir[i].kind == SHELL_REDIR_READ)
			return &c->redir[i];
	return NULL;
}

/* A shell that reads its commands from its standard input. */
static void
look_input(struct command_judging *j, struct command_words w, bool posix)
{
	const struct shell_redir *r = input_of(j->c);

	if (r == NULL || command_unknown(&r->target))
		command_doubt(j, COMMAND_BY_CODE, w);
	else if (r->kind == SHELL_REDIR_HERE)
		command_look_text(j, r->target.s, r->target.len, posix);
}

/* Words that one option of a shell takes. */
static size_t
shell_option_words(const struct shell_word *o)
{
	// -o pipefail, --rcfile FILE: the next word is theirs.
	if (o->s[1] != '-')
		return o->s[o->len - 1] == 'o' || o->s[o->len - 1] == 'O' ? 2
									  : 1;
	return strcmp(o->s, "--rcfile") == 0 || strcmp(o->s, "--init-file") == 0
		   ? 2
		   : 1;
}

/* Where a shell's options end; *c: -c is one of them. */
static size_t
shell_options(struct command_words w, bool *c)
{
	const struct shell_word *o;
	size_t i = 1;

	for (*c = false; i < w.n;) {
		o = &w.word[i];
		if (o->s[0] != '-' && o->s[0] != '+')
			break;
		i += shell_option_words(o);
		if (o->s[1] == '\0' || strcmp(o->s, "--") == 0)
			break;
		// Long ones say nothing about where commands come from.
		if (o->s[1] != '-' && strchr(o->s, 'c') != NULL)
			*c = true;
	}
	return i;
}

/*
 * Is it a file, whatever else it will be? One that begins with an expansion
 * could be an option, or what a process prints.
 */
static bool
is_file(const struct shell_word *w)
{
	return !command_unknown(w) || strchr("$-~*?[{", w->s[0]) == NULL;
}

/* sh -c TEXT, sh FILE, sh */
static void
look_shell(struct command_judging *j, struct command_words w)
{
	bool posix = strcmp(command_name(&w.word[0]), "bash") != 0, c;
	size_t i = shell_options(w, &c);

	if (i >= w.n && !c)
		look_input(j, w, posix);
	else if (i >= w.n || (c && command_unknown(&w.word[i])) ||
		 !is_file(&w.word[i]))
		command_doubt(j, COMMAND_BY_CODE, w);
	else if (c)
		command_look_text(j, w.word[i].s, w.word[i].len, posix);
}

/* The words from i on are a text that is run. */
void
command_look_joined(
    struct command_judging *j, struct command_words w, size_t i, bool posix)
{
	const struct command_words text = {w.word + i, i < w.n ? w.n - i : 0};

	if (!join(j, text, posix))
		command_doubt(j, COMMAND_BY_CODE, w);
}

static size_t
past_dashes(struct command_words w)
{
	return w.n > 1 && strcmp(w.word[1].s, "--") == 0 ? 2 : 1;
}

static void
look_eval(struct command_judging *j, struct command_words w)
{
	command_look_joined(j, w, past_dashes(w), false);
}

static void
look_trap(struct command_judging *j, struct command_words w)
{
	size_t i = past_dashes(w);

	if (w.n < i + 2 || strcmp(w.word[i].s, "-") == 0)
		return;
	w.n = i + 1;
	command_look_joined(j, w, i, false);
}

/* A file is what an interpreter is given, too; a process is not. */
static void
look_source(struct command_judging *j, struct command_words w)
{
	size_t i = past_dashes(w);

	if (i < w.n && !is_file(&w.word[i]))
		command_doubt(j, COMMAND_BY_CODE, w);
}

static void
look_export(struct command_judging *j, struct command_words w)
{
	size_t i;

	for (i = 1; i < w.n; i++)
		if (command_assigns(&w.word[i]))
			command_doubt(j, COMMAND_BY_ASSIGNMENT,
			    (struct command_words){&w.word[i], 1});
}

/* jobs -x COMMAND */
static void
look_jobs(struct command_judging *j, struct command_words w)
{
	if (w.n > 2 && w.word[1].s[0] == '-' &&
	    strchr(w.word[1].s, 'x') != NULL)
		command_look(j, (struct command_words){w.word + 2, w.n - 2});
	else if (w.n > 2 && command_unknown(&w.word[1]))
		command_doubt(j, COMMAND_BY_CODE, w);
}

/* hash -p and alias make a name mean another program. */
static void
look_renamed(struct command_judging *j, struct command_words w)
{
	bool hash = strcmp(command_name(&w.word[0]), "hash") == 0;
	const char *s;
	size_t i;

	for (i = 1; i < w.n; i++) {
		s = w.word[i].s;
		if ((hash && s[0] == '-' && strchr(s, 'p') != NULL) ||
		    (!hash && strchr(s, '=') != NULL))
			command_doubt(j, COMMAND_BY_UNKNOWN, w);
	}
}

static void
look_name(
    struct command_judging *j, struct command_words w, const char *variable)
{
	if (command_is_telling(variable))
		command_doubt(j, COMMAND_BY_ASSIGNMENT, w);
}

/* printf -v NAME */
static void
look_printf(struct command_judging *j, struct command_words w)
{
	if (w.n > 2 && strcmp(w.word[1].s, "-v") == 0)
		look_name(j, w, w.word[2].s);
	else if (w.n > 1 && strncmp(w.word[1].s, "-v", 2) == 0)
		look_name(j, w, w.word[1].s + 2);
}

/* read NAME... */
static void
look_read(struct command_judging *j, struct command_words w)
{
	size_t i;

	for (i = 1; i < w.n; i++)
		look_name(j, w, w.word[i].s);
}

/* mapfile -C CODE: run for each so many lines. */
static void
look_mapfile(struct command_judging *j, struct command_words w)
{
	size_t i;

	for (i = 1; i < w.n; i++)
		if (w.word[i].s[0] == '-' && strchr(w.word[i].s, 'C') != NULL)
			command_doubt(j, COMMAND_BY_CODE, w);
	look_read(j, w);
}

static const struct {
	const char *name;
	void (*look)(struct command_judging *j, struct command_words w);
} texts[] = {
    {"sh", look_shell},
    {"bash", look_shell},
    {"dash", look_shell},
    {"ash", look_shell},
    {"ksh", look_shell},
    {"mksh", look_shell},
    {"zsh", look_shell},
    {"eval", look_eval},
    {"trap", look_trap},
    {".", look_source},
    {"source", look_source},
    {"export", look_export},
    {"declare", look_export},
    {"typeset", look_export},
    {"local", look_export},
    {"readonly", look_export},
    {"jobs", look_jobs},
    {"hash", look_renamed},
    {"alias", look_renamed},
    {"printf", look_printf},
    {"read", look_read},
    {"getopts", look_read},
    {"mapfile", look_mapfile},
    {"readarray", look_mapfile},
};

void
command_look_in_text(struct command_judging *j, struct command_words w)
{
	const char *name = command_name(&w.word[0]);
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (strcmp(name, texts[i].name) == 0)
			texts[i].look(j, w);
}
