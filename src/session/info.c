// SPDX-License-Identifier: ISC
// A session at a glance: what it was about, and what came of it.
#include <stdlib.h>
#include <string.h>
#include "src/agent/clean.h"
#include "src/session/info.h"
#include "src/session/session.h"

static void
set(char **slot, struct json_object *ev, const char *key)
{
	const char *s = lines_str(ev, key, NULL);

	if (s == NULL)
		return;
	free(*slot);
	*slot = mem_dup(s);
}

static void
set_once(char **slot, struct json_object *ev, const char *key)
{
	if (*slot == NULL)
		set(slot, ev, key);
}

static void
drop(char **slot)
{
	free(*slot);
	*slot = NULL;
}

static void
take_start(struct info *i, struct json_object *ev)
{
	set_once(&i->started, ev, "time");
	set_once(&i->task, ev, "task");
	set_once(&i->workspace, ev, "workspace");
	set(&i->test, ev, "test");
	set(&i->provider, ev, "gen_ai.provider.name");
	set(&i->model, ev, "gen_ai.request.model");
	drop(&i->policy);
	set(&i->policy, ev, "policy");
	set(&i->forked_from, ev, "forked_from");
	drop(&i->reason);
	i->files_changed = i->lines_added = i->lines_removed = 0;
	i->runs++;
}

static void
take_usage(struct info *i, struct json_object *ev)
{
	i->input_tokens += lines_int(ev, "gen_ai.usage.input_tokens");
	i->output_tokens += lines_int(ev, "gen_ai.usage.output_tokens");
}

static void
take_diff(struct info *i, struct json_object *ev)
{
	i->files_changed = lines_int(ev, "files_added") +
			   lines_int(ev, "files_modified") +
			   lines_int(ev, "files_deleted");
	i->lines_added = lines_int(ev, "lines_added");
	i->lines_removed = lines_int(ev, "lines_removed");
}

/* Those that say nothing of a session as a whole; most of the bytes. */
static bool
is_detail(const char *type)
{
	return strcmp(type, "message") == 0 || strcmp(type, "request") == 0 ||
	       strcmp(type, "tool_call") == 0 ||
	       strcmp(type, "tool_result") == 0 ||
	       strcmp(type, "test_run") == 0;
}

static int
take_line(void *arg, char *s, size_t len, struct err *e)
{
	struct info *i = arg;
	struct json_object *ev;
	char type[32];

	if (is_detail(lines_type(s, type, sizeof(type))))
		return 0;
	ev = lines_parse(s, len, e);
	if (ev == NULL)
		return -1;
	set(&i->ended, ev, "time");
	if (strcmp(type, "start") == 0) {
		take_start(i, ev);
	} else if (strcmp(type, "response") == 0) {
		i->turns++;
		take_usage(i, ev);
	} else if (strcmp(type, "compaction") == 0) {
		i->compactions++;
		take_usage(i, ev);
	} else if (strcmp(type, "diff") == 0) {
		take_diff(i, ev);
	} else if (strcmp(type, "end") == 0) {
		set(&i->reason, ev, "reason");
		i->exit_status = lines_int(ev, "exit_status");
	}
	json_object_put(ev);
	return 0;
}

int
info_read(struct info *i, int fd, struct err *e)
{
	struct lines_end end;

	memset(i, 0, sizeof(*i));
	i->busy = session_busy(fd);
	if (lines_each(fd, take_line, i, &end, e) < 0)
		return -1;
	i->torn = end.torn;
	return 0;
}

static int
take_first(void *arg, char *s, size_t len, struct err *e)
{
	struct info *i = arg;

	if (take_line(i, s, len, e) < 0)
		return -1;
	// Not a fault, but the way to hear no more; forked sessions begin
	// with the first of the other, which has the same workspace.
	return i->runs > 0 ? err_set(e, ERR_SESSION, 0, "enough") : 0;
}

int
info_first(struct info *i, int fd, struct err *e)
{
	memset(i, 0, sizeof(*i));
	(void)!lines_each(fd, take_first, i, NULL, e);
	return i->runs > 0 ? 0 : -1;
}

void
info_free(struct info *i)
{
	free(i->started);
	free(i->task);
	free(i->workspace);
	free(i->test);
	free(i->provider);
	free(i->model);
	free(i->policy);
	free(i->forked_from);
	free(i->ended);
	free(i->reason);
	memset(i, 0, sizeof(*i));
}

const char *
info_state(const struct info *i)
{
	if (i->busy)
		return "running";
	return i->reason != NULL ? i->reason : "cut short";
}

static void
put(struct json_object *o, const char *key, const char *value)
{
	if (value != NULL)
		json_object_object_add(o, key, json_object_new_string(value));
}

static void
put_number(struct json_object *o, const char *key, uint64_t value)
{
	json_object_object_add(o, key, json_object_new_uint64(value));
}

struct json_object *
info_json(const struct info *i, const char *id)
{
	struct json_object *o = json_object_new_object();

	put(o, "gen_ai.conversation.id", id);
	put(o, "started", i->started);
	put(o, "ended", i->ended);
	put(o, "state", info_state(i));
	if (i->reason != NULL)
		put_number(o, "exit_status", i->exit_status);
	put(o, "task", i->task);
	put(o, "workspace", i->workspace);
	put(o, "test", i->test);
	put(o, "policy", i->policy);
	put(o, "forked_from", i->forked_from);
	put(o, "gen_ai.provider.name", i->provider);
	put(o, "gen_ai.request.model", i->model);
	put_number(o, "runs", i->runs);
	put_number(o, "turns", i->turns);
	put_number(o, "compactions", i->compactions);
	put_number(o, "gen_ai.usage.input_tokens", i->input_tokens);
	put_number(o, "gen_ai.usage.output_tokens", i->output_tokens);
	put_number(o, "files_changed", i->files_changed);
	put_number(o, "lines_added", i->lines_added);
	put_number(o, "lines_removed", i->lines_removed);
	json_object_object_add(o, "torn", json_object_new_boolean(i->torn));
	return o;
}
