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
	bool ech;		     /* encrypted_client_hello, or its drafts */
	char sni[SPEC_NET_HOST_MAX]; /* normal */
	char alpn[32];		     /* the first offered, printable; or "" */
};

enum hello_state {
	HELLO_MORE,  /* right so far */
	HELLO_WHOLE, /* *h is filled */
	HELLO_NOT,   /* not TLS at all, by its first bytes */
	HELLO_BAD,   /* TLS, and not well formed: refuse */
};

/*
 * p[0..n): all that came so far; what follows the hello is not looked at, once
 * its last record ended with it. An extension that stands twice, two server
 * names, a server name that is no host name, and bytes that belong to nothing
 * are HELLO_BAD. *why: then a phrase that follows "the ClientHello". What was
 * once not HELLO_MORE stays what it is, whatever more comes.
 */
enum hello_state
hello_read(const uint8_t *p, size_t n, struct hello *h, const char **why);
/* A fatal alert access_denied (49); returns its length. */
#define HELLO_ALERT_BYTES 7
void hello_alert(uint8_t out[HELLO_ALERT_BYTES]);

#endif
