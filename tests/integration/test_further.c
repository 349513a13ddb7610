// SPDX-License-Identifier: ISC
// More than one sandbox of one helper: each its own, each ends by itself.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "tests/integration/peer.h"

static char *const true_argv[] = {(char[]){"true"}, NULL};

// A connection of p's helper for one more sandbox.
static void
connect_from(struct peer *p, struct peer *q)
{
	struct wire_further f = {0};

	peer_say(p, WIRE_FURTHER, &f, NULL);
	peer_hear(p, WIRE_CONNECTION);
	*q =
	    (struct peer){.sock = take_fd(&p->m.fds[0]), .chan = -1, .err = -1};
}

// And it stands.
static void
further_from(struct peer *p, struct peer *q)
{
	connect_from(p, q);
	peer_build(q);
}

static void
ended_too(struct peer *q)
{
	char byte;

	assert_int_equal(recv(q->sock, &byte, 1, 0), 0);
	fd_close(&q->sock);
	fd_close(&q->chan);
}

static void
further(void)
{
	struct wire_further f = {0};
	struct peer p, q, r;

	peer_start(&p, 1);
	peer_build(&p);
	further_from(&p, &q);
	further_from(&p, &r);
	assert_int_equal(peer_run(&q, 1, true_argv), 0);
	assert_int_equal(peer_run(&p, 1, true_argv), 0);
	// Of the first alone: whose else would the number be?
	peer_say(&q, WIRE_FURTHER, &f, NULL);
	peer_hear(&q, WIRE_FAILED);
	assert_int_equal(q.m.u.failed.err.code, ERR_LIMIT);
	// Each ends by itself, and with the first.
	shutdown(q.sock, SHUT_WR);
	ended_too(&q);
	assert_int_equal(peer_run(&r, 1, true_argv), 0);
	peer_leave(&p);
	ended_too(&r);
	// However that one ends.
	peer_start(&p, 1);
	peer_greet(&p);
	further_from(&p, &q);
	kill(p.pid, SIGKILL);
	ended_too(&q);
	waitpid(p.pid, NULL, 0);
	fd_close(&p.sock);
	fd_close(&p.err);
}

// What stands ready is of the first one's kind: who wants another gets what
// it says all the same.
static void
further_of_another_kind(void)
{
	static char say[] =
	    "set -- $(df -Pk /tmp | tail -n 1); test -e /proc/1;"
	    "test ! -e /proc/stat; exit $(($2 / 1024 + $?))";
	char *argv[] = {(char[]){"sh"}, (char[]){"-c"}, say, NULL};
	struct wire_limit l = {.limit = LIMIT_TMP, .value = 1 << 20};
	struct wire_choice c = {.choice = CHOICE_PROC, .value = PROC_SUBSET};
	struct peer p, q;

	peer_start(&p, 1);
	peer_build(&p);
	further_from(&p, &q);
	assert_int_equal(peer_run(&q, 1, argv), 64 + 1);
	shutdown(q.sock, SHUT_WR);
	ended_too(&q);
	connect_from(&p, &q);
	peer_begin(&q);
	peer_say(&q, WIRE_LIMIT, &l, NULL);
	peer_say(&q, WIRE_CHOICE, &c, NULL);
	peer_commit(&q);
	// Another number than is expected of the first command.
	assert_int_equal(peer_run(&q, 7, argv), 1);
	// One stands ready that nobody asked for.
	peer_leave(&p);
	ended_too(&q);
}

static const struct peer_test tests[] = {
    {"further connections", further},
    {"further sandboxes of another kind", further_of_another_kind},
};

int
main(void)
{
	return peer_main("further", "stockade-jail", tests,
	    sizeof(tests) / sizeof(tests[0]));
}
