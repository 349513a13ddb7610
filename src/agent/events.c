// SPDX-License-Identifier: ISC
// What happened, as it happens: one JSON object each.
#include <string.h>
#include <time.h>
#include "jail/base/clock.h"
#include "policy/scan.h"
#include "src/agent/budget.h"
#include "src/agent/clean.h"
#include "src/agent/events.h"

void
put_str(struct json_object *o, const char *key, const char *value)
{
	autotext struct text t = {0};

	if (value == NULL)
		return;
	// JSON is UTF-8; names and values from outside may not be.
	clean_all(CLEAN_FILE, &t, value, strlen(value));
	json_object_object_add(
	    o, key, json_object_new_string_len(text_of(&t), (int)t.len));
}

void
put_int(struct json_object *o, const char *key, uint64_t value)
{
	json_object_object_add(o, key, json_object_new_uint64(value));
}

void
put_bool(struct json_object *o, const char *key, int value)
{
	json_object_object_add(o, key, json_object_new_boolean(value));
}

void
put_usd(struct json_object *o, const char *key, uint64_t micro)
{
	char text[SCAN_FORMAT_MAX];

	// A double of json-c's own making would have seventeen digits.
	scan_format(SPEC_UNIT_MONEY, micro, text);
	json_object_object_add(o, key,
	    json_object_new_double_s(
		(double)micro / 1e6, micro != 0 ? text : "0.00"));
}

void
put_usage(struct json_object *o, const struct model_usage *u)
{
	put_int(o, "gen_ai.usage.input_tokens", u->input_tokens);
	put_int(o, "gen_ai.usage.output_tokens", u->output_tokens);
	put_int(o, "gen_ai.usage.cache_read.input_tokens",
	    u->cache_read_input_tokens);
	put_int(o, "gen_ai.usage.cache_creation.input_tokens",
	    u->cache_creation_input_tokens);
	put_int(o, "gen_ai.usage.reasoning.output_tokens",
	    u->reasoning_output_tokens);
	if (u->unpriced_tokens < u->input_tokens + u->output_tokens)
		put_usd(o, "cost_usd", u->cost_micro);
	if (u->unpriced_tokens > 0)
		put_int(o, "tokens_without_price", u->unpriced_tokens);
	if (u->estimated_tokens > 0)
		put_int(o, "tokens_estimated", u->estimated_tokens);
}

struct json_object *
event_new(struct events *ev, const char *type)
{
	struct json_object *o = json_object_new_object();
	char day[32], stamp[64];
	struct timespec ts;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &ts);
	gmtime_r(&ts.tv_sec, &tm);
	strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(stamp, sizeof(stamp), "%s.%03ldZ", day, ts.tv_nsec / 1000000);
	put_str(o, "type", type);
	put_int(o, "seq", ev->seq++);
	put_str(o, "time", stamp);
	put_int(o, "elapsed_ms", clock_ms() - ev->start_ms);
	return o;
}

int
event_emit(struct events *ev, struct json_object *o, struct err *e)
{
	autotext struct text line = {0};
	autotext struct text type = {0};
	const char *s;
	size_t len;
	int r = 0;

	s = json_object_to_json_string_length(
	    o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &len);
	text_add(&line, s, len);
	text_str(
	    &type, json_object_get_string(json_object_object_get(o, "type")));
	json_object_put(o);
	if (ev->model != NULL)
		model_redact(ev->model, line.p, line.len);
	if (ev->session != NULL)
		r = session_append(ev->session, line.p, line.len, e);
	if (r == 0 && ev->also != NULL)
		r = ev->also(ev->also_arg, text_of(&type), line.p, e);
	if (ev->json != NULL) {
		// A reader that went away must not end the run.
		fwrite(line.p, 1, line.len, ev->json);
		fputc('\n', ev->json);
		fflush(ev->json);
	}
	return r;
}
