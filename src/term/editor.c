// SPDX-License-Identifier: ISC
// Reads a text from a person: keys in, screen out, history between.
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/term/editor.h"
#include "src/term/mode.h"

enum {
	ESCAPE_MS = 50, /* after which an escape was the key of that name */
	LOOK_MS = 250,	/* how late a signal between two calls is heard of */
	GOES_ON = -1	/* beside the values of enum editor_end */
};

#define BRACKETS_ON  "\033[?2004h"
#define BRACKETS_OFF "\033[?2004l"

static void
send(struct editor *ed, const struct text *t)
{
	// Who cannot be written to cannot type either.
	(void)!fd_write_all(ed->out, text_of(t), t->len);
}

static void
show(struct editor *ed)
{
	autotext struct text out = {0}, prompt = {0};
	struct draw_view v = {.above = ed->above,
	    .prompt = ed->prompt,
	    .more = ed->more,
	    .text = text_of(&ed->line.text),
	    .len = ed->line.text.len,
	    .at = ed->line.at,
	    .color = ed->color};
	struct mode_size size;

	if (ed->searching) {
		text_printf(&prompt, "%s`%s': ",
		    ed->found < ed->history->n || ed->wanted.len == 0
			? "history "
			: "not in the history ",
		    text_of(&ed->wanted));
		v.prompt = text_of(&prompt);
	}
	mode_size(ed->out, &size);
	draw_view(&ed->draw, &out, &v, &size);
	send(ed, &out);
}

void
editor_away(struct editor *ed)
{
	autotext struct text out = {0};
	struct mode_size size;

	mode_size(ed->out, &size);
	draw_wipe(&ed->draw, &out, &size);
	text_str(&out, BRACKETS_OFF);
	send(ed, &out);
	mode_restore();
}

void
editor_back(struct editor *ed)
{
	autotext struct text out = {0};

	mode_raw();
	text_str(&out, BRACKETS_ON);
	send(ed, &out);
	show(ed);
}

static void
leave(struct editor *ed)
{
	autotext struct text out = {0};

	// All of it is to be seen once more, with nothing after the cursor.
	ed->searching = false;
	ed->line.at = ed->line.text.len;
	show(ed);
	draw_leave(&ed->draw, &out);
	text_str(&out, BRACKETS_OFF);
	send(ed, &out);
}

/* To another entry; what was being typed is kept. */
static void
go_to(struct editor *ed, size_t place)
{
	const struct history *h = ed->history;

	if (ed->place == h->n) {
		ed->typed.len = 0;
		text_add(
		    &ed->typed, text_of(&ed->line.text), ed->line.text.len);
	}
	ed->place = place;
	if (place < h->n)
		line_set(&ed->line, h->entry[place], strlen(h->entry[place]));
	else
		line_set(&ed->line, text_of(&ed->typed), ed->typed.len);
}

static void
browse(struct editor *ed, bool up)
{
	if (up && ed->place > 0)
		go_to(ed, ed->place - 1);
	else if (!up && ed->place < ed->history->n)
		go_to(ed, ed->place + 1);
}

static void
seek(struct editor *ed, size_t from)
{
	size_t at = history_find(ed->history, text_of(&ed->wanted), from);

	if (ed->wanted.len == 0)
		return;
	ed->found = at;
	if (at < ed->history->n)
		go_to(ed, at);
}

static void
search_begin(struct editor *ed)
{
	ed->searching = true;
	ed->wanted.len = 0;
	text_str(&ed->wanted, "");
	ed->found = ed->history->n;
}

/* A key of a search; false: it ends the search, and means what it means. */
static bool
search_key(struct editor *ed, enum key key)
{
	switch (key) {
	case KEY_TEXT:
	case KEY_PASTE:
		text_add(&ed->wanted, ed->keys.text, ed->keys.len);
		seek(ed, ed->found < ed->history->n ? ed->found + 1
						    : ed->history->n);
		return true;
	case KEY_SEARCH:
		seek(ed, ed->found);
		return true;
	case KEY_BACKSPACE:
		while (ed->wanted.len > 0 &&
		       ((unsigned char)ed->wanted.p[ed->wanted.len - 1] &
			   0xc0) == 0x80)
			ed->wanted.len--;
		if (ed->wanted.len > 0)
			ed->wanted.len--;
		if (ed->wanted.p != NULL)
			ed->wanted.p[ed->wanted.len] = '\0';
		seek(ed, ed->history->n);
		return true;
	case KEY_ABORT:
	case KEY_CANCEL:
		go_to(ed, ed->history->n);
		ed->searching = false;
		return true;
	default:
		ed->searching = false;
		return false;
	}
}

static void
suspend(struct editor *ed)
{
	editor_away(ed);
	raise(SIGTSTP);
	editor_back(ed);
}

static void
complete(struct editor *ed)
{
	autotext struct text add = {0};

	if (ed->host->complete == NULL)
		return;
	editor_away(ed);
	ed->host->complete(
	    ed->host->arg, text_of(&ed->line.text), ed->line.at, &add);
	line_insert(&ed->line, text_of(&add), add.len);
	editor_back(ed);
}

