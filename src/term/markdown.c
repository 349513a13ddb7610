// SPDX-License-Identifier: ISC
// A model's Markdown, made fit for a terminal while it streams in.
#include <string.h>
#include "src/term/markdown.h"
#include "src/term/span.h"
#include "src/term/width.h"

enum {
	BOLD = 1,
	ITALIC = 2,
	CODE = 4,
	UNDERLINE = 8,
	DIM = 16,

	START_MAX = 40, // bytes of a line that is not known yet
	SPAN_MAX = 400, // bytes that may wait for a mark's other end
	INDENT_MAX = 24
};

void
markdown_begin(struct markdown *m, bool color, unsigned width)
{
	memset(m, 0, sizeof(*m));
	m->color = color;
	m->width = width;
}

static void
set_style(struct markdown *m, struct text *out, unsigned style)
{
	static const struct {
		unsigned bit;
		const char *code;
	} codes[] = {
	    {BOLD, ";1"},
	    {DIM, ";2"},
	    {ITALIC, ";3"},
	    {UNDERLINE, ";4"},
	    {CODE, ";36"},
	};
	size_t i;

	if (!m->color || style == m->style)
		return;
	text_str(out, "\033[0");
	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if ((style & codes[i].bit) != 0)
			text_str(out, codes[i].code);
	text_char(out, 'm');
	m->style = style;
}

/* Columns of a text with codes of ours in it. */
static unsigned
columns(const char *p, size_t len)
{
	size_t n = 0, i, from = 0;

	for (i = 0; i < len; i++) {
		if (p[i] != '\033')
			continue;
		n += width_text(p + from, i - from);
		while (i < len && p[i] != 'm')
			i++;
		from = i + 1;
	}
	if (from < len)
		n += width_text(p + from, len - from);
	return (unsigned)n;
}

static void
put_spaces(struct text *out, unsigned n)
{
	while (n-- > 0)
		text_char(out, ' ');
}

/* Writes the word; on the next row, if it does not fit on this one. */
static void
end_word(struct markdown *m, struct text *out)
{
	unsigned w = columns(text_of(&m->word), m->word.len);

	if (m->word.len == 0)
		return;
	if (m->width != 0 && m->column > m->indent &&
	    m->column + m->spaces + w > m->width) {
		text_char(out, '\n');
		put_spaces(out, m->indent);
		m->column = m->indent;
	} else {
		put_spaces(out, m->spaces);
		m->column += m->spaces;
	}
	text_add(out, m->word.p, m->word.len);
	m->column += w;
	m->spaces = 0;
	m->word.len = 0;
}

/* Text of a line, without marks. */
static void
put_text(struct markdown *m, struct text *out, const char *p, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (p[i] == ' ' || (p[i] == '\t' && m->width != 0)) {
			end_word(m, out);
			m->spaces += p[i] == '\t' ? 8 : 1;
		} else {
			text_char(&m->word, p[i]);
		}
	}
}

static void put_marked(struct markdown *m, struct text *out, const char *p,
    size_t len, unsigned depth);

static void
put_span(struct markdown *m, struct text *out, const char *p,
    enum span_kind kind, const struct span *s, unsigned depth)
{
	static const unsigned styles[] = {[SPAN_CODE] = CODE,
	    [SPAN_BOLD] = BOLD,
	    [SPAN_ITALIC] = ITALIC,
	    [SPAN_BOTH] = BOLD | ITALIC,
	    [SPAN_LINK] = UNDERLINE};
	unsigned was = m->style;

	set_style(m, &m->word, was | styles[kind]);
	if (kind == SPAN_CODE)
		put_text(m, out, p + s->text, s->text_len);
	else
		put_marked(m, out, p + s->text, s->text_len, depth + 1);
	set_style(m, &m->word, was);
	if (kind == SPAN_LINK &&
	    (s->link_len != s->text_len ||
		memcmp(p + s->link, p + s->text, s->link_len) != 0)) {
		put_text(m, out, " <", 2);
		put_text(m, out, p + s->link, s->link_len);
		put_text(m, out, ">", 1);
	}
}

