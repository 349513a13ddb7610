// SPDX-License-Identifier: ISC
// Long text cut in its middle, with the cut said.
#include <inttypes.h>
#include "src/agent/truncate.h"

static bool
continues(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* The length of head without a character that the cut left unfinished. */
static size_t
whole_head(const char *head, size_t len)
{
	unsigned char first;
	size_t i = len, n;

	while (i > 0 && len - i < 3 && continues(head[i - 1]))
		i--;
	if (i == 0)
		return len;
	first = (unsigned char)head[i - 1];
	n = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
	return n > len - i + 1 ? i - 1 : len;
}

void
truncate_ends(
    struct text *out, enum clean_for what, const struct truncate_ends *e)
{
	const char *tail = e->tail;
	size_t head_len = e->head_len, tail_len = e->tail_len, i;
	struct clean c;

	clean_begin(&c, what);
	if ((uint64_t)head_len + tail_len >= e->total) {
		clean_add(&c, out, e->head, head_len);
		clean_add(&c, out, tail, tail_len);
		clean_end(&c, out);
		return;
	}
	head_len = whole_head(e->head, head_len);
	for (i = 0; i < 3 && tail_len > 0 && continues(*tail); i++) {
		tail++;
		tail_len--;
	}
	clean_add(&c, out, e->head, head_len);
	clean_end(&c, out);
	if (out->len > 0 && out->p[out->len - 1] != '\n')
		text_char(out, '\n');
	text_printf(out, "[... %" PRIu64 " bytes cut ...]\n",
	    e->total - head_len - tail_len);
	clean_add(&c, out, tail, tail_len);
	clean_end(&c, out);
}

void
truncate_text(struct text *out, enum clean_for what, const char *data,
    size_t len, size_t head, size_t tail)
{
	struct truncate_ends e = {data, data, 0, 0, len};

	if (len <= head + tail) {
		e.head_len = len;
	} else {
		e.head_len = head;
		e.tail = data + len - tail;
		e.tail_len = tail;
	}
	truncate_ends(out, what, &e);
}
