// SPDX-License-Identifier: ISC
// editor: keys on a terminal of our own, and what its screen then shows.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include "src/term/editor.h"
#include "src/term/width.h"

// A screen, as far as the editor uses one.
enum {
	ROWS = 12,
	COLUMNS = 20,
	CELL = 16
};

static struct {
	char cell[ROWS][COLUMNS][CELL];
	int row, column;
	bool behind; // the last column: the next character goes below
} screen;

static void
scroll(void)
{
	memmove(screen.cell[0], screen.cell[1],
	    sizeof(screen.cell[0]) * (ROWS - 1));
	memset(screen.cell[ROWS - 1], 0, sizeof(screen.cell[0]));
}

static void
down(void)
{
	screen.behind = false;
	if (screen.row == ROWS - 1)
		scroll();
	else
		screen.row++;
}

static void
put_char(const char *p, size_t n, unsigned w)
{
	char *c;

	if (w == 0) {
		c = screen.cell[screen.row][screen.behind ? COLUMNS - 1
							  : screen.column - 1];
		memcpy(c + strlen(c), p, n);
		return;
	}
	if (screen.behind || screen.column + (int)w > COLUMNS) {
		down();
		screen.column = 0;
	}
	c = screen.cell[screen.row][screen.column];
	memset(c, 0, CELL);
	memcpy(c, p, n);
	if (w == 2)
		memset(screen.cell[screen.row][screen.column + 1], 0, CELL);
	screen.column += (int)w;
	if (screen.column == COLUMNS) {
		screen.column--;
		screen.behind = true;
	}
}

static void
erase_below(void)
{
	int c, r;

	for (c = screen.column; c < COLUMNS; c++)
		memset(screen.cell[screen.row][c], 0, CELL);
	for (r = screen.row + 1; r < ROWS; r++)
		memset(screen.cell[r], 0, sizeof(screen.cell[0]));
}

static void
sequence(const char *p, char last)
{
	int said = (int)strtol(p, NULL, 10), n = said > 0 ? said : 1;

	screen.behind =
	    last == 'm' || last == 'h' || last == 'l' ? screen.behind : false;
	if (last == 'A')
		screen.row = screen.row > n ? screen.row - n : 0;
	else if (last == 'B')
		screen.row = screen.row + n < ROWS ? screen.row + n : ROWS - 1;
	else if (last == 'C')
		screen.column += n;
	else if (last == 'J' && said == 0)
		erase_below();
	else if (last == 'J')
		memset(screen.cell, 0, sizeof(screen.cell));
	else if (last == 'H')
		screen.row = screen.column = 0;
	assert_true(screen.column < COLUMNS);
	assert_non_null(strchr("ABCJHmhl", last));
}

static void
show_on_screen(const char *p, size_t len)
{
	size_t i, n;
	uint32_t cp;

	for (i = 0; i < len; i += n) {
		n = width_decode(p + i, len - i, &cp);
		if (cp == '\r') {
			screen.column = 0;
			screen.behind = false;
		} else if (cp == '\n') {
			down();
		} else if (cp == 0x1b) {
			n = 2 + strcspn(p + i + 2, "ABCDHJKmhl") + 1;
			sequence(p + i + 2, p[i + n - 1]);
		} else {
			put_char(p + i, n, width_of(cp));
		}
	}
}

// The screen's rows, without blanks at their end, and | for the cursor.
static const char *
seen(void)
{
	static char out[ROWS * (COLUMNS + 1) * CELL];
	char *p = out, *end;
	int r, c, last = 0;

	for (r = 0; r < ROWS; r++)
		for (c = 0; c < COLUMNS; c++)
			if (screen.cell[r][c][0] != '\0' || r == screen.row)
				last = r;
	for (r = 0; r <= last; r++) {
		end = p;
		for (c = 0; c < COLUMNS; c++) {
			if (r == screen.row && c == screen.column) {
				*p++ = '|';
				end = p;
			}
			if (screen.cell[r][c][0] == '\0') {
				if (c == 0 ||
				    width_text(screen.cell[r][c - 1],
					strlen(screen.cell[r][c - 1])) < 2)
					*p++ = ' ';
				continue;
			}
			memcpy(p, screen.cell[r][c], CELL);
			p += strlen(screen.cell[r][c]);
			if (strcmp(screen.cell[r][c], " ") != 0)
				end = p;
		}
		p = end;
		*p++ = '\n';
	}
	*p = '\0';
	return out;
}

static struct editor ed;
static struct history history;
static const char *input;
static size_t input_at;
static int to_editor[2], from_editor[2], beside = -1;
static int expanded, attended;
static bool stopped;

static void
drain(void)
{
	char buf[65536];
	ssize_t n;

	while ((n = read(from_editor[0], buf, sizeof(buf) - 1)) > 0) {
		buf[n] = '\0';
		show_on_screen(buf, (size_t)n);
	}
}