/* A text that is whole, marks and all. */
static void
put_marked(struct markdown *m, struct text *out, const char *p, size_t len,
    unsigned depth)
{
	struct span s;
	enum span_kind kind;
	size_t i = 0;

	while (i < len) {
		kind = span_begins(p[i]) && depth < 4
			   ? span_look(p + i, len - i,
				 i > 0 ? p[i - 1] : m->before, true, &s)
			   : SPAN_NONE;
		if (kind == SPAN_NONE) {
			put_text(m, out, p + i, 1);
			i++;
		} else {
			put_span(m, out, p + i, kind, &s, depth);
			i += s.len;
		}
	}
}

/* What is held is what it is: the line ends, or it became too long. */
static void
end_span(struct markdown *m, struct text *out)
{
	if (m->span.len > 0)
		put_marked(m, out, m->span.p, m->span.len, 0);
	m->span.len = 0;
}

/* A byte of a line whose kind is known. */
static void
put_byte(struct markdown *m, struct text *out, char c)
{
	enum span_kind kind;
	struct span s;

	if (!m->color) {
		put_text(m, out, &c, 1);
		return;
	}
	if (m->span.len == 0 && !span_begins(c)) {
		put_text(m, out, &c, 1);
		m->before = c;
		return;
	}
	text_char(&m->span, c);
	kind = span_look(m->span.p, m->span.len, m->before, false, &s);
	if (kind == SPAN_MORE && m->span.len < SPAN_MAX)
		return;
	// Whole, or nothing of the kind; the last byte, which told, may begin
	// another one.
	if (m->span.len > 1 && kind != SPAN_MORE &&
	    (kind == SPAN_NONE ? span_begins(c) : s.len < m->span.len)) {
		m->span.len--;
		end_span(m, out);
		m->before = '.';
		put_byte(m, out, c);
		return;
	}
	end_span(m, out);
	m->before = c;
}

static size_t
run_of(const char *p, char c)
{
	size_t n = 0;

	while (p[n] == c)
		n++;
	return n;
}

/* Of a line that ends here, or has another byte behind n digits and a dot. */
static bool
is_number(const char *p)
{
	size_t n = strspn(p, "0123456789");

	return n > 0 && n < 10 && (p[n] == '.' || p[n] == ')') &&
	       p[n + 1] == ' ';
}

/* Whether more bytes could make a mark of what is there. */
static bool
may_become(const char *p)
{
	size_t n;

	if (*p == '\0')
		return true;
	if (*p == '`' || *p == '~')
		return p[run_of(p, *p)] == '\0';
	if (*p == '#')
		return p[run_of(p, '#')] == '\0' && run_of(p, '#') < 7;
	n = strspn(p, "0123456789");
	if (n > 0)
		return n < 10 && (p[n] == '\0' || (strchr(".)", p[n]) != NULL &&
						      p[n + 1] == '\0'));
	return strchr("-*+>", *p) != NULL && p[1] == '\0';
}

static enum markdown_block
block_of(const char *p)
{
	size_t n = run_of(p, '#');

	if (run_of(p, '`') >= 3 || run_of(p, '~') >= 3)
		return MARKDOWN_FENCE;
	if (n > 0 && n < 7 && p[n] == ' ')
		return MARKDOWN_HEADING;
	if (is_number(p) ||
	    ((*p == '-' || *p == '*' || *p == '+') && p[1] == ' '))
		return MARKDOWN_ITEM;
	if (*p == '>' && p[1] == ' ')
		return MARKDOWN_QUOTE;
	return *p == '|' ? MARKDOWN_TABLE : MARKDOWN_TEXT;
}

/* What lies before the text of an item, or of a quote. */
static void
put_mark(struct markdown *m, struct text *out, const char *p, size_t lead,
    size_t mark)
{
	put_spaces(out, (unsigned)lead);
	if (m->block == MARKDOWN_ITEM && m->color && mark == 2)
		text_str(out, "- ");
	else
		text_add(out, p, mark);
	m->column = m->indent = (unsigned)(lead + mark);
	if (m->indent > INDENT_MAX)
		m->indent = INDENT_MAX;
}

