// SPDX-License-Identifier: ISC
// A question about a call, on the terminal: all of the command or the
// difference is shown, escaped, before anybody can say yes to it.
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include "jail/base/clock.h"
#include "src/agent/approve.h"
#include "src/agent/clean.h"
#include "src/agent/text.h"

enum {
	PAGE = 60, // lines of a difference that are shown unasked
};

/* Escaped, all of it. A tab is as wide as a terminal likes: blanks are not. */
static void
put_exact(struct text *out, const char *s, size_t len)
{
	autotext struct text clean = {0};
	const char *p;

	clean_all(CLEAN_EXACT, &clean, s, len);
	for (p = clean.p; p != NULL && *p != '\0'; p++)
		if (*p == '\t')
			text_str(out, "        " + out->len % 8);
		else
			text_char(out, *p);
}

/* The rows of one line. No row is wrapped by the terminal, where it could pass
   for words of ours. */
static void
show_rows(const struct approve_tty *t, const char *before, const char *color,
    const char *s, size_t len)
{
	struct winsize size;
	size_t width = 72, n;

	if (ioctl(t->tty.out, TIOCGWINSZ, &size) == 0 && size.ws_col > 16)
		width = size.ws_col - 8u;
	do {
		autotext struct text row = {0};

		// A character has no fewer bytes than columns.
		n = len < width ? len : width;
		while (n < len && n > width - 4 &&
		       ((unsigned char)s[n] & 0xc0) == 0x80)
			n--;
		text_printf(&row, "%s%s%.*s%s\r\n", before, color, (int)n, s,
		    *color != '\0' ? "\033[0m" : "");
		tty_write(&t->tty, row.p, row.len);
		s += n;
		len -= n;
	} while (len > 0);
}

/* Escaped, each line set off; from line `first` on. Whether there are more. */
static bool
show_text(const struct approve_tty *t, const struct approve_question *q,
    unsigned first, unsigned max)
{
	const char *p = q->text, *end = p + q->len, *nl;
	unsigned n = 0;

	for (; p < end; p = nl + 1, n++) {
		autotext struct text line = {0};
		const char *color = "";

		nl = memchr(p, '\n', (size_t)(end - p));
		if (nl == NULL)
			nl = end;
		if (n < first)
			continue;
		if (n - first == max)
			return true;
		if (t->color && q->is_diff)
			color = *p == '+'   ? "\033[32m"
				: *p == '-' ? "\033[31m"
					    : "";
		put_exact(&line, p, (size_t)(nl - p));
		show_rows(t, "    | ", color, text_of(&line), line.len);
	}
	return false;
}

/* A sentence with foreign words in it: all of it set off, too. */
static void
say_clean(const struct approve_tty *t, const char *text)
{
	autotext struct text line = {0};
	char *p;

	put_exact(&line, text, strlen(text));
	for (p = line.p; p != NULL && *p != '\0'; p++)
		if (*p == '\n')
			*p = ' ';
	show_rows(t, "  ", "", text_of(&line), line.len);
}

static void
choices(
    const struct approve_tty *t, const struct approve_question *q, bool more)
{
	tty_say(&t->tty, "[o]nce%s%s%s%s, [n]o (a reason may follow)%s: ",
	    q->session != NULL ? ", this [s]ession (" : "",
	    q->session != NULL ? q->session : "", q->session != NULL ? ")" : "",
	    q->always ? ", [a]lways (just this, in this workspace)" : "",
	    more ? ", or [v]iew the rest" : "");
}

/* False: there are lines that were not seen yet. */
static bool
question(const struct approve_tty *t, const struct approve_question *q)
{
	autotext struct text heading = {0};
	bool more;

	tty_say(
	    &t->tty, "\r\nstockade: approval is needed (%s)\r\n", q->category);
	text_printf(&heading, "%s asks to %s:", q->tool, q->what);
	say_clean(t, text_of(&heading));
	more = show_text(t, q, 0, q->is_diff ? PAGE : UINT32_MAX);
	if (more)
		tty_say(&t->tty, "    | ... there is more\r\n");
	say_clean(t, q->rule);
	choices(t, q, more);
	return !more;
}

/* What follows the first word. */
static void
take_reason(const char *line, char reason[APPROVE_REASON_MAX])
{
	size_t len;

	line += strcspn(line, " \t,:\r\n");
	line += strspn(line, " \t,:");
	len = strcspn(line, "\r\n");
	if (len >= APPROVE_REASON_MAX)
		len = APPROVE_REASON_MAX - 1;
	memcpy(reason, line, len);
	reason[len] = '\0';
}

/* The first letter of what was typed. Nothing at all is no answer. */
static bool
understand(const struct approve_question *q, const char *line,
    struct approve_answer *a)
{
	switch (tolower((unsigned char)*line)) {
	case 'o':
	case 'y':
		a->said = APPROVE_ONCE;
		return true;
	case 's':
		a->said = APPROVE_SESSION;
		return q->session != NULL;
	case 'a':
		a->said = APPROVE_ALWAYS;
		return q->always;
	case 'n':
	case 'd':
		a->said = APPROVE_NO;
		take_reason(line, a->reason);
		return true;
	default:
		return false;
	}
}

static int
gave_up(struct approve_tty *t, struct approve_answer *a, struct err *e)
{
	bool stopped = t->tty.stopped != NULL && t->tty.stopped();

	tty_say(&t->tty, "\r\nstockade: denied: nobody answered\r\n");
	a->said = APPROVE_NOTHING;
	if (stopped)
		return err_set(e, ERR_INTERRUPTED, 0, "a signal came");
	if (t->deadline_ms != 0 && clock_ms() >= t->deadline_ms)
		return err_set(e, ERR_INTERRUPTED, ETIMEDOUT, "time budget");
	return 0;
}

static int
ask(void *arg, const struct approve_question *q, struct approve_answer *a,
    struct err *e)
{
	struct approve_tty *t = arg;
	char buf[APPROVE_REASON_MAX + 16], *line;
	uint64_t until = t->deadline_ms != 0 ? t->deadline_ms : TTY_FOREVER;
	enum tty_came came;
	bool seen;

	memset(a, 0, sizeof(*a));
	a->said = APPROVE_NOTHING;
	if (tty_forget(&t->tty) != 0)
		return 0;
	seen = question(t, q);
	for (;;) {
		came = tty_line(&t->tty, buf, sizeof(buf), until);
		if (came == TTY_NOTHING)
			return gave_up(t, a, e);
		line = buf + strspn(buf, " \t");
		if (came == TTY_DISTURBED) {
			// A question of the network's stands between.
			seen = question(t, q);
		} else if (!seen && tolower((unsigned char)*line) == 'v') {
			show_text(t, q, PAGE, UINT32_MAX);
			seen = true;
			choices(t, q, false);
		} else if (understand(q, line, a)) {
			// A no needs no reading.
			if (seen || a->said == APPROVE_NO)
				return 0;
			tty_say(&t->tty, "not all of it was seen yet: [v]iew "
					 "the rest before a yes\r\n");
			choices(t, q, true);
		} else {
			choices(t, q, !seen);
		}
	}
}

int
approve_tty_open(struct approve_tty *t, struct err *e)
{
	memset(t, 0, sizeof(*t));
	t->tty.also = -1;
	t->person = (struct approve_person){ask, t};
	return tty_open(&t->tty, e);
}

void
approve_tty_close(struct approve_tty *t)
{
	tty_close(&t->tty);
}
