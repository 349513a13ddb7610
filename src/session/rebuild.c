// SPDX-License-Identifier: ISC
// The conversation as it stood at a session's last step, from its events.
#include <stdio.h>
#include <string.h>
#include "src/session/rebuild.h"

static void
keep(struct json_object **slot, struct json_object *o)
{
	json_object_put(*slot);
	*slot = json_object_get(o);
}

/* An object whose content is objects: more is not asked for further on. */
static bool
is_message(struct json_object *m)
{
	struct json_object *content = lines_array(m, "content");
	size_t i;

	if (content == NULL)
		return false;
	for (i = 0; i < json_object_array_length(content); i++)
		if (!json_object_is_type(json_object_array_get_idx(content, i),
			json_type_object))
			return false;
	return true;
}

static int
take_message(struct rebuild *r, struct json_object *ev, struct err *e)
{
	struct json_object *m = lines_object(ev, "message");

	if (!is_message(m))
		return err_set(
		    e, ERR_SESSION, 0, "a message without its content");
	json_object_array_add(r->messages, json_object_get(m));
	json_object_put(r->results);
	r->results = json_object_new_array();
	return 0;
}

/* One elided block: {"message":I,"block":J,"content":S}. */
static int
take_elided(struct rebuild *r, struct json_object *one, struct err *e)
{
	size_t i = lines_int(one, "message"), j = lines_int(one, "block");
	struct json_object *content = NULL, *block = NULL, *m, *copy = NULL;
	const char *words = lines_str(one, "content", NULL);

	if (i < json_object_array_length(r->messages)) {
		m = json_object_array_get_idx(r->messages, i);
		content = lines_array(m, "content");
	}
	if (content != NULL && j < json_object_array_length(content))
		block = json_object_array_get_idx(content, j);
	if (block == NULL || words == NULL ||
	    json_object_deep_copy(block, &copy, NULL) < 0)
		return err_set(e, ERR_SESSION, 0,
		    "it shortens a message that is not there");
	json_object_object_add(copy, "content", json_object_new_string(words));
	json_object_array_put_idx(content, j, copy);
	return 0;
}

/* The conversation was made shorter: by a new one, or block by block. */
static int
take_compaction(struct rebuild *r, struct json_object *ev, struct err *e)
{
	struct json_object *all = lines_array(ev, "messages");
	struct json_object *elided = lines_array(ev, "elided");
	size_t i;

	for (i = 0; all != NULL && i < json_object_array_length(all); i++)
		if (!is_message(json_object_array_get_idx(all, i)))
			return err_set(
			    e, ERR_SESSION, 0, "a message without its content");
	if (all != NULL)
		keep(&r->messages, all);
	for (i = 0; elided != NULL && i < json_object_array_length(elided); i++)
		if (take_elided(r, json_object_array_get_idx(elided, i), e) < 0)
			return -1;
	return 0;
}

static void
take_start(struct rebuild *r, struct json_object *ev)
{
	keep(&r->start, ev);
	r->reason[0] = '\0';
	r->runs++;
}

/* The person had the conversation forgotten. */
static void
begin_anew(struct rebuild *r)
{
	json_object_put(r->messages);
	r->messages = json_object_new_array();
	json_object_put(r->results);
	r->results = json_object_new_array();
}

static int
take_line(void *arg, char *s, size_t len, struct err *e)
{
	struct rebuild *r = arg;
	struct json_object *ev = lines_parse(s, len, e);
	const char *type;
	int ret = 0;

	if (ev == NULL)
		return -1;
	type = lines_str(ev, "type", "");
	r->next_seq = lines_int(ev, "seq") + 1;
	if (strcmp(type, "start") == 0)
		take_start(r, ev);
	else if (strcmp(type, "message") == 0 || strcmp(type, "response") == 0)
		ret = take_message(r, ev, e);
	else if (strcmp(type, "compaction") == 0)
		ret = take_compaction(r, ev, e);
	else if (strcmp(type, "clear") == 0)
		begin_anew(r);
	else if (strcmp(type, "plan") == 0)
		keep(&r->plan, ev);
	else if (strcmp(type, "tool_result") == 0)
		json_object_array_add(r->results, json_object_get(ev));
	else if (strcmp(type, "end") == 0)
		snprintf(r->reason, sizeof(r->reason), "%s",
		    lines_str(ev, "reason", "unknown"));
	json_object_put(ev);
	return ret;
}

static struct json_object *
known_result(const struct rebuild *r, const char *id)
{
	struct json_object *ev;
	size_t i;

	for (i = 0; i < json_object_array_length(r->results); i++) {
		ev = json_object_array_get_idx(r->results, i);
		if (strcmp(lines_str(ev, "gen_ai.tool.call.id", ""), id) == 0)
			return ev;
	}
	return NULL;
}

/* What a call without an answer is told: no server takes one without any. */
static struct json_object *
answer_call(const struct rebuild *r, const char *id)
{
	struct json_object *o = json_object_new_object();
	struct json_object *ev = known_result(r, id), *error = NULL;
	const char *words = "The run was stopped here: this call may have been "
			    "made in part, or not at all.";

	if (ev != NULL) {
		words = lines_str(ev, "gen_ai.tool.call.result", "");
		json_object_object_get_ex(ev, "is_error", &error);
	}
	json_object_object_add(
	    o, "type", json_object_new_string("tool_result"));
	json_object_object_add(o, "tool_use_id", json_object_new_string(id));
	json_object_object_add(o, "content", json_object_new_string(words));
	json_object_object_add(o, "is_error",
	    json_object_new_boolean(
		ev == NULL || json_object_get_boolean(error)));
	return o;
}

static void
find_open(struct rebuild *r)
{
	size_t n = json_object_array_length(r->messages), i;
	struct json_object *last, *content, *block;

	if (n == 0)
		return;
	last = json_object_array_get_idx(r->messages, n - 1);
	content = lines_array(last, "content");
	for (i = 0; i < json_object_array_length(content); i++) {
		block = json_object_array_get_idx(content, i);
		if (strcmp(lines_str(block, "type", ""), "tool_use") != 0)
			continue;
		if (r->open == NULL)
			r->open = json_object_new_array();
		json_object_array_add(
		    r->open, answer_call(r, lines_str(block, "id", "")));
	}
}

int
rebuild_messages(
    struct rebuild *r, int fd, struct lines_end *end, struct err *e)
{
	memset(r, 0, sizeof(*r));
	r->messages = json_object_new_array();
	r->results = json_object_new_array();
	if (lines_each(fd, take_line, r, end, e) < 0)
		return -1;
	find_open(r);
	return 0;
}

void
rebuild_free(struct rebuild *r)
{
	json_object_put(r->messages);
	json_object_put(r->open);
	json_object_put(r->start);
	json_object_put(r->plan);
	json_object_put(r->results);
	memset(r, 0, sizeof(*r));
}
