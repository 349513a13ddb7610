// SPDX-License-Identifier: ISC
// JUnit's XML on the output of a test command: cases, and what became of them.
#include <ctype.h>
#include <string.h>
#include "src/agent/testlog_parts.h"

#define TRACE_MAX (64u << 10)

static const char cdata_begin[] = "![CDATA[", cdata_end[] = "]]>",
		  comment_begin[] = "!--";

/* "&lt;" and its like, and by number. */
static void
put_plain(struct text *out, const char *p, size_t n)
{
	static const struct {
		const char *name;
		char c;
	} named[] = {{"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'},
	    {"&apos;", '\''}, {"&amp;", '&'}, {"&#10;", '\n'}, {"&#xA;", '\n'},
	    {"&#9;", '\t'}};
	const size_t all = sizeof(named) / sizeof(named[0]);
	size_t i, k, len;

	for (i = 0; i < n; i++) {
		for (k = 0; p[i] == '&' && k < all; k++) {
			len = strlen(named[k].name);
			if (n - i >= len &&
			    memcmp(p + i, named[k].name, len) == 0)
				break;
		}
		if (p[i] != '&' || k == all) {
			text_char(out, p[i]);
			continue;
		}
		text_char(out, named[k].c);
		i += strlen(named[k].name) - 1;
	}
}

/* The value of an attribute, or nothing. */
static void
attribute(const char *tag, const char *name, struct text *out)
{
	size_t n = strlen(name);
	const char *p = tag, *end;

	while ((p = strstr(p, name)) != NULL) {
		if (p > tag && isspace((unsigned char)p[-1]) && p[n] == '=' &&
		    (p[n + 1] == '"' || p[n + 1] == '\'')) {
			end = strchr(p + n + 2, p[n + 1]);
			if (end != NULL)
				put_plain(
				    out, p + n + 2, (size_t)(end - p) - n - 2);
			return;
		}
		p += n;
	}
}

static bool
is_tag(const char *tag, const char *name)
{
	size_t n = strlen(name);

	return strncmp(tag, name, n) == 0 &&
	       (tag[n] == '\0' || tag[n] == '/' ||
		   isspace((unsigned char)tag[n]));
}

static void
end_case(struct testlog_xml *x)
{
	if (!x->in_case)
		return;
	x->in_case = false;
	if (x->failed)
		testlog_name(&x->log, x->name, strlen(x->name));
	x->log.failed += x->failed;
	x->log.skipped += x->skipped && !x->failed;
	x->log.passed += !x->failed && !x->skipped;
}

static void
begin_case(struct testlog_xml *x, const char *tag)
{
	autotext struct text name = {0}, class = {0};

	end_case(x);
	attribute(tag, "name", &name);
	attribute(tag, "classname", &class);
	snprintf(x->name, sizeof(x->name), "%s%s%s", text_of(&class),
	    class.len > 0 && name.len > 0 ? "." : "", text_of(&name));
	x->in_case = true;
	x->failed = x->skipped = false;
}

static void
take_tag(struct testlog_xml *x)
{
	const char *tag = x->tag;
	bool closed = x->len > 0 && tag[x->len - 1] == '/';

	if (is_tag(tag, "testsuite") || is_tag(tag, "testsuites")) {
		x->sure = true;
	} else if (is_tag(tag, "testcase")) {
		begin_case(x, tag);
		if (closed)
			end_case(x);
	} else if (is_tag(tag, "/testcase")) {
		end_case(x);
	} else if (is_tag(tag, "skipped")) {
		x->skipped = true;
	} else if (is_tag(tag, "failure") || is_tag(tag, "error")) {
		if (x->in_case && x->log.failed == 0 && x->trace.len == 0) {
			text_printf(&x->trace, "%s\n", x->name);
			attribute(tag, "message", &x->trace);
			text_char(&x->trace, '\n');
			x->telling = !closed;
		}
		x->failed = true;
	} else if (is_tag(tag, "/failure") || is_tag(tag, "/error")) {
		x->telling = false;
	}
}

static void
in_tag(struct testlog_xml *x, char c)
{
	if (x->quote != 0) {
		if (c == x->quote)
			x->quote = 0;
	} else if (c == '>') {
		x->tag[x->len] = '\0';
		x->state = XML_TEXT;
		take_tag(x);
		return;
	} else if ((c == '"' || c == '\'') && x->tag[0] != '!') {
		x->quote = c;
	}
	// What is too long has lost its end, and keeps its name.
	if (x->len + 1 < sizeof(x->tag))
		x->tag[x->len++] = c;
	if (x->len == sizeof(cdata_begin) - 1 &&
	    memcmp(x->tag, cdata_begin, x->len) == 0) {
		x->state = XML_CDATA;
		x->len = 0;
	} else if (x->len == sizeof(comment_begin) - 1 &&
		   memcmp(x->tag, comment_begin, x->len) == 0) {
		x->state = XML_COMMENT;
		x->len = 0;
	}
}

/* Up to "-->", of which x->len hyphens are there, or more. */
static void
in_comment(struct testlog_xml *x, char c)
{
	if (c == '>' && x->len >= 2)
		x->state = XML_TEXT;
	x->len = c == '-' ? x->len + 1 : 0;
}

static void
tell(struct testlog_xml *x, const char *p, size_t n)
{
	if (x->telling && x->trace.len < TRACE_MAX)
		put_plain(&x->trace, p, n);
}

/* Up to "]]>", of which x->len bytes are there. */
static void
in_cdata(struct testlog_xml *x, char c)
{
	if (c == cdata_end[x->len]) {
		if (++x->len == 3)
			x->state = XML_TEXT;
		return;
	}
	// "]]]>" ends one, too: a bracket more is text.
	if (x->len == 2 && c == ']') {
		tell(x, "]", 1);
		return;
	}
	tell(x, cdata_end, x->len);
	x->len = 0;
	if (c == ']')
		x->len = 1;
	else
		tell(x, &c, 1);
}

void
testlog_xml_add(struct testlog_xml *x, const char *data, size_t len)
{
	const char *end = data + len, *lt;

	while (data < end) {
		if (x->state == XML_TAG) {
			in_tag(x, *data++);
		} else if (x->state == XML_CDATA) {
			in_cdata(x, *data++);
		} else if (x->state == XML_COMMENT) {
			in_comment(x, *data++);
		} else {
			lt = memchr(data, '<', (size_t)(end - data));
			tell(x, data, (size_t)((lt != NULL ? lt : end) - data));
			data = lt != NULL ? lt + 1 : end;
			x->state = lt != NULL ? XML_TAG : XML_TEXT;
			x->len = 0;
			x->quote = 0;
		}
	}
}
