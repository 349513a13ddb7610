// SPDX-License-Identifier: ISC
// What peer and broker say to the helper of the network: rules and sockets,
// told, told again, and told wrongly.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/gate_messages.h"
#include "jail/wire/wire.h"
#include "policy/egress.h"
#include "tests/integration/gate_peer.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define SEALS	 (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

static void
rules_as_told(void)
{
	const struct egress_policy *e;
	struct stat st;
	struct peer p;
	struct gate g;

	gate_build(&p, &g);
	gate_begin(&g);
	assert_int_equal(g.generation, 1);
	assert_int_equal(fcntl(g.rules, F_GET_SEALS), SEALS);
	assert_int_equal(fstat(g.rules, &st), 0);
	assert_int_equal(st.st_size, sizeof(*e));
	e = mmap(NULL, sizeof(*e), PROT_READ, MAP_PRIVATE, g.rules, 0);
	assert_ptr_not_equal(e, MAP_FAILED);
	assert_int_equal(e->generation, 1);
	assert_int_equal(e->has_ceiling, 0);
	assert_int_equal(e->ceiling.n, 0);
	assert_int_equal(e->limit[LIMIT_NOFILE], 4096);
	assert_int_equal(e->policy.n, 1);
	assert_memory_equal(&e->policy.rule[0], &gate_rule, sizeof(gate_rule));
	munmap((void *)(uintptr_t)e, sizeof(*e));
	gate_leave(&p, &g);
}

// The end of who holds the sockets outside is the end of the network.
static void
broker_ends(void)
{
	static const int gone[] = {
	    ENETUNREACH, EHOSTUNREACH, ETIMEDOUT, ECONNREFUSED, ECONNRESET};
	struct pollfd f = {.events = POLLIN};
	struct wire_swap s = {0};
	struct peer p;
	struct gate g;
	int rc, i;

	gate_build(&p, &g);
	gate_begin(&g);
	gate_drop(&g);
	close(g.helper);
	f.fd = p.err; // it is told, and the gate is closed
	assert_int_equal(poll(&f, 1, GATE_PATIENCE_MS), 1);
	for (i = 0; i < 100; i++) {
		autoclose int in = gate_mint(&p);

		rc = gate_dial(in, "198.18.0.1", 443);
		if (rc == ENETUNREACH)
			break;
		usleep(20000);
	}
	for (i = 0; i < (int)COUNT(gone) && gone[i] != rc; i++)
		continue;
	assert_int_not_equal(rc, 0);
	assert_true(i < (int)COUNT(gone));
	peer_say(&p, WIRE_NET_SWAP, &s, NULL);
	peer_hear(&p, WIRE_FAILED);
	assert_int_equal(p.m.u.failed.err.code, ERR_GONE);
	assert_int_equal(shutdown(p.sock, SHUT_WR), 0);
	peer_ended(&p, 0, "the broker ended");
}

// A broker that begins again gets the same once more.
static void
begins_again(void)
{
	struct peer p;
	struct gate g;
	int i;

	gate_build(&p, &g);
	for (i = 0; i < 3; i++) {
		autoclose int in = gate_mint(&p), out = -1;

		gate_begin(&g);
		assert_int_equal(g.n, 4);
		assert_int_equal(g.generation, 1);
		assert_int_equal(gate_dial(in, "198.18.0.1", 443), 0);
		out = gate_accepted(
		    gate_socket_of(&g, WIRE_GATE_TCP, 443), "198.18.0.1", 443);
		gate_exchange(in, out);
	}
	gate_leave(&p, &g);
}

static void
swap(struct peer *p, uint32_t n, uint32_t said, enum wire_type answer_type)
{
	struct wire_net w = {.rule = gate_rule};
	struct wire_swap s = {.n = said};

	while (n-- > 0) {
		w.rule.port_first = w.rule.port_last = (uint16_t)(n + 1);
		peer_say(p, WIRE_NET, &w, NULL);
	}
	peer_say(p, WIRE_NET_SWAP, &s, NULL);
	peer_hear(p, answer_type);
}

