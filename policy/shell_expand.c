// SPDX-License-Identifier: ISC
// Expansions of a shell's line: nothing is expanded, but the commands in them
// are found, and that the word is not what it seems.
#include <ctype.h>
#include <string.h>
#include "policy/shell_parts.h"

bool
shell_subshell_read(struct shell *sh)
{
	size_t nwords = sh->nwords, ntext = sh->ntext, nredirs = sh->nredirs;
	bool ok;

	if (sh->depth == SHELL_DEPTH_MAX)
		return shell_fault(sh, "it is nested too deeply");
	sh->scope[++sh->depth] = ++sh->scopes;
	ok = shell_list_read(sh, SHELL_END_PAREN);
	sh->depth--;
	sh->nwords = nwords;
	sh->ntext = ntext;
	sh->nredirs = nredirs;
	return ok;
}

/* Where `))` ends what began at the place; 0: it is no arithmetic. */
static size_t
arithmetic_end(const struct shell *sh)
{
	unsigned open = 2;
	size_t i;

	for (i = sh->pos; i < sh->len; i++) {
		if (sh->line[i] == '(')
			open++;
		if (sh->line[i] != ')')
			continue;
		if (--open > 1)
			continue;
		return i + 1 < sh->len && sh->line[i + 1] == ')' ? i : 0;
	}
	return 0;
}

int
shell_arithmetic_read(struct shell *sh, unsigned *flags)
{
	size_t end = arithmetic_end(sh), i, ntext = sh->ntext, len = sh->len;
	bool ok;

	if (end == 0)
		return 0;
	for (i = sh->pos; i < end; i++) {
		if (strchr("'\"\\`", sh->line[i]) == NULL)
			continue;
		(void)shell_fault(sh, "arithmetic has quotes in it");
		return -1;
	}
	sh->len = end;
	ok = shell_quoted_read(sh, '\0', flags);
	sh->len = len;
	sh->ntext = ntext;
	if (!ok)
		return -1;
	sh->pos = end + 2;
	*flags |= SHELL_DYNAMIC;
	return 1;
}

/* Behind $( */
static bool
read_command(struct shell *sh, unsigned *flags)
{
	int r;

	*flags |= SHELL_DYNAMIC;
	sh->pos += 2;
	if (shell_peek(sh, 0) == '(') {
		sh->pos++;
		r = shell_arithmetic_read(sh, flags);
		if (r != 0)
			return r == 1;
		sh->pos--;
	}
	return shell_subshell_read(sh);
}

/* `...`: its backslashes go first, so it is read from a copy. */
static bool
read_backquoted(struct shell *sh, bool quoted, unsigned *flags)
{
	size_t begin = sh->ntext;
	bool ok;
	char c;

	*flags |= SHELL_DYNAMIC;
	for (sh->pos++; (c = shell_peek(sh, 0)) != '`'; sh->pos++) {
		if (sh->pos >= sh->len)
			return shell_fault(sh, "a backquote does not end");
		if (c == '\\' && shell_peek(sh, 1) != '\0' &&
		    strchr(quoted ? "$`\\\"" : "$`\\", shell_peek(sh, 1)) !=
			NULL)
			c = sh->line[++sh->pos];
		if (!shell_put(sh, c))
			return false;
	}
	sh->pos++;
	if (sh->depth == SHELL_DEPTH_MAX)
		return shell_fault(sh, "it is nested too deeply");
	sh->scope[++sh->depth] = ++sh->scopes;
	ok = shell_read(sh, sh->text + begin, sh->ntext - begin, sh->posix);
	sh->depth--;
	sh->ntext = begin;
	return ok;
}

static void
skip_single(struct shell *sh)
{
	for (sh->pos++; sh->pos < sh->len && shell_peek(sh, 0) != '\'';)
		sh->pos++;
	sh->pos++;
}

