// SPDX-License-Identifier: ISC
// One rule against the words of one command.
#include <string.h>
#include "policy/command_rule.h"
#include "policy/paths.h"

// Where the system's programs lie, under whose names rules know them.
static const char *const system_dirs[] = {
    "/bin/", "/sbin/", "/usr/bin/", "/usr/local/bin/", "/usr/sbin/"};

bool
command_word_is(const char *p, size_t plen, const char *s, size_t len)
{
	size_t i = 0, j = 0, star = plen, mark = 0;

	// A * takes as little as it can; where that fails, one byte more.
	while (j < len) {
		if (i < plen && p[i] == '*') {
			star = i++;
			mark = j;
		} else if (i < plen && p[i] == s[j]) {
			i++;
			j++;
		} else if (star < plen) {
			i = star + 1;
			j = ++mark;
		} else {
			return false;
		}
	}
	while (i < plen && p[i] == '*')
		i++;
	return i == plen;
}

size_t
command_pattern_words(const char *pattern)
{
	size_t n = 1;

	while ((pattern = strchr(pattern, ' ')) != NULL) {
		pattern++;
		n++;
	}
	return n;
}

static bool
grants(const struct command_rule *r)
{
	return r->says == COMMAND_ALLOW || r->says == COMMAND_AUTO;
}

/* A path with no way back in it, as ../ or a/../b. */
static bool
straight(const char *s, size_t len)
{
	size_t i, from = 0;

	for (i = 0; i <= len; i++) {
		if (i < len && s[i] != '/')
			continue;
		if (i - from == 2 && s[from] == '.' && s[from + 1] == '.')
			return false;
		from = i + 1;
	}
	return true;
}

/* A path below the workspace, without what leads there; or NULL. */
static const char *
in_workspace(const struct shell_word *w)
{
	const size_t skip = sizeof(SPEC_WORKSPACE "/") - 1;
	const char *s = w->s;

	if (memchr(s, '/', w->len) == NULL || !straight(s, w->len))
		return NULL;
	if (strncmp(s, SPEC_WORKSPACE "/", skip) == 0)
		return s + skip;
	if (s[0] == '/' || s[0] == '~')
		return NULL;
	while (s[0] == '.' && s[1] == '/')
		s += 2;
	return s;
}

/* path is dir, or lies beneath it; "" is above all. */
static bool
beneath(const char *dir, size_t len, const char *path)
{
	while (len > 0 && dir[len - 1] == '/')
		len--;
	return len == 0 || (strncmp(path, dir, len) == 0 &&
			       (path[len] == '\0' || path[len] == '/'));
}

/* The name that a rule knows a program by. */
static const char *
name_of(const struct shell_word *w, bool narrow)
{
	const char *name = strrchr(w->s, '/');
	size_t i;

	if (name == NULL || !narrow)
		return name == NULL ? w->s : name + 1;
	for (i = 0; i < sizeof(system_dirs) / sizeof(system_dirs[0]); i++)
		if (strncmp(w->s, system_dirs[i], strlen(system_dirs[i])) ==
			0 &&
		    (size_t)(name + 1 - w->s) == strlen(system_dirs[i]))
			return name + 1;
	return NULL;
}

static bool
is_program(const char *p, size_t len, const struct shell_word *w, bool narrow)
{
	const char *s;

	if (len >= 2 && p[0] == '.' && p[1] == '/') {
		s = in_workspace(w);
		return s != NULL && beneath(p + 2, len - 2, s);
	}
	if (p[0] == '/')
		return straight(w->s, w->len) && beneath(p, len, w->s);
	s = name_of(w, narrow);
	return s != NULL && command_word_is(p, len, s, strlen(s));
}

static bool
unknown(const struct shell_word *w)
{
	return (w->flags & (SHELL_DYNAMIC | SHELL_GLOB)) != 0;
}

/* Could what follows stand behind w without it: an option, +toolchain? */
static bool
passed_over(const struct shell_word *w)
{
	return unknown(w) || w->s[0] == '-' || w->s[0] == '+';
}

/* A word of a pattern that is looked for. */
struct sought {
	const char *s;
	size_t len;
	bool narrow;
};

/* One word of a pattern against one of a command. */
static enum command_match
word_match(const struct sought *p, const struct shell_word *w)
{
	if (p->len == 1 && p->s[0] == '*')
		return COMMAND_MATCH_YES;
	if (unknown(w))
		return p->narrow ? COMMAND_MATCH_NO : COMMAND_MATCH_MAYBE;
	return command_word_is(p->s, p->len, w->s, w->len) ? COMMAND_MATCH_YES
							   : COMMAND_MATCH_NO;
}

/* Finds one word of a pattern from word[*i] on, and goes past it. */
static enum command_match
find_word(
    const struct sought *p, const struct shell_word *word, size_t n, size_t *i)
{
	enum command_match m;
	bool value = false; // this one may be an option's

	for (; *i < n; (*i)++) {
		m = word_match(p, &word[*i]);
		if (m != COMMAND_MATCH_NO) {
			(*i)++;
			return m;
		}
		if (p->narrow || (!value && !passed_over(&word[*i])))
			return COMMAND_MATCH_NO;
		value = passed_over(&word[*i]);
	}
	return COMMAND_MATCH_NO;
}

/* What follows the program, pattern and command. */
static enum command_match
rest_of(const char *p, bool narrow, const struct shell_word *word, size_t n)
{
	enum command_match m, least = COMMAND_MATCH_YES;
	struct sought at = {.narrow = narrow};
	size_t i = 1;

	for (; *p == ' '; p += at.len) {
		at.s = ++p;
		at.len = strcspn(p, " ");
		m = find_word(&at, word, n, &i);
		if (m < least)
			least = m;
		if (m == COMMAND_MATCH_NO)
			break;
	}
	return least;
}

enum command_match
command_match(
    const struct command_rule *r, const struct shell_word *word, size_t n)
{
	const char *p = r->pattern;
	size_t len = strcspn(p, " ");
	bool narrow = grants(r);

	if (len == 1 && *p == '*')
		return rest_of(p + len, narrow, word, n);
	if (unknown(&word[0]))
		return narrow ? COMMAND_MATCH_NO : COMMAND_MATCH_MAYBE;
	if (!is_program(p, len, &word[0], narrow))
		return COMMAND_MATCH_NO;
	return rest_of(p + len, narrow, word, n);
}
