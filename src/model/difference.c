// SPDX-License-Identifier: ISC
// The first difference between two JSON values, for a person to read.
#include <stdio.h>
#include <string.h>
#include "src/model/field.h"
#include "src/model/transcript.h"

static bool differs(struct json_object *l, struct json_object *r,
    struct transcript_difference *d);

/* From a little before the difference on; what is cut off shows as "...". */
static void
shorten(char *to, size_t size, const char *s, size_t n, size_t at)
{
	enum {
		LEAD = 16
	};
	size_t from = at > LEAD ? at - LEAD : 0, o = 0, i;
	size_t room = size - 1 - 3;

	if (from > 0) {
		memcpy(to, "...", 3);
		o = 3;
	}
	for (i = from; i < n && o < room; i++) {
		unsigned char c = (unsigned char)s[i];

		to[o++] = c < ' ' || c == 0x7f ? ' ' : c < 0x7f ? (char)c : '?';
	}
	if (i < n) {
		memcpy(to + o, "...", 3);
		o += 3;
	}
	to[o] = '\0';
}

/* A value's text: of a string the string itself. */
static const char *
text_of(struct json_object *o, size_t *n)
{
	static const char none[] = "(nothing)";

	*n = sizeof(none) - 1;
	if (o == NULL)
		return none;
	if (!json_object_is_type(o, json_type_string))
		return field_text(o, n);
	*n = (size_t)json_object_get_string_len(o);
	return json_object_get_string(o);
}

static bool
leaf(struct json_object *l, struct json_object *r,
    struct transcript_difference *d)
{
	size_t nl, nr, at = 0;
	const char *pl = text_of(l, &nl), *pr = text_of(r, &nr);

	while (at < nl && at < nr && pl[at] == pr[at])
		at++;
	shorten(d->left, sizeof(d->left), pl, nl, at);
	shorten(d->right, sizeof(d->right), pr, nr, at);
	return true;
}

/* Goes into one member; the path grows, and shrinks again if all is well. */
static bool
member(struct json_object *l, struct json_object *r, const char *name,
    struct transcript_difference *d)
{
	size_t n = strlen(d->path);

	snprintf(d->path + n, sizeof(d->path) - n, "%s%s",
	    n > 0 && *name != '[' ? "." : "", name);
	if (differs(l, r, d))
		return true;
	d->path[n] = '\0';
	return false;
}

static bool
arrays(struct json_object *l, struct json_object *r,
    struct transcript_difference *d)
{
	size_t nl = json_object_array_length(l), i;
	size_t nr = json_object_array_length(r);
	char name[24];

	for (i = 0; i < nl || i < nr; i++) {
		snprintf(name, sizeof(name), "[%zu]", i);
		if (member(i < nl ? json_object_array_get_idx(l, i) : NULL,
			i < nr ? json_object_array_get_idx(r, i) : NULL, name,
			d))
			return true;
	}
	return false;
}

static bool
objects(struct json_object *l, struct json_object *r,
    struct transcript_difference *d)
{
	struct json_object *other;

	json_object_object_foreach(l, key, v)
	{
		other = NULL;
		json_object_object_get_ex(r, key, &other);
		if (member(v, other, key, d))
			return true;
	}
	json_object_object_foreach(r, key2, v2)
	{
		if (!json_object_object_get_ex(l, key2, NULL) &&
		    member(NULL, v2, key2, d))
			return true;
	}
	return false;
}

static bool
differs(struct json_object *l, struct json_object *r,
    struct transcript_difference *d)
{
	enum json_type t = json_object_get_type(l);

	if (json_object_equal(l, r))
		return false;
	if (t == json_object_get_type(r) && t == json_type_array)
		return arrays(l, r, d);
	if (t == json_object_get_type(r) && t == json_type_object)
		return objects(l, r, d);
	return leaf(l, r, d);
}

bool
transcript_differs(struct json_object *l, struct json_object *r,
    struct transcript_difference *d)
{
	memset(d, 0, sizeof(*d));
	return differs(l, r, d);
}
