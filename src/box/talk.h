/* SPDX-License-Identifier: ISC */
/*
 * A sandbox's two sockets: what is said to its helper and to its pid 1, and
 * the answer to each.
 */
#ifndef SRC_BOX_TALK_H
#define SRC_BOX_TALK_H

#include "jail/wire/wire.h"
#include "src/box/edge.h"
#include "src/box/egress.h"
#include "src/box/publish.h"

struct box {
	int helper; /* the caller's */
	int chan;
	uint32_t seq, last_cmd;
	uint32_t ahead; /* the last that needs no COMMAND */
	struct egress egress;
	struct edge *edge; /* what that one tells; or NULL */
	struct publish publish;
	struct wire_standing facts;
	uint64_t limit[LIMIT__COUNT];
	uint64_t output; /* bytes, of all commands */
	/* ended while we waited for something else; in the order they did */
	struct wire_exited ended[WIRE_COMMANDS_MAX];
	unsigned nended;
};

/* Sends a request. */
int talk_to_helper(struct box *b, enum wire_type type, const void *body,
    const int *fds, struct err *e) MUST_CHECK;
/* The helper's next word, whatever it answers. */
int
talk_from_helper(struct box *b, struct wire_msg *m, struct err *e) MUST_CHECK;
/* An answer of that type; of another, what it brought is closed. */
int
talk_must_be(enum wire_type type, struct wire_msg *m, struct err *e) MUST_CHECK;
/* The helper's answer to the request just sent. */
int talk_answered(struct box *b, enum wire_type type, struct wire_msg *m,
    struct err *e) MUST_CHECK;

/* Reads what the helper answered and nobody asks for. */
void talk_drain(struct box *b);

int talk_to_init(struct box *b, enum wire_type type, const void *body,
    const int *fds, struct err *e) MUST_CHECK;
/*
 * Pid 1's answer to the request of type sent, which was the last. Ends of
 * commands that come first are noted. EXEC is answered by the end of its
 * command, too, which is then in *m and noted.
 */
int talk_from_init(struct box *b, enum wire_type sent, struct wire_msg *m,
    struct err *e) MUST_CHECK;
int talk_note_ended(
    struct box *b, const struct wire_msg *m, struct err *e) MUST_CHECK;

#endif
