// SPDX-License-Identifier: ISC
// Arguments of tools: their schema, and the check of what a model sends.
#include <inttypes.h>
#include <string.h>
#include "src/agent/tool.h"

static const char *const type_names[] = {
    [TOOL_ARG_STRING] = "string",
    [TOOL_ARG_TEXT] = "string",
    [TOOL_ARG_INTEGER] = "integer",
    [TOOL_ARG_BOOLEAN] = "boolean",
};

static struct json_object *
arg_schema(const struct tool_arg *a)
{
	struct json_object *o = json_object_new_object();

	json_object_object_add(
	    o, "type", json_object_new_string(type_names[a->type]));
	json_object_object_add(
	    o, "description", json_object_new_string(a->what));
	if (a->type == TOOL_ARG_INTEGER) {
		json_object_object_add(
		    o, "minimum", json_object_new_int64(a->min));
		json_object_object_add(
		    o, "maximum", json_object_new_int64(a->max));
	}
	return o;
}

struct json_object *
tool_schema(const struct tool *t)
{
	struct json_object *o = json_object_new_object();
	struct json_object *properties = json_object_new_object();
	struct json_object *required = json_object_new_array();
	const struct tool_arg *a;

	for (a = t->args; a->name != NULL; a++) {
		json_object_object_add(properties, a->name, arg_schema(a));
		if (a->required)
			json_object_array_add(
			    required, json_object_new_string(a->name));
	}
	json_object_object_add(o, "type", json_object_new_string("object"));
	json_object_object_add(o, "properties", properties);
	json_object_object_add(o, "required", required);
	json_object_object_add(
	    o, "additionalProperties", json_object_new_boolean(false));
	return o;
}

/* "command (string), timeout_s (integer, optional)" */
static void
list_args(const struct tool *t, struct text *out)
{
	const struct tool_arg *a;

	if (t->args[0].name == NULL)
		text_str(out, "nothing");
	for (a = t->args; a->name != NULL; a++)
		text_printf(out, "%s%s (%s%s)", a > t->args ? ", " : "",
		    a->name, type_names[a->type],
		    a->required ? "" : ", optional");
}

static int
check_value(const struct tool_arg *a, struct json_object *v, struct text *out)
{
	static const enum json_type want[] = {
	    [TOOL_ARG_STRING] = json_type_string,
	    [TOOL_ARG_TEXT] = json_type_string,
	    [TOOL_ARG_INTEGER] = json_type_int,
	    [TOOL_ARG_BOOLEAN] = json_type_boolean,
	};
	int64_t n;

	if (!json_object_is_type(v, want[a->type])) {
		text_printf(out, "property '%s' must be of type %s, not %s",
		    a->name, type_names[a->type],
		    json_type_to_name(json_object_get_type(v)));
		return -1;
	}
	if (a->type == TOOL_ARG_STRING &&
	    strlen(json_object_get_string(v)) !=
		(size_t)json_object_get_string_len(v)) {
		text_printf(out, "property '%s' must not hold a NUL", a->name);
		return -1;
	}
	n = json_object_get_int64(v);
	if (a->type == TOOL_ARG_INTEGER && (n < a->min || n > a->max)) {
		text_printf(out,
		    "property '%s' must be from %" PRId64 " to %" PRId64
		    ", not %" PRId64,
		    a->name, a->min, a->max, n);
		return -1;
	}
	return 0;
}

static int
check_known(const struct tool *t, struct json_object *input, struct text *out)
{
	const struct tool_arg *a;

	json_object_object_foreach(input, key, value)
	{
		(void)value;
		for (a = t->args; a->name != NULL; a++)
			if (strcmp(a->name, key) == 0)
				break;
		if (a->name == NULL) {
			text_printf(out, "unknown property '%.80s'", key);
			return -1;
		}
	}
	return 0;
}

static int
check_all(const struct tool *t, struct json_object *input, struct text *out)
{
	const struct tool_arg *a;
	struct json_object *v;

	if (!json_object_is_type(input, json_type_object)) {
		text_str(out, "the arguments must be an object");
		return -1;
	}
	if (check_known(t, input, out) < 0)
		return -1;
	for (a = t->args; a->name != NULL; a++) {
		// Some servers send null for what is left out.
		if (!json_object_object_get_ex(input, a->name, &v) ||
		    v == NULL) {
			if (!a->required)
				continue;
			text_printf(
			    out, "required property '%s' is missing", a->name);
			return -1;
		}
		if (check_value(a, v, out) < 0)
			return -1;
	}
	return 0;
}

int
tool_check(
    const struct tool *t, struct json_object *input, struct text *complaint)
{
	text_printf(complaint, "%s: ", t->name);
	if (check_all(t, input, complaint) == 0)
		return 0;
	text_str(complaint, ". It takes ");
	list_args(t, complaint);
	text_str(complaint, ".");
	return -1;
}

const char *
tool_string(struct json_object *input, const char *name, const char *absent)
{
	struct json_object *v;

	if (!json_object_object_get_ex(input, name, &v) || v == NULL)
		return absent;
	return json_object_get_string(v);
}

size_t
tool_length(struct json_object *input, const char *name)
{
	struct json_object *v;

	if (!json_object_object_get_ex(input, name, &v) || v == NULL)
		return 0;
	return (size_t)json_object_get_string_len(v);
}

int64_t
tool_integer(struct json_object *input, const char *name, int64_t absent)
{
	struct json_object *v;

	if (!json_object_object_get_ex(input, name, &v) || v == NULL)
		return absent;
	return json_object_get_int64(v);
}

bool
tool_boolean(struct json_object *input, const char *name)
{
	struct json_object *v;

	return json_object_object_get_ex(input, name, &v) &&
	       json_object_get_boolean(v);
}
