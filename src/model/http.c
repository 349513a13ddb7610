// SPDX-License-Identifier: ISC
// One POST at a time over libcurl, its answer handed on as it comes in.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <curl/curl.h>
#include "jail/base/clock.h"
#include "src/model/http.h"
#include "src/model/wirelog.h"

enum {
	SLICE_MS = 50,	  /* how late a stop may be noticed */
	LINGER_MS = 1000, /* for a connection to end by itself */
	CONNECT_MS = 30000,
	BODY_MAX = 64 << 20
};

struct http {
	CURLM *multi;
	CURL *easy;
};

/* One request under way. */
struct exchange {
	const struct http_request *q;
	struct http_response *r;
	CURL *easy;
	uint64_t begun, last, all_at; /* all_at: body_in had enough then */
	curl_off_t moved, body;
	bool gave_up, too_large;
	char words[CURL_ERROR_SIZE];
};

int
http_sleep_until(uint64_t ms, const volatile sig_atomic_t *stop)
{
	uint64_t now, left;
	struct timespec t;

	for (;;) {
		if (stop != NULL && *stop)
			return -1;
		now = clock_ms();
		if (now >= ms)
			return 0;
		left = ms - now < SLICE_MS ? ms - now : SLICE_MS;
		t.tv_sec = 0;
		t.tv_nsec = (long)left * 1000000;
		nanosleep(&t, NULL);
	}
}

struct http *
http_open(struct err *e)
{
	struct http *h = calloc(1, sizeof(*h));

	if (h == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != 0) {
		free(h);
		err_set(e, ERR_INTERNAL, 0, "libcurl cannot be set up");
		return NULL;
	}
	h->multi = curl_multi_init();
	h->easy = curl_easy_init();
	if (h->multi == NULL || h->easy == NULL) {
		http_close(h);
		err_set(e, ERR_INTERNAL, 0, "libcurl cannot be set up");
		return NULL;
	}
	return h;
}

void
http_close(struct http *h)
{
	if (h == NULL)
		return;
	curl_easy_cleanup(h->easy);
	curl_multi_cleanup(h->multi);
	curl_global_cleanup();
	free(h);
}

/* libcurl's sockets would else be open in every command we start. */
static curl_socket_t
open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *a)
{
	(void)arg;
	(void)purpose;
	return socket(a->family, a->socktype | SOCK_CLOEXEC, a->protocol);
}

static size_t
on_body(char *p, size_t size, size_t n, void *arg)
{
	struct exchange *x = arg;
	int r;

	n *= size;
	x->last = clock_ms();
	x->body += (curl_off_t)n;
	if (x->body > BODY_MAX) {
		x->too_large = true;
		return 0;
	}
	curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &x->r->status);
	// What comes after all of it is not for anybody.
	if (x->all_at != 0)
		return n;
	r = x->q->body_in(x->q->arg, x->r->status, p, n);
	if (r == 1)
		x->all_at = x->last;
	x->gave_up = r == -1;
	return r == -1 ? 0 : n;
}

/* The value of a header line, printable and cut to size, if it is that one. */
static void
take_header(char *to, size_t size, const char *name, const char *p, size_t n)
{
	size_t len = strlen(name), i;

	if (n <= len || p[len] != ':' || strncasecmp(p, name, len) != 0)
		return;
	p += len + 1;
	n -= len + 1;
	while (n > 0 && (*p == ' ' || *p == '\t')) {
		p++;
		n--;
	}
	while (n > 0 && (unsigned char)p[n - 1] <= ' ')
		n--;
	for (i = 0; i + 1 < size && i < n; i++)
		to[i] = p[i] >= ' ' && p[i] < 0x7f ? p[i] : '?';
	to[i] = '\0';
}

static size_t
on_header(char *p, size_t size, size_t n, void *arg)
{
	struct exchange *x = arg;
	struct http_response *r = x->r;

	n *= size;
	x->last = clock_ms();
	take_header(r->type, sizeof(r->type), "content-type", p, n);
	take_header(
	    r->retry_after, sizeof(r->retry_after), "retry-after", p, n);
	take_header(r->retry_after_ms, sizeof(r->retry_after_ms),
	    "retry-after-ms", p, n);
	take_header(
	    r->should_retry, sizeof(r->should_retry), "x-should-retry", p, n);
	take_header(r->request_id, sizeof(r->request_id), "request-id", p, n);
	take_header(r->request_id, sizeof(r->request_id), "x-request-id", p, n);
	return n;
}

/* A long request on its way up is no silence. */
static int
on_progress(void *arg, curl_off_t dtotal, curl_off_t dnow, curl_off_t utotal,
    curl_off_t unow)
{
	struct exchange *x = arg;

	(void)dtotal;
	(void)utotal;
	if (dnow + unow != x->moved)
		x->last = clock_ms();
	x->moved = dnow + unow;
	return 0;
}

static int
on_wire(CURL *c, curl_infotype type, char *p, size_t n, void *arg)
{
	(void)c;
	if (type == CURLINFO_HEADER_OUT || type == CURLINFO_DATA_OUT)
		wirelog_add(arg, true, p, n);
	else if (type == CURLINFO_HEADER_IN || type == CURLINFO_DATA_IN)
		wirelog_add(arg, false, p, n);
	return 0;
}

/*
 * The list's nodes point at the caller's strings: a key in one of them is
 * not copied into memory that nobody wipes.
 */
