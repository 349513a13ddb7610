// SPDX-License-Identifier: ISC
// Redirections of a shell's line, here-documents among them.
#include <ctype.h>
#include <string.h>
#include "policy/shell_parts.h"

// The longer ones first.
static const struct redir_operator {
	const char *s;
	enum shell_redir_kind kind;
} redir_operators[] = {
    {"<<<", SHELL_REDIR_HERE},
    {"<<", SHELL_REDIR_HERE},
    {"<&", SHELL_REDIR_DUP},
    {"<>", SHELL_REDIR_WRITE},
    {"<", SHELL_REDIR_READ},
    {"&>>", SHELL_REDIR_WRITE},
    {"&>", SHELL_REDIR_WRITE},
    {">>", SHELL_REDIR_WRITE},
    {">|", SHELL_REDIR_WRITE},
    {">&", SHELL_REDIR_DUP},
    {">", SHELL_REDIR_WRITE},
};

bool
shell_at_redir(const struct shell *sh)
{
	char c = shell_peek(sh, 0), next = shell_peek(sh, 1);

	return ((c == '<' || c == '>') && next != '(') ||
	       (c == '&' && next == '>');
}

/* Past a quote that must end on its line; 0: it does not. */
static size_t
past_quote(const struct shell *sh, size_t i, char end)
{
	for (i++; i < sh->len && sh->line[i] != '\n'; i++) {
		if (sh->line[i] == end)
			return i;
		// It ends with the line in a comment, and goes on elsewhere.
		if (sh->line[i] == '\\' && end != '\'' && i + 1 < sh->len &&
		    sh->line[i + 1] != '\n')
			i++;
	}
	return 0;
}

/* Past what a backslash or a quote at i begins; 0: that goes on elsewhere. */
static size_t
past_quoted(const struct shell *sh, size_t i)
{
	switch (sh->line[i]) {
	case '\\':
		return shell_peek(sh, i + 1 - sh->pos) == '\n' ? 0 : i + 1;
	case '\'':
	case '"':
	case '`':
		return past_quote(sh, i, sh->line[i]);
	default:
		return i;
	}
}

/* How many are open behind c. */
static size_t
count_open(char c, size_t open)
{
	if (c == '(' || c == '{')
		return open + 1;
	return (c == ')' || c == '}') && open > 0 ? open - 1 : open;
}

/*
 * The newline that ends the line, for a here-document behind it; 0: there is
 * none, or what stands before it goes on past it. A substitution that ends
 * first has no document, to some; others look for it behind the line.
 */
static size_t
line_end(const struct shell *sh)
{
	size_t i, open = 0;
	char c;

	for (i = sh->pos; i < sh->len && sh->line[i] != '\n'; i++) {
		c = sh->line[i];
		i = past_quoted(sh, i);
		if (i == 0 || (c == ')' && open == 0 && sh->depth > 0))
			return 0;
		open = count_open(c, open);
	}
	return i < sh->len && open == 0 ? i : 0;
}

/* The line at `at`: where it ends. */
static size_t
end_of(const struct shell *sh, size_t at)
{
	const char *lf = memchr(sh->line + at, '\n', sh->len - at);

	return lf != NULL ? (size_t)(lf - sh->line) : sh->len;
}

/*
 * The line at `at`, with those that backslashes join to it: where it ends. A
 * pair of backslashes joins nothing.
 */
static size_t
joined_end(const struct shell *sh, size_t at)
{
	for (; at < sh->len && sh->line[at] != '\n'; at++)
		if (sh->line[at] == '\\' && at + 1 < sh->len)
			at++;
	return at < sh->len ? at : sh->len;
}

/* Is it the delimiter, were its pieces joined? */
static bool
is_joined_delimiter(
    const struct shell *sh, size_t at, size_t end, const struct shell_word *w)
{
	size_t n = 0;

	for (; at < end; at++) {
		if (sh->line[at] == '\\' && at + 1 < end &&
		    sh->line[at + 1] == '\n')
			at++;
		else if (n == w->len || sh->line[at] != w->s[n++])
			return false;
	}
	return n == w->len;
}

/*
 * Finds the line that is the delimiter: the document's end. Past len: there
 * is none, or one that only some shells would see.
 */
