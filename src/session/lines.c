// SPDX-License-Identifier: ISC
// A session file line by line, in little memory, and where it is whole.
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "src/agent/text.h"
#include "src/session/lines.h"

#define PIECE 65536 // read at a time

/* The whole lines of what is held; *used is how many bytes they are. */
static int
some_lines(struct text *held, size_t *used,
    int (*line)(void *arg, char *s, size_t len, struct err *), void *arg,
    struct lines_end *end, struct err *e)
{
	char *p = held->p, *nl;

	while ((nl = memchr(p, '\n', held->len - *used)) != NULL) {
		*nl = '\0';
		end->lines++;
		end->good += nl + 1 - p;
		if (line(arg, p, (size_t)(nl - p), e) < 0)
			return err_prefix(
			    e, "line %llu", (unsigned long long)end->lines);
		p = nl + 1;
		*used = (size_t)(p - held->p);
	}
	return 0;
}

int
lines_each(int fd, int (*line)(void *arg, char *s, size_t len, struct err *),
    void *arg, struct lines_end *end, struct err *e)
{
	autotext struct text held = {0};
	struct lines_end own, *at = end != NULL ? end : &own;
	char buf[PIECE];
	off_t from = 0;
	size_t used;
	ssize_t n;

	memset(at, 0, sizeof(*at));
	while ((n = pread(fd, buf, sizeof(buf), from)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(e, ERR_SESSION, errno, "read");
		from += n;
		text_add(&held, buf, (size_t)n);
		used = 0;
		if (memchr(buf, '\n', (size_t)n) != NULL &&
		    some_lines(&held, &used, line, arg, at, e) < 0)
			return -1;
		held.len -= used;
		if (used > 0)
			memmove(held.p, held.p + used, held.len);
		if (held.len > LINES_LONGEST)
			return err_set(e, ERR_SESSION, 0,
			    "line %llu is longer than %u MiB",
			    (unsigned long long)at->lines + 1,
			    LINES_LONGEST >> 20);
	}
	at->torn = held.len > 0;
	return 0;
}

const char *
lines_type(const char *s, char *type, size_t size)
{
	static const char start[] = "{\"type\":\"";
	size_t n;

	*type = '\0';
	if (strncmp(s, start, sizeof(start) - 1) != 0)
		return type;
	s += sizeof(start) - 1;
	n = strcspn(s, "\"\\");
	if (s[n] == '"' && n < size) {
		memcpy(type, s, n);
		type[n] = '\0';
	}
	return type;
}

struct json_object *
lines_parse(const char *s, size_t len, struct err *e)
{
	struct json_tokener *t = json_tokener_new();
	struct json_object *o = NULL;

	if (t != NULL && len < INT32_MAX)
		o = json_tokener_parse_ex(t, s, (int)len + 1);
	if (o != NULL && json_tokener_get_parse_end(t) < len) {
		json_object_put(o); // something follows it
		o = NULL;
	}
	json_tokener_free(t);
	if (json_object_is_type(o, json_type_object))
		return o;
	json_object_put(o);
	err_set(e, ERR_SESSION, 0, "it is not a JSON object");
	return NULL;
}

static struct json_object *
member(struct json_object *o, const char *key, enum json_type type)
{
	struct json_object *v = NULL;

	if (!json_object_object_get_ex(o, key, &v) ||
	    !json_object_is_type(v, type))
		return NULL;
	return v;
}

const char *
lines_str(struct json_object *o, const char *key, const char *absent)
{
	struct json_object *v = member(o, key, json_type_string);

	return v != NULL ? json_object_get_string(v) : absent;
}

uint64_t
lines_int(struct json_object *o, const char *key)
{
	struct json_object *v = member(o, key, json_type_int);

	return v != NULL ? json_object_get_uint64(v) : 0;
}

struct json_object *
lines_array(struct json_object *o, const char *key)
{
	return member(o, key, json_type_array);
}

struct json_object *
lines_object(struct json_object *o, const char *key)
{
	return member(o, key, json_type_object);
}