/* One piece of what stands in ${...}. */
static bool
read_in_braces(struct shell *sh, bool quoted, unsigned *flags)
{
	switch (shell_peek(sh, 0)) {
	case '$':
	case '`':
		return shell_expansion_read(sh, quoted, flags);
	case '"':
		sh->pos++;
		return shell_quoted_read(sh, '"', flags);
	case '\\':
		sh->pos += 2;
		return true;
	case '\'':
		if (quoted)
			return shell_fault(
			    sh, "shells differ over a quote in \"${...}\"");
		skip_single(sh);
		return true;
	case '<':
	case '>':
		if (shell_peek(sh, 1) == '(')
			return shell_fault(sh, "${...} has a command in it");
		break;
	default:
		break;
	}
	sh->pos++;
	return true;
}

/* ${...} */
static bool
read_parameter(struct shell *sh, bool quoted, unsigned *flags)
{
	size_t ntext = sh->ntext;

	*flags |= SHELL_DYNAMIC;
	sh->pos += 2;
	if (shell_peek(sh, 0) == '\0' ||
	    strchr(" \t\n|(", shell_peek(sh, 0)) != NULL)
		return shell_fault(sh, "${ begins with a blank");
	while (sh->pos < sh->len && shell_peek(sh, 0) != '}') {
		// A prompt is expanded once more.
		if (shell_at(sh, "@P"))
			return shell_fault(sh, "${...@P} runs what it holds");
		if (!read_in_braces(sh, quoted, flags))
			return false;
		sh->ntext = ntext;
	}
	if (sh->pos >= sh->len)
		return shell_fault(sh, "${ does not end");
	sh->pos++;
	return true;
}

/* $'...': what its escapes say, or that they are not known. */
static bool
read_ansi(struct shell *sh, unsigned *flags)
{
	static const char from[] = "abefnrtv\\\"?",
			  to[] = "\a\b\033\f\n\r\t\v\\\"?";
	const char *at;
	char c;

	*flags |= SHELL_QUOTED;
	for (sh->pos += 2; sh->pos < sh->len; sh->pos++) {
		c = shell_peek(sh, 0);
		if (c == '\'') {
			sh->pos++;
			return true;
		}
		if (c == '\\') {
			c = shell_peek(sh, 1);
			// To a sh that does not know of $' this is its end.
			if (c == '\'' || c == '\0')
				return shell_fault(sh, "$' has a quote in it");
			at = strchr(from, c);
			if (at == NULL)
				*flags |= SHELL_DYNAMIC;
			else
				c = to[at - from];
			sh->pos++;
		}
		if (!shell_put(sh, c))
			return false;
	}
	return shell_fault(sh, "a quote does not end");
}

static bool
is_name(char c)
{
	return c == '_' || isalnum((unsigned char)c);
}

/* $NAME, and $ with a sign. */
static bool
read_name(struct shell *sh, unsigned *flags)
{
	char c = shell_peek(sh, 1);
	size_t n = 1;

	if (is_name(c) && !isdigit((unsigned char)c))
		while (is_name(shell_peek(sh, n)))
			n++;
	else if (c != '\0' && strchr("@*#?$!-0123456789", c) != NULL)
		n = 2;
	if (n > 1)
		*flags |= SHELL_DYNAMIC;
	for (; n > 0; n--)
		if (!shell_put(sh, sh->line[sh->pos++]))
			return false;
	return true;
}

bool
shell_expansion_read(struct shell *sh, bool quoted, unsigned *flags)
{
	if (sh->stop)
		return false;
	if (shell_peek(sh, 0) == '`')
		return read_backquoted(sh, quoted, flags);
	switch (shell_peek(sh, 1)) {
	case '(':
		return read_command(sh, flags);
	case '{':
		return read_parameter(sh, quoted, flags);
	case '[':
		return shell_fault(sh, "$[ is not read alike by all shells");
	case '\'':
		if (!quoted)
			return read_ansi(sh, flags);
		break;
	case '"':
		if (!quoted) {
			sh->pos++;
			return true; // read as what it is
		}
		break;
	default:
		break;
	}
	return read_name(sh, flags);
}
