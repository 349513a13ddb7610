// SPDX-License-Identifier: ISC
// The process that tells a collector: events in, requests out.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>
#include "jail/base/clock.h"
#include "jail/base/fd.h"
#include "src/model/http.h"
#include "src/otel/exporter.h"
#include "src/otel/spans.h"

#define EVENT_MAX (8u << 20)
#define FULL	  64   // spans that are told without waiting for more
#define PAUSE_MS  2000 // between two tellings
#define TRIES	  3

struct state {
	const struct exporter *x;
	struct spans spans;
	struct http *http;
	uint64_t told_ms;
};

static int
ignore(void *arg, long status, const char *p, size_t n)
{
	(void)arg;
	(void)status;
	(void)p;
	(void)n;
	return 0;
}

/* Takes body over. What a collector will not have, or cannot, is lost. */
static void
tell(struct state *s, const char *url, struct json_object *body)
{
	struct http_request q = {.url = url,
	    .idle_ms = s->x->timeout_ms,
	    .total_ms = s->x->timeout_ms,
	    .body_in = ignore};
	struct http_response a;
	struct err ignored;
	size_t i, n = 0;
	int try;

	if (body == NULL)
		return;
	q.headers[n++] = "Content-Type: application/json";
	for (i = 0; i < EXPORTER_HEADERS && s->x->header[i] != NULL; i++)
		q.headers[n++] = s->x->header[i];
	q.body = json_object_to_json_string_length(
	    body, JSON_C_TO_STRING_PLAIN, &q.len);
	for (try = 0; try < TRIES; try++) {
		if (try > 0)
			poll(NULL, 0, 200 << try);
		if (http_post(s->http, &q, &a, &ignored) != 0 || a.lasting)
			break;
		// The ones that OTLP/HTTP says may be tried again.
		if (a.end == HTTP_OK && a.status != 429 && a.status != 502 &&
		    a.status != 503 && a.status != 504)
			break;
	}
	json_object_put(body);
}

static void
tell_traces(struct state *s)
{
	s->told_ms = clock_ms();
	if (s->x->traces != NULL)
		tell(s, s->x->traces, spans_traces(&s->spans));
}

static void
hear(struct state *s, const char *text, size_t len)
{
	struct json_tokener *t = json_tokener_new();
	struct json_object *event =
	    t != NULL ? json_tokener_parse_ex(t, text, (int)len) : NULL;

	if (t != NULL)
		json_tokener_free(t);
	if (event != NULL)
		spans_event(&s->spans, event);
	json_object_put(event);
}

/* Until the run's end of the pair is closed. */
static void
listen_to(struct state *s, int fd, char *room)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	ssize_t n;

	for (;;) {
		if (poll(&p, 1, PAUSE_MS) > 0) {
			n = recv(fd, room, EVENT_MAX, 0);
			if (n < 0 && errno == EINTR)
				continue;
			if (n <= 0)
				return;
			hear(s, room, (size_t)n);
		}
		if (json_object_array_length(s->spans.done) >= FULL ||
		    clock_ms() - s->told_ms >= PAUSE_MS)
			tell_traces(s);
	}
}

void
exporter_main(struct exporter *x, int fd)
{
	struct state s = {.x = x, .told_ms = clock_ms()};
	unsigned char seed[24];
	struct err ignored;
	char *room = malloc(EVENT_MAX);
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int i;

	// Nothing of the run is ours: not its sandbox, not its terminal, and
	// what ends it ends us by the closed pair.
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	for (i = 0; i < 3 && null >= 0; i++)
		dup2(null, i);
	if (fd != 3)
		fd = dup2(fd, 3);
	if (fd != 3 || fd_close_range(4, ~0U, false) != 0)
		return;
	s.http = http_open(&ignored);
	if (room == NULL || s.http == NULL ||
	    getrandom(seed, sizeof(seed), 0) != sizeof(seed))
		return;
	spans_begin(&s.spans, json_object_get(x->resource), x->content, seed);
	listen_to(&s, fd, room);
	spans_end(&s.spans);
	tell_traces(&s);
	if (x->metrics != NULL)
		tell(&s, x->metrics, spans_metrics(&s.spans));
	spans_free(&s.spans);
	http_close(s.http);
	free(room);
}
