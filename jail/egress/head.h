/* SPDX-License-Identifier: ISC */
/*
 * The head of an HTTP/1 request: strictly read, and rewritten for the server.
 * Pure; called again with more until it is whole.
 */
#ifndef JAIL_EGRESS_HEAD_H
#define JAIL_EGRESS_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "policy/spec.h"

#define HEAD_MAX 32768 /* bytes of a head */

enum head_form {
	HEAD_ORIGIN,   /* GET /path */
	HEAD_ABSOLUTE, /* GET http://host/path, to a proxy */
	HEAD_CONNECT,  /* CONNECT host:port */
	HEAD_ASTERISK, /* OPTIONS * */
};

struct head {
	enum head_form form;
	size_t len; /* bytes of the head, with its empty line */
	char method[32];
	char host[SPEC_NET_HOST_MAX]; /* of the authority or Host; normal; "" */
	bool literal;		      /* host is an address: addr holds it */
	uint8_t addr[16];
	uint16_t port;	/* said by it; 0: none said */
	char path[256]; /* without query; cut; for the record */
	bool websocket; /* it asks for Upgrade: websocket */
};

enum head_state {
	HEAD_MORE,
	HEAD_WHOLE,
	HEAD_NOT, /* not HTTP at all, by its first bytes */
	HEAD_BAD, /* HTTP, and not strict: *why is a phrase */
	HEAD_H2C, /* HTTP/2 by prior knowledge, or Upgrade: h2c */
};

enum head_state
head_read(const uint8_t *p, size_t n, struct head *h, const char **why);
/*
 * The head as the server gets it: origin form, Host as checked, one
 * `Connection: close` (or upgrade, of a WebSocket), no hop-by-hop fields, no
 * Proxy-*. Returns its length; 0 if it would not fit size.
 */
size_t
head_rewrite(const uint8_t *p, const struct head *h, uint8_t *out, size_t size);

#endif
