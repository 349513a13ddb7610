// SPDX-License-Identifier: ISC
// What a bench found, for programs.
#include <json-c/json.h>
#include <string.h>
#include "policy/scan.h"
#include "src/agent/clean.h"
#include "src/trial/report.h"

static void
put_str(struct json_object *o, const char *key, const char *value)
{
	autotext struct text t = {0};

	if (value == NULL)
		return;
	// JSON is UTF-8; names may not be.
	clean_all(CLEAN_FILE, &t, value, strlen(value));
	json_object_object_add(
	    o, key, json_object_new_string_len(text_of(&t), (int)t.len));
}

static void
put_int(struct json_object *o, const char *key, uint64_t value)
{
	json_object_object_add(o, key, json_object_new_uint64(value));
}

static void
put_bool(struct json_object *o, const char *key, bool value)
{
	json_object_object_add(o, key, json_object_new_boolean(value));
}

/* With digits that a person would write; below 0 it is null. */
static void
put_num(struct json_object *o, const char *key, double value, int digits)
{
	char text[64];

	snprintf(text, sizeof(text), "%.*f", digits, value);
	json_object_object_add(
	    o, key, value < 0 ? NULL : json_object_new_double_s(value, text));
}

static void
put_cost(struct json_object *o, uint64_t micro, bool known)
{
	if (known)
		put_num(o, "cost_usd", (double)micro / 1e6, 6);
	else
		json_object_object_add(o, "cost_usd", NULL);
}

static double
share(uint64_t part, uint64_t whole)
{
	return whole == 0 ? -1 : (double)part / (double)whole;
}

static void
put_figures(struct json_object *o, const struct figures *f)
{
	put_int(o, "runs", f->runs);
	put_int(o, "passed", f->passed);
	put_num(o, "pass_rate", share(f->passed, f->runs), 4);
	put_num(o, "median_time_to_green_ms", f->green_ms, 1);
	put_num(o, "median_turns", f->turns, 1);
	put_num(o, "median_wall_ms", f->wall_ms, 1);
	put_int(o, "tool_calls", f->calls);
	put_int(o, "tool_errors", f->calls_failed);
	put_num(o, "tool_success_rate",
	    share(f->calls - f->calls_failed, f->calls), 4);
	put_int(o, "gen_ai.usage.input_tokens", f->tokens_in);
	put_int(o, "gen_ai.usage.output_tokens", f->tokens_out);
	put_cost(o, f->cost_micro, f->priced > 0);
	put_int(o, "runs_without_price", f->runs - f->priced);
	put_int(o, "passes_not_confirmed", f->unconfirmed);
	put_int(o, "flips", f->flips);
	put_int(o, "same_diff", f->same);
	put_num(o, "reproducibility", share(f->same, f->runs), 4);
}

static struct json_object *
run_json(const struct outcome *o, size_t number)
{
	struct json_object *r = json_object_new_object();

	put_int(r, "run", number);
	put_bool(r, "passed", o->passed);
	put_int(r, "exit_status", (uint64_t)o->status);
	put_str(r, "reason", o->reason);
	put_str(r, "error", o->error);
	put_bool(r, "tests_green", o->green);
	put_int(r, "turns", o->turns);
	put_int(r, "test_runs", o->test_runs);
	put_int(r, "passes_not_confirmed", o->unconfirmed);
	put_int(r, "tool_calls", o->calls);
	put_int(r, "tool_errors", o->calls_failed);
	put_int(r, "wall_ms", o->wall_ms);
	if (o->got_green)
		put_int(r, "time_to_green_ms", o->green_ms);
	put_int(r, "gen_ai.usage.input_tokens", o->tokens_in);
	put_int(r, "gen_ai.usage.output_tokens", o->tokens_out);
	put_cost(r, o->cost_micro, o->priced);
	if (o->digest[0] != '\0')
		put_str(r, "diff_sha256", o->digest);
	return r;
}

static struct json_object *
task_json(const struct bench *b, size_t i)
{
	struct json_object *t = json_object_new_object();
	struct json_object *runs = json_object_new_array();
	struct figures f;
	size_t k;

	put_str(t, "name", b->tasks.of[i].name);
	stats_task(&f, b->out + i * b->runs, b->runs);
	put_figures(t, &f);
	put_bool(t, "flaky", f.flaky > 0);
	for (k = 0; k < b->runs; k++)
		json_object_array_add(
		    runs, run_json(&b->out[i * b->runs + k], k + 1));
	json_object_object_add(t, "each", runs);
	return t;
}

void
bench_json(const struct bench *b, FILE *f)
{
	struct json_object *o = json_object_new_object();
	struct json_object *all = json_object_new_object();
	struct json_object *tasks = json_object_new_array();
	struct figures g;
	char when[32];
	struct tm tm;
	size_t i;

	gmtime_r(&b->started, &tm);
	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", &tm);
	put_int(o, "stockade_bench", 1);
	put_str(o, "version", PACKAGE_VERSION);
	put_str(o, "started", when);
	put_int(o, "wall_ms", b->wall_ms);
	put_int(o, "runs", b->runs);
	put_int(o, "jobs", b->jobs);
	stats_all(&g, b->out, b->tasks.n, b->runs);
	put_figures(all, &g);
	put_int(all, "flaky_tasks", g.flaky);
	json_object_object_add(o, "all", all);
	for (i = 0; i < b->tasks.n; i++)
		json_object_array_add(tasks, task_json(b, i));
	json_object_object_add(o, "tasks", tasks);
	fputs(json_object_to_json_string_ext(
		  o, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
			 JSON_C_TO_STRING_NOSLASHESCAPE),
	    f);
	putc('\n', f);
	json_object_put(o);
}
