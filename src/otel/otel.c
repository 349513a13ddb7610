// SPDX-License-Identifier: ISC
// A run told to a collector: the run's end, which never waits.
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <json-c/json.h>
#include "jail/base/clock.h"
#include "jail/base/fd.h"
#include "src/otel/exporter.h"
#include "src/otel/otel.h"

#define ROOM (4 << 20) // bytes on their way

struct otel {
	int fd;
	pid_t child;
	bool content;
	uint64_t untold;
};

// What a span is made of; the rest, a difference of a megabyte say, is none.
static bool
wanted(const char *line, size_t len)
{
	static const char *const types[] = {"start", "request", "response",
	    "tool_call", "tool_result", "test_run", "end"};
	static const char before[] = "{\"type\":\"";
	size_t i, n, at = sizeof(before) - 1;

	if (len < at || memcmp(line, before, at) != 0)
		return false;
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		n = strlen(types[i]);
		if (len > at + n && line[at + n] == '"' &&
		    memcmp(line + at, types[i], n) == 0)
			return true;
	}
	return false;
}

int
otel_open(struct otel **out, struct err *e)
{
	struct exporter x;
	int pair[2], room = ROOM;
	struct otel *o;
	int r;

	*out = NULL;
	r = exporter_configure(&x, e);
	if (r <= 0)
		return r;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
		exporter_free(&x);
		return err_set(e, ERR_SYSTEM, errno, "socketpair");
	}
	// As much as the system lets us have: more than that is not told.
	setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	o = calloc(1, sizeof(*o));
	if (o == NULL)
		abort();
	o->fd = pair[0];
	o->content = x.content;
	o->child = fork();
	if (o->child == 0) {
		exporter_main(&x, pair[1]);
		_exit(0);
	}
	close(pair[1]);
	exporter_free(&x);
	if (o->child < 0) {
		close(pair[0]);
		free(o);
		return err_set(e, ERR_SYSTEM, errno, "fork");
	}
	*out = o;
	return 0;
}

/* Without what was said and done, where that is not asked for. */
static struct json_object *
slim(struct json_object *event)
{
	static const char *const content[] = {"task", "message", "output",
	    "gen_ai.tool.call.result", "messages_digest", "limits"};
	struct json_object *call;
	size_t i;

	for (i = 0; i < sizeof(content) / sizeof(content[0]); i++)
		json_object_object_del(event, content[i]);
	if (json_object_object_get_ex(event, "call", &call))
		json_object_object_del(call, "input");
	return event;
}

void
otel_feed(struct otel *o, const char *line, size_t len)
{
	struct json_object *event;
	struct json_tokener *t;
	const char *text;
	size_t n;

	if (o == NULL || !wanted(line, len))
		return;
	t = json_tokener_new();
	event = json_tokener_parse_ex(t, line, (int)len);
	json_tokener_free(t);
	if (event == NULL)
		return;
	if (!o->content)
		event = slim(event);
	text = json_object_to_json_string_length(
	    event, JSON_C_TO_STRING_PLAIN, &n);
	if (send(o->fd, text, n, MSG_DONTWAIT | MSG_NOSIGNAL) != (ssize_t)n)
		o->untold++;
	json_object_put(event);
}

uint64_t
otel_close(struct otel *o, unsigned wait_ms)
{
	uint64_t end = clock_ms() + wait_ms, untold;

	if (o == NULL)
		return 0;
	untold = o->untold;
	// Its end of the pair is closed by its end alone.
	shutdown(o->fd, SHUT_WR);
	while (waitpid(o->child, NULL, WNOHANG) == 0 && clock_ms() < end) {
		struct pollfd p = {.fd = o->fd, .events = 0};

		poll(&p, 1, 20);
	}
	// It goes on by itself, until its time-out: nobody waits for it.
	close(o->fd);
	free(o);
	return untold;
}
