/* SPDX-License-Identifier: ISC */
/*
 * One POST at a time over libcurl, its answer handed on as it comes in; given
 * up at once when told to stop. Connections are kept between requests.
 *
 * Certificates are checked, redirects are not followed (a key must not follow
 * them), proxies are those of the environment.
 */
#ifndef SRC_MODEL_HTTP_H
#define SRC_MODEL_HTTP_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "jail/base/err.h"

struct http;

enum {
	HTTP_HEADERS_MAX = 8
};

struct http_request {
	const char *url;
	const char *headers[HTTP_HEADERS_MAX]; /* "Name: value"; ends NULL */
	const char *body;
	size_t len;
	uint64_t idle_ms;		   /* longest silence */
	uint64_t total_ms;		   /* of it all */
	uint64_t deadline_ms;		   /* CLOCK_MONOTONIC; 0: none */
	const volatile sig_atomic_t *stop; /* may be NULL */
	struct wirelog *wire;		   /* may be NULL */
	/*
	 * The answer's body, piece by piece; the status is known by then.
	 * 0: go on. 1: that was all (the connection may end by itself, but
	 * is not waited for long). -1: give up.
	 */
	int (*body_in)(void *arg, long status, const char *p, size_t n);
	void *arg;
	/* Now and then; may be NULL. */
	void (*tick)(void *arg);
	void *tick_arg;
};

enum http_end {
	HTTP_OK,       /* an answer of whatever status, to its end */
	HTTP_CUT,      /* an answer that broke off, or was too large */
	HTTP_FAILED,   /* no connection, or none that can be trusted */
	HTTP_IDLE,     /* silent for too long */
	HTTP_TOO_LONG, /* more than total_ms */
	HTTP_DEADLINE, /* past deadline_ms */
	HTTP_STOPPED,  /* stop rose */
	HTTP_GAVE_UP,  /* body_in said so */
};

struct http_response {
	enum http_end end;
	long status;   /* 0: no answer began */
	bool sent;     /* the whole request went up */
	bool refused;  /* nobody listens there */
	bool lasting;  /* will fail the same way again: a name, a certificate */
	char why[120]; /* libcurl's words, when there are any */
	char type[64]; /* Content-Type */
	char retry_after[64], retry_after_ms[32], should_retry[16];
	char request_id[80];
};

struct http *http_open(struct err *e) MUST_CHECK;
void http_close(struct http *h);
/* The end of it all is in *r; fails only for want of memory. */
int http_post(struct http *h, const struct http_request *q,
    struct http_response *r, struct err *e) MUST_CHECK;
/*
 * Sleeps until a moment of http_now_ms, or until stop rises: then -1.
 */
int http_sleep_until(uint64_t ms, const volatile sig_atomic_t *stop);

#endif
