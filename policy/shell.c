// SPDX-License-Identifier: ISC
// A line of shell as the simple commands that it would run: lists of them.
//
// What stands around commands is not held against a grammar: keywords where a
// command could begin are passed over. A shell that would refuse the whole
// runs none of what is found; what it would run is found all the same.
#include <ctype.h>
#include <string.h>
#include "policy/shell_parts.h"

void
shell_init(struct shell *sh,
    bool (*visit)(void *arg, struct shell *sh, const struct shell_command *c),
    void *arg)
{
	// Its arrays are stacks, and are not cleared.
	sh->visit = visit;
	sh->arg = arg;
	sh->fault = NULL;
	sh->line = "";
	sh->len = sh->pos = 0;
	sh->here_at = SIZE_MAX;
	sh->here_next = 0;
	sh->here_depth = 0;
	sh->stop = sh->posix = false;
	sh->nested = sh->depth = sh->scopes = 0;
	sh->scope[0] = 0;
	sh->ntext = sh->nwords = sh->nredirs = 0;
}

/* At the newline: past it, and past documents that were read before. */
static void
next_line(struct shell *sh)
{
	sh->pos = sh->pos == sh->here_at ? sh->here_next : sh->pos + 1;
}

static void
skip_comment(struct shell *sh)
{
	while (sh->pos < sh->len && sh->line[sh->pos] != '\n')
		sh->pos++;
}

void
shell_skip(struct shell *sh, bool newlines)
{
	while (sh->pos < sh->len) {
		switch (sh->line[sh->pos]) {
		case ' ':
		case '\t':
			sh->pos++;
			break;
		case '#':
			skip_comment(sh);
			break;
		case '\n':
			if (!newlines)
				return;
			next_line(sh);
			break;
		default:
			if (!shell_at(sh, "\\\n"))
				return;
			sh->pos += 2;
		}
	}
}

/* What a command has on the stacks. */
struct frame {
	size_t words, redirs, text, nassign;
};

static struct frame
begin(const struct shell *sh)
{
	return (struct frame){sh->nwords, sh->nredirs, sh->ntext, 0};
}

static bool
leave(struct shell *sh, const struct frame *f, bool ok)
{
	sh->nwords = f->words;
	sh->nredirs = f->redirs;
	sh->ntext = f->text;
	return ok && !sh->stop;
}

static bool
emit(struct shell *sh, const struct frame *f)
{
	struct shell_command c = {
	    .nassign = f->nassign,
	    .assign = &sh->word[f->words],
	    .nwords = sh->nwords - f->words - f->nassign,
	    .word = &sh->word[f->words + f->nassign],
	    .nredirs = sh->nredirs - f->redirs,
	    .redir = &sh->redir[f->redirs],
	    .depth = sh->depth,
	    .scope = sh->scope,
	    .and_next = shell_at(sh, "&&"),
	};

	if (!sh->stop && !sh->visit(sh->arg, sh, &c))
		sh->stop = true;
	return leave(sh, f, true);
}

bool
shell_take(struct shell *sh, const char *what)
{
	if (!shell_at(sh, what))
		return shell_fault(sh, "it does not go on as it should");
	sh->pos += strlen(what);
	return true;
}

/* Words up to ")": an array's, the place being behind its "(". */
static bool
read_array(struct shell *sh)
{
	for (;;) {
		shell_skip(sh, true);
		if (shell_peek(sh, 0) == ')')
			return shell_take(sh, ")");
		if (!shell_word_read(sh))
			return false;
		shell_word_drop(sh);
	}
}

/* [[ ... ]]: the place is behind the first. */
static bool
read_test(struct shell *sh, struct frame *f)
{
	char c;

	if (sh->posix)
		return shell_fault(sh, "[[ is not read alike by all shells");
	for (;;) {
		shell_skip(sh, true);
		c = shell_peek(sh, 0);
		if (c != '\0' && strchr("()<>&|", c) != NULL &&
		    !(shell_peek(sh, 1) == '(' && (c == '<' || c == '>'))) {
			sh->pos++;
			continue;
		}
		if (!shell_word_read(sh))
			return false;
		if (shell_word_is(&sh->word[sh->nwords - 1], "]]"))
			return emit(sh, f);
	}
}

