// SPDX-License-Identifier: ISC
// A word of a shell's line: quotes are taken off, expansions looked into.
#include <ctype.h>
#include <string.h>
#include "policy/shell_parts.h"

char
shell_peek(const struct shell *sh, size_t n)
{
	return n < sh->len - sh->pos ? sh->line[sh->pos + n] : '\0';
}

bool
shell_at(const struct shell *sh, const char *text)
{
	size_t n = strlen(text);

	return n <= sh->len - sh->pos &&
	       memcmp(sh->line + sh->pos, text, n) == 0;
}

bool
shell_fault(struct shell *sh, const char *why)
{
	if (!sh->stop)
		sh->fault = why;
	sh->stop = true;
	if (sh->pos > sh->len)
		sh->pos = sh->len;
	return false;
}

bool
shell_put(struct shell *sh, char c)
{
	// One byte is kept for the end.
	if (sh->ntext + 1 >= SHELL_TEXT_MAX)
		return shell_fault(sh, "it is too long");
	if (c == '\0')
		return shell_fault(sh, "it has a NUL byte");
	sh->text[sh->ntext++] = c;
	return true;
}

bool
shell_is_meta(char c)
{
	return c == '\0' || strchr(" \t\n;&|<>()", c) != NULL;
}

bool
shell_word_is(const struct shell_word *w, const char *what)
{
	return w->flags == 0 && strcmp(w->s, what) == 0;
}

static bool
is_name(char c)
{
	return c == '_' || isalnum((unsigned char)c);
}

bool
shell_word_assigns(const struct shell_word *w)
{
	const char *s = w->s;

	if (!is_name(*s) || isdigit((unsigned char)*s))
		return false;
	while (is_name(*s))
		s++;
	if (*s == '[')
		s += strcspn(s, "]") + (strchr(s, ']') != NULL);
	return *s == '=' || (s[0] == '+' && s[1] == '=');
}

bool
shell_assignment_is_plain(const struct shell *sh, size_t from)
{
	const char *s = sh->line + from, *end = sh->line + sh->pos;

	while (s < end && is_name(*s))
		s++;
	if (s < end && *s == '[') {
		s = memchr(s, ']', (size_t)(end - s));
		if (s == NULL)
			return false;
		s++;
	}
	return s < end &&
	       (*s == '=' || (*s == '+' && end - s > 1 && s[1] == '='));
}

void
shell_word_drop(struct shell *sh)
{
	sh->nwords--;
	sh->ntext = (size_t)(sh->word[sh->nwords].s - sh->text);
}

static bool
read_single(struct shell *sh)
{
	for (sh->pos++; sh->pos < sh->len; sh->pos++) {
		if (sh->line[sh->pos] == '\'') {
			sh->pos++;
			return true;
		}
		if (!shell_put(sh, sh->line[sh->pos]))
			return false;
	}
	return shell_fault(sh, "a quote does not end");
}

/* Within double quotes: a byte, or a backslash and what it means there. */
static bool
read_quoted_byte(struct shell *sh, char end)
{
	char c = sh->line[sh->pos++], next = shell_peek(sh, 0);

	if (c == '\\' && next == '\n') {
		sh->pos++;
		return true;
	}
	if (c == '\\' && next != '\0' &&
	    (strchr("$`\\", next) != NULL || next == end)) {
		c = next;
		sh->pos++;
	}
	return shell_put(sh, c);
}

bool
shell_quoted_read(struct shell *sh, char end, unsigned *flags)
{
	bool ok;
	char c;

	while (sh->pos < sh->len) {
		c = sh->line[sh->pos];
		if (end != '\0' && c == end) {
			sh->pos++;
			return true;
		}
		ok = c == '$' || c == '`'
			 ? shell_expansion_read(sh, true, flags)
			 : read_quoted_byte(sh, end);
		if (!ok)
			return false;
	}
	return end == '\0' || shell_fault(sh, "a quote does not end");
}

/* A backslash outside of quotes. */
static bool
read_escaped(struct shell *sh, unsigned *flags)
{
	char c = shell_peek(sh, 1);

	if (sh->pos + 1 >= sh->len)
		return shell_fault(sh, "it ends with a backslash");
	sh->pos += 2;
	if (c == '\n')
		return true;
	*flags |= SHELL_QUOTED;
	return shell_put(sh, c);
}

/* <(...) and >(...) */
static bool
read_process(struct shell *sh, unsigned *flags)
{
	*flags |= SHELL_DYNAMIC;
	sh->pos += 2;
	return shell_subshell_read(sh);
}

/* What is neither quote nor expansion. */
static bool
read_plain(struct shell *sh, bool first, unsigned *flags)
{
	char c = sh->line[sh->pos], next = shell_peek(sh, 1);

	if (c == '~' && first)
		*flags |= SHELL_DYNAMIC;
	if (c == '*' || c == '?' || c == '[')
		*flags |= SHELL_GLOB;
	// Braces with anything in them may be a list of words.
	if (c == '{' && next != '}' && !shell_is_meta(next))
		*flags |= SHELL_GLOB;
	sh->pos++;
	return shell_put(sh, c);
}

static bool
read_piece(struct shell *sh, bool first, unsigned *flags)
{
	switch (sh->line[sh->pos]) {
	case '\\':
		return read_escaped(sh, flags);
	case '\'':
		*flags |= SHELL_QUOTED;
		return read_single(sh);
	case '"':
		*flags |= SHELL_QUOTED;
		sh->pos++;
		return shell_quoted_read(sh, '"', flags);
	case '$':
	case '`':
		return shell_expansion_read(sh, false, flags);
	case '<':
	case '>':
		return read_process(sh, flags);
	default:
		return read_plain(sh, first, flags);
	}
}

/* Where a word has no more to come. */
static bool
is_over(const struct shell *sh)
{
	char c = shell_peek(sh, 0);

	if (sh->pos >= sh->len)
		return true;
	if ((c == '<' || c == '>') && shell_peek(sh, 1) == '(')
		return false;
	return c != '\0' && shell_is_meta(c);
}

bool
shell_word_read(struct shell *sh)
{
	size_t begin = sh->ntext, from = sh->pos;
	unsigned flags = 0;

	while (!is_over(sh))
		if (!read_piece(sh, sh->pos == from, &flags))
			return false;
	if (sh->nwords == SHELL_WORDS_MAX)
		return shell_fault(sh, "it has too many words");
	if (sh->ntext == SHELL_TEXT_MAX - 1)
		return shell_fault(sh, "it is too long");
	sh->word[sh->nwords++] =
	    (struct shell_word){sh->text + begin, sh->ntext - begin, flags};
	sh->text[sh->ntext++] = '\0';
	// Alone they match nothing but themselves.
	if (strcmp(sh->text + begin, "[") == 0 ||
	    strcmp(sh->text + begin, "[[") == 0)
		sh->word[sh->nwords - 1].flags &= ~(unsigned)SHELL_GLOB;
	if (sh->pos == from)
		return shell_fault(sh, "a word is missing");
	return true;
}
