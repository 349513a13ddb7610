// SPDX-License-Identifier: ISC
// The commands of a peer: begun, killed, over; and the next one made ready.
#include <string.h>
#include "jail/peer.h"

static uint32_t *
find_live(struct peer *p, uint32_t cmd)
{
	uint32_t i;

	for (i = 0; i < p->nlive; i++)
		if (p->live[i] == cmd)
			return &p->live[i];
	return NULL;
}

// It is over, one way or another.
static bool
take_live(struct peer *p, uint32_t cmd)
{
	uint32_t *live = find_live(p, cmd);

	if (live != NULL)
		*live = p->live[--p->nlive];
	return live != NULL;
}

// One that is waited for, and those beside it.
static uint32_t
most_live(const struct peer *p)
{
	uint64_t beside = p->box.spec->limit[LIMIT_BACKGROUND];

	return beside == 0 || beside >= PEER_LIVE_MAX ? PEER_LIVE_MAX
						      : (uint32_t)beside + 1;
}

// 0 if it may run from now on; 1, and *why, if it may not.
static int
begin(struct peer *p, uint32_t cmd, struct err *why, struct err *e)
{
	if (cmd <= p->last_cmd)
		return err_set(e, ERR_PROTOCOL, 0, "COMMAND %u again", cmd);
	p->last_cmd = cmd;
	if (p->nlive == most_live(p)) {
		err_set(why, ERR_LIMIT, 0,
		    "%u commands run already; limit background allows one and "
		    "so many beside it",
		    p->nlive);
		return 1;
	}
	if (box_command(&p->box, cmd, why) != 0)
		return 1;
	p->live[p->nlive++] = cmd;
	return 0;
}

int
peer_command(struct peer *p, struct wire_msg *m, struct err *e)
{
	struct err why;
	int rc = begin(p, m->u.command.cmd, &why, e);

	if (rc < 0)
		return -1;
	return rc > 0 ? peer_say_failed(p, &why, e)
		      : peer_say(p, WIRE_DONE, &m->u.command, NULL, e);
}

// While the peer thinks about what it was told. Silent, if all is well.
static int
begin_next(struct peer *p, uint32_t next, struct err *e)
{
	struct err why;
	int rc = next != 0 ? begin(p, next, &why, e) : 0;

	return rc > 0 ? peer_say_failed(p, &why, e) : rc;
}

int
peer_kill(struct peer *p, struct wire_msg *m, struct err *e)
{
	struct err why;

	if (find_live(p, m->u.command.cmd) == NULL)
		return err_set(e, ERR_PROTOCOL, 0, "KILL of no command");
	if (box_kill(&p->box, m->u.command.cmd, &why) != 0)
		return peer_say_failed(p, &why, e);
	return peer_say(p, WIRE_DONE, &m->u.command, NULL, e);
}

int
peer_finish(struct peer *p, struct wire_msg *m, struct err *e)
{
	const struct wire_over *over = &m->u.over;
	struct wire_usage u;
	struct err why;

	if (!take_live(p, over->cmd))
		return err_set(e, ERR_PROTOCOL, 0, "FINISH of no command");
	if (box_finish(&p->box, over->cmd, &u, &why) != 0)
		return peer_say_failed(p, &why, e);
	if (peer_say(p, WIRE_USAGE, &u, NULL, e) != 0)
		return -1;
	box_release(&p->box, over->cmd);
	return begin_next(p, over->next, e);
}

int
peer_release(struct peer *p, struct wire_msg *m, struct err *e)
{
	const struct wire_over *over = &m->u.over;

	if (!take_live(p, over->cmd))
		return err_set(e, ERR_PROTOCOL, 0, "RELEASE of no command");
	box_release(&p->box, over->cmd);
	return begin_next(p, over->next, e);
}
