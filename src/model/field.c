// SPDX-License-Identifier: ISC
// Reading JSON that a stranger wrote: any field may be missing or odd.
#include <limits.h>
#include <string.h>
#include "src/model/field.h"

enum {
	DEPTH = 128
};

struct json_object *
field_parse(const char *p, size_t n)
{
	struct json_tokener *t;
	struct json_object *o;
	size_t end;

	if (n > INT_MAX)
		return NULL;
	t = json_tokener_new_ex(DEPTH);
	if (t == NULL)
		return NULL;
	o = json_tokener_parse_ex(t, p, (int)n);
	end = json_tokener_get_parse_end(t);
	// A bare number is only known to be over when something follows.
	if (o == NULL && json_tokener_get_error(t) == json_tokener_continue) {
		o = json_tokener_parse_ex(t, "", 1);
		end = n;
	}
	if (json_tokener_get_error(t) != json_tokener_success) {
		json_object_put(o);
		o = NULL;
	}
	while (o != NULL && end < n)
		if (memchr(" \t\r\n", p[end++], 4) == NULL) {
			json_object_put(o);
			o = NULL;
		}
	json_tokener_free(t);
	return o;
}

static size_t
digits(const char *s)
{
	return strspn(s, "0123456789");
}

/* A number as JSON has it: 0, -1.5, 2e-7. */
static bool
is_number(const char *s)
{
	s += *s == '-';
	if (digits(s) == 0 || (*s == '0' && digits(s) > 1))
		return false;
	s += digits(s);
	if (*s == '.') {
		if (digits(++s) == 0)
			return false;
		s += digits(s);
	}
	if (*s == 'e' || *s == 'E') {
		s++;
		s += *s == '-' || *s == '+';
		if (digits(s) == 0)
			return false;
		s += digits(s);
	}
	return *s == '\0';
}

bool
field_is_sound(struct json_object *o)
{
	size_t i;

	if (json_object_is_type(o, json_type_double))
		return is_number(
		    json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN));
	if (json_object_is_type(o, json_type_array))
		for (i = 0; i < json_object_array_length(o); i++)
			if (!field_is_sound(json_object_array_get_idx(o, i)))
				return false;
	if (!json_object_is_type(o, json_type_object))
		return true;
	json_object_object_foreach(o, key, v)
	{
		(void)key;
		if (!field_is_sound(v))
			return false;
	}
	return true;
}

struct json_object *
field_get(struct json_object *o, const char *key, enum json_type type)
{
	struct json_object *v;

	if (!json_object_is_type(o, json_type_object) ||
	    !json_object_object_get_ex(o, key, &v) ||
	    !json_object_is_type(v, type))
		return NULL;
	return v;
}

const char *
field_str(struct json_object *o, const char *key, const char *fallback)
{
	struct json_object *v = field_get(o, key, json_type_string);

	return v != NULL ? json_object_get_string(v) : fallback;
}

bool
field_bool(struct json_object *o, const char *key)
{
	return json_object_get_boolean(field_get(o, key, json_type_boolean));
}

bool
field_u64(struct json_object *o, const char *key, uint64_t *v)
{
	struct json_object *f = field_get(o, key, json_type_int);

	if (f == NULL || json_object_get_int64(f) < 0)
		return false;
	*v = (uint64_t)json_object_get_int64(f);
	return true;
}

bool
field_is(struct json_object *o, const char *key, const char *s)
{
	const char *v = field_str(o, key, NULL);

	return v != NULL && strcmp(v, s) == 0;
}

void
field_put_str(struct json_object *o, const char *key, const char *s)
{
	json_object_object_add(o, key, json_object_new_string(s));
}

void
field_put_text(struct json_object *o, const char *key, const char *p, size_t n)
{
	json_object_object_add(o, key, json_object_new_string_len(p, (int)n));
}

const char *
field_text(struct json_object *o, size_t *len)
{
	return json_object_to_json_string_length(
	    o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, len);
}
