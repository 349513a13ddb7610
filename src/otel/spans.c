// SPDX-License-Identifier: ISC
// Events of a run as spans and metrics of OpenTelemetry.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "src/otel/spans.h"

#define NS 1000000000ull

// As the GenAI conventions ask: tokens by fours, seconds by twos.
static const double token_bounds[] = {1, 4, 16, 64, 256, 1024, 4096, 16384,
    65536, 262144, 1048576, 4194304, 16777216, 67108864};
static const double second_bounds[] = {0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64,
    1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92};
#define BOUNDS (sizeof(token_bounds) / sizeof(token_bounds[0]))
_Static_assert(BOUNDS + 1 <= SPANS_HISTOGRAM, "buckets");
_Static_assert(sizeof(token_bounds) == sizeof(second_bounds), "bounds");

static struct json_object *
text(const char *s)
{
	return json_object_new_string(s);
}

static void
put_value(struct json_object *list, const char *key, const char *type,
    struct json_object *value)
{
	struct json_object *o = json_object_new_object();
	struct json_object *v = json_object_new_object();

	json_object_object_add(v, type, value);
	json_object_object_add(o, "key", text(key));
	json_object_object_add(o, "value", v);
	json_object_array_add(list, o);
}

void
spans_put(struct json_object *list, const char *key, const char *value)
{
	put_value(list, key, "stringValue", text(value));
}

// 64 bits are text in OTLP's JSON.
static struct json_object *
number(uint64_t n)
{
	char s[24];

	snprintf(s, sizeof(s), "%" PRIu64, n);
	return text(s);
}

static const char *
string_of(struct json_object *o, const char *key, const char *absent)
{
	struct json_object *v;

	return json_object_object_get_ex(o, key, &v) &&
		       json_object_is_type(v, json_type_string)
		   ? json_object_get_string(v)
		   : absent;
}

static uint64_t
number_of(struct json_object *o, const char *key)
{
	struct json_object *v;

	return json_object_object_get_ex(o, key, &v) &&
		       json_object_is_type(v, json_type_int)
		   ? json_object_get_uint64(v)
		   : 0;
}

uint64_t
spans_time(const char *stamp)
{
	struct tm tm = {0};
	int ms = 0;
	time_t t;

	if (sscanf(stamp, "%d-%d-%dT%d:%d:%d.%3dZ", &tm.tm_year, &tm.tm_mon,
		&tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &ms) < 6)
		return 0;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	t = timegm(&tm);
	return t > 0 && ms >= 0 ? (uint64_t)t * NS + (uint64_t)ms * 1000000 : 0;
}

static uint64_t
time_of(struct json_object *event)
{
	return spans_time(string_of(event, "time", ""));
}

void
spans_begin(struct spans *s, struct json_object *resource, bool content,
    const unsigned char seed[24])
{
	size_t i;

	memset(s, 0, sizeof(*s));
	for (i = 0; i < 16; i++)
		snprintf(s->trace + 2 * i, 3, "%02x", seed[i]);
	memcpy(&s->next, seed + 16, sizeof(s->next));
	s->next |= 1; // no id is 0
	snprintf(s->root, sizeof(s->root), "%016" PRIx64, s->next);
	s->content = content;
	s->resource = resource;
	s->done = json_object_new_array();
	s->run = json_object_new_array();
	s->input.token_type = "input";
	s->output.token_type = "output";
}

static void
count(struct spans_series *h, const double *bounds, double value)
{
	size_t i = 0;

	while (i < BOUNDS && value > bounds[i])
		i++;
	h->bucket[i]++;
	h->count++;
	h->sum += value;
}

// A numeric attribute under its own name, if the event has it.
static void
copy_number(struct json_object *to, struct json_object *from, const char *key)
{
	struct json_object *v;

	if (json_object_object_get_ex(from, key, &v) &&
	    json_object_is_type(v, json_type_int))
		put_value(
		    to, key, "intValue", number(json_object_get_uint64(v)));
	else if (v != NULL && json_object_is_type(v, json_type_double))
		put_value(to, key, "doubleValue", json_object_get(v));
}

