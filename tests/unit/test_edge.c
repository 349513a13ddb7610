// SPDX-License-Identifier: ISC
// edge: refusals gathered, questions answered, totals in time; whatever a
// broker sends.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/box/edge.h"

struct both {
	struct edge *edge;
	int ours, theirs;
};

static int
setup(void **state)
{
	static struct both b;
	struct err e;
	int sv[2];

	assert_return_code(
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sv), errno);
	b.ours = sv[0];
	b.theirs = sv[1];
	b.edge = edge_new(b.ours, "run-7", &e);
	assert_non_null(b.edge);
	*state = &b;
	return 0;
}

static int
teardown(void **state)
{
	struct both *b = *state;

	edge_free(b->edge);
	fd_close(&b->ours);
	fd_close(&b->theirs);
	return 0;
}

static void
violate(struct both *b, const char *host, uint32_t port, uint32_t reason,
    uint32_t count)
{
	struct wire_violation w = {
	    .reason = reason, .port = port, .count = count, .conn = 9};
	struct err e;

	snprintf(w.host, sizeof(w.host), "%s", host);
	snprintf(w.rule, sizeof(w.rule), "net allow %s:%u", host, port);
	assert_int_equal(
	    wire_send(b->theirs, 0, WIRE_VIOLATION, 0, &w, NULL, &e), 0);
}

/* What the broker is told next. */
static struct wire_msg
told(struct both *b)
{
	struct wire_msg m;
	struct err e;

	assert_int_equal(
	    wire_recv(b->theirs, WIRE_A2E, MSG_DONTWAIT, &m, &e), 1);
	return m;
}

static void
test_gathered(void **state)
{
	struct both *b = *state;
	struct edge_refusal *r;
	struct err e;
	size_t n;

	violate(b, "a.example", 443, REASON_UNLISTED, 1);
	violate(b, "a.example", 443, REASON_UNLISTED, 41);
	violate(b, "a.example", 80, REASON_UNLISTED, 1);
	violate(b, "a.example", 443, REASON_DENIED, 1);
	violate(b, "b\033[2J.example", 443, REASON_UNLISTED, 1);
	violate(b, "b\033[2J.example", 443, REASON_UNLISTED, 1);
	assert_int_equal(edge_hear(b->edge, &e), 0);
	r = edge_refusals(b->edge, &n);
	assert_int_equal(n, 4);
	assert_int_equal(r[0].count, 42);
	assert_int_equal(r[0].port, 443);
	assert_string_equal(r[0].rule, "net allow a.example:443");
	assert_int_equal(r[1].port, 80);
	assert_int_equal(r[2].reason, REASON_DENIED);
	assert_string_equal(r[3].host, "b?[2J.example");
	assert_int_equal(r[3].count, 2);
	assert_int_equal(edge_untold(b->edge), 0);
}

static void
test_bounded(void **state)
{
	struct both *b = *state;
	char host[32];
	struct err e;
	size_t n;
	int i;

	for (i = 0; i < EDGE_KEPT_MAX + 100; i++) {
		snprintf(host, sizeof(host), "n%d.example", i);
		violate(b, host, 443, REASON_UNLISTED, 3);
		assert_int_equal(edge_hear(b->edge, &e), 0);
	}
	edge_refusals(b->edge, &n);
	assert_int_equal(n, EDGE_KEPT_MAX);
	assert_int_equal(edge_untold(b->edge), 300);
}

static enum wire_verdict
yes(void *arg, const struct wire_ask *q)
{
	snprintf(arg, SPEC_NET_HOST_MAX, "%.99s:%u", q->host, q->port);
	return WIRE_ALLOW_SESSION;
}

