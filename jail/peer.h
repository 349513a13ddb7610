/* SPDX-License-Identifier: ISC */
/*
 * One connection: who is at its other end, and what it has said so far.
 */
#ifndef JAIL_PEER_H
#define JAIL_PEER_H

#include <sys/socket.h>
#include "jail/box.h"
#include "jail/further.h"
#include "jail/serve.h"
#include "jail/wire/wire.h"
#include "policy/policy.h"

enum {
	PEER_LIVE_MAX = INSIDE_COMMANDS_MAX,
	PEER_BURST = 4096, // messages that may come at once
};

struct peer {
	int fd;
	const struct serve_as *as;
	enum wire_state state;
	uint32_t last_cmd; // the greatest number used
	uint32_t live[PEER_LIVE_MAX];
	uint32_t nlive;
	uint64_t seen; // types said once, one bit each
	uint64_t tokens, filled_ms;
	uint64_t until_ms; // to stand by then; 0: whenever it likes
	uint32_t seq;	   // of the message being answered
	struct ucred cred;
	struct further further;
	struct spec_net told; // rules of a standing sandbox, to be swapped in
	struct box box;
};

/*
 * What the sandbox shall be, told message by message: takes over what it
 * brings, or says what is wrong with it.
 */
int peer_tell(struct peer *p, struct wire_msg *m, struct err *e) MUST_CHECK;
/* Those of the network. */
int peer_egress(struct peer *p, struct wire_msg *m, struct err *e) MUST_CHECK;
int peer_net(struct peer *p, struct wire_msg *m, struct err *e) MUST_CHECK;
/* At COMMIT: whether what was said of the network can work; it is in force
 * from then on. */
int peer_net_commit(struct peer *p, struct err *e) MUST_CHECK;
/* Puts the n rules told since into force. -1: the old ones stay. */
int peer_net_swap(struct peer *p, uint32_t n, struct err *e) MUST_CHECK;
/* Hears the broker if it says something; the gate goes with it, the sandbox stays. */
void peer_net_hear(struct peer *p, short revents);

/* Its commands: what each message does. */
int peer_command(struct peer *p, struct wire_msg *m, struct err *e) MUST_CHECK;
int peer_kill(struct peer *p, struct wire_msg *m, struct err *e) MUST_CHECK;
int peer_finish(struct peer *p, struct wire_msg *m, struct err *e) MUST_CHECK;
int peer_release(struct peer *p, struct wire_msg *m, struct err *e) MUST_CHECK;

/* Answers the message at hand; FAILED, saying why. */
int peer_say(struct peer *p, enum wire_type type, const void *body,
    const int *fds, struct err *e) MUST_CHECK;
int peer_say_failed(
    struct peer *p, const struct err *why, struct err *e) MUST_CHECK;
/* Whether a message comes in its turn; and whether it is one too many. */
int
peer_turn(struct peer *p, const struct wire_msg *m, struct err *e) MUST_CHECK;
int peer_rate(struct peer *p, struct err *e) MUST_CHECK;

#endif