static void
clear_screen(struct editor *ed)
{
	struct text t = {0};

	text_str(&t, "\033[H\033[2J");
	send(ed, &t);
	text_free(&t);
	ed->draw.rows = ed->draw.row = 0;
}

/* A backslash before the line end: the text goes on. */
static int
enter(struct editor *ed)
{
	struct line *l = &ed->line;

	if (l->at == l->text.len && l->at > 0 && l->text.p[l->at - 1] == '\\') {
		line_key(l, KEY_BACKSPACE);
		line_insert(l, "\n", 1);
		return GOES_ON;
	}
	return EDITOR_TEXT;
}

static int
cancel(struct editor *ed)
{
	if (ed->line.text.len == 0)
		return EDITOR_CANCEL;
	// It stays on the screen, and a yank brings it back.
	line_key(&ed->line, KEY_FIRST);
	leave(ed);
	ed->line.killed.len = 0;
	text_add(&ed->line.killed, ed->line.text.p, ed->line.text.len);
	line_set(&ed->line, "", 0);
	ed->place = ed->history->n;
	editor_back(ed);
	return GOES_ON;
}

/* Keys that are not about the text alone. */
static int
special(struct editor *ed, enum key key)
{
	switch (key) {
	case KEY_ENTER:
		return enter(ed);
	case KEY_CANCEL:
		return cancel(ed);
	case KEY_EOF:
		if (ed->line.text.len == 0)
			return EDITOR_EOF;
		line_key(&ed->line, KEY_DELETE);
		return GOES_ON;
	case KEY_SEARCH:
		search_begin(ed);
		return GOES_ON;
	case KEY_CLEAR:
		clear_screen(ed);
		return GOES_ON;
	case KEY_SUSPEND:
		suspend(ed);
		return GOES_ON;
	case KEY_TAB:
		complete(ed);
		return GOES_ON;
	case KEY_EXPAND:
		if (ed->host->expand != NULL) {
			editor_away(ed);
			ed->host->expand(ed->host->arg);
			editor_back(ed);
		}
		return GOES_ON;
	default:
		return GOES_ON;
	}
}

static int
act(struct editor *ed, enum key key)
{
	if (key == KEY_NONE)
		return GOES_ON;
	if (ed->searching && search_key(ed, key))
		return GOES_ON;
	if (key == KEY_TEXT || key == KEY_PASTE) {
		line_insert(&ed->line, ed->keys.text, ed->keys.len);
		return GOES_ON;
	}
	if (line_key(&ed->line, key))
		return GOES_ON;
	if (key == KEY_UP || key == KEY_DOWN) {
		browse(ed, key == KEY_UP);
		return GOES_ON;
	}
	return special(ed, key);
}

/* What was read, up to the key that ends it all. */
static int
look(struct editor *ed)
{
	int end = GOES_ON;

	while (end == GOES_ON && ed->used < ed->have)
		end = act(ed, keys_add(&ed->keys, ed->buf[ed->used++]));
	return end;
}

/* Nothing came after it: it was the key of that name. */
static int
escape(struct editor *ed)
{
	int end = act(ed, keys_flush(&ed->keys));

	show(ed);
	return end;
}

static int
read_more(struct editor *ed)
{
	ssize_t got = read(ed->in, ed->buf, sizeof(ed->buf));

	if (got < 0 && (errno == EINTR || errno == EAGAIN))
		return GOES_ON;
	ed->used = 0;
	ed->have = got > 0 ? (size_t)got : 0;
	return got > 0 ? GOES_ON : EDITOR_EOF;
}

static bool
is_stopped(const struct editor_host *h)
{
	return h->stopped != NULL && h->stopped(h->arg);
}

/* Waits once, for keys or for what the host waits for. */
static int
wait_once(struct editor *ed)
{
	const struct editor_host *h = ed->host;
	struct pollfd p[2] = {{.fd = ed->in, .events = POLLIN},
	    {.fd = h->fd != NULL ? h->fd(h->arg) : -1, .events = POLLIN}};
	int n;

	if (is_stopped(h))
		return EDITOR_STOPPED;
	n = poll(p, 2, keys_pending(&ed->keys) ? ESCAPE_MS : LOOK_MS);
	if (mode_resized())
		show(ed);
	if (n < 0)
		return errno == EINTR ? GOES_ON : EDITOR_EOF;
	if (n == 0 && keys_pending(&ed->keys))
		return escape(ed);
	if (h->attend != NULL && (n == 0 || p[1].revents != 0))
		h->attend(h->arg);
	return p[0].revents != 0 ? read_more(ed) : GOES_ON;
}

enum editor_end
editor_read(struct editor *ed)
{
	int end;
	bool idle;

	line_set(&ed->line, "", 0);
	ed->place = ed->history->n;
	ed->searching = false;
	editor_back(ed);
	for (;;) {
		idle = ed->used == ed->have;
		end = idle ? wait_once(ed) : look(ed);
		if (end != GOES_ON)
			break;
		if (!idle)
			show(ed);
	}
	leave(ed);
	mode_quiet();
	return (enum editor_end)end;
}

void
editor_free(struct editor *ed)
{
	line_free(&ed->line);
	draw_free(&ed->draw);
	text_free(&ed->typed);
	text_free(&ed->wanted);
}