static void
expand(void *arg)
{
	(void)arg;
	expanded++;
}

// The next key is there whenever the editor looks at what else there is.
static int
feed(void *arg)
{
	(void)arg;
	drain();
	if (input[input_at] == '\0') {
		stopped = true;
	} else {
		assert_int_equal(write(to_editor[1], input + input_at, 1), 1);
		input_at++;
	}
	return beside;
}

static bool
is_stopped(void *arg)
{
	(void)arg;
	return stopped;
}

static void
attend(void *arg)
{
	(void)arg;
	attended++;
}

static void
complete(void *arg, const char *text, size_t len, struct text *add)
{
	(void)arg;
	if (len == 2 && memcmp(text, "/h", 2) == 0)
		text_str(add, "elp ");
}

static const struct editor_host host = {
    feed, attend, is_stopped, expand, complete, NULL};

static enum editor_end
type(const char *keys)
{
	enum editor_end end;

	input = keys;
	input_at = 0;
	stopped = false;
	ed.host = &host;
	ed.history = &history;
	ed.prompt = "> ";
	ed.more = ". ";
	ed.in = to_editor[0];
	ed.out = from_editor[1];
	end = editor_read(&ed);
	drain();
	return end;
}

static int
begin(void **state)
{
	struct winsize size = {.ws_row = ROWS, .ws_col = COLUMNS};
	struct termios raw;

	(void)state;
	memset(&screen, 0, sizeof(screen));
	memset(&ed, 0, sizeof(ed));
	memset(&history, 0, sizeof(history));
	history.dir = -1;
	expanded = attended = 0;
	if (pipe2(to_editor, O_CLOEXEC) != 0 ||
	    openpty(&from_editor[0], &from_editor[1], NULL, NULL, &size) != 0)
		return -1;
	tcgetattr(from_editor[1], &raw);
	cfmakeraw(&raw);
	tcsetattr(from_editor[1], TCSANOW, &raw);
	return fcntl(from_editor[0], F_SETFL, O_NONBLOCK);
}

static int
end(void **state)
{
	(void)state;
	editor_free(&ed);
	history_close(&history);
	close(to_editor[0]);
	close(to_editor[1]);
	close(from_editor[0]);
	close(from_editor[1]);
	return 0;
}

// Keys, what is returned with the last of them, and what the screen shows.
static void
gives(const char *keys, const char *text, const char *shown)
{
	assert_int_equal(type(keys), EDITOR_TEXT);
	assert_string_equal(text_of(&ed.line.text), text);
	assert_string_equal(seen(), shown);
	memset(&screen, 0, sizeof(screen));
}

static void
shows(const char *keys, const char *want)
{
	// What is there when nothing more comes, before it is left.
	static char buf[sizeof(screen.cell)];

	assert_int_equal(type(keys), EDITOR_STOPPED);
	snprintf(buf, sizeof(buf), "%s", seen());
	assert_string_equal(buf, want);
	memset(&screen, 0, sizeof(screen));
}

static void
reads(void **state)
{
	(void)state;
	gives("hello\r", "hello", "> hello\n|\n");
	gives("heo\033[D\033[Dll\033[C\x08\r", "hllo", "> hllo\n|\n");
	gives("a\nb\033\rc\r", "a\nb\nc", "> a\n. b\n. c\n|\n");
	gives("a\\\rb\r", "a\nb", "> a\n. b\n|\n");
	gives("\033[200~x\ry\033[201~\r", "x\ny", "> x\n. y\n|\n");
	gives("\xe4\xb8\xad"
	      "e\xcc\x81\r",
	    "\xe4\xb8\xad"
	    "e\xcc\x81",
	    "> \xe4\xb8\xad"
	    "e\xcc\x81\n|\n");
}

// Eighteen columns beside the prompt, twenty below.
static void
wraps(void **state)
{
	(void)state;
	gives("123456789012345678\r", "123456789012345678",
	    "> 123456789012345678\n\n|\n");
	gives("1234567890123456789\r", "1234567890123456789",
	    "> 123456789012345678\n9\n|\n");
	gives("12345678901234567\xe4\xb8\xad\r",
	    "12345678901234567\xe4\xb8\xad",
	    "> 12345678901234567\n\xe4\xb8\xad\n|\n");
	shows(
	    "1234567890123456789012\001x", "> x12345678901234567\n89012\n|\n");
}

