// SPDX-License-Identifier: ISC
// One request to a server until it is answered, or will not be.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include "jail/base/clock.h"
#include "src/model/buf.h"
#include "src/model/call.h"
#include "src/model/field.h"
#include "src/model/retry.h"
#include "src/model/sse.h"
#include "src/model/utf8.h"

enum {
	EVENT_MAX = 8 << 20,
	ERROR_BODY_MAX = 16 << 10
};

/* One try. */
struct attempt {
	const struct call *c;
	struct answer *a;
	struct sse sse;
	void *parser;
	struct buf body; /* the begin of it, to quote from */
	struct http_response r;
	struct err parse; /* what was wrong with the stream */
	bool heard;	  /* an event came */
	bool no_stream;	  /* what came was another thing */
};

enum verdict {
	ANSWERED,
	AGAIN, /* may go better another time */
	FAILED
};

static int
on_event(void *arg, const char *data, size_t len)
{
	struct attempt *t = arg;

	t->heard = true;
	return t->c->dialect->event(t->parser, t->a, data, len, &t->parse);
}

static int
on_body(void *arg, long status, const char *p, size_t n)
{
	struct attempt *t = arg;
	size_t room = ERROR_BODY_MAX - t->body.len;

	if (!t->heard &&
	    buf_add(&t->body, p, n < room ? n : room, ERROR_BODY_MAX) == -1)
		return -1;
	if (status != 200)
		return 0;
	if (sse_feed(&t->sse, p, n, &t->parse) != 0)
		return -1;
	return t->a->ended ? 1 : 0;
}

/* What the server said in words, out of its JSON, else as it is. */
static void
server_words(const struct attempt *t, char *to, size_t size)
{
	struct json_object *o = field_parse(buf_str(&t->body), t->body.len);
	struct json_object *error = field_get(o, "error", json_type_object);
	const char *s = field_str(error, "message", NULL);

	if (s == NULL)
		s = field_str(o, "error", NULL);
	if (s == NULL)
		s = field_str(o, "message", NULL);
	if (s == NULL)
		s = field_str(o, "detail", buf_str(&t->body));
	dialect_printable(to, size, s);
	json_object_put(o);
}

/* What a person can do about a status; "" if we know of nothing. */
static const char *
mend(const struct call *c, long status, char *buf, size_t size)
{
	buf[0] = '\0';
	if (status == 401 || status == 403)
		snprintf(buf, size, "; check %s or --key-file",
		    c->dialect->key_variable);
	else if (status == 404)
		return "; check --model and --base-url";
	else if (status == 402)
		return "; the account has no credit";
	else if (status == 413)
		return "; the conversation is too long for it";
	else if (status >= 300 && status < 400)
		return "; redirects are not followed: check --base-url";
	return buf;
}

static enum verdict
bad_status(struct attempt *t, struct err *e)
{
	char words[130], advice[64], id[48] = "";
	const struct http_response *r = &t->r;

	server_words(t, words, sizeof(words));
	if (*r->request_id != '\0')
		snprintf(id, sizeof(id), " (%.40s)", r->request_id);
	err_set(e, ERR_MODEL, 0, "HTTP %ld%s%s%s%s", r->status,
	    *words != '\0' ? ": " : "", words,
	    mend(t->c, r->status, advice, sizeof(advice)), id);
	// llama.cpp says so with status 500, and will say it again.
	if (strstr(words, "--jinja") != NULL)
		return FAILED;
	return retry_status(r->status, r->should_retry) ? AGAIN : FAILED;
}

/* A stream came, and went. */
static enum verdict
judge_stream(struct attempt *t, struct err *e)
{
	char words[90];

	if (!t->heard && t->r.end == HTTP_OK &&
	    strncmp(t->r.type, "text/event-stream", 17) != 0) {
		t->no_stream = true;
		server_words(t, words, sizeof(words));
		err_set(e, ERR_MODEL, 0,
		    "it sent %s, not a stream; check --base-url: %s",
		    *t->r.type != '\0' ? t->r.type : "something", words);
		return FAILED;
	}
	if (t->c->dialect->finish(t->parser, t->a, e) == 0)
		return ANSWERED;
	if (t->r.end == HTTP_CUT)
		err_prefix(e, "%.60s", t->r.why);
	return AGAIN;
}

static enum verdict
judge(struct attempt *t, struct err *e)
{
	const struct http_response *r = &t->r;

	switch (r->end) {
	case HTTP_STOPPED:
		err_set(e, ERR_INTERRUPTED, EINTR, "stopped");
		return FAILED;
	case HTTP_DEADLINE:
		err_set(e, ERR_INTERRUPTED, ETIMEDOUT, "out of time");
		return FAILED;
	case HTTP_TOO_LONG:
		err_set(e, ERR_MODEL, 0, "the answer took longer than %llu s",
		    (unsigned long long)t->c->total_ms / 1000);
		return FAILED;
	case HTTP_IDLE:
		err_set(e, ERR_MODEL, 0, "silent for %llu ms",
		    (unsigned long long)t->c->idle_ms);
		return AGAIN;
	case HTTP_FAILED:
		err_set(e, ERR_MODEL, 0, "%s%s", r->why,
		    r->refused ? "; is the server running?" : "");
		return r->lasting ? FAILED : AGAIN;
	case HTTP_GAVE_UP:
		*e = t->parse;
		return t->a->transient ? AGAIN : FAILED;
	case HTTP_OK:
	case HTTP_CUT:
		break;
	}
	return r->status == 200 ? judge_stream(t, e) : bad_status(t, e);
}

