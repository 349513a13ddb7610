// SPDX-License-Identifier: ISC
// A sandbox's two sockets: requests, and their answers sorted out.
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include "src/box/talk.h"

// A helper that ends without a word said why on stderr.
int
talk_from_helper(struct box *b, struct wire_msg *m, struct err *e)
{
	int rc = wire_recv(b->helper, WIRE_H2A, 0, m, e);

	if (rc > 0)
		return 0;
	if (rc == 0)
		return err_set(e, ERR_GONE, 0, "the sandbox helper ended");
	return -1;
}

int
talk_to_helper(struct box *b, enum wire_type type, const void *body,
    const int *fds, struct err *e)
{
	return wire_send(b->helper, 0, type, ++b->seq, body, fds, e);
}

// FAILED and REFUSED as errors of ours.
static int
failed(const struct wire_msg *m, struct err *e)
{
	if (m->h.type == WIRE_FAILED) {
		*e = m->u.failed.err;
		return -1;
	}
	if (m->h.type == WIRE_REFUSED)
		return err_set(e, ERR_REFUSED, 0, "%s: %s", m->u.refused.item,
		    m->u.refused.reason);
	return err_set(e, ERR_PROTOCOL, 0, "unexpected answer %u", m->h.type);
}

// An answer of that type; what another one brought is closed.
int
talk_must_be(enum wire_type type, struct wire_msg *m, struct err *e)
{
	if (m->h.type == type)
		return 0;
	wire_msg_close(m);
	return failed(m, e);
}

// The helper's answer to the request just sent.
int
talk_answered(
    struct box *b, enum wire_type type, struct wire_msg *m, struct err *e)
{
	for (;;) {
		if (talk_from_helper(b, m, e) != 0)
			return -1;
		if (m->h.seq == b->seq)
			return talk_must_be(type, m, e);
		wire_msg_close(m);
	}
}

void
talk_drain(struct box *b)
{
	struct wire_msg m;
	struct err ignored;

	// Its end, or a fault, shows itself with the next question.
	while (wire_recv(b->helper, WIRE_H2A, MSG_DONTWAIT, &m, &ignored) > 0)
		wire_msg_close(&m);
}

int
talk_to_init(struct box *b, enum wire_type type, const void *body,
    const int *fds, struct err *e)
{
	return wire_send(b->chan, 0, type, ++b->seq, body, fds, e);
}

int
talk_note_ended(struct box *b, const struct wire_msg *m, struct err *e)
{
	if (b->nended == WIRE_COMMANDS_MAX)
		return err_set(e, ERR_LIMIT, 0, "too many commands ended");
	b->ended[b->nended++] = m->u.exited;
	return 0;
}

// The answer to the request just sent; ends that come first are kept. What
// answers an older request is of one that we gave up.
int
talk_from_init(
    struct box *b, enum wire_type sent, struct wire_msg *m, struct err *e)
{
	const uint16_t answer = wire_info((uint16_t)sent)->answer;
	uint32_t want = b->seq;
	int rc;

	for (;;) {
		rc = wire_recv(b->chan, WIRE_I2A, 0, m, e);
		if (rc == 0)
			return err_set(e, ERR_GONE, 0, "the sandbox ended");
		if (rc < 0)
			return -1;
		if (m->h.type == WIRE_EXITED) {
			if (talk_note_ended(b, m, e) != 0)
				return -1;
			// So short that nobody said that it had begun.
			if (m->h.seq == want && answer == WIRE_STARTED)
				return 0;
			continue;
		}
		if (m->h.seq == want && m->h.type == answer)
			return 0;
		wire_msg_close(m);
		if (m->h.seq == want)
			return failed(m, e);
	}
}
