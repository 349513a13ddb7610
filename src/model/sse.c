// SPDX-License-Identifier: ISC
// Server-Sent Events, byte by byte, by the rules of the HTML standard.
#include <stdlib.h>
#include <string.h>
#include "src/model/sse.h"
#include "src/model/utf8.h"

void
sse_begin(struct sse *s, size_t max,
    int (*event)(void *arg, const char *data, size_t len), void *arg)
{
	memset(s, 0, sizeof(*s));
	s->event = event;
	s->arg = arg;
	s->max = max;
}

void
sse_end(struct sse *s)
{
	buf_free(&s->line);
	buf_free(&s->data);
}

static int
too_big(const struct sse *s, struct err *e)
{
	return err_set(e, ERR_MODEL, 0,
	    "the stream has an event of more than %zu bytes", s->max);
}

/* A blank line: what was gathered is an event. */
static int
dispatch(struct sse *s, struct err *e)
{
	char *fixed;
	size_t n;
	int r;

	if (!s->has_data)
		return 0;
	s->has_data = false;
	if (utf8_valid(buf_str(&s->data), s->data.len)) {
		r = s->event(s->arg, buf_str(&s->data), s->data.len);
	} else {
		fixed = utf8_repair(s->data.p, s->data.len, &n);
		if (fixed == NULL)
			return too_big(s, e);
		r = s->event(s->arg, fixed, n);
		free(fixed);
	}
	buf_reset(&s->data);
	return r;
}

static int
end_of_line(struct sse *s, struct err *e)
{
	const char *p = buf_str(&s->line);
	size_t n = s->line.len, name;
	const char *colon;

	if (s->comment) {
		s->comment = false;
		return 0;
	}
	if (n == 0)
		return dispatch(s, e);
	colon = memchr(p, ':', n);
	name = colon != NULL ? (size_t)(colon - p) : n;
	if (name != 4 || memcmp(p, "data", 4) != 0) {
		buf_reset(&s->line);
		return 0;
	}
	p += name < n ? name + 1 : name;
	n -= name < n ? name + 1 : name;
	if (n > 0 && *p == ' ') {
		p++;
		n--;
	}
	if (s->has_data && buf_add(&s->data, "\n", 1, s->max) == -1)
		return too_big(s, e);
	if (buf_add(&s->data, p, n, s->max) == -1)
		return too_big(s, e);
	s->has_data = true;
	buf_reset(&s->line);
	return 0;
}

/*
 * True if c belongs to a byte order mark at the stream's begin. What only
 * began like one is given back to the line.
 */
static bool
byte_order_mark(struct sse *s, char c)
{
	static const char mark[3] = "\xef\xbb\xbf";
	size_t seen = s->begun;

	if (seen >= sizeof(mark))
		return false;
	if (c == mark[seen]) {
		s->begun++;
		return true;
	}
	s->begun = sizeof(mark);
	if (buf_add(&s->line, mark, seen, s->max) == -1)
		buf_reset(&s->line);
	return false;
}

int
sse_feed(struct sse *s, const char *p, size_t n, struct err *e)
{
	size_t i, run;
	int r;

	for (i = 0; i < n; i += run) {
		bool cr = s->cr;

		run = 1;
		s->cr = false;
		if (byte_order_mark(s, p[i]) || (cr && p[i] == '\n'))
			continue;
		if (p[i] == '\r' || p[i] == '\n') {
			s->cr = p[i] == '\r';
			r = end_of_line(s, e);
			if (r != 0)
				return r;
			continue;
		}
		while (i + run < n && p[i + run] != '\r' && p[i + run] != '\n')
			run++;
		if (s->line.len == 0 && p[i] == ':')
			s->comment = true;
		if (!s->comment && buf_add(&s->line, p + i, run, s->max) == -1)
			return too_big(s, e);
	}
	return 0;
}
