// SPDX-License-Identifier: ISC
// A model behind whichever wire it speaks: opening one, and a turn with it.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "jail/base/clock.h"
#include "src/model/call.h"
#include "src/model/field.h"
#include "src/model/keys.h"
#include "src/model/record.h"
#include "src/model/replay.h"
#include "src/model/wirelog.h"

enum {
	IDLE_MS = 5 * 60 * 1000, /* a small machine reads a long prompt */
	TOTAL_MS = 30 * 60 * 1000,
	PAUSES_MAX = 8,
	ANSWER_USUAL = 16384 /* tokens */
};

struct model {
	struct call call;
	struct keys keys;
	struct replay *replay; /* or a server */
	struct record *record; /* or NULL */
	const char *provider;
	char name[128];
	const struct prices *prices;
	struct price price;
	struct wirelog wire;
	bool in_table;
	bool keyless; /* a server of one's own, which asks for nothing */
	uint32_t max_tokens;
	const volatile sig_atomic_t *stop;
};

/*
 * Takes all keys there are, so that no command inherits one, and picks the
 * one to use: the file's, else the variable's.
 */
static int
take_keys(struct model *m, const struct model_config *c, struct err *e)
{
	const struct dialect *d = m->call.dialect;
	const char *key = NULL, *k;
	size_t i;

	if (keys_open(&m->keys, e) == -1)
		return -1;
	for (i = 0; dialects[i] != NULL; i++) {
		if (keys_from_variable(
			&m->keys, dialects[i]->key_variable, &k, e) == -1)
			return -1;
		// Two protocols may share one key.
		if (k != NULL && d != NULL &&
		    strcmp(dialects[i]->key_variable, d->key_variable) == 0)
			key = k;
	}
	if (d == NULL)
		return 0;
	if (c->key_file != NULL &&
	    keys_from_file(&m->keys, c->key_file, &key, e) == -1)
		return -1;
	if (key == NULL && m->call.own_server)
		return err_set(e, ERR_MODEL, 0,
		    "%s needs a key: set %s, or give --key-file", d->name,
		    d->key_variable);
	if (key == NULL)
		return 0;
	return keys_line(&m->keys, d->key_header, key, &m->call.key_line, e);
}

static int
open_server(struct model *m, const struct model_config *c, struct err *e)
{
	const struct dialect *d = dialect_find(c->provider);
	const char *base = c->base_url, *name = c->model;

	if (d == NULL)
		return err_set(e, ERR_USAGE, 0,
		    "no provider is called \"%.40s\": %s", c->provider,
		    dialect_providers);
	m->call.dialect = d;
	m->provider = d->name;
	if (base == NULL)
		base = getenv(d->url_variable);
	if (base != NULL && *base == '\0')
		base = NULL;
	if (call_set_url(&m->call, base, e) == -1 || take_keys(m, c, e) == -1)
		return -1;
	if (name == NULL && m->call.own_server)
		name = d->default_model;
	if (name == NULL)
		return err_set(e, ERR_USAGE, 0,
		    "which model of %.80s? name it with --model", m->call.host);
	if (strlen(name) >= sizeof(m->name))
		return err_set(e, ERR_USAGE, 0, "the model's name is too long");
	memcpy(m->name, name, strlen(name) + 1);
	m->call.retries = c->retries;
	m->call.idle_ms = c->idle_ms != 0 ? c->idle_ms : IDLE_MS;
	m->call.total_ms = c->total_ms != 0 ? c->total_ms : TOTAL_MS;
	m->call.stop = c->stop;
	m->call.keys = &m->keys;
	m->wire.f = c->wire;
	m->wire.keys = &m->keys;
	m->call.wire = c->wire != NULL ? &m->wire : NULL;
	m->call.http = http_open(e);
	return m->call.http != NULL ? 0 : -1;
}

static int
open_replay(struct model *m, const struct model_config *c, struct err *e)
{
	m->provider = "replay";
	if (take_keys(m, c, e) == -1)
		return -1;
	m->replay = replay_open(strchr(c->provider, ':') + 1, e);
	if (m->replay == NULL)
		return -1;
	answer_name(m->name, sizeof(m->name), replay_model(m->replay));
	return 0;
}