static enum verdict
attempt(const struct call *c, const struct http_request *q, struct attempt *t,
    struct err *e)
{
	struct http_request own = *q;
	enum verdict v = FAILED;

	t->c = c;
	own.body_in = on_body;
	own.arg = t;
	sse_begin(&t->sse, EVENT_MAX, on_event, t);
	t->parser = c->dialect->begin();
	if (t->parser == NULL)
		err_set(e, ERR_INTERNAL, ENOMEM, "the answer");
	else if (http_post(c->http, &own, &t->r, e) == 0)
		v = judge(t, e);
	c->dialect->end(t->parser);
	sse_end(&t->sse);
	buf_free(&t->body);
	return v;
}

/*
 * What a try used that came to nothing. Who answers with a status has not
 * begun, and asks for no money; who was cut off, or left, has.
 */
static void
count_failed(const struct attempt *t, size_t request, struct model_usage *sum)
{
	const struct http_response *r = &t->r;
	struct model_usage u = t->a->usage;
	uint64_t out = usage_guess(t->a->output_bytes);

	if (!r->sent || (r->status != 0 && r->status != 200) || t->no_stream)
		return;
	if (u.input_tokens == 0) {
		u.input_tokens = usage_guess(request);
		u.estimated_tokens = u.input_tokens;
	}
	if (out > u.output_tokens) {
		u.estimated_tokens += out - u.output_tokens;
		u.output_tokens = out;
	}
	usage_add(sum, &u);
}

/*
 * An answer that nobody told the size of, as some servers do: a budget would
 * never be spent by those that count for nothing.
 */
static void
count_untold(struct answer *a, size_t request)
{
	struct model_usage *u = &a->usage;

	if (u->input_tokens == 0) {
		u->input_tokens = usage_guess(request);
		u->estimated_tokens += u->input_tokens;
	}
	if (u->output_tokens == 0) {
		u->output_tokens = usage_guess(a->output_bytes);
		u->estimated_tokens += u->output_tokens;
	}
}

static uint32_t
dice(void)
{
	uint32_t r = 0;

	if (getrandom(&r, sizeof(r), 0) != sizeof(r))
		return 500;
	return r % 1001;
}

/* Waits for the next try; -1 if it cannot be waited for, or stopped. */
static int
wait_for(const struct call *c, const struct http_request *q,
    const struct http_response *r, uint32_t n, const struct model_sink *sink,
    struct err *e)
{
	int64_t asked =
	    retry_asked_ms(r->retry_after_ms, r->retry_after, time(NULL));
	uint64_t wait = retry_wait_ms(n, asked, dice());
	uint64_t until = clock_ms() + wait;

	if (asked > RETRY_PATIENCE_MS)
		return err_prefix(e, "asks to wait %lld s, too long",
		    (long long)asked / 1000);
	if (q->deadline_ms != 0 && until >= q->deadline_ms)
		return err_prefix(e, "no time for another try");
	if (sink != NULL && sink->retry != NULL)
		sink->retry(sink->arg, e->text, wait);
	if (http_sleep_until(until, c->stop) == -1)
		return err_set(e, ERR_INTERRUPTED, EINTR, "stopped");
	return 0;
}

static void
put_headers(const struct call *c, struct http_request *h)
{
	size_t n = 0, i;

	for (i = 0; c->dialect->headers[i] != NULL; i++)
		h->headers[n++] = c->dialect->headers[i];
	h->headers[n++] = c->key_line;
}

static int
make(const struct call *c, const struct http_request *h, struct answer *a,
    uint32_t *tries, struct err *e)
{
	const struct model_sink *sink = a->sink;
	struct model_usage failed = {0};
	enum verdict v;
	uint32_t n;

	for (n = 0;; n++) {
		struct attempt t = {.a = a};

		answer_free(a);
		answer_begin(a, sink);
		++*tries;
		v = attempt(c, h, &t, e);
		if (v != ANSWERED)
			count_failed(&t, h->len, &failed);
		a->failed = failed;
		if (v == ANSWERED) {
			count_untold(a, h->len);
			return 0;
		}
		keys_redact(c->keys, e->text, sizeof(e->text));
		if (v == AGAIN && n < c->retries &&
		    wait_for(c, h, &t.r, n, sink, e) == 0)
			continue;
		if (n > 0 && e->code == ERR_MODEL)
			err_prefix(e, "gave up after %u tries", n + 1);
		return err_prefix(e, "%s at %.80s", c->dialect->name, c->host);
	}
}

int
call_make(const struct call *c, const struct dialect_request *q,
    uint64_t deadline_ms, struct answer *a, uint32_t *tries, struct err *e)
{
	struct http_request h = {.url = c->url,
	    .idle_ms = c->idle_ms,
	    .total_ms = c->total_ms,
	    .deadline_ms = deadline_ms,
	    .wire = c->wire,
	    .stop = c->stop};
	struct json_object *body = c->dialect->request(q);
	char *fixed = NULL;
	int r = -1;

	answer_begin(a, a->sink);
	if (a->sink != NULL) {
		h.tick = a->sink->tick;
		h.tick_arg = a->sink->arg;
	}
	put_headers(c, &h);
	h.body = field_text(body, &h.len);
	// A byte that is no text, from a tool's output, costs the whole
	// conversation: no server takes the request any more.
	if (!utf8_valid(h.body, h.len)) {
		fixed = utf8_repair(h.body, h.len, &h.len);
		h.body = fixed;
	}
	if (h.body != NULL) {
		r = make(c, &h, a, tries, e);
		a->request_bytes = h.len;
	} else {
		err_set(e, ERR_INTERNAL, ENOMEM, "the request");
	}
	free(fixed);
	json_object_put(body);
	return r;
}
