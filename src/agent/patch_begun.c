// SPDX-License-Identifier: ISC
// The grammar that begins with "*** Begin Patch": files by name, hunks by
// what stands around them, no line numbers.
#include <string.h>
#include "src/agent/patch.h"

#define ADD    "*** Add File: "
#define DELETE "*** Delete File: "
#define UPDATE "*** Update File: "
#define MOVE   "*** Move to: "
#define END    "*** End Patch"
#define AT_END "*** End of File"

static char *
name_after(const char *line, size_t len, const char *prefix)
{
	size_t n = strlen(prefix);
	struct text t = {0};

	while (len > n && (line[len - 1] == ' ' || line[len - 1] == '\r' ||
			      line[len - 1] == '\t'))
		len--;
	text_add(&t, line + n, len - n);
	return len > n ? text_take(&t) : (text_free(&t), NULL);
}

static int
read_added(struct patch_source *s, struct patch_file *f, struct text *complaint)
{
	struct patch_hunk *h = NULL;
	const char *line;
	size_t len;

	for (; patch_peek(s, &line, &len); patch_skip(s)) {
		if (patch_starts(line, len, "*** "))
			return 0;
		if (len == 0 || *line != '+')
			return patch_fault(complaint, s->number,
			    "each line of a new file begins with \"+\"");
		if (h == NULL)
			h = patch_add_hunk(f, s->number);
		patch_add_line(h, '+', line + 1, len - 1);
	}
	return 0;
}

/* "@@", "@@ a line above", "@@ a line above @@". */
static void
read_section(struct patch_hunk *h, const char *line, size_t len)
{
	line += 2, len -= 2;
	if (len >= 2 && memcmp(line + len - 2, "@@", 2) == 0)
		len -= 2;
	while (len > 0 && *line == ' ')
		line++, len--;
	while (len > 0 && (line[len - 1] == ' ' || line[len - 1] == '\r'))
		len--;
	if (len > 0) {
		h->section = line;
		h->section_len = len;
	}
}

static int
read_changed(
    struct patch_source *s, struct patch_file *f, struct text *complaint)
{
	struct patch_hunk *h = NULL;
	const char *line;
	size_t len;

	for (; patch_peek(s, &line, &len); patch_skip(s)) {
		if (patch_starts(line, len, AT_END) && h != NULL) {
			h->at_end = true;
			continue;
		}
		if (patch_starts(line, len, "*** "))
			return 0;
		if (patch_starts(line, len, "@@")) {
			h = patch_add_hunk(f, s->number);
			read_section(h, line, len);
			continue;
		}
		if (h == NULL)
			h = patch_add_hunk(f, s->number);
		if (len == 0)
			patch_add_line(h, ' ', line, 0);
		else if (*line == ' ' || *line == '-' || *line == '+')
			patch_add_line(h, *line, line + 1, len - 1);
		else
			return patch_fault(complaint, s->number,
			    "a line of a hunk begins with a space, \"-\" or "
			    "\"+\"");
	}
	return 0;
}

static int
read_update(
    struct patch_source *s, struct patch_file *f, struct text *complaint)
{
	const char *line;
	size_t len;

	if (patch_peek(s, &line, &len) && patch_starts(line, len, MOVE)) {
		f->to = name_after(line, len, MOVE);
		if (f->to == NULL)
			return patch_fault(
			    complaint, s->number, "no name after " MOVE);
		patch_skip(s);
	}
	if (read_changed(s, f, complaint) != 0)
		return -1;
	if (f->n == 0 && f->to == NULL)
		return patch_fault(complaint, f->said,
		    "nothing is changed; lines that begin with \"-\" and "
		    "\"+\" must follow");
	return 0;
}

static int
read_file(struct patch_source *s, struct patch *p, const char *line, size_t len,
    struct text *complaint)
{
	static const struct {
		const char *prefix;
		enum patch_kind kind;
		int (*read)(struct patch_source *s, struct patch_file *f,
		    struct text *complaint);
	} kinds[] = {
	    {ADD, PATCH_CREATE, read_added},
	    {UPDATE, PATCH_MODIFY, read_update},
	    {DELETE, PATCH_DELETE, NULL},
	};
	struct patch_file *f;
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!patch_starts(line, len, kinds[i].prefix))
			continue;
		f = patch_add_file(p, s->number);
		f->kind = kinds[i].kind;
		f->path = name_after(line, len, kinds[i].prefix);
		if (f->path == NULL)
			return patch_fault(complaint, s->number,
			    "no name after %s", kinds[i].prefix);
		patch_skip(s);
		return kinds[i].read == NULL ? 0
					     : kinds[i].read(s, f, complaint);
	}
	return patch_fault(complaint, s->number,
	    "one of \"" ADD "\", \"" UPDATE "\", \"" DELETE
	    "\" and a path, or \"" END "\", must stand here");
}

int
patch_read_begun(
    struct patch_source *s, struct patch *p, struct text *complaint)
{
	const char *line;
	size_t len;

	patch_skip(s);
	while (patch_peek(s, &line, &len)) {
		if (patch_starts(line, len, END))
			return 0;
		if (len == 0) {
			patch_skip(s);
			continue;
		}
		if (read_file(s, p, line, len, complaint) != 0)
			return -1;
	}
	return patch_fault(complaint, s->number,
	    "the patch is cut off: \"" END "\" is missing");
}
