/* SPDX-License-Identifier: ISC */
/* A refusal, in the words of who is refused. */
#ifndef JAIL_EGRESS_REFUSE_H
#define JAIL_EGRESS_REFUSE_H

#include <stdbool.h>
#include <stddef.h>
#include "policy/reason.h"

#define REFUSE_TEXT_MAX 2048

struct conn;

/*
 * Records it, tells the agent, and the client: HTTP by a page with status 403
 * (502 where the server is at fault), TLS by an alert, anything else by a
 * reset. A rule that denies is the reason before any other.
 */
void refuse(struct conn *c, enum reason why);
/* Of one that was refused: waits for the client to be through. */
void refuse_ready(struct conn *c);
/*
 * The HTTP answer. host: where to; line: the rule that would allow it, or "".
 * head: the client wants no body. Returns its length.
 */
struct refusal {
	enum reason why;
	const char *host;
	unsigned port;
	const char *line;
	bool head;
};
size_t refuse_text(const struct refusal *r, char out[REFUSE_TEXT_MAX]);

#endif