/* The record would empty the transcript that is being played. */
static int
check_record(const struct model_config *c, struct err *e)
{
	struct stat a, b;

	if (c->record == NULL || strncmp(c->provider, "replay:", 7) != 0 ||
	    stat(c->record, &a) == -1 || stat(c->provider + 7, &b) == -1 ||
	    a.st_dev != b.st_dev || a.st_ino != b.st_ino)
		return 0;
	return err_set(e, ERR_USAGE, 0,
	    "cannot record over %s while it is replayed", c->record);
}

static void
find_price(struct model *m)
{
	m->in_table =
	    m->prices != NULL && prices_find(m->prices, m->name, &m->price);
	if (!m->in_table)
		memset(&m->price, 0, sizeof(m->price));
	m->keyless = !m->price.known && m->call.dialect != NULL &&
		     m->call.key_line == NULL;
}

struct model *
model_open(const struct model_config *c, struct err *e)
{
	struct model *m = calloc(1, sizeof(*m));
	struct err own;
	int r;

	e = e != NULL ? e : &own;
	if (m == NULL || c->provider == NULL) {
		free(m);
		err_set(e, ERR_USAGE, 0, "no provider was named");
		return NULL;
	}
	m->max_tokens = c->max_tokens;
	m->stop = c->stop;
	r = strncmp(c->provider, "replay:", 7) == 0 ? open_replay(m, c, e)
						    : open_server(m, c, e);
	m->prices = c->prices;
	if (r == 0)
		find_price(m);
	if (r == 0)
		r = check_record(c, e);
	if (r == 0 && c->record != NULL) {
		m->record =
		    record_open(c->record, model_provider(m), model_name(m), e);
		r = m->record != NULL ? 0 : -1;
	}
	if (r == -1) {
		model_redact(m, e->text, sizeof(e->text));
		model_close(m);
		return NULL;
	}
	return m;
}

void
model_close(struct model *m)
{
	if (m == NULL)
		return;
	http_close(m->call.http);
	replay_close(m->replay);
	record_close(m->record);
	keys_close(&m->keys);
	free(m);
}

const char *
model_provider(const struct model *m)
{
	return m->provider;
}

const char *
model_name(const struct model *m)
{
	return m->name;
}

int
model_rename(struct model *m, const char *name, struct err *e)
{
	if (m->replay != NULL)
		return err_set(e, ERR_USAGE, 0,
		    "a transcript is replayed, which has its own model");
	if (*name == '\0' || strlen(name) >= sizeof(m->name) ||
	    name[strcspn(name, " \t\r\n")] != '\0')
		return err_set(
		    e, ERR_USAGE, 0, "\"%.60s\" is no name of a model", name);
	memcpy(m->name, name, strlen(name) + 1);
	find_price(m);
	return 0;
}

bool
model_is_priced(const struct model *m)
{
	return m->keyless || (m->in_table && m->price.known);
}

const struct price *
model_price(const struct model *m)
{
	return m->in_table ? &m->price : NULL;
}

size_t
model_redact(const struct model *m, char *buf, size_t len)
{
	return keys_redact(&m->keys, buf, len);
}

static void
put_assistant(struct json_object *list, struct json_object *content)
{
	struct json_object *o = json_object_new_object();

	field_put_str(o, "role", "assistant");
	json_object_object_add(o, "content", json_object_get(content));
	json_object_array_add(list, o);
}

/*
 * What the request cost, by the price of the model that answered: a name may
 * stand for whichever is newest.
 */
static void
charge(const struct model *m, const char *answered, struct model_usage *u)
{
	struct price other;

	if (m->keyless || u->cost_micro != 0)
		return;
	if (m->prices != NULL && *answered != '\0' &&
	    prices_find(m->prices, answered, &other) && other.known)
		u->cost_micro = price_cost(&other, u);
	else if (m->price.known)
		u->cost_micro = price_cost(&m->price, u);
	else
		u->unpriced_tokens = u->input_tokens + u->output_tokens;
}

enum {
	SHORT_FROM = 4000 /* tokens: below it no server has to cut */
};

/* What was sent, if less than half of it was read; else 0. */
static uint64_t
cut_short(const struct answer *a)
{
	uint64_t sent = usage_guess(a->request_bytes);
	uint64_t read = a->usage.input_tokens;

	return read > 0 && sent > SHORT_FROM && read < sent / 2 ? sent : 0;
}

