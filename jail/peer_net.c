// SPDX-License-Identifier: ISC
// What a peer says of the network: its broker, its rules, and other rules
// while the sandbox stands.
#include <string.h>
#include <sys/socket.h>
#include "jail/base/fd.h"
#include "jail/base/log.h"
#include "jail/peer.h"
#include "policy/egress.h"

int
peer_egress(struct peer *p, struct wire_msg *m, struct err *e)
{
	int domain = 0, type = 0;
	socklen_t size = sizeof(int);

	if (getsockopt(m->fds[0], SOL_SOCKET, SO_DOMAIN, &domain, &size) != 0 ||
	    getsockopt(m->fds[0], SOL_SOCKET, SO_TYPE, &type, &size) != 0 ||
	    domain != AF_UNIX || type != SOCK_SEQPACKET)
		return err_set(
		    e, ERR_PROTOCOL, 0, "EGRESS without a seqpacket socket");
	p->box.broker.sock = take_fd(&m->fds[0]);
	return 0;
}

int
peer_net(struct peer *p, struct wire_msg *m, struct err *e)
{
	struct spec_net *net =
	    p->state == WIRE_ST_STANDING ? &p->told : &p->box.spec->net;

	if (!egress_rule_sound(&m->u.net.rule))
		return err_set(e, ERR_PROTOCOL, 0, "NET with an unsound rule");
	if (net->n == SPEC_NET_MAX)
		return err_set(e, ERR_PROTOCOL, 0, "too many rules");
	net->rule[net->n++] = m->u.net.rule;
	return 0;
}

static int
put_in_force(struct peer *p, const struct spec_net *net, struct err *e)
{
	const struct broker_rules r = {
	    .limit = p->box.spec->limit,
	    .policy = net,
	    .ceiling = &p->as->ceiling->spec.net,
	};

	return broker_set(&p->box.broker, &r, e);
}

int
peer_net_commit(struct peer *p, struct err *e)
{
	const struct spec *s = p->box.spec;
	bool broker = p->box.broker.sock >= 0;

	if (s->net.n == 0 && !broker)
		return 0;
	if (s->net.n == 0)
		return err_set(e, ERR_NET, 0,
		    "a broker came, but no rule: without a net line there is "
		    "no network");
	if (!broker)
		return err_set(e, ERR_NET, 0,
		    "rules of the network came, but no broker to hold them: "
		    "EGRESS brings it");
	if (s->choice[CHOICE_SECCOMP] == SECCOMP_STRICT)
		return err_set(e, ERR_NET, 0,
		    "seccomp strict lets no command open a socket of the "
		    "network: leave out the net lines, or ask for seccomp "
		    "default");
	return put_in_force(p, &s->net, e);
}

int
peer_net_swap(struct peer *p, uint32_t n, struct err *e)
{
	struct spec_net *told = &p->told;
	int rc;

	if (p->box.spec->net.n == 0)
		rc = err_set(e, ERR_NET, 0,
		    "the sandbox has no network, for it began without a net "
		    "line: begin another");
	else if (told->n != n)
		rc = err_set(e, ERR_NET, 0,
		    "%u rules were told, NET_SWAP says %u", told->n, n);
	else
		rc = put_in_force(p, told, e);
	told->n = 0;
	return rc;
}

void
peer_net_hear(struct peer *p, short revents)
{
	struct err why;

	if (revents != 0 && broker_serve(&p->box.broker, &why) != 0)
		log_error(&why);
}
