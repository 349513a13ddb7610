// SPDX-License-Identifier: ISC
// The state of a session in a line, at the bottom of the screen.
#include <inttypes.h>
#include <string.h>
#include "jail/base/fd.h"
#include "src/term/status.h"
#include "src/term/mode.h"
#include "src/term/width.h"

void
status_count(struct text *out, uint64_t n)
{
	if (n < 1000)
		text_printf(out, "%" PRIu64, n);
	else if (n < 1000000)
		text_printf(
		    out, "%" PRIu64 ".%" PRIu64 "k", n / 1000, n % 1000 / 100);
	else
		text_printf(out, "%" PRIu64 ".%" PRIu64 "M", n / 1000000,
		    n % 1000000 / 100000);
}

void
status_time(struct text *out, uint64_t ms)
{
	uint64_t s = ms / 1000;

	if (s >= 3600)
		text_printf(out, "%" PRIu64 ":%02" PRIu64 ":%02" PRIu64,
		    s / 3600, s / 60 % 60, s % 60);
	else
		text_printf(out, "%" PRIu64 ":%02" PRIu64, s / 60, s % 60);
}

void
status_text(struct text *out, const struct status *s)
{
	// First, as a narrow screen cuts the end.
	if (s->doing != NULL)
		text_printf(out, "%s | ", s->doing);
	text_printf(out, "turn %" PRIu64, s->turns);
	if (s->input_tokens + s->output_tokens > 0) {
		text_str(out, " | tokens ");
		status_count(out, s->input_tokens);
		text_str(out, " in, ");
		status_count(out, s->output_tokens);
		text_str(out, " out");
	}
	// Hundredths of a cent matter to nobody who looks at this line.
	if (s->cost_usd_micro != STATUS_NO_COST)
		text_printf(out, " | $%" PRIu64 ".%03" PRIu64,
		    s->cost_usd_micro / 1000000,
		    s->cost_usd_micro % 1000000 / 1000);
	text_str(out, " | ");
	status_time(out, s->ms);
	if (s->box != NULL)
		text_printf(out, " | box: %s", s->box);
	if (s->tests != NULL)
		text_printf(out, " | tests %s", s->tests);
}

void
status_show(struct status_line *l, const char *text)
{
	autotext struct text out = {0};
	size_t len = strcspn(text, "\n"), at = 0, next, column = 0, w;
	struct mode_size size;

	if (l->fd < 0)
		return;
	mode_size(l->fd, &size);
	text_str(&out, l->color ? "\r\033[K\033[2m" : "\r\033[K");
	// The last column stays free: a cursor behind it wraps at a resize.
	for (; at < len; at = next) {
		next = width_next(text, len, at);
		w = width_text(text + at, next - at);
		if (column + w >= size.columns)
			break;
		text_add(&out, text + at, next - at);
		column += w;
	}
	if (l->color)
		text_str(&out, "\033[0m");
	// Who cannot be written to reads nothing.
	(void)!fd_write_all(l->fd, out.p, out.len);
	l->shown = true;
}

void
status_hide(struct status_line *l)
{
	static const char gone[] = "\r\033[K";

	if (!l->shown)
		return;
	(void)!fd_write_all(l->fd, gone, sizeof(gone) - 1);
	l->shown = false;
}