static void
new_rules(void)
{
	struct egress_policy *e;
	struct wire_msg m;
	struct peer p;
	struct gate g;

	gate_build(&p, &g);
	gate_begin(&g);
	swap(&p, 3, 3, WIRE_SWAPPED);
	assert_int_equal(p.m.u.swap.generation, 2);
	assert_true(gate_hear(&g, &m));
	gate_take_policy(&g, &m);
	assert_int_equal(g.generation, 2);
	e = mmap(NULL, sizeof(*e), PROT_READ, MAP_PRIVATE, g.rules, 0);
	assert_ptr_not_equal(e, MAP_FAILED);
	assert_int_equal(e->generation, 2);
	assert_int_equal(e->policy.n, 3);
	assert_int_equal(e->policy.rule[0].port_first, 3);
	munmap(e, sizeof(*e));
	// One that does not add up changes nothing, and leaves nothing over.
	swap(&p, 2, 3, WIRE_FAILED);
	swap(&p, 0, 0, WIRE_SWAPPED);
	assert_int_equal(p.m.u.swap.generation, 3);
	assert_true(gate_hear(&g, &m));
	gate_take_policy(&g, &m);
	gate_begin(&g);
	assert_int_equal(g.generation, 3);
	gate_leave(&p, &g);
}

static void
cannot_work(void)
{
	struct wire_choice strict = {CHOICE_SECCOMP, SECCOMP_STRICT};
	struct wire_commit commit = {0};
	struct wire_net n = {.rule = gate_rule};
	struct wire_broker b = {0};
	struct peer p;
	int i, sv[2];

	for (i = 0; i < 3; i++) {
		peer_start(&p, 1);
		peer_begin(&p);
		assert_int_equal(
		    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sv),
		    0);
		if (i != 0)
			peer_say(&p, WIRE_EGRESS, &b, &sv[1]);
		if (i != 1)
			peer_say(&p, WIRE_NET, &n, NULL);
		if (i == 2)
			peer_say(&p, WIRE_CHOICE, &strict, NULL);
		peer_say(&p, WIRE_COMMIT, &commit, NULL);
		peer_hear(&p, WIRE_FAILED);
		assert_int_equal(p.m.u.failed.err.code, ERR_NET);
		assert_non_null(
		    strstr(p.m.u.failed.err.text, i == 0   ? "no broker"
						  : i == 1 ? "no rule"
							   : "strict"));
		close(sv[0]);
		close(sv[1]);
		peer_leave(&p);
	}
}

static void
no_gate(void)
{
	struct peer p;

	peer_start(&p, 1);
	peer_build(&p);
	assert_int_equal(p.m.u.standing.gate, WIRE_MODE_NONE);
	swap(&p, 1, 1, WIRE_FAILED);
	assert_int_equal(p.m.u.failed.err.code, ERR_NET);
	peer_leave(&p);
}

static void
bad_words(void)
{
	struct wire_net n = {.rule = gate_rule};
	struct wire_broker b = {0};
	struct peer p;
	int sv[2], i;

	n.rule.verdict = NET_VERDICT__COUNT;
	peer_start(&p, 1);
	peer_begin(&p);
	peer_say(&p, WIRE_NET, &n, NULL);
	peer_ended(&p, 1, "unsound rule");
	n.rule = gate_rule;
	peer_start(&p, 1);
	peer_begin(&p);
	for (i = 0; i <= SPEC_NET_MAX; i++)
		peer_say(&p, WIRE_NET, &n, NULL);
	peer_ended(&p, 1, "too many rules");
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv), 0);
	peer_start(&p, 1);
	peer_begin(&p);
	peer_say(&p, WIRE_EGRESS, &b, &sv[1]);
	peer_ended(&p, 1, "seqpacket");
	close(sv[0]);
	close(sv[1]);
}

// Whatever a broker says wrongly ends the network, and not the sandbox.
static void
bad_broker(void)
{
	char *true_argv[] = {(char[]){"true"}, NULL};
	struct peer p;
	struct gate g;

	gate_build(&p, &g);
	assert_int_equal(write(g.helper, "rubbish", 7), 7);
	while (read(g.helper, &(char){0}, 1) > 0)
		continue;
	assert_int_equal(peer_run(&p, 1, true_argv), 0);
	close(g.helper);
	assert_int_equal(shutdown(p.sock, SHUT_WR), 0);
	peer_ended(&p, 0, "shorter than a header");
}

static const struct peer_test tests[] = {
    {"rules as told", rules_as_told},
    {"a broker that begins again", begins_again},
    {"a broker that ends", broker_ends},
    {"a broker that talks rubbish", bad_broker},
    {"new rules", new_rules},
    {"what cannot work", cannot_work},
    {"a sandbox without a gate", no_gate},
    {"bad words", bad_words},
};

int
main(void)
{
	return peer_main("gate rules", "stockade-jail", tests, COUNT(tests));
}