static void
copy_text(struct json_object *to, struct json_object *from, const char *key)
{
	const char *v = string_of(from, key, NULL);

	if (v != NULL)
		spans_put(to, key, v);
}

struct span {
	const char *name;
	int kind; /* 1: internal, 3: client */
	uint64_t start_ns, end_ns;
	const char *failed;		/* why, or NULL */
	struct json_object *attributes; /* taken over */
};

static void
add_span(struct spans *s, const struct span *a, bool root)
{
	struct json_object *o = json_object_new_object(), *status;
	char id[17];

	if (!root)
		s->next += 2;
	snprintf(id, sizeof(id), "%016" PRIx64, s->next);
	json_object_object_add(o, "traceId", text(s->trace));
	json_object_object_add(o, "spanId", text(root ? s->root : id));
	if (!root)
		json_object_object_add(o, "parentSpanId", text(s->root));
	json_object_object_add(o, "name", text(a->name));
	json_object_object_add(o, "kind", json_object_new_int(a->kind));
	json_object_object_add(o, "startTimeUnixNano", number(a->start_ns));
	json_object_object_add(o, "endTimeUnixNano",
	    number(a->end_ns > a->start_ns ? a->end_ns : a->start_ns));
	json_object_object_add(o, "attributes", a->attributes);
	if (a->failed != NULL) {
		status = json_object_new_object();
		json_object_object_add(status, "code", json_object_new_int(2));
		json_object_object_add(status, "message", text(a->failed));
		json_object_object_add(o, "status", status);
	}
	json_object_array_add(s->done, o);
}

static void
keep(struct json_object **slot, struct json_object *event)
{
	json_object_put(*slot);
	*slot = json_object_get(event);
}

static void
on_start(struct spans *s, struct json_object *e)
{
	snprintf(s->model, sizeof(s->model), "%s",
	    string_of(e, "gen_ai.request.model", ""));
	snprintf(s->provider, sizeof(s->provider), "%s",
	    string_of(e, "gen_ai.provider.name", ""));
	spans_put(s->run, "gen_ai.operation.name", "invoke_agent");
	spans_put(s->run, "gen_ai.agent.name", "stockade");
	copy_text(s->run, e, "gen_ai.conversation.id");
	copy_text(s->run, e, "gen_ai.provider.name");
	copy_text(s->run, e, "gen_ai.request.model");
	if (s->content)
		copy_text(s->run, e, "task");
}

/* What failed between a request and here, or the end of it. */
static void
end_request(struct spans *s, struct json_object *e, const char *failed)
{
	struct json_object *a, *m;
	char name[160];
	uint64_t start, end = time_of(e);

	if (s->request == NULL)
		return;
	start = time_of(s->request);
	a = json_object_new_array();
	spans_put(a, "gen_ai.operation.name", "chat");
	copy_text(a, s->request, "gen_ai.provider.name");
	copy_text(a, s->request, "gen_ai.request.model");
	if (failed != NULL) {
		spans_put(a, "error.type", "model");
	} else {
		copy_text(a, e, "gen_ai.response.id");
		copy_text(a, e, "gen_ai.response.model");
		copy_text(a, e, "gen_ai.response.finish_reason");
		copy_number(a, e, "gen_ai.usage.input_tokens");
		copy_number(a, e, "gen_ai.usage.output_tokens");
		copy_number(a, e, "gen_ai.usage.cache_read.input_tokens");
		copy_number(a, e, "gen_ai.usage.cache_creation.input_tokens");
		copy_number(a, e, "cost_usd");
		count(&s->input, token_bounds,
		    (double)number_of(e, "gen_ai.usage.input_tokens"));
		count(&s->output, token_bounds,
		    (double)number_of(e, "gen_ai.usage.output_tokens"));
		if (s->content && json_object_object_get_ex(e, "message", &m))
			spans_put(a, "gen_ai.output.messages",
			    json_object_to_json_string_ext(
				m, JSON_C_TO_STRING_PLAIN |
				       JSON_C_TO_STRING_NOSLASHESCAPE));
	}
	count(&s->duration, second_bounds,
	    end > start ? (double)(end - start) / 1e9 : 0);
	snprintf(name, sizeof(name), "chat %s",
	    string_of(s->request, "gen_ai.request.model", ""));
	add_span(s, &(struct span){name, 3, start, end, failed, a}, false);
	keep(&s->request, NULL);
}

