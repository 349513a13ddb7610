// SPDX-License-Identifier: ISC
// A recorded transcript in the place of a model.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "jail/base/fd.h"
#include "src/model/answer.h"
#include "src/model/field.h"
#include "src/model/replay.h"
#include "src/model/transcript.h"
#include "src/model/utf8.h"

enum {
	LINE_MAX_BYTES = 64 << 20,
	PIECE = 24 /* bytes of text that are heard at a time */
};

struct replay {
	char model[128];
	struct json_object *turns; /* the lines after the header */
	size_t next;
	struct json_object *before; /* the last request, canonical */
};

static int
take_header(struct replay *p, struct json_object *o, struct err *e)
{
	uint64_t version = 0;

	if (!field_u64(o, "stockade_transcript", &version))
		return err_set(e, ERR_REPLAY, 0, "it is not a transcript");
	if (version != TRANSCRIPT_VERSION)
		return err_set(e, ERR_REPLAY, 0,
		    "it is of format %llu, and this program reads %d",
		    (unsigned long long)version, TRANSCRIPT_VERSION);
	answer_name(p->model, sizeof(p->model), field_str(o, "model", ""));
	return 0;
}

static int
take_line(struct replay *p, const char *line, size_t n, struct err *e)
{
	struct json_object *o;

	if (n > LINE_MAX_BYTES || !utf8_valid(line, n))
		return err_set(e, ERR_REPLAY, 0, "too long, or not UTF-8");
	o = field_parse(line, n);
	if (!json_object_is_type(o, json_type_object)) {
		json_object_put(o);
		return err_set(e, ERR_REPLAY, 0, "not a JSON object");
	}
	if (p->turns != NULL) {
		json_object_array_add(p->turns, o);
		return 0;
	}
	if (take_header(p, o, e) == -1) {
		json_object_put(o);
		return -1;
	}
	json_object_put(o);
	p->turns = json_object_new_array();
	return 0;
}

/* A last line without its end was being written when the machine died. */
static int
read_lines(struct replay *p, FILE *f, struct err *e)
{
	autofree char *line = NULL;
	size_t size = 0, no = 0;
	ssize_t n;

	errno = 0;
	while ((n = getline(&line, &size, f)) > 0) {
		no++;
		if (line[n - 1] != '\n' && no > 1)
			break;
		if (n == 1)
			continue;
		if (take_line(p, line, (size_t)n, e) == -1)
			return err_prefix(e, "line %zu", no);
	}
	if (ferror(f))
		return err_set(e, ERR_REPLAY, errno, "cannot be read");
	if (p->turns == NULL)
		return err_set(e, ERR_REPLAY, 0, "it is not a transcript");
	return 0;
}

struct replay *
replay_open(const char *path, struct err *e)
{
	struct replay *p = calloc(1, sizeof(*p));
	FILE *f = fopen(path, "re");
	int r;

	if (p == NULL || f == NULL) {
		err_set(e, ERR_REPLAY, errno, "transcript %s", path);
		if (f != NULL)
			fclose(f);
		free(p);
		return NULL;
	}
	r = read_lines(p, f, e);
	fclose(f);
	if (r == -1) {
		err_prefix(e, "transcript %s", path);
		replay_close(p);
		return NULL;
	}
	return p;
}

void
replay_close(struct replay *p)
{
	if (p == NULL)
		return;
	json_object_put(p->turns);
	json_object_put(p->before);
	free(p);
}

const char *
replay_model(const struct replay *p)
{
	return p->model;
}

/* Compares, and remembers the request for the turn after. */
static int
check_request(struct replay *p, struct json_object *recorded,
    struct json_object *now, struct err *e)
{
	struct transcript_difference d;
	struct json_object *then;
	bool drift;

	if (recorded == NULL)
		return 0;
	then = transcript_unpack(p->before, recorded, e);
	if (then == NULL)
		return err_prefix(e, "turn %zu", p->next + 1);
	drift = transcript_differs(then, now, &d);
	json_object_put(then);
	if (drift)
		return err_set(e, ERR_REPLAY, 0,
		    "turn %zu: %s: recorded \"%s\", now \"%s\"", p->next + 1,
		    d.path, d.left, d.right);
	return 0;
}

/* Lets the text be heard in pieces, as a server sends it. */
static int
speak(struct json_object *message, const struct model_sink *sink,
    const volatile sig_atomic_t *stop)
{
	struct json_object *list =
	    field_get(message, "content", json_type_array);
	struct answer a = {.sink = sink};
	size_t i, n, at, piece;
	struct json_object *t;

	for (i = 0; i < json_object_array_length(list); i++) {
		t = field_get(json_object_array_get_idx(list, i), "text",
		    json_type_string);
		n = t != NULL ? (size_t)json_object_get_string_len(t) : 0;
		for (at = 0; at < n; at += piece) {
			const char *p = json_object_get_string(t) + at;

			if (stop != NULL && *stop)
				return -1;
			piece = n - at < PIECE ? n - at : PIECE;
			piece = utf8_prefix(p, piece);
			if (piece == 0)
				piece = 1;
			answer_heard(&a, p, piece);
		}
	}
	return 0;
}

int
replay_turn(struct replay *p, const struct model_request *q,
    const struct model_sink *sink, const volatile sig_atomic_t *stop,
    struct model_response *r, struct err *e)
{
	struct json_object *line, *now;

	if (p->next >= json_object_array_length(p->turns))
		return err_set(e, ERR_REPLAY, 0,
		    "turn %zu: the transcript ends with turn %zu", p->next + 1,
		    p->next);
	line = json_object_array_get_idx(p->turns, p->next);
	now = transcript_canonical(q);
	if (check_request(p, field_get(line, "request", json_type_object), now,
		e) == -1) {
		json_object_put(now);
		return -1;
	}
	json_object_put(p->before);
	p->before = now;
	if (transcript_get_response(
		field_get(line, "response", json_type_object), r, e) == -1)
		return err_prefix(e, "turn %zu", p->next + 1);
	if (speak(r->message, sink, stop) == -1) {
		json_object_put(r->message);
		r->message = NULL;
		return err_set(e, ERR_INTERRUPTED, EINTR, "stopped");
	}
	p->next++;
	return 0;
}
