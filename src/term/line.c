// SPDX-License-Identifier: ISC
// A text that is being typed, and what the keys do to it.
#include <string.h>
#include "src/term/line.h"
#include "src/term/width.h"

void
line_free(struct line *l)
{
	text_free(&l->text);
	text_free(&l->killed);
	*l = (struct line){0};
}

void
line_set(struct line *l, const char *p, size_t len)
{
	l->text.len = 0;
	text_add(&l->text, p, len);
	l->at = l->text.len;
	l->killing = false;
}

bool
line_insert(struct line *l, const char *p, size_t len)
{
	size_t tail = l->text.len - l->at;

	l->killing = false;
	if (len > LINE_MAX_BYTES - l->text.len)
		return false;
	if (len == 0)
		return true;
	text_add(&l->text, p, len); // makes room
	memmove(l->text.p + l->at + len, l->text.p + l->at, tail);
	memcpy(l->text.p + l->at, p, len);
	l->at += len;
	return true;
}

static void
cut(struct line *l, size_t from, size_t to)
{
	if (to <= from)
		return;
	memmove(l->text.p + from, l->text.p + to, l->text.len - to);
	l->text.len -= to - from;
	l->text.p[l->text.len] = '\0';
	l->at = from;
}

/* Kills after one another make one text to be yanked. */
static void
kill_range(struct line *l, size_t from, size_t to)
{
	struct text all = {0};
	bool before = from < l->at;

	if (to <= from)
		return;
	if (l->killing && !before)
		text_add(&all, text_of(&l->killed), l->killed.len);
	text_add(&all, l->text.p + from, to - from);
	if (l->killing && before)
		text_add(&all, text_of(&l->killed), l->killed.len);
	text_free(&l->killed);
	l->killed = all;
	cut(l, from, to);
	l->killing = true;
}

static size_t
start_of(const struct line *l, size_t at)
{
	while (at > 0 && l->text.p[at - 1] != '\n')
		at--;
	return at;
}

static size_t
end_of(const struct line *l, size_t at)
{
	while (at < l->text.len && l->text.p[at] != '\n')
		at++;
	return at;
}

/* Letters, digits and all that is not ASCII. */
static bool
in_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static size_t
word_left(const struct line *l)
{
	size_t at = l->at;

	while (at > 0 && !in_word(l->text.p[at - 1]))
		at--;
	while (at > 0 && in_word(l->text.p[at - 1]))
		at--;
	return at;
}

static size_t
word_right(const struct line *l)
{
	size_t at = l->at;

	while (at < l->text.len && !in_word(l->text.p[at]))
		at++;
	while (at < l->text.len && in_word(l->text.p[at]))
		at++;
	return at;
}

/* What Ctrl-W takes: back to a blank, as a shell does. */
static size_t
blank_left(const struct line *l)
{
	size_t at = l->at;

	while (at > 0 && strchr(" \t\n", l->text.p[at - 1]) != NULL)
		at--;
	while (at > 0 && strchr(" \t\n", l->text.p[at - 1]) == NULL)
		at--;
	return at;
}

/* To the same column of the line that begins at start. */
static void
go_to(struct line *l, size_t start, size_t column)
{
	size_t end = end_of(l, start), at = start, next;

	while (at < end) {
		next = width_next(l->text.p, end, at);
		if (width_text(l->text.p + start, next - start) > column)
			break;
		at = next;
	}
	l->at = at;
}

static bool
vertical(struct line *l, bool up)
{
	size_t start = start_of(l, l->at), end = end_of(l, l->at);
	size_t column;

	if (l->text.len == 0 || (up ? start == 0 : end == l->text.len))
		return false;
	column = width_text(l->text.p + start, l->at - start);
	go_to(l, up ? start_of(l, start - 1) : end + 1, column);
	return true;
}

/* The character before the cursor and the one at it change places. */
static void
swap(struct line *l)
{
	size_t mid = l->at, from, to;
	char first[64];

	if (mid == l->text.len && mid > 0)
		mid = width_prev(l->text.p, l->text.len, mid);
	if (mid == 0 || l->text.len == 0)
		return;
	from = width_prev(l->text.p, l->text.len, mid);
	to = width_next(l->text.p, l->text.len, mid);
	if (mid - from > sizeof(first))
		return;
	memcpy(first, l->text.p + from, mid - from);
	memmove(l->text.p + from, l->text.p + mid, to - mid);
	memcpy(l->text.p + from + (to - mid), first, mid - from);
	l->at = to;
}

static bool
move(struct line *l, enum key key)
{
	const char *p = text_of(&l->text);
	size_t len = l->text.len;

	switch (key) {
	case KEY_LEFT:
		l->at = width_prev(p, len, l->at);
		return true;
	case KEY_RIGHT:
		l->at = width_next(p, len, l->at);
		return true;
	case KEY_HOME:
		l->at = start_of(l, l->at);
		return true;
	case KEY_END:
		l->at = end_of(l, l->at);
		return true;
	case KEY_FIRST:
		l->at = 0;
		return true;
	case KEY_LAST:
		l->at = len;
		return true;
	case KEY_WORD_LEFT:
		l->at = word_left(l);
		return true;
	case KEY_WORD_RIGHT:
		l->at = word_right(l);
		return true;
	case KEY_UP:
	case KEY_DOWN:
		return vertical(l, key == KEY_UP);
	default:
		return false;
	}
}

/* A kill to the end of an empty rest takes the line end itself. */
static size_t
kill_to(const struct line *l)
{
	size_t end = end_of(l, l->at);

	return end == l->at && end < l->text.len ? end + 1 : end;
}

static bool
kill_key(struct line *l, enum key key)
{
	switch (key) {
	case KEY_KILL_END:
		kill_range(l, l->at, kill_to(l));
		return true;
	case KEY_KILL_START:
		kill_range(l, start_of(l, l->at), l->at);
		return true;
	case KEY_KILL_WORD:
		kill_range(l, blank_left(l), l->at);
		return true;
	case KEY_KILL_NEXT:
		kill_range(l, l->at, word_right(l));
		return true;
	default:
		return false;
	}
}

bool
line_key(struct line *l, enum key key)
{
	const char *p = text_of(&l->text);

	if (kill_key(l, key))
		return true;
	l->killing = false;
	switch (key) {
	case KEY_BACKSPACE:
		cut(l, width_prev(p, l->text.len, l->at), l->at);
		return true;
	case KEY_DELETE:
		cut(l, l->at, width_next(p, l->text.len, l->at));
		return true;
	case KEY_NEWLINE:
		line_insert(l, "\n", 1);
		return true;
	case KEY_YANK:
		line_insert(l, text_of(&l->killed), l->killed.len);
		return true;
	case KEY_SWAP:
		swap(l);
		return true;
	default:
		return move(l, key);
	}
}
