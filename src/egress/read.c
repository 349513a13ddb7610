// SPDX-License-Identifier: ISC
// The records of a run, as lines for people.
#include <inttypes.h>
#include <string.h>
#include "src/egress/read.h"

const char *
read_text(struct json_object *o, const char *key)
{
	struct json_object *v;

	if (!json_object_object_get_ex(o, key, &v) ||
	    !json_object_is_type(v, json_type_string))
		return "";
	return json_object_get_string(v);
}

uint64_t
read_number(struct json_object *o, const char *key)
{
	struct json_object *v;

	if (!json_object_object_get_ex(o, key, &v) ||
	    !json_object_is_type(v, json_type_int))
		return 0;
	return json_object_get_uint64(v);
}

struct json_object *
read_record(const char *line, size_t n)
{
	struct json_tokener *t = NULL;
	struct json_object *o;

	if (n > 1 && line[0] == '{' && line[n - 1] == '\n')
		t = json_tokener_new();
	if (t == NULL)
		return NULL;
	json_tokener_set_flags(t, JSON_TOKENER_STRICT);
	o = json_tokener_parse_ex(t, line, (int)n);
	json_tokener_free(t);
	if (o == NULL || (json_object_is_type(o, json_type_object) &&
			     read_number(o, "seq") != 0))
		return o;
	json_object_put(o);
	return NULL;
}

static void
plain(FILE *f, const char *text)
{
	for (; *text != '\0'; text++)
		putc(*text < ' ' || *text > '~' ? '?' : *text, f);
}

static void
field(FILE *f, const char *before, const char *text)
{
	if (*text == '\0')
		return;
	fputs(before, f);
	plain(f, text);
}

static void
destination(FILE *f, struct json_object *o)
{
	const char *name = read_text(o, "name");
	uint64_t port = read_number(o, "port");

	plain(f, *name != '\0' ? name : read_text(o, "dst"));
	if (port != 0)
		fprintf(f, ":%" PRIu64, port);
}

static void
show_decision(FILE *f, struct json_object *o)
{
	destination(f, o);
	field(f, " ", read_text(o, "reason"));
	field(f, " ", read_text(o, "kind"));
	field(f, " by ", read_text(o, "exe"));
	field(f, " (", read_text(o, "rule"));
	if (*read_text(o, "rule") != '\0')
		putc(')', f);
}

static void
show_end(FILE *f, struct json_object *o)
{
	destination(f, o);
	fprintf(f, " up %" PRIu64 " down %" PRIu64 " in %" PRIu64 " ms",
	    read_number(o, "bytes_up"), read_number(o, "bytes_down"),
	    read_number(o, "dur_ms"));
	field(f, " ", read_text(o, "end"));
	field(f, " ", read_text(o, "reason"));
}

void
read_show(FILE *f, struct json_object *o)
{
	const char *event = read_text(o, "event"), *what = event;
	bool decided = strcmp(event, "decision") == 0;

	if (decided)
		what = read_text(o, "decision");
	// 2026-01-02T03:04:05.678901Z: the time of day is enough here.
	fprintf(f, "%.12s ",
	    strlen(read_text(o, "ts")) > 23 ? read_text(o, "ts") + 11 : "?");
	plain(f, what);
	fprintf(f, "%*s", strlen(what) < 10 ? 10 - (int)strlen(what) : 1, "");
	if (decided) {
		show_decision(f, o);
	} else if (strcmp(event, "end") == 0 && read_number(o, "conn") != 0) {
		show_end(f, o);
	} else if (strcmp(event, "repeated") == 0) {
		destination(f, o);
		field(f, " ", read_text(o, "reason"));
		fprintf(f, " %" PRIu64 " times more", read_number(o, "count"));
	} else if (strcmp(event, "lost") == 0) {
		fprintf(f, "%" PRIu64 " records could not be written",
		    read_number(o, "count"));
	} else {
		destination(f, o);
		if (read_number(o, "policy_gen") != 0)
			fprintf(f, " rules of generation %" PRIu64,
			    read_number(o, "policy_gen"));
	}
}
