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

#define HEAD_MAX   32768 /* bytes of a head */
#define HEAD_LINES 128	 /* of it, the empty one too */

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
	/*
	 * Of the request's own authority, or of Host: normal, an address as
	 * address_format() writes it; "" if HTTP/1.0 said none.
	 */
	char host[SPEC_NET_HOST_MAX];
	bool literal; /* host is an address: addr holds it */
	uint8_t addr[16];
	uint16_t port;	/* said by it; 0: none said */
	char path[256]; /* without query; cut; printable ASCII, else "?" */
	bool websocket; /* it asks for Upgrade: websocket */
};

enum head_state {
	HEAD_MORE,
	HEAD_WHOLE,
	HEAD_NOT, /* not HTTP at all, by its first line */
	HEAD_BAD, /* HTTP, and not strict: *why is a phrase */
	HEAD_H2C, /* HTTP/2 by prior knowledge, or Upgrade: h2c */
};

/*
 * p[0..n): all that came so far; what follows the head is not looked at.
 * *why then follows "the request". Strict: what two readers could understand
 * differently is HEAD_BAD. What was once not HEAD_MORE stays what it is.
 */
enum head_state
head_read(const uint8_t *p, size_t n, struct head *h, const char **why);
/*
 * The head as the server gets it, of one that was HEAD_WHOLE: origin form,
 * Host as checked, one `Connection: close` (or Upgrade, of a WebSocket), no
 * hop-by-hop fields, no Proxy-*. Not for CONNECT. Returns its length; 0 if it
 * would not fit size: HEAD_MAX + 512 is always enough.
 */
size_t
head_rewrite(const uint8_t *p, const struct head *h, uint8_t *out, size_t size);

#endif
