// SPDX-License-Identifier: ISC
// How long a JSON value is, and a digest of it, without its text in memory.
#include <string.h>
#include "src/agent/weigh.h"

struct weigh {
	size_t bytes;
	uint64_t hash; /* FNV-1a */
};

static void
add(struct weigh *w, const char *s, size_t len)
{
	w->bytes += len;
	while (len-- > 0)
		w->hash = (w->hash ^ (unsigned char)*s++) * 1099511628211u;
}

static void walk(struct weigh *w, struct json_object *o);

static void
walk_object(struct weigh *w, struct json_object *o)
{
	struct json_object_iterator i = json_object_iter_begin(o);
	struct json_object_iterator end = json_object_iter_end(o);
	const char *key;

	add(w, "{", 1);
	for (; !json_object_iter_equal(&i, &end); json_object_iter_next(&i)) {
		key = json_object_iter_peek_name(&i);
		add(w, "\"", 1);
		add(w, key, strlen(key));
		add(w, "\":", 2);
		walk(w, json_object_iter_peek_value(&i));
		add(w, ",", 1);
	}
	add(w, "}", 1);
}

static void
walk_array(struct weigh *w, struct json_object *o)
{
	size_t i;

	add(w, "[", 1);
	for (i = 0; i < json_object_array_length(o); i++) {
		walk(w, json_object_array_get_idx(o, i));
		add(w, ",", 1);
	}
	add(w, "]", 1);
}

// As deep as a parser let it become (32), or as we built it.
static void
walk(struct weigh *w, struct json_object *o)
{
	const char *s;

	switch (json_object_get_type(o)) {
	case json_type_object:
		walk_object(w, o);
		break;
	case json_type_array:
		walk_array(w, o);
		break;
	case json_type_string:
		add(w, "\"", 1);
		add(w, json_object_get_string(o),
		    (size_t)json_object_get_string_len(o));
		add(w, "\"", 1);
		break;
	default: // a number or a word: short
		s = json_object_to_json_string(o);
		add(w, s, strlen(s));
	}
}

size_t
weigh_bytes(struct json_object *o)
{
	struct weigh w = {0};

	walk(&w, o);
	return w.bytes;
}

uint64_t
weigh_digest(struct json_object *o)
{
	struct weigh w = {0, 14695981039346656037u};

	walk(&w, o);
	return w.hash;
}
