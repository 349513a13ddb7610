// SPDX-License-Identifier: ISC
// A model's server for tests, on loopback, that does as a script says.
//
//	model_server SCRIPT [LOG]
//
// prints its port and a newline, and answers each request with the next line
// of SCRIPT, in the protocol that the request's path names (/messages,
// /chat/completions, /responses). It ends when its standard input, if that is a pipe,
// does; else with its parent. Lines are JSON; those that begin with # and
// empty ones are skipped. After the last line requests get status 400.
//
// What is answered (one of):
//	"text": "hi"		an answer of one text
//	"answer": [BLOCK...]	an answer of neutral blocks (src/model/model.h):
//				text, tool_use, opaque; "raw" in place of a
//				tool_use's "input" sends those bytes
//	"text_bytes": 1000	an answer of a text so long
//	"raw": "data: ..."	these bytes, as the stream
//	"status": 429		no stream: this status, with
//	"body": ...		a string, or a value that becomes JSON
// and about the answer:
//	"times": 200		the blocks of "answer" so often, in each the
//				number in the place of {n}
//	"stop": "end"		or tools, length, refusal, pause; or any word
//				of the protocol's. Else tools if there is a call
//	"usage": {"input":100,"output":10,"cached":0,"created":0}
//	"model": "test-model"
//	"as": "ollama"		or vllm, llama.cpp, lmstudio, openrouter,
//				gemini: in their manner, for Chat Completions
//	"headers": {"Retry-After":"0.1"}	more headers, of any status
//	"type": "text/event-stream"		the Content-Type of a stream, else
//				application/json
// and how it is sent:
//	"piece": 1		this many bytes in each write; else all at once
//	"split_at": 100		two writes, cut after this byte
//	"delay_ms": 20		between two writes (with split_at: 20 if not said)
//	"wait_ms": 100		before anything is sent
//	"delta": 4		this many bytes of text or arguments in each
//				event; else half of them
//	"pings": 1		a comment and a ping before each event
//	"crlf": 1		lines end in CR LF
//	"error": {"type":"overloaded_error","message":"no"}
//				this error in the stream, in the place of the
//	"error_after": 3	event after so many
//	"cut_after": 200	close after so many bytes of the stream, or at
//				its end, without ending the HTTP answer
//	"unframed": 1		no chunks: the end of the connection is the
//				end of the answer
//	"stall_after": 200	send no more after so many bytes, keep open
//	"repeat": 1		this line for all further requests
//
// LOG gets a line for each request: {"method","path","headers","body"}, the
// names of headers in lower case.
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "tests/lib/model_stream.h"

enum {
	REQUEST_MAX = 16 << 20
};

struct request {
	char *text; /* NUL-terminated: head, blank line, body */
	size_t len;
	char *body;
	size_t body_len;
	char method[16], path[512];
};

static bool watch_stdin;

static uint64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/*
 * Waits for events on fd. Every wait of this program is here, so that it ends
 * with its standard input wherever it is.
 */
static bool
await(int fd, short events, int timeout)
{
	struct pollfd p[2] = {{fd, events, 0}, {-1, POLLIN, 0}};
	uint64_t end = now_ms() + (uint64_t)(timeout > 0 ? timeout : 0);
	int r;

	p[1].fd = watch_stdin ? STDIN_FILENO : -1;
	for (;;) {
		r = poll(p, 2, timeout);
		if (r > 0 && p[1].revents != 0) {
			char c;

			if (read(STDIN_FILENO, &c, 1) <= 0)
				exit(0);
			continue;
		}
		if (r > 0)
			return true;
		if (r == 0 || errno != EINTR || now_ms() >= end)
			return false;
	}
}