static void
test_asked(void **state)
{
	struct wire_ask q = {.id = 5, .port = 22, .host = "git.\x9b.example"};
	struct both *b = *state;
	char seen[SPEC_NET_HOST_MAX] = "";
	struct wire_msg m;
	struct err e;

	assert_int_equal(edge_attach(b->edge, yes, seen, &e), 0);
	m = told(b);
	assert_int_equal(m.h.type, WIRE_ATTACH);
	assert_int_equal(m.u.attach.asking, 1);
	assert_string_equal(m.u.attach.run, "run-7");
	assert_int_equal(wire_send(b->theirs, 0, WIRE_ASK, 0, &q, NULL, &e), 0);
	assert_int_equal(edge_hear(b->edge, &e), 0);
	assert_string_equal(seen, "git.?.example:22");
	m = told(b);
	assert_int_equal(m.h.type, WIRE_VERDICT);
	assert_int_equal(m.u.verdict.id, 5);
	assert_int_equal(m.u.verdict.verdict, WIRE_ALLOW_SESSION);
	// Nobody there any more: no is the answer.
	assert_int_equal(edge_attach(b->edge, NULL, NULL, &e), 0);
	assert_int_equal(told(b).u.attach.asking, 0);
	assert_int_equal(wire_send(b->theirs, 0, WIRE_ASK, 0, &q, NULL, &e), 0);
	assert_int_equal(edge_hear(b->edge, &e), 0);
	assert_int_equal(told(b).u.verdict.verdict, WIRE_DENY_ONCE);
}

/* Answers one SYNC, after what it has to tell. */
static pid_t
answering(struct both *b, uint32_t wrong)
{
	struct wire_totals t = {.generation = 2, .allowed = 11, .refused = 4};
	struct wire_msg m;
	struct err e;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid != 0)
		return pid;
	if (wire_recv(b->theirs, WIRE_A2E, 0, &m, &e) != 1)
		_exit(1);
	usleep(30000);
	violate(b, "late.example", 443, REASON_UNLISTED, 4);
	_exit(wire_send(b->theirs, 0, WIRE_TOTALS, m.h.seq + wrong, &t, NULL,
		  &e) != 0);
}

static void
test_sync(void **state)
{
	struct both *b = *state;
	struct err e;
	size_t n;
	int status;
	pid_t pid = answering(b, 0);

	assert_int_equal(edge_sync(b->edge, &e), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(edge_totals(b->edge)->allowed, 11);
	edge_refusals(b->edge, &n);
	assert_int_equal(n, 1); // told before the totals
}

static uint64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* A broker that is stopped, or answers another question, costs two seconds. */
static void
test_silent(void **state)
{
	struct both *b = *state;
	uint64_t began = now_ms();
	struct err e;
	int status;
	pid_t pid = answering(b, 1);

	assert_int_equal(edge_sync(b->edge, &e), -1);
	assert_int_equal(e.sys_errno, ETIMEDOUT);
	assert_in_range(now_ms() - began, EDGE_SYNC_MS, EDGE_SYNC_MS + 1500);
	assert_int_equal(waitpid(pid, &status, 0), pid);
}

static void
test_gone(void **state)
{
	struct both *b = *state;
	struct err e;

	fd_close(&b->theirs);
	assert_int_equal(edge_hear(b->edge, &e), -1);
	assert_int_equal(e.code, ERR_GONE);
	assert_int_equal(edge_pollfd(b->edge), -1);
	assert_int_equal(edge_sync(b->edge, &e), -1);
	assert_int_equal(e.code, ERR_GONE);
}

static void
test_rubbish(void **state)
{
	struct both *b = *state;
	struct err e;

	assert_int_equal(send(b->theirs, "rubbish", 7, 0), 7);
	assert_int_equal(edge_hear(b->edge, &e), -1);
	assert_int_equal(e.code, ERR_PROTOCOL);
	assert_int_equal(edge_pollfd(b->edge), -1);
}

static void
test_no_such_reason(void **state)
{
	struct both *b = *state;
	struct err e;

	violate(b, "a.example", 443, REASON__COUNT, 1);
	assert_int_equal(edge_hear(b->edge, &e), -1);
	assert_int_equal(e.code, ERR_PROTOCOL);
}

#define POINT(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    POINT(test_gathered),
	    POINT(test_bounded),
	    POINT(test_asked),
	    POINT(test_sync),
	    POINT(test_silent),
	    POINT(test_gone),
	    POINT(test_rubbish),
	    POINT(test_no_such_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
