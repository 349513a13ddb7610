/* SPDX-License-Identifier: ISC */
/*
 * A TLS ClientHello, read as it comes: the server name, ALPN, and whether the
 * real name is encrypted. Pure; called again with more until it is whole.
 */
#ifndef JAIL_EGRESS_HELLO_H
#define JAIL_EGRESS_HELLO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "policy/spec.h"

#define HELLO_MAX 32768 /* bytes of records that are looked at */

struct hello {
	bool has_sni;
	bool ech;		     /* encrypted_client_hello is there */
	char sni[SPEC_NET_HOST_MAX]; /* normal */
	char alpn[32];		     /* the first offered; "" if none */
};

enum hello_state {
	HELLO_MORE,  /* right so far */
	HELLO_WHOLE, /* *h is filled */
	HELLO_NOT,   /* not TLS at all, by its first bytes */
	HELLO_BAD,   /* TLS, and not well formed: refuse */
};

/* p[0..n): all that came so far. *why: a phrase, for HELLO_BAD. */
enum hello_state
hello_read(const uint8_t *p, size_t n, struct hello *h, const char **why);
/* A fatal alert access_denied (49); returns its length. */
#define HELLO_ALERT_BYTES 7
void hello_alert(uint8_t out[HELLO_ALERT_BYTES]);

#endif