static void
end_call(struct spans *s, struct json_object *e)
{
	struct json_object *a, *call, *v;
	const char *tool;
	char name[160];

	if (s->call == NULL ||
	    !json_object_object_get_ex(s->call, "call", &call) ||
	    !json_object_is_type(call, json_type_object))
		return;
	tool = string_of(call, "name", "?");
	a = json_object_new_array();
	spans_put(a, "gen_ai.operation.name", "execute_tool");
	spans_put(a, "gen_ai.tool.name", tool);
	spans_put(a, "gen_ai.tool.type", "function");
	spans_put(a, "gen_ai.tool.call.id", string_of(call, "id", ""));
	if (s->content && json_object_object_get_ex(call, "input", &v))
		spans_put(a, "gen_ai.tool.call.arguments",
		    json_object_to_json_string_ext(
			v, JSON_C_TO_STRING_PLAIN |
			       JSON_C_TO_STRING_NOSLASHESCAPE));
	if (s->content)
		copy_text(a, e, "gen_ai.tool.call.result");
	snprintf(name, sizeof(name), "execute_tool %s", tool);
	json_object_object_get_ex(e, "is_error", &v);
	add_span(s,
	    &(struct span){name, 1, time_of(s->call), time_of(e),
		json_object_get_boolean(v) ? "the tool says so" : NULL, a},
	    false);
	keep(&s->call, NULL);
}

static void
on_tests(struct spans *s, struct json_object *e)
{
	struct json_object *a = json_object_new_array(), *v = NULL;
	uint64_t end = time_of(e), ms = number_of(e, "wall_ms");

	spans_put(a, "stockade.test.why", string_of(e, "why", ""));
	json_object_object_get_ex(e, "passed", &v);
	put_value(a, "stockade.test.passed", "boolValue",
	    json_object_new_boolean(json_object_get_boolean(v)));
	add_span(s,
	    &(struct span){"run_tests", 1,
		end > ms * 1000000 ? end - ms * 1000000 : end, end, NULL, a},
	    false);
}

static void
end_run(struct spans *s, uint64_t end, const char *failed)
{
	if (s->over || s->start_ns == 0)
		return;
	add_span(s,
	    &(struct span){"invoke_agent stockade", 1, s->start_ns, end, failed,
		json_object_get(s->run)},
	    true);
	s->over = true;
}

static void
on_end(struct spans *s, struct json_object *e)
{
	const char *reason = string_of(e, "reason", "?");
	bool well =
	    strcmp(reason, "green") == 0 || strcmp(reason, "unverified") == 0;

	spans_put(s->run, "stockade.reason", reason);
	copy_number(s->run, e, "exit_status");
	copy_number(s->run, e, "turns");
	copy_number(s->run, e, "gen_ai.usage.input_tokens");
	copy_number(s->run, e, "gen_ai.usage.output_tokens");
	copy_number(s->run, e, "cost_usd");
	if (!well)
		spans_put(s->run, "error.type", reason);
	end_run(s, time_of(e), well ? NULL : reason);
}

void
spans_event(struct spans *s, struct json_object *e)
{
	const char *type = string_of(e, "type", "");

	s->last_ns = time_of(e);
	if (s->start_ns == 0)
		s->start_ns = s->last_ns;
	if (strcmp(type, "start") == 0) {
		on_start(s, e);
	} else if (strcmp(type, "request") == 0) {
		end_request(s, e, "no answer");
		keep(&s->request, e);
	} else if (strcmp(type, "response") == 0) {
		end_request(s, e, NULL);
	} else if (strcmp(type, "tool_call") == 0) {
		keep(&s->call, e);
	} else if (strcmp(type, "tool_result") == 0) {
		end_call(s, e);
	} else if (strcmp(type, "test_run") == 0) {
		on_tests(s, e);
	} else if (strcmp(type, "end") == 0) {
		end_request(s, e, "no answer");
		on_end(s, e);
	}
}

void
spans_end(struct spans *s)
{
	end_run(s, s->last_ns, "it ended without a word");
}

