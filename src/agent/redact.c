// SPDX-License-Identifier: ISC
// Strikes secrets out of text, line by line, as it comes.
#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include "src/agent/redact.h"
#include "src/agent/redact_forms.h"
#include "src/cli/patterns.h"

#define KEY_MAX 16384 // bytes of a private key; a longer one is none
// Before what is told, where a secret's name may stand: bytes at most, words.
#define CONTEXT	      1024
#define CONTEXT_WORDS 4

static const char key_begin[] = "-----BEGIN ", key_end[] = "-----END ";

static void
count(struct redactor *by, const char *kind)
{
	size_t i;

	by->count++;
	for (i = 0; i < by->nkinds; i++)
		if (strcmp(by->of[i].kind, kind) == 0)
			break;
	if (i == REDACT_KINDS_MAX)
		return;
	if (i == by->nkinds)
		by->of[by->nkinds++].kind = kind;
	by->of[i].count++;
}

static void
strike(struct redact *r, struct text *out, const char *kind)
{
	text_printf(out, "[redacted: %s]", kind);
	r->count++;
	if (r->by != NULL)
		count(r->by, kind);
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

static bool
begins_word(const char *line, size_t at)
{
	return at == 0 ||
	       (!isalnum((unsigned char)line[at - 1]) && line[at - 1] != '_');
}

static struct redact_found
find(const char *line, size_t at, size_t n)
{
	const char *p = line + at;
	struct redact_found f = {0};

	if (*p == ':' && n - at > 3 && memcmp(p, "://", 3) == 0)
		return redact_url(p, n - at);
	if (!begins_word(line, at) || !isalpha((unsigned char)*p))
		return f;
	f = redact_token(p, n - at);
	return f.kind != NULL ? f : redact_assigned(p, n - at);
}

/* Where each of the policy's patterns matches next; rm_so -1: nowhere. */
struct matches {
	const char *line;
	size_t n;
	regmatch_t at[POLICY_REDACTS_MAX];
};

static void
seek(const struct redactor *by, size_t i, struct matches *m, size_t from)
{
	m->at[i] = (regmatch_t){(regoff_t)from, (regoff_t)m->n};
	if (regexec(&by->pattern[i], m->line, 1, &m->at[i], REG_STARTEND) != 0)
		m->at[i].rm_so = -1;
}

/* The longest match that begins at `at`. */
static struct redact_found
match(const struct redactor *by, struct matches *m, size_t at)
{
	struct redact_found f = {0};
	const regmatch_t *one;
	size_t i;

	for (i = 0; by != NULL && i < by->npatterns; i++) {
		one = &m->at[i];
		if (one->rm_so >= 0 && (size_t)one->rm_so < at)
			seek(by, i, m, at);
		if (one->rm_so == (regoff_t)at &&
		    (size_t)one->rm_eo - at > f.len)
			f = (struct redact_found){
			    "policy", 0, (size_t)one->rm_eo - at};
	}
	return f;
}

/*
 * Tells of the line's n bytes those from r->told to `to`, without what is
 * secret in it. It is looked at from `from` on: in what was told before a
 * name may stand whose value comes now.
 */
static void
scan(struct redact *r, struct text *out, const char *p, size_t n, size_t from,
    size_t to)
{
	struct matches m = {.line = p, .n = n};
	struct redact_found f;
	size_t at, i;

	for (i = 0; r->by != NULL && i < r->by->npatterns; i++)
		seek(r->by, i, &m, from);
	for (at = from; at < to; at += f.len) {
		f = find(p, at, n);
		if (f.kind == NULL)
			f = match(r->by, &m, at);
		if (f.kind == NULL) {
			f.len = 1;
			continue;
		}
		// It may still grow: it begins where we are to stop.
		if (at + f.len > to)
			break;
		// What ends in what was told has been struck there.
		if (at + f.len <= r->told)
			continue;
		if (at + f.keep > r->told)
			text_add(out, p + r->told, at + f.keep - r->told);
		strike(r, out, f.kind);
		r->told = at + f.len;
	}
	if (to <= r->told)
		return;
	text_add(out, p + r->told, to - r->told);
	r->told = to;
}

static void
take_line(struct redact *r, struct text *out, const char *p, size_t n)
{
	size_t key = 0;
	bool hidden = r->hidden > 0;

	if (!hidden) {
		key = before_key(p, n);
		scan(r, out, p, key, 0, key);
	}
	if (hidden || key < n)
		hide(r, out, p + key, n - key);
	r->told = 0;
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

/* How much of a line that goes on is in no secret; *plain: nor is one in
   that. */
static size_t
sure(const struct redact *r, const char *p, size_t n, size_t from, bool *plain)
{
	size_t safe = from + before_key(p + from, n - from), at;
	struct redact_found f;

	*plain = r->by == NULL || r->by->npatterns == 0;
	for (at = from; at < safe; at++) {
		f = find(p, at, n);
		*plain = *plain && f.kind == NULL;
		if (f.kind == NULL)
			f = redact_growing(p + at, n - at, begins_word(p, at));
		if (f.kind != NULL && at + f.len >= n)
			safe = at + f.keep;
		else if (f.kind != NULL)
			at += f.len - 1;
	}
	if (r->by != NULL && r->by->npatterns > 0)
		while (safe > 0 && !isspace((unsigned char)p[safe - 1]))
			safe--;
	return safe;
}

/*
 * Where to look from, for what comes after n bytes that were told: a name,
 * what assigns, and a quote may stand before a value. Who streams a few bytes
 * at a time must not have all of the line looked at each time.
 */
static size_t
context(const char *p, size_t n)
{
	size_t i = n, least = n > CONTEXT ? n - CONTEXT : 0;
	int words;

	for (words = 0; words < CONTEXT_WORDS && i > least; words++) {
		while (i > least && isspace((unsigned char)p[i - 1]))
			i--;
		while (i > least && !isspace((unsigned char)p[i - 1]))
			i--;
	}
	return i;
}

void
redact_flush(struct redact *r, struct text *out)
{
	const char *p = text_of(&r->held);
	size_t from = context(p, r->told), to;
	bool plain;

	if (r->held.len == 0 || r->hidden > 0)
		return;
	to = sure(r, p, r->held.len, from, &plain);
	if (to <= r->told)
		return;
	if (plain) {
		text_add(out, p + r->told, to - r->told);
		r->told = to;
	} else {
		scan(r, out, p, r->held.len, from, to);
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
redact_text(struct redactor *by, struct text *t)
{
	struct redact r = {.by = by};
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

int
redactor_begin(struct redactor *by, const struct policy *p, struct err *e)
{
	for (; by->npatterns < p->nredacts; by->npatterns++)
		if (patterns_compile(&p->redact[by->npatterns], "policy",
			&by->pattern[by->npatterns], e) != 0)
			return -1;
	return 0;
}

void
redactor_free(struct redactor *by)
{
	while (by->npatterns > 0)
		regfree(&by->pattern[--by->npatterns]);
}

void
redactor_say(const struct redactor *by, struct text *out)
{
	size_t i;

	for (i = 0; i < by->nkinds; i++)
		text_printf(out, "%s%llu %s", i > 0 ? ", " : "",
		    (unsigned long long)by->of[i].count, by->of[i].kind);
}
