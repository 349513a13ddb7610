// SPDX-License-Identifier: ISC
// A text that is being typed, drawn on a terminal again and again.
#include <stdlib.h>
#include "src/term/draw.h"
#include "src/term/width.h"

#define TAB 8

/* A view, broken into rows. */
struct page {
	struct text bytes;
	struct draw_row {
		size_t start;
		unsigned width;
	} * row;
	size_t n, cap;
	size_t cursor_row;
	unsigned cursor_column;
	unsigned columns;
};

static void
begin_row(struct page *p)
{
	if (p->n == p->cap) {
		p->cap = p->cap > 0 ? 2 * p->cap : 16;
		p->row = mem_grow(p->row, p->cap, sizeof(*p->row));
	}
	p->row[p->n++] = (struct draw_row){p->bytes.len, 0};
}

static void
put(struct page *p, const char *s, size_t len, unsigned width)
{
	if (p->row[p->n - 1].width + width > p->columns)
		begin_row(p);
	text_add(&p->bytes, s, len);
	p->row[p->n - 1].width += width;
}

/* As much of it as one row takes. */
static void
put_cut(struct page *p, const char *s, size_t len)
{
	size_t at = 0, next;
	unsigned width;

	for (; at < len; at = next) {
		next = width_next(s, len, at);
		width = (unsigned)width_text(s + at, next - at);
		if (p->row[p->n - 1].width + width > p->columns)
			break;
		put(p, s + at, next - at, width);
	}
}

static void
put_dim(struct page *p, bool color, const char *code, const char *s)
{
	size_t len = 0;

	while (s[len] != '\0')
		len++;
	if (color && len > 0)
		text_str(&p->bytes, code);
	put_cut(p, s, len);
	if (color && len > 0)
		text_str(&p->bytes, "\033[0m");
}

static void
note_cursor(struct page *p)
{
	// No terminal has a column after its last: it is the next row's first.
	if (p->row[p->n - 1].width >= p->columns)
		begin_row(p);
	p->cursor_row = p->n - 1;
	p->cursor_column = p->row[p->n - 1].width;
}

static void
put_tab(struct page *p)
{
	unsigned n = TAB - p->row[p->n - 1].width % TAB;

	while (n-- > 0)
		put(p, " ", 1, 1);
}

static void
lay_out(struct page *p, const struct draw_view *v)
{
	size_t at = 0, next;

	begin_row(p);
	if (v->above != NULL && *v->above != '\0') {
		put_dim(p, v->color, "\033[2m", v->above);
		begin_row(p);
	}
	put_dim(p, v->color, "\033[1m", v->prompt);
	for (; at < v->len; at = next) {
		next = width_next(v->text, v->len, at);
		if (at == v->at)
			note_cursor(p);
		if (v->text[at] == '\n') {
			begin_row(p);
			put_dim(p, v->color, "\033[2m", v->more);
		} else if (v->text[at] == '\t') {
			put_tab(p);
		} else {
			put(p, v->text + at, next - at,
			    (unsigned)width_text(v->text + at, next - at));
		}
	}
	if (v->at >= v->len)
		note_cursor(p);
}

/* Rows up to where we began to draw, from the cursor's. */
static size_t
rows_up(const struct draw *d, unsigned columns)
{
	size_t i, n = 0;

	// A terminal that became narrower has broken what was too long, and
	// one that has not shows what we then leave behind.
	for (i = 0; i < d->row && i < d->rows; i++)
		n += d->width[i] <= columns
			 ? 1
			 : (d->width[i] + columns - 1) / columns;
	return n;
}

void
draw_wipe(struct draw *d, struct text *out, const struct mode_size *size)
{
	size_t up = rows_up(d, size->columns);

	if (up > 0)
		text_printf(out, "\033[%zuA", up);
	text_str(out, "\r\033[J");
	d->rows = d->row = 0;
}

/* The rows of a page that a screen has room for, the cursor's among them. */
static void
window(const struct page *p, unsigned rows, size_t *first, size_t *last)
{
	*first = 0;
	if (p->n > rows && p->cursor_row + 1 > rows)
		*first = p->cursor_row + 1 - rows;
	*last = *first + rows < p->n ? *first + rows : p->n;
}

static void
note_rows(struct draw *d, const struct page *p, size_t first, size_t last)
{
	size_t i;

	if (last - first > d->cap) {
		d->cap = last - first;
		d->width = mem_grow(d->width, d->cap, sizeof(*d->width));
	}
	d->rows = last - first;
	for (i = first; i < last; i++)
		d->width[i - first] = p->row[i].width;
	d->row = p->cursor_row - first;
}

void
draw_view(struct draw *d, struct text *out, const struct draw_view *v,
    const struct mode_size *size)
{
	struct page p = {.columns = size->columns};
	size_t first, last, i, end;

	lay_out(&p, v);
	draw_wipe(d, out, size);
	window(&p, size->rows, &first, &last);
	for (i = first; i < last; i++) {
		end = i + 1 < p.n ? p.row[i + 1].start : p.bytes.len;
		if (i > first)
			text_str(out, "\r\n");
		text_add(out, p.bytes.p + p.row[i].start, end - p.row[i].start);
	}
	note_rows(d, &p, first, last);
	if (d->rows - 1 > d->row)
		text_printf(out, "\033[%zuA", d->rows - 1 - d->row);
	text_char(out, '\r');
	if (p.cursor_column > 0)
		text_printf(out, "\033[%uC", p.cursor_column);
	text_free(&p.bytes);
	free(p.row);
}

void
draw_leave(struct draw *d, struct text *out)
{
	if (d->rows > 0 && d->rows - 1 > d->row)
		text_printf(out, "\033[%zuB", d->rows - 1 - d->row);
	if (d->rows > 0)
		text_str(out, "\r\n");
	d->rows = d->row = 0;
}

void
draw_free(struct draw *d)
{
	free(d->width);
	*d = (struct draw){0};
}
