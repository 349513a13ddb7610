// SPDX-License-Identifier: ISC
// What stands around a command: where its output goes, which variables it
// sets, in which directory it stands.
#include <ctype.h>
#include <string.h>
#include "policy/command_parts.h"

static bool
begins(const char *s, const char *with)
{
	return strncmp(s, with, strlen(with)) == 0;
}

/*
 * Goes along a path from `below` directories down. How far below it ends, or
 * -1: it leaves the directory on its way.
 */
static long
walk(const char *s, long below)
{
	size_t n;

	for (; *s != '\0' && below >= 0; s += n) {
		s += strspn(s, "/");
		n = strcspn(s, "/");
		if (n == 2 && s[0] == '.' && s[1] == '.')
			below--;
		else if (n > 1 || (n == 1 && s[0] != '.'))
			below++;
	}
	return below;
}

/* The scope's place: it begins as its parent's was. */
static struct command_place *
place_of(struct command_judging *j, const struct shell_command *c)
{
	unsigned d;

	for (d = 1; d <= c->depth; d++) {
		if (j->place[d].scope == c->scope[d])
			continue;
		j->place[d] = j->place[d - 1];
		j->place[d].scope = c->scope[d];
	}
	return &j->place[c->depth];
}

/* A path that nothing but the sandbox has: the workspace, and what is its. */
static bool
is_own(const char *s, const struct command_place *at)
{
	static const char *const own[] = {
	    SPEC_WORKSPACE "/", "/tmp/", "/dev/shm/", "/dev/fd/"};
	static const char *const files[] = {"/dev/null", "/dev/stdout",
	    "/dev/stderr", "/dev/tty", "/dev/zero", "/dev/full"};
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (strcmp(s, files[i]) == 0)
			return true;
	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (begins(s, own[i]))
			return walk(s + strlen(own[i]), 0) >= 0;
	return s[0] != '/' && !at->away && walk(s, (long)at->below) >= 0;
}

/* Variables by which a name, or a program, comes to mean another. */
static bool
is_telling(const char *name, size_t len)
{
	static const char *const names[] = {"PATH", "ENV", "BASH_ENV",
	    "SHELLOPTS", "BASHOPTS", "PROMPT_COMMAND", "PS4", "EDITOR",
	    "VISUAL", "PAGER", "MANPAGER", "BROWSER", "LESSOPEN", "LESSCLOSE",
	    "GIT_SSH", "GIT_SSH_COMMAND", "GIT_EXTERNAL_DIFF", "GIT_EDITOR",
	    "GIT_SEQUENCE_EDITOR", "GIT_PAGER", "GIT_ASKPASS", "GIT_EXEC_PATH",
	    "GIT_PROXY_COMMAND", "GIT_TEMPLATE_DIR", "CDPATH", "BASH_CMDS",
	    "BASH_ALIASES"};
	size_t i;

	if (begins(name, "LD_") || begins(name, "GIT_CONFIG"))
		return true;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == len && memcmp(name, names[i], len) == 0)
			return true;
	return false;
}

bool
command_is_telling(const char *name)
{
	return is_telling(name, strcspn(name, "["));
}

bool
command_assigns(const struct shell_word *w)
{
	static const char *const harmless[] = {"", "cat", "true", ":", "less"};
	const char *value = strchr(w->s, '=');
	size_t i, len;

	if (value == NULL)
		return false;
	for (len = 0; w->s[len] == '_' || isalnum((unsigned char)w->s[len]);)
		len++;
	if (!is_telling(w->s, len))
		return false;
	if (len == 4 && begins(w->s, "PATH"))
		return true;
	for (i = 0; i < sizeof(harmless) / sizeof(harmless[0]); i++)
		if (strcmp(value + 1, harmless[i]) == 0)
			return command_unknown(w);
	return true;
}

void
command_surroundings(struct command_judging *j, const struct shell_command *c)
{
	const struct command_place *at = place_of(j, c);
	const struct shell_redir *r;
	size_t i;

	for (i = 0; i < c->nassign; i++)
		if (command_assigns(&c->assign[i]))
			command_doubt(j, COMMAND_BY_ASSIGNMENT,
			    (struct command_words){&c->assign[i], 1});
	for (i = 0; i < c->nredirs; i++) {
		r = &c->redir[i];
		if (r->kind != SHELL_REDIR_WRITE)
			continue;
		if (command_unknown(&r->target) || !is_own(r->target.s, at))
			command_doubt(j, COMMAND_BY_REDIRECT,
			    (struct command_words){&r->target, 1});
	}
}

/* path is dir or lies below it: what follows dir; else NULL. */
static const char *
behind(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	return begins(path, dir) && (path[n] == '/' || path[n] == '\0')
		   ? path + n
		   : NULL;
}

/* How far below it is where cd leads; -1: elsewhere, or it is not known. */
static long
target(const struct command_place *at, const struct shell_word *to)
{
	const char *s = to->s;

	if (command_unknown(to) || s[0] == '-')
		return -1;
	if (behind(s, SPEC_WORKSPACE) != NULL)
		return walk(behind(s, SPEC_WORKSPACE), 0);
	if (behind(s, "/tmp") != NULL)
		return walk(behind(s, "/tmp"), 0);
	return s[0] == '/' || at->away ? -1 : walk(s, (long)at->below);
}

static void
go(struct command_place *at, const struct shell_word *to, bool surely)
{
	long below = target(at, to);

	if (below < 0) {
		at->away = true;
		return;
	}
	// What may fail leaves it where it was: the higher place counts.
	if (surely || (unsigned)below < at->below)
		at->below = (unsigned)below;
	if (surely)
		at->away = false;
}

void
command_begin_in(struct command_judging *j, const char *cwd)
{
	const struct shell_word w = {cwd, strlen(cwd), 0};

	go(&j->place[0], &w, true);
}

/* The operand of cd; or NULL. */
static const struct shell_word *
operand(const struct shell_command *c)
{
	const struct shell_word *w;
	size_t i;

	for (i = 1; i < c->nwords; i++) {
		w = &c->word[i];
		if (w->s[0] != '-' || w->len == 1 ||
		    strspn(w->s + 1, "LPe@-") != w->len - 1)
			return w;
	}
	return NULL;
}

void
command_move(struct command_judging *j, const struct shell_command *c)
{
	struct command_place *at = place_of(j, c);
	const char *name = c->nwords > 0 ? command_name(&c->word[0]) : "";
	const struct shell_word *to = operand(c);

	if (strcmp(name, "popd") == 0)
		at->away = true;
	if (strcmp(name, "cd") != 0 && strcmp(name, "pushd") != 0)
		return;
	if (to == NULL)
		at->away = true;
	else
		go(at, to, c->and_next);
}
