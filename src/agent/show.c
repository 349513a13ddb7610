// SPDX-License-Identifier: ISC
// Lines for a person: short, plain in a pipe, safe for a terminal.
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "src/agent/show.h"

static const char *const codes[] = {
    [SHOW_PLAIN] = "",
    [SHOW_DIM] = "\033[2m",
    [SHOW_GREEN] = "\033[32m",
    [SHOW_RED] = "\033[31m",
    [SHOW_BOLD] = "\033[1m",
};

static bool
wants_color(FILE *f)
{
	const char *term = getenv("TERM"), *no = getenv("NO_COLOR");

	return isatty(fileno(f)) && (no == NULL || *no == '\0') &&
	       term != NULL && strcmp(term, "dumb") != 0;
}

void
show_begin(struct show *s, FILE *f)
{
	memset(s, 0, sizeof(*s));
	s->f = f;
	s->color = f != NULL && wants_color(f);
	clean_begin(&s->clean, CLEAN_SCREEN);
}

static void
put_colored(FILE *f, bool color, enum show_color c, const char *p, size_t len)
{
	if (color)
		fputs(codes[c], f);
	fwrite(p, 1, len, f);
	if (color && c != SHOW_PLAIN)
		fputs("\033[0m", f);
}

void
show_line(struct show *s, enum show_color c, const char *fmt, ...)
{
	autotext struct text safe = {0};
	char *raw = NULL;
	va_list ap;
	int n;

	if (s->f == NULL)
		return;
	show_stream_end(s);
	va_start(ap, fmt);
	n = vasprintf(&raw, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	clean_all(CLEAN_EXACT, &safe, raw, (size_t)n);
	free(raw);
	if (s->model != NULL && safe.len > 0)
		model_redact(s->model, safe.p, safe.len);
	if (s->hooks != NULL)
		s->hooks->before(s->hooks->arg);
	put_colored(s->f, s->color, c, text_of(&safe), safe.len);
	fputc('\n', s->f);
	fflush(s->f);
}

/* What is sure of the stream by now; over: all of it is. */
static void
put_stream(struct show *s, const struct text *clean, bool over)
{
	autotext struct text safe = {0}, out = {0};

	redact_add(&s->redact, &safe, text_of(clean), clean->len);
	if (over)
		redact_end(&s->redact, &safe);
	else
		redact_flush(&s->redact, &safe);
	if (safe.len == 0)
		return;
	if (s->model != NULL)
		model_redact(s->model, safe.p, safe.len);
	s->in_line = safe.p[safe.len - 1] != '\n';
	if (s->hooks != NULL)
		s->hooks->stream(s->hooks->arg, &out, safe.p, safe.len);
	else
		text_add(&out, safe.p, safe.len);
	fwrite(text_of(&out), 1, out.len, s->f);
}

void
show_stream(struct show *s, const char *piece, size_t len)
{
	autotext struct text clean = {0};

	if (s->f == NULL)
		return;
	clean_add(&s->clean, &clean, piece, len);
	put_stream(s, &clean, false);
	fflush(s->f);
}

void
show_stream_end(struct show *s)
{
	autotext struct text clean = {0}, rest = {0};

	if (s->f == NULL)
		return;
	clean_end(&s->clean, &clean);
	put_stream(s, &clean, true);
	if (s->hooks != NULL)
		s->hooks->stream_end(s->hooks->arg, &rest);
	fwrite(text_of(&rest), 1, rest.len, s->f);
	if (s->in_line)
		fputc('\n', s->f);
	s->in_line = false;
	fflush(s->f);
}

void
show_tail(struct show *s, const char *text, unsigned int lines)
{
	const char *p = text + strlen(text), *nl;
	unsigned int n = 0;

	if (p > text && p[-1] == '\n')
		p--;
	while (p > text && (p[-1] != '\n' || ++n < lines))
		p--;
	for (; *p != '\0'; p = *nl != '\0' ? nl + 1 : nl) {
		nl = strchrnul(p, '\n');
		show_line(s, SHOW_DIM, "    | %.*s",
		    (int)(nl - p > 200 ? 200 : nl - p), p);
	}
}

void
show_diff(FILE *f, const char *diff, size_t len)
{
	bool color = wants_color(f);
	const char *p = diff, *end = diff + len, *nl;
	enum show_color c;

	if (!isatty(fileno(f))) {
		fwrite(diff, 1, len, f);
		fflush(f);
		return;
	}
	for (; p < end; p = nl + 1) {
		autotext struct text safe = {0};

		nl = memchr(p, '\n', (size_t)(end - p));
		if (nl == NULL)
			nl = end;
		c = *p == '+'	? SHOW_GREEN
		    : *p == '-' ? SHOW_RED
		    : *p == '@' ? SHOW_DIM
				: SHOW_PLAIN;
		clean_all(CLEAN_EXACT, &safe, p, (size_t)(nl - p));
		put_colored(f, color, c, text_of(&safe), safe.len);
		fputc('\n', f);
	}
	fflush(f);
}