static void
link_headers(struct curl_slist *nodes, const struct http_request *q)
{
	static char accept[] = "Accept: text/event-stream";
	static char type[] = "Content-Type: application/json";
	static char expect[] = "Expect:";
	size_t n = 0, i;

	nodes[n++].data = accept;
	nodes[n++].data = type;
	nodes[n++].data = expect;
	for (i = 0; i < HTTP_HEADERS_MAX && q->headers[i] != NULL; i++)
		nodes[n++].data = (char *)(uintptr_t)q->headers[i];
	for (i = 0; i < n; i++)
		nodes[i].next = i + 1 < n ? &nodes[i + 1] : NULL;
}

static void
set_options(struct exchange *x, struct curl_slist *headers)
{
	CURL *c = x->easy;

	curl_easy_reset(c);
	curl_easy_setopt(c, CURLOPT_URL, x->q->url);
#if LIBCURL_VERSION_NUM >= 0x075500
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
#else
	curl_easy_setopt(
	    c, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
#if LIBCURL_VERSION_NUM >= 0x075700
	// Else the end of a request waits for a name that is being looked up.
	curl_easy_setopt(c, CURLOPT_QUICK_EXIT, 1L);
#endif
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	curl_easy_setopt(c, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "stockade/" PACKAGE_VERSION);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(c, CURLOPT_POST, 1L);
	curl_easy_setopt(c, CURLOPT_POSTFIELDS, x->q->body);
	curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)x->q->len);
	curl_easy_setopt(c, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, x);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, x);
	curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(c, CURLOPT_XFERINFODATA, x);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, x->words);
	if (x->q->wire == NULL)
		return;
	curl_easy_setopt(c, CURLOPT_VERBOSE, 1L);
	curl_easy_setopt(c, CURLOPT_DEBUGFUNCTION, on_wire);
	curl_easy_setopt(c, CURLOPT_DEBUGDATA, x->q->wire);
}

/* What a code of libcurl means to us. */
static void
judge(struct exchange *x, CURLcode code)
{
	struct http_response *r = x->r;

	snprintf(r->why, sizeof(r->why), "%.100s",
	    *x->words != '\0' ? x->words : curl_easy_strerror(code));
	r->refused = code == CURLE_COULDNT_CONNECT;
	r->lasting = code == CURLE_URL_MALFORMAT ||
		     code == CURLE_UNSUPPORTED_PROTOCOL ||
		     code == CURLE_PEER_FAILED_VERIFICATION ||
		     code == CURLE_SSL_CACERT_BADFILE ||
		     code == CURLE_SSL_CONNECT_ERROR ||
		     code == CURLE_COULDNT_RESOLVE_PROXY;
	if (code == CURLE_OK || x->all_at != 0)
		r->end = HTTP_OK;
	else if (x->gave_up)
		r->end = HTTP_GAVE_UP;
	else if (x->too_large)
		r->end = HTTP_CUT;
	else
		r->end = r->status != 0 ? HTTP_CUT : HTTP_FAILED;
	if (x->too_large)
		snprintf(r->why, sizeof(r->why), "it sent more than %d MiB",
		    BODY_MAX >> 20);
}

/* Whether one of the clocks, or the user, ends it here. */
static bool
is_over(struct exchange *x)
{
	const struct http_request *q = x->q;
	uint64_t now = clock_ms();

	if (q->stop != NULL && *q->stop)
		x->r->end = HTTP_STOPPED;
	else if (x->all_at != 0 && now - x->all_at >= LINGER_MS)
		x->r->end = HTTP_OK;
	else if (q->deadline_ms != 0 && now >= q->deadline_ms)
		x->r->end = HTTP_DEADLINE;
	else if (q->total_ms != 0 && now - x->begun >= q->total_ms)
		x->r->end = HTTP_TOO_LONG;
	else if (q->idle_ms != 0 && now - x->last >= q->idle_ms)
		x->r->end = HTTP_IDLE;
	else
		return false;
	return true;
}

static void
drive(struct http *h, struct exchange *x)
{
	struct CURLMsg *msg;
	int running = 1, left;

	while (running > 0) {
		if (curl_multi_perform(h->multi, &running) != CURLM_OK)
			break;
		if (running == 0 || is_over(x))
			break;
		if (x->q->tick != NULL)
			x->q->tick(x->q->tick_arg);
		if (curl_multi_poll(h->multi, NULL, 0, SLICE_MS, NULL) !=
		    CURLM_OK)
			break;
	}
	curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &x->r->status);
	if (running > 0)
		return;
	while ((msg = curl_multi_info_read(h->multi, &left)) != NULL)
		if (msg->msg == CURLMSG_DONE)
			judge(x, msg->data.result);
}

int
http_post(struct http *h, const struct http_request *q, struct http_response *r,
    struct err *e)
{
	struct exchange x = {.q = q, .r = r, .easy = h->easy};
	struct curl_slist headers[HTTP_HEADERS_MAX + 3];
	curl_off_t up = 0;

	memset(r, 0, sizeof(*r));
	r->end = HTTP_FAILED;
	snprintf(r->why, sizeof(r->why), "the request could not be made");
	link_headers(headers, q);
	set_options(&x, headers);
	x.begun = x.last = clock_ms();
	if (curl_multi_add_handle(h->multi, h->easy) != CURLM_OK)
		return err_set(e, ERR_INTERNAL, 0, "libcurl is out of memory");
	drive(h, &x);
	if (curl_easy_getinfo(h->easy, CURLINFO_SIZE_UPLOAD_T, &up) == CURLE_OK)
		r->sent = up >= (curl_off_t)q->len;
	// Ends the transfer, if it is not over.
	curl_multi_remove_handle(h->multi, h->easy);
	curl_easy_reset(h->easy);
	if (q->wire != NULL)
		wirelog_end(q->wire);
	return 0;
}