/* Adds one answer's blocks to the whole of the turn. */
static void
take_answer(struct model_response *r, struct json_object *content,
    const struct answer *a)
{
	size_t i, n = json_object_array_length(a->blocks);

	for (i = 0; i < n; i++)
		json_object_array_add(content,
		    json_object_get(json_object_array_get_idx(a->blocks, i)));
	r->stop = a->stop;
	memcpy(r->id, a->id, sizeof(r->id));
	memcpy(r->model, a->model, sizeof(r->model));
}

/*
 * Asks until the server does not pause: a pause wants the turn sent back as
 * it is, and goes on from there.
 */
static int
ask(struct model *m, const struct model_request *q,
    const struct model_sink *sink, struct model_response *r,
    struct json_object *content, struct err *e)
{
	struct dialect_request dq = {.model = m->name,
	    .system = q->system,
	    .tools = q->tools,
	    .max_tokens = m->max_tokens,
	    .most_tokens = m->price.max_output_tokens,
	    .own_server = m->call.own_server};
	const uint64_t most = q->max_tokens;
	struct answer a;
	bool paused;
	int i, ret;

	// Servers that take what they have room for are told nothing, unless
	// less is left than answers have.
	if (most != 0 && most < ANSWER_USUAL &&
	    (dq.max_tokens == 0 || most < dq.max_tokens))
		dq.max_tokens = (uint32_t)most;
	for (i = 0; i < PAUSES_MAX; i++) {
		dq.messages = json_object_new_array();
		for (size_t k = 0; k < json_object_array_length(q->messages);
		     k++)
			json_object_array_add(dq.messages,
			    json_object_get(
				json_object_array_get_idx(q->messages, k)));
		if (i > 0)
			put_assistant(dq.messages, content);
		a.sink = sink;
		ret =
		    call_make(&m->call, &dq, q->deadline_ms, &a, &r->tries, e);
		paused = a.paused;
		charge(m, a.model, &a.failed);
		usage_add(&r->usage, &a.failed);
		if (ret == 0) {
			charge(m, a.model, &a.usage);
			usage_add(&r->usage, &a.usage);
			take_answer(r, content, &a);
			if (!m->call.own_server)
				r->sent_tokens = cut_short(&a);
		}
		answer_free(&a);
		json_object_put(dq.messages);
		if (ret == -1 || !paused)
			return ret;
	}
	return err_set(e, ERR_MODEL, 0, "%s at %.80s: paused %d times in a row",
	    m->call.dialect->name, m->call.host, PAUSES_MAX);
}

static int
ask_server(struct model *m, const struct model_request *q,
    const struct model_sink *sink, struct model_response *r, struct err *e)
{
	struct json_object *content = json_object_new_array();

	memset(r, 0, sizeof(*r));
	if (ask(m, q, sink, r, content, e) == -1) {
		json_object_put(content);
		return -1;
	}
	r->message = json_object_new_object();
	field_put_str(r->message, "role", "assistant");
	json_object_object_add(r->message, "content", content);
	return 0;
}

static bool
is_late(const struct model_request *q)
{
	return q->deadline_ms != 0 && clock_ms() >= q->deadline_ms;
}

int
model_turn(struct model *m, const struct model_request *q,
    const struct model_sink *sink, struct model_response *r, struct err *e)
{
	struct err own;
	int ret;

	e = e != NULL ? e : &own;
	memset(r, 0, sizeof(*r));
	if (m->stop != NULL && *m->stop)
		return err_set(e, ERR_INTERRUPTED, EINTR, "stopped");
	if (is_late(q))
		return err_set(e, ERR_INTERRUPTED, ETIMEDOUT, "out of time");
	if (m->replay != NULL)
		ret = replay_turn(m->replay, q, sink, m->stop, r, e);
	if (m->replay != NULL)
		charge(m, r->model, &r->usage);
	else
		ret = ask_server(m, q, sink, r, e);
	if (ret == 0 && m->record != NULL) {
		ret = record_turn(m->record, q, r, &m->keys, e);
		if (ret == -1) {
			json_object_put(r->message);
			r->message = NULL;
		}
	}
	if (ret == -1)
		model_redact(m, e->text, sizeof(e->text));
	return ret;
}