/* What is held of the line's begin, now that its kind is known. */
static void
begin_block(struct markdown *m, struct text *out, enum markdown_block b)
{
	const char *line = text_of(&m->start), *p;
	size_t lead = strspn(line, " "), mark = 0;

	p = line + lead;
	m->block = b;
	if (b == MARKDOWN_FENCE) {
		m->fence = *p;
		m->fence_len = run_of(p, *p);
		set_style(m, out, DIM);
	}
	if (b == MARKDOWN_FENCE || b == MARKDOWN_TABLE) {
		text_str(out, line);
		m->start.len = 0;
		return;
	}
	if (b == MARKDOWN_ITEM || b == MARKDOWN_QUOTE) {
		mark = strcspn(p, " ") + 1;
		put_mark(m, out, p, lead, mark);
	} else {
		m->spaces += (unsigned)lead;
	}
	if (b == MARKDOWN_HEADING) {
		set_style(m, &m->word, *p == p[1] ? BOLD : BOLD | UNDERLINE);
		mark = m->color ? run_of(p, '#') + 1 : 0;
	}
	for (p += mark; *p != '\0'; p++)
		put_byte(m, out, *p);
	m->start.len = 0;
}

/* Within code: the line that ends it, or one of it. */
static void
code_line(struct markdown *m, struct text *out, bool over)
{
	const char *p = text_of(&m->start) + strspn(text_of(&m->start), " ");
	size_t n = run_of(p, m->fence);

	if (p[n + strspn(p + n, " ")] == '\0' && !over &&
	    m->start.len < START_MAX)
		return;
	if (n >= m->fence_len && p[n + strspn(p + n, " ")] == '\0' && over) {
		set_style(m, out, DIM);
		m->fence_len = 0;
		m->block = MARKDOWN_FENCE;
	} else {
		set_style(m, out, CODE);
		m->block = MARKDOWN_CODE;
	}
	text_add(out, text_of(&m->start), m->start.len);
	m->start.len = 0;
}

static void
look_at_start(struct markdown *m, struct text *out, bool over)
{
	const char *p = text_of(&m->start) + strspn(text_of(&m->start), " ");

	if (m->fence_len > 0)
		code_line(m, out, over);
	else if (over || !may_become(p) || m->start.len >= START_MAX)
		begin_block(m, out, block_of(p));
}

static void
end_line(struct markdown *m, struct text *out)
{
	if (m->block == MARKDOWN_UNKNOWN && (m->start.len > 0))
		look_at_start(m, out, true);
	end_span(m, out);
	set_style(m, &m->word, 0);
	end_word(m, out);
	if (m->width == 0)
		put_spaces(out, m->spaces);
	m->block = MARKDOWN_UNKNOWN;
	m->column = m->indent = m->spaces = 0;
	m->before = '\0';
}

/* Wide things are not broken where they are not a text. */
static bool
is_verbatim(enum markdown_block b)
{
	return b == MARKDOWN_CODE || b == MARKDOWN_FENCE || b == MARKDOWN_TABLE;
}

void
markdown_add(struct markdown *m, struct text *out, const char *p, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (p[i] == '\n') {
			end_line(m, out);
			text_char(out, '\n');
		} else if (m->block == MARKDOWN_UNKNOWN) {
			text_char(&m->start, p[i]);
			look_at_start(m, out, false);
		} else if (is_verbatim(m->block)) {
			end_word(m, out);
			text_char(out, p[i]);
		} else {
			put_byte(m, out, p[i]);
		}
	}
}

void
markdown_end(struct markdown *m, struct text *out)
{
	end_line(m, out);
	m->fence_len = 0;
}

void
markdown_free(struct markdown *m)
{
	text_free(&m->start);
	text_free(&m->span);
	text_free(&m->word);
}
