/* SPDX-License-Identifier: ISC */
/*
 * One request to a server until it is answered: the tries, the waits between
 * them, and an error that says what to mend.
 */
#ifndef SRC_MODEL_CALL_H
#define SRC_MODEL_CALL_H

#include "src/model/dialect.h"
#include "src/model/http.h"
#include "src/model/keys.h"

struct call {
	const struct dialect *dialect;
	struct http *http;
	char url[512];
	char host[128]; /* for people: without user and password */
	bool own_server;
	const char *key_line;	 /* header with the key; NULL: none */
	const struct keys *keys; /* to be struck out of what servers say */
	struct wirelog *wire;	 /* may be NULL */
	uint32_t retries;
	uint64_t idle_ms, total_ms;
	const volatile sig_atomic_t *stop;
};

/* Fills url, host and own_server from a base URL (NULL: the dialect's). */
int call_set_url(struct call *c, const char *base, struct err *e) MUST_CHECK;
/*
 * Sends q and fills *a, of which the caller sets the sink, and which it frees
 * in any case. *tries counts up.
 */
int call_make(const struct call *c, const struct dialect_request *q,
    uint64_t deadline_ms, struct answer *a, uint32_t *tries,
    struct err *e) MUST_CHECK;

#endif
