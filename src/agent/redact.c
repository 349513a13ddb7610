// SPDX-License-Identifier: ISC
// Strikes secrets out of text, line by line, as it comes.
#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include "src/agent/redact.h"
#include "src/agent/redact_forms.h"

#define KEY_MAX 16384 // bytes of a private key; a longer one is none

static const char key_begin[] = "-----BEGIN ", key_end[] = "-----END ";

static void
strike(struct redact *r, struct text *out, const char *kind)
{
	text_printf(out, "[redacted: %s]", kind);
	r->count++;
}

/* A line within a private key: nothing of it is told. */
static void
hide(struct redact *r, struct text *out, const char *p, size_t n)
{
	r->hidden += n + 1;
	if (memmem(p, n, key_end, sizeof(key_end) - 1) != NULL ||
	    r->hidden > KEY_MAX) {
		strike(r, out, "private key");
		r->hidden = 0;
	}
}

/* Length of the line up to "-----BEGIN ... PRIVATE KEY", or n. */
static size_t
before_key(const char *p, size_t n)
{
	const char *at = memmem(p, n, key_begin, sizeof(key_begin) - 1);
	size_t left;

	if (at == NULL)
		return n;
	left = n - (size_t)(at - p);
	return memmem(at, left, "PRIVATE KEY", 11) != NULL ? (size_t)(at - p)
							   : n;
}

static struct redact_found
find(const char *line, size_t at, size_t n)
{
	const char *p = line + at;
	bool start =
	    at == 0 || (!isalnum((unsigned char)p[-1]) && p[-1] != '_');
	struct redact_found f = {0};

	if (*p == ':' && n - at > 3 && memcmp(p, "://", 3) == 0)
		return redact_url(p, n - at);
	if (!start || !isalpha((unsigned char)*p))
		return f;
	f = redact_token(p, n - at);
	return f.kind != NULL ? f : redact_assigned(p, n - at);
}

static void
scan(struct redact *r, struct text *out, const char *p, size_t n)
{
	struct redact_found f;
	size_t at = 0, told = 0;

	while (at < n) {
		f = find(p, at, n);
		if (f.kind == NULL) {
			at++;
			continue;
		}
		text_add(out, p + told, at + f.keep - told);
		strike(r, out, f.kind);
		at += f.len;
		told = at;
	}
	text_add(out, p + told, n - told);
}

static void
take_line(struct redact *r, struct text *out, const char *p, size_t n)
{
	size_t told = 0;
	bool hidden = r->hidden > 0;

	if (!hidden) {
		told = before_key(p, n);
		scan(r, out, p, told);
	}
	if (hidden || told < n)
		hide(r, out, p + told, n - told);
}

void
redact_add(struct redact *r, struct text *out, const char *data, size_t len)
{
	const char *nl;
	bool hidden;
	size_t n;

	while (len > 0) {
		nl = memchr(data, '\n', len);
		n = nl != NULL ? (size_t)(nl - data) : len;
		text_add(&r->held, data, n);
		if (nl != NULL || r->held.len > REDACT_HELD_MAX) {
			take_line(r, out, text_of(&r->held), r->held.len);
			r->held.len = 0;
			hidden = r->hidden > 0;
			if (nl != NULL && !hidden)
				text_char(out, '\n');
		}
		n += nl != NULL;
		data += n;
		len -= n;
	}
}

void
redact_end(struct redact *r, struct text *out)
{
	if (r->held.len > 0)
		take_line(r, out, text_of(&r->held), r->held.len);
	// A key that was cut off is one, too.
	if (r->hidden > 0)
		strike(r, out, "private key");
	r->hidden = 0;
	text_free(&r->held);
}

size_t
redact_text(struct text *t)
{
	struct redact r = {0};
	struct text out = {0};

	if (t->len == 0)
		return 0;
	redact_add(&r, &out, t->p, t->len);
	redact_end(&r, &out);
	text_add(&out, "", 0);
	if (r.count > 0) {
		text_free(t);
		*t = out;
	} else {
		text_free(&out);
	}
	return r.count;
}