/* [n]> and {name}>: the last word is no word, but says which descriptor. */
static bool
is_for_redir(const struct shell *sh, const struct shell_word *w)
{
	static const char name[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
	size_t n = strspn(w->s, "0123456789");

	if (!shell_at_redir(sh) || shell_peek(sh, 0) == '&')
		return false;
	if (w->flags == 0 && n > 0 && w->s[n] == '\0')
		return true;
	// {a,b} is two words, not a name.
	return w->flags == SHELL_GLOB && w->s[0] == '{' &&
	       strspn(w->s + 1, name) == w->len - 2 && w->s[w->len - 1] == '}';
}

/* "(" behind the last word. */
static bool
read_paren(struct shell *sh, const struct frame *f)
{
	const struct shell_word *w = &sh->word[sh->nwords - 1];
	bool first = sh->nwords == f->words + 1 && sh->nredirs == f->redirs;

	sh->pos++;
	if (shell_word_assigns(w) && w->s[w->len - 1] == '=')
		return read_array(sh);
	if (!first || w->flags != 0)
		return shell_fault(sh, "a ( stands where none belongs");
	shell_skip(sh, false);
	if (!shell_take(sh, ")"))
		return false;
	// A function: what it does is found where it is defined.
	shell_word_drop(sh);
	return true;
}

enum step {
	STEP_FAILED,
	STEP_MORE,
	STEP_KEYWORD, /* a command may begin now */
	STEP_TEST,    /* behind [[ */
	STEP_ESAC,
};

/* The word that was just read, the first one of a command. */
static enum step
first_word(struct shell *sh, enum shell_end end)
{
	const struct shell_word *w = &sh->word[sh->nwords - 1];
	int r;

	if (shell_word_is(w, "[["))
		return STEP_TEST;
	if (shell_word_is(w, "esac"))
		return end == SHELL_END_ITEM
			   ? STEP_ESAC
			   : (enum step)shell_fault(sh, "esac without case");
	r = shell_keyword_read(sh, w);
	return r == 0 ? STEP_MORE : r == 1 ? STEP_KEYWORD : STEP_FAILED;
}

/* What the last word is, and what is behind it. */
static enum step
weigh_word(struct shell *sh, struct frame *f, enum shell_end end, bool first)
{
	const struct shell_word *w = &sh->word[sh->nwords - 1];
	enum step s = first ? first_word(sh, end) : STEP_MORE;

	if (s != STEP_MORE)
		return s;
	shell_skip(sh, false);
	if (shell_peek(sh, 0) == '(') {
		if (!read_paren(sh, f))
			return STEP_FAILED;
		if (sh->nwords == f->words)
			return STEP_KEYWORD;
	}
	if (shell_word_assigns(w) && sh->nwords == f->words + f->nassign + 1)
		f->nassign++;
	return STEP_MORE;
}

/* One word or redirection of a simple command. */
static enum step
read_part(struct shell *sh, struct frame *f, enum shell_end end)
{
	bool first = sh->nwords == f->words && sh->nredirs == f->redirs;
	size_t from = sh->pos;

	if (shell_at_redir(sh))
		return shell_redir_read(sh) ? STEP_MORE : STEP_FAILED;
	if (!shell_word_read(sh))
		return STEP_FAILED;
	if (sh->nwords == f->words + f->nassign + 1 &&
	    shell_word_assigns(&sh->word[sh->nwords - 1]) &&
	    !shell_assignment_is_plain(sh, from))
		return (enum step)shell_fault(
		    sh, "an assignment has quotes in its name");
	if (!is_for_redir(sh, &sh->word[sh->nwords - 1]))
		return weigh_word(sh, f, end, first);
	sh->nwords--;
	return STEP_MORE;
}

/* Is there no more of a simple command? */
static bool
is_complete(const struct shell *sh)
{
	char c = shell_peek(sh, 0);

	if (sh->pos >= sh->len)
		return true;
	if (shell_at_redir(sh) || shell_at(sh, "<(") || shell_at(sh, ">("))
		return false;
	return c != '\0' && shell_is_meta(c);
}

/* A simple command, or a keyword. *esac: that was it, and is not taken. */
static bool
read_simple(struct shell *sh, enum shell_end end, bool *esac)
{
	struct frame f = begin(sh);
	size_t from = sh->pos;
	enum step s = STEP_MORE;

	do {
		s = read_part(sh, &f, end);
		if (s == STEP_MORE)
			shell_skip(sh, false);
	} while (s == STEP_MORE && !is_complete(sh));
	if (s == STEP_TEST)
		return read_test(sh, &f);
	if (s == STEP_MORE)
		return emit(sh, &f);
	*esac = s == STEP_ESAC;
	if (*esac)
		sh->pos = from;
	return leave(sh, &f, s != STEP_FAILED);
}

/* "(" where a command could begin. */
static bool
read_open(struct shell *sh)
{
	unsigned flags = 0;
	int r;

	sh->pos++;
	if (shell_peek(sh, 0) != '(')
		return shell_subshell_read(sh);
	if (sh->posix)
		return shell_fault(sh, "(( is not read alike by all shells");
	sh->pos++;
	r = shell_arithmetic_read(sh, &flags);
	if (r != 0)
		return r == 1;
	sh->pos--;
	return shell_subshell_read(sh);
}

/* At ; & or |: true, and past it. Or at an end: *over. */
static bool
read_operator(struct shell *sh, enum shell_end end, bool *over)
{
	static const char *const all[] = {
	    ";;&", ";;", ";&", ";", "&&", "||", "|&", "|", "&"};
	size_t i = 0;

	while (i < sizeof(all) / sizeof(all[0]) && !shell_at(sh, all[i]))
		i++;
	if (i == sizeof(all) / sizeof(all[0]))
		return false;
	sh->pos += strlen(all[i]);
	*over = i < 3;
	if (*over && end != SHELL_END_ITEM)
		(void)shell_fault(sh, ";; without case");
	return true;
}

/* Nothing more to read, or ")": true if the list may end so. */
static bool
is_end(struct shell *sh, enum shell_end end)
{
	if (sh->pos >= sh->len)
		return end == SHELL_END_LINE ||
		       shell_fault(sh, "a command does not end");
	sh->pos++;
	return end == SHELL_END_PAREN || shell_fault(sh, "a ) opens nowhere");
}

bool
shell_list_read(struct shell *sh, enum shell_end end)
{
	bool over = false, ok = true;

	while (ok && !sh->stop && !over) {
		shell_skip(sh, true);
		if (sh->pos >= sh->len || shell_peek(sh, 0) == ')')
			return is_end(sh, end);
		if (!shell_at_redir(sh) && read_operator(sh, end, &over))
			continue;
		ok = shell_peek(sh, 0) == '(' ? read_open(sh)
					      : read_simple(sh, end, &over);
	}
	return ok && !sh->stop;
}

bool
shell_read(struct shell *sh, const char *line, size_t len, bool posix)
{
	const char *line_was = sh->line;
	size_t len_was = sh->len, pos = sh->pos, at = sh->here_at,
	       next = sh->here_next;
	unsigned depth = sh->here_depth;
	bool posix_was = sh->posix, ok;

	if (len > SHELL_LINE_MAX)
		return shell_fault(sh, "it is too long");
	if (sh->nested == SHELL_DEPTH_MAX)
		return shell_fault(sh, "it is nested too deeply");
	sh->nested++;
	sh->line = line;
	sh->len = len;
	sh->pos = 0;
	sh->here_at = SIZE_MAX;
	sh->posix = posix;
	ok = shell_list_read(sh, SHELL_END_LINE);
	sh->nested--;
	sh->line = line_was;
	sh->len = len_was;
	sh->pos = pos;
	sh->here_at = at;
	sh->here_next = next;
	sh->here_depth = depth;
	sh->posix = posix_was;
	return ok;
}