/* {KEY:[{"resource":..,INNER:[{"scope":..,LIST:list}]}]}; list taken over. */
static struct json_object *
body(const struct spans *s, const char *key, const char *inner,
    const char *list_key, struct json_object *list)
{
	struct json_object *o = json_object_new_object();
	struct json_object *outer = json_object_new_array();
	struct json_object *of = json_object_new_object();
	struct json_object *resource = json_object_new_object();
	struct json_object *scopes = json_object_new_array();
	struct json_object *scoped = json_object_new_object();
	struct json_object *scope = json_object_new_object();

	json_object_object_add(scope, "name", text("stockade"));
	json_object_object_add(scope, "version", text(PACKAGE_VERSION));
	json_object_object_add(scoped, "scope", scope);
	json_object_object_add(scoped, list_key, list);
	json_object_array_add(scopes, scoped);
	json_object_object_add(
	    resource, "attributes", json_object_get(s->resource));
	json_object_object_add(of, "resource", resource);
	json_object_object_add(of, inner, scopes);
	json_object_array_add(outer, of);
	json_object_object_add(o, key, outer);
	return o;
}

struct json_object *
spans_traces(struct spans *s)
{
	struct json_object *done = s->done;

	if (json_object_array_length(done) == 0)
		return NULL;
	s->done = json_object_new_array();
	return body(s, "resourceSpans", "scopeSpans", "spans", done);
}

static struct json_object *
point(const struct spans *s, const struct spans_series *h, const double *bounds)
{
	struct json_object *o = json_object_new_object();
	struct json_object *a = json_object_new_array();
	struct json_object *counts = json_object_new_array();
	struct json_object *edges = json_object_new_array();
	size_t i;

	spans_put(a, "gen_ai.operation.name", "chat");
	spans_put(a, "gen_ai.provider.name", s->provider);
	spans_put(a, "gen_ai.request.model", s->model);
	if (h->token_type != NULL)
		spans_put(a, "gen_ai.token.type", h->token_type);
	for (i = 0; i <= BOUNDS; i++)
		json_object_array_add(counts, number(h->bucket[i]));
	for (i = 0; i < BOUNDS; i++)
		json_object_array_add(edges, json_object_new_double(bounds[i]));
	json_object_object_add(o, "attributes", a);
	json_object_object_add(o, "startTimeUnixNano", number(s->start_ns));
	json_object_object_add(o, "timeUnixNano", number(s->last_ns));
	json_object_object_add(o, "count", number(h->count));
	json_object_object_add(o, "sum", json_object_new_double(h->sum));
	json_object_object_add(o, "bucketCounts", counts);
	json_object_object_add(o, "explicitBounds", edges);
	return o;
}

static void
add_metric(struct json_object *list, const char *name, const char *unit,
    struct json_object *points)
{
	struct json_object *o = json_object_new_object();
	struct json_object *h = json_object_new_object();

	json_object_object_add(o, "name", text(name));
	json_object_object_add(o, "unit", text(unit));
	// 2: since the start, not since the last time.
	json_object_object_add(
	    h, "aggregationTemporality", json_object_new_int(2));
	json_object_object_add(h, "dataPoints", points);
	json_object_object_add(o, "histogram", h);
	json_object_array_add(list, o);
}

struct json_object *
spans_metrics(const struct spans *s)
{
	struct json_object *list = json_object_new_array();
	struct json_object *tokens = json_object_new_array();
	struct json_object *times = json_object_new_array();

	json_object_array_add(tokens, point(s, &s->input, token_bounds));
	json_object_array_add(tokens, point(s, &s->output, token_bounds));
	json_object_array_add(times, point(s, &s->duration, second_bounds));
	add_metric(list, "gen_ai.client.token.usage", "{token}", tokens);
	add_metric(list, "gen_ai.client.operation.duration", "s", times);
	return body(s, "resourceMetrics", "scopeMetrics", "metrics", list);
}

void
spans_free(struct spans *s)
{
	json_object_put(s->resource);
	json_object_put(s->done);
	json_object_put(s->run);
	json_object_put(s->request);
	json_object_put(s->call);
	memset(s, 0, sizeof(*s));
}
