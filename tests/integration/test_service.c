// SPDX-License-Identifier: ISC
// The helper as a service, against a peer that can say anything: who is heard,
// how many, and for how long.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "policy/policy.h"
#include "tests/integration/peer.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static char *const true_argv[] = {(char[]){"true"}, NULL};

// The service is root's: another user's helper only says so.
static int
cannot(void)
{
	struct peer p;

	if (peer_way() == PEER_ROOT) {
		assert_true(mkdir(SERVICE_DIR, 0755) == 0 || errno == EEXIST);
		return 0;
	}
	peer_start(&p, 1);
	peer_ended(&p, 2, "--service is root's to start");
	return 1;
}

static void
served(void)
{
	struct peer p;

	if (cannot())
		return;
	peer_start(&p, 1);
	peer_build(&p);
	assert_int_equal(p.m.u.standing.idmapped, 1);
	assert_int_equal(peer_run(&p, 1, true_argv), 0);
	peer_leave(&p);
}

// A connection is its maker's, whoever comes to hold it.
static void
handed_on(void)
{
	struct wire_hello hello = {.version = WIRE_VERSION};
	struct peer p;
	pid_t pid;

	if (cannot())
		return;
	peer_start(&p, 1);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		peer_say(&p, WIRE_HELLO, &hello, NULL);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	peer_ended(&p, 1, "HELLO by another process than connected");
}

// One connection, one place, one sandbox.
static void
no_further(void)
{
	struct wire_further further = {0};
	struct peer p;

	if (cannot())
		return;
	peer_start(&p, 1);
	peer_greet(&p);
	peer_say(&p, WIRE_FURTHER, &further, NULL);
	peer_hear(&p, WIRE_FAILED);
	assert_int_equal(p.m.u.failed.err.code, ERR_LIMIT);
	peer_leave(&p);
}

static int
end_of(struct peer *p)
{
	char c;
	int status;

	while (recv(p->sock, &c, 1, 0) > 0)
		continue;
	assert_int_equal(waitpid(p->pid, &status, 0), p->pid);
	close(p->sock);
	close(p->err);
	return status;
}

// Who says nothing has a place as well. Who has none is told, once, and is
// not waited for.
static void
places(void)
{
	static struct peer all[POLICY_BOXES + 1];
	struct peer *last = &all[POLICY_BOXES];
	struct wire_hello hello = {.version = WIRE_VERSION};
	struct wire_commit commit = {0};
	int i;

	if (cannot())
		return;
	for (i = 0; i < POLICY_BOXES; i++) {
		peer_start(&all[i], 1);
		peer_greet(&all[i]);
	}
	peer_start(last, 1);
	peer_say(last, WIRE_HELLO, &hello, NULL);
	peer_hear(last, WIRE_FAILED);
	assert_int_equal(last->m.u.failed.err.code, ERR_REFUSED);
	// Out of turn, which nobody looks at any more.
	peer_say(last, WIRE_COMMIT, &commit, NULL);
	assert_int_equal(end_of(last), 1 << 8);
	// However a place is given up.
	kill(all[0].pid, SIGKILL);
	assert_int_equal(end_of(&all[0]), SIGKILL);
	peer_start(&all[0], 1);
	peer_greet(&all[0]);
	for (i = 0; i < POLICY_BOXES; i++) {
		assert_int_equal(shutdown(all[i].sock, SHUT_WR), 0);
		assert_int_equal(end_of(&all[i]), 0);
	}
}

static void
garbage(void)
{
	struct peer p;

	if (cannot())
		return;
	peer_start(&p, 1);
	assert_int_equal(send(p.sock, "garbage", 7, 0), 7);
	peer_ended(&p, 1, "protocol");
}

static void
clean_up(void)
{
	if (peer_way() != PEER_ROOT)
		return;
	assert_int_equal(unlink(SERVICE_DIR "/boxes"), 0);
	assert_int_equal(rmdir(SERVICE_DIR), 0);
}

static const struct peer_test tests[] = {
    {"a sandbox", served},
    {"a connection that was handed on", handed_on},
    {"no second sandbox of a connection", no_further},
    {"places", places},
    {"garbage", garbage},
    {"the files go away", clean_up},
};

int
main(void)
{
	peer_argument("--service");
	return peer_main(
	    "service", "tests/integration/jail-stranger", tests, COUNT(tests));
}