static void
ends(void **state)
{
	(void)state;
	assert_int_equal(type("\x04"), EDITOR_EOF);
	assert_int_equal(type("ab\001\x04\r"), EDITOR_TEXT);
	assert_string_equal(text_of(&ed.line.text), "b");
	assert_int_equal(type("\x03"), EDITOR_CANCEL);
	assert_int_equal(type("gone\x03new\r"), EDITOR_TEXT);
	assert_string_equal(text_of(&ed.line.text), "new");
	assert_int_equal(type("gone\x03\x19\r"), EDITOR_TEXT);
	assert_string_equal(text_of(&ed.line.text), "gone");
	assert_int_equal(type("abc"), EDITOR_STOPPED);
	assert_int_equal(type("a\x0f\r"), EDITOR_TEXT);
	assert_int_equal(expanded, 1);
	assert_int_equal(type("/h\t\r"), EDITOR_TEXT);
	assert_string_equal(text_of(&ed.line.text), "/help ");
	assert_int_equal(type("\033"), EDITOR_STOPPED);
}

// What else there is to do is done between two keys.
static void
attends(void **state)
{
	int p[2];

	(void)state;
	assert_int_equal(pipe(p), 0);
	assert_int_equal(type("ab\r"), EDITOR_TEXT);
	assert_int_equal(attended, 0);
	beside = p[0];
	assert_int_equal(write(p[1], "x", 1), 1);
	assert_int_equal(type("ab\r"), EDITOR_TEXT);
	assert_int_equal(attended, 3);
	beside = -1;
	close(p[0]);
	close(p[1]);
}

static void
remembers(void **state)
{
	(void)state;
	history_add(&history, "a line");
	history_add(&history, "one");
	history_add(&history, "two\nlines");
	gives("\033[A\r", "two\nlines", "> two\n. lines\n|\n");
	// Up within a text first.
	gives("\033[A\033[A\033[A\r", "one", "> one\n|\n");
	// What was being typed is still there.
	gives("new\033[A\033[B\r", "new", "> new\n|\n");
	gives(
	    "\033[A\033[A\033[A!\033[B\r", "two\nlines", "> two\n. lines\n|\n");
	gives("\x12"
	      "on\r",
	    "one", "> one\n|\n");
	gives("\x12"
	      "n\x12\r",
	    "one", "> one\n|\n");
	gives("\x12"
	      "li\r",
	    "two\nlines", "> two\n. lines\n|\n");
	gives("x\x12"
	      "on\x07y\r",
	    "xy", "> xy\n|\n");
	gives("\x12"
	      "zz\x7f\x7flin\r",
	    "two\nlines", "> two\n. lines\n|\n");
}

static void
more_than_the_screen(void **state)
{
	int i;

	(void)state;
	// The last twelve lines of twenty; then the first, after going up.
	assert_int_equal(type("\033[200~1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n"
			      "13\n14\n15\033[201~"),
	    EDITOR_STOPPED);
	assert_non_null(strstr(seen(), ". 15\n|"));
	assert_null(strstr(seen(), ". 4\n"));
	assert_non_null(strstr(seen(), ". 5\n"));
	for (i = 0; i < ROWS; i++)
		memset(screen.cell[i], 0, sizeof(screen.cell[i]));
}

// Whatever is typed, the screen shows the text, and the cursor is in it.
static void
anything(void **state)
{
	static const char *const pieces[] = {"a", "b ", "\xe4\xb8\xad",
	    "e\xcc\x81", "\n", "\033[D", "\033[C", "\033[A", "\033[B", "\x7f",
	    "\001", "\005", "\x0b", "\x17", "\x19", "\x14", "word", "\033[3~"};
	struct text keys = {0};
	const char *p;
	size_t at, next, column, w;
	int i, row;

	(void)state;
	srand(5);
	for (i = 0; i < 400; i++) {
		keys.len = 0;
		text_str(&keys, "");
		while (keys.len < 100 && rand() % 40 != 0)
			text_str(&keys, pieces[rand() % 18]);
		memset(&screen, 0, sizeof(screen));
		assert_int_equal(type(keys.p), EDITOR_STOPPED);
		// Row by row, by the rules of draw.h, from the text alone.
		p = text_of(&ed.line.text);
		row = 0;
		column = 2;
		for (at = 0; at < ed.line.text.len; at = next) {
			next = width_next(p, ed.line.text.len, at);
			w = width_text(p + at, next - at);
			if (p[at] == '\n') {
				row++;
				column = 2;
				continue;
			}
			if (column + w > COLUMNS) {
				row++;
				column = 0;
			}
			if (screen.row < ROWS - 1)
				assert_memory_equal(screen.cell[row][column],
				    p + at, next - at);
			column += w;
		}
	}
	text_free(&keys);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(reads, begin, end),
	    cmocka_unit_test_setup_teardown(wraps, begin, end),
	    cmocka_unit_test_setup_teardown(ends, begin, end),
	    cmocka_unit_test_setup_teardown(attends, begin, end),
	    cmocka_unit_test_setup_teardown(remembers, begin, end),
	    cmocka_unit_test_setup_teardown(more_than_the_screen, begin, end),
	    cmocka_unit_test_setup_teardown(anything, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