/* False if the other side is gone. */
static bool
send_all(int fd, const char *p, size_t n)
{
	ssize_t w;

	while (n > 0) {
		await(fd, POLLOUT, -1);
		w = send(fd, p, n, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (w == -1 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (w == -1)
			return false;
		p += w;
		n -= (size_t)w;
	}
	return true;
}

/* The length the head promises; 0 if it promises none. */
static size_t
content_length(const char *head)
{
	const char *p = strcasestr(head, "\r\ncontent-length:");

	return p != NULL ? strtoul(p + 17, NULL, 10) : 0;
}

/* Reads one request whole. */
static bool
read_request(int fd, struct request *q)
{
	char *end = NULL;
	ssize_t r;

	memset(q, 0, sizeof(*q));
	q->text = malloc(REQUEST_MAX + 1);
	if (q->text == NULL)
		abort();
	while (end == NULL ||
	       q->len < (size_t)(end + 4 - q->text) + content_length(q->text)) {
		await(fd, POLLIN, -1);
		r = recv(fd, q->text + q->len, REQUEST_MAX - q->len, 0);
		if (r <= 0)
			return false;
		q->len += (size_t)r;
		q->text[q->len] = '\0';
		end = strstr(q->text, "\r\n\r\n");
	}
	q->body = end + 4;
	q->body_len = q->len - (size_t)(q->body - q->text);
	end[2] = '\0';
	return sscanf(q->text, "%15s %511s", q->method, q->path) == 2;
}

static struct json_object *
headers_of(const struct request *q)
{
	struct json_object *o = json_object_new_object();
	char *line = strstr(q->text, "\r\n"), *next, *colon, *p;

	for (line += 2; *line != '\0'; line = next + 2) {
		next = strstr(line, "\r\n");
		if (next == NULL)
			break;
		colon = memchr(line, ':', (size_t)(next - line));
		if (colon == NULL)
			continue;
		*next = *colon = '\0';
		for (p = line; *p != '\0'; p++)
			*p = (char)tolower((unsigned char)*p);
		p = colon + 1 + strspn(colon + 1, " ");
		json_object_object_add(o, line, json_object_new_string(p));
	}
	return o;
}

static void
log_request(FILE *log, const struct request *q)
{
	struct json_object *o = json_object_new_object(), *body;

	if (log == NULL)
		return;
	body = json_tokener_parse(q->body);
	if (body == NULL)
		body = json_object_new_string(q->body);
	json_object_object_add(o, "method", json_object_new_string(q->method));
	json_object_object_add(o, "path", json_object_new_string(q->path));
	json_object_object_add(o, "headers", headers_of(q));
	json_object_object_add(o, "body", body);
	fprintf(log, "%s\n",
	    json_object_to_json_string_ext(
		o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	fflush(log);
	json_object_put(o);
}

static bool
send_head(int fd, struct json_object *line, long status, const char *type,
    const char *framing)
{
	struct json_object *headers = script_get(line, "headers");
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	bool sent;

	if (f == NULL)
		abort();
	fprintf(f,
	    "HTTP/1.1 %ld Scripted\r\nConnection: close\r\n"
	    "Content-Type: %s\r\nrequest-id: req_test\r\n%s",
	    status, script_str(line, "type", type), framing);
	if (headers != NULL) {
		json_object_object_foreach(headers, key, v)
		{
			fprintf(
			    f, "%s: %s\r\n", key, json_object_get_string(v));
		}
	}
	fputs("\r\n", f);
	fclose(f);
	sent = send_all(fd, text, len);
	free(text);
	return sent;
}

static void
send_status(int fd, struct json_object *line, long status)
{
	struct json_object *body = script_get(line, "body");
	const char *text =
	    json_object_is_type(body, json_type_string)
		? json_object_get_string(body)
		: json_object_to_json_string_ext(body, JSON_C_TO_STRING_PLAIN);
	char length[64];

	if (body == NULL)
		text = "{\"error\":{\"type\":\"scripted\","
		       "\"message\":\"as the script says\"}}";
	snprintf(
	    length, sizeof(length), "Content-Length: %zu\r\n", strlen(text));
	if (send_head(fd, line, status, "application/json", length))
		send_all(fd, text, strlen(text));
}

/* One write: one chunk of HTTP's. */
static bool
send_piece(int fd, bool framed, const char *p, size_t n)
{
	char head[32];

	if (!framed)
		return send_all(fd, p, n);
	snprintf(head, sizeof(head), "%zx\r\n", n);
	return send_all(fd, head, strlen(head)) && send_all(fd, p, n) &&
	       send_all(fd, "\r\n", 2);
}

/* How many bytes the write at `at` takes. */
static size_t
piece_at(struct json_object *line, size_t at, size_t n)
{
	size_t split = (size_t)script_long(line, "split_at", 0);
	size_t piece = (size_t)script_long(line, "piece", 0);
	size_t take = n - at;

	if (piece > 0 && piece < take)
		take = piece;
	if (at < split && split - at < take)
		take = split - at;
	return take;
}

/* The stream in its pieces; false if the other side went away. */
static bool
send_pieces(int fd, struct json_object *line, const char *text, size_t n)
{
	bool framed = script_long(line, "unframed", 0) == 0;
	bool split = script_get(line, "split_at") != NULL;
	long delay = script_long(line, "delay_ms", split ? 20 : 0);
	size_t at, take;

	for (at = 0; at < n; at += take) {
		if (at > 0 && delay > 0 && await(fd, POLLRDHUP, (int)delay))
			return false;
		take = piece_at(line, at, n);
		if (!send_piece(fd, framed, text + at, take))
			return false;
	}
	return true;
}

static void
send_stream(int fd, struct json_object *line, enum protocol p)
{
	bool stall = script_get(line, "stall_after") != NULL;
	bool cut = script_get(line, "cut_after") != NULL;
	bool framed = script_long(line, "unframed", 0) == 0;
	size_t n, most;
	char *text = model_stream(line, p, &n);

	most = (size_t)script_long(
	    line, stall ? "stall_after" : "cut_after", (long)n);
	if (send_head(fd, line, 200, "text/event-stream",
		framed ? "Transfer-Encoding: chunked\r\n" : "") &&
	    send_pieces(fd, line, text, most < n ? most : n)) {
		if (stall)
			await(fd, POLLRDHUP, -1);
		else if (framed && !cut)
			send_all(fd, "0\r\n\r\n", 5);
	}
	free(text);
}

static void
serve(int fd, struct json_object *line, FILE *log)
{
	struct request q;
	long wait = script_long(line, "wait_ms", 0);
	long status = script_long(line, "status", 200);
	enum protocol p;

	if (read_request(fd, &q)) {
		log_request(log, &q);
		p = PROTOCOL_MESSAGES;
		if (strstr(q.path, "/chat/completions") != NULL)
			p = PROTOCOL_CHAT;
		else if (strstr(q.path, "/responses") != NULL)
			p = PROTOCOL_RESPONSES;
		if (wait > 0)
			await(fd, POLLRDHUP, (int)wait);
		if (line == NULL)
			send_status(fd, line, 400);
		else if (p == PROTOCOL_MESSAGES &&
			 strstr(q.path, "/messages") == NULL)
			send_status(fd, NULL, 404);
		else if (script_get(line, "status") != NULL)
			send_status(fd, line, status);
		else
			send_stream(fd, line, p);
	}
	free(q.text);
}

/* The next line that says something; NULL after the last. */
static struct json_object *
next_line(FILE *script)
{
	struct json_object *o = NULL;
	char *text = NULL;
	size_t size = 0;

	while (o == NULL && getline(&text, &size, script) > 0) {
		if (text[strspn(text, " \t\r\n")] == '\0' || *text == '#')
			continue;
		o = json_tokener_parse(text);
		if (!json_object_is_type(o, json_type_object)) {
			fprintf(stderr, "model_server: bad line: %s", text);
			exit(2);
		}
	}
	free(text);
	return o;
}

static int
listen_somewhere(void)
{
	struct sockaddr_in a = {.sin_family = AF_INET};
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd == -1 || bind(fd, (struct sockaddr *)&a, sizeof(a)) == -1 ||
	    listen(fd, 16) == -1 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) == -1) {
		perror("model_server");
		exit(2);
	}
	printf("%u\n", ntohs(a.sin_port));
	fflush(stdout);
	return fd;
}

/* Whoever started us may be killed: we end with it. */
static void
end_with_parent(void)
{
	struct stat st;

	watch_stdin = fstat(STDIN_FILENO, &st) == 0 &&
		      (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
	if (!watch_stdin)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
}

int
main(int argc, char **argv)
{
	FILE *script = argc > 1 ? fopen(argv[1], "re") : NULL;
	FILE *log = argc > 2 ? fopen(argv[2], "ae") : NULL;
	struct json_object *line = NULL;
	int listener, fd;

	if (script == NULL || (argc > 2 && log == NULL)) {
		fprintf(stderr, "usage: model_server SCRIPT [LOG]\n");
		return 2;
	}
	end_with_parent();
	listener = listen_somewhere();
	for (;;) {
		await(listener, POLLIN, -1);
		fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd == -1)
			continue;
		if (script_long(line, "repeat", 0) == 0) {
			json_object_put(line);
			line = next_line(script);
		}
		serve(fd, line, log);
		close(fd);
	}
}