static size_t
find_delimiter(
    const struct shell *sh, size_t at, const struct shell_word *w, bool strip)
{
	bool joins = (w->flags & SHELL_QUOTED) == 0;
	size_t end, from;

	for (; at < sh->len; at = end + 1) {
		end = joins ? joined_end(sh, at) : end_of(sh, at);
		for (from = at; strip && from < end && sh->line[from] == '\t';)
			from++;
		if (end - from == w->len &&
		    memcmp(sh->line + from, w->s, w->len) == 0)
			return at;
		if (joins && is_joined_delimiter(sh, from, end, w))
			break;
	}
	return sh->len + 1;
}

/* The commands in a document whose delimiter had no quotes. */
static bool
read_document(struct shell *sh, size_t from, size_t to, unsigned *flags)
{
	size_t pos = sh->pos, len = sh->len, ntext = sh->ntext;
	size_t at = sh->here_at, next = sh->here_next;
	unsigned depth = sh->here_depth;
	bool ok;

	sh->pos = from;
	sh->len = to;
	sh->here_at = SIZE_MAX;
	ok = shell_quoted_read(sh, '\0', flags);
	if (memchr(sh->line + from, '\\', to - from) != NULL)
		*flags |= SHELL_DYNAMIC;
	sh->pos = pos;
	sh->len = len;
	sh->ntext = ntext;
	sh->here_at = at;
	sh->here_next = next;
	sh->here_depth = depth;
	return ok;
}

/* The last word is the delimiter; it becomes the document. */
static bool
read_here(struct shell *sh, bool strip)
{
	struct shell_word *w = &sh->word[sh->nwords - 1];
	size_t from, to;

	if ((w->flags & SHELL_DYNAMIC) != 0)
		return shell_fault(sh, "a here-document's end is not plain");
	if (sh->here_at == SIZE_MAX || sh->here_at < sh->pos) {
		sh->here_at = line_end(sh);
		if (sh->here_at == 0)
			return shell_fault(
			    sh, "a here-document does not begin");
		sh->here_next = sh->here_at + 1;
		sh->here_depth = sh->depth;
	}
	if (sh->here_depth != sh->depth)
		return shell_fault(
		    sh, "here-documents stand in and around a substitution");
	from = sh->here_next;
	to = find_delimiter(sh, from, w, strip);
	if (to > sh->len)
		return shell_fault(sh, "a here-document does not end");
	sh->here_next = end_of(sh, to);
	sh->here_next += sh->here_next < sh->len;
	if ((w->flags & SHELL_QUOTED) == 0 &&
	    !read_document(sh, from, to, &w->flags))
		return false;
	w->s = sh->line + from;
	w->len = to - from;
	return true;
}

/* Of >& and <&: a descriptor, or a file? */
static bool
is_descriptor(const struct shell_word *w)
{
	size_t n = strspn(w->s, "0123456789");

	return (w->s[n] == '\0' || strcmp(w->s + n, "-") == 0) && w->len > 0;
}

/* Takes an operator; *strip: it is <<-. */
static const struct redir_operator *
take_operator(struct shell *sh, bool *here, bool *strip)
{
	const struct redir_operator *op = redir_operators;

	while (!shell_at(sh, op->s))
		op++;
	sh->pos += strlen(op->s);
	*here = strcmp(op->s, "<<") == 0;
	*strip = *here && shell_peek(sh, 0) == '-';
	sh->pos += *strip;
	return op;
}

bool
shell_redir_read(struct shell *sh)
{
	const struct redir_operator *op;
	struct shell_redir *r;
	bool here, strip;

	op = take_operator(sh, &here, &strip);
	shell_skip(sh, false);
	if (sh->nredirs == SHELL_REDIRS_MAX)
		return shell_fault(sh, "it has too many redirections");
	if (!shell_word_read(sh) || (here && !read_here(sh, strip)))
		return false;
	// It is no word of the command, but its text stays till that ends.
	r = &sh->redir[sh->nredirs++];
	r->kind = op->kind;
	r->target = sh->word[--sh->nwords];
	if (op->s[0] == '>' && r->kind == SHELL_REDIR_DUP &&
	    !is_descriptor(&r->target))
		r->kind = SHELL_REDIR_WRITE;
	return true;
}
