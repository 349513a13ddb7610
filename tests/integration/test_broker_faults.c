// SPDX-License-Identifier: ISC
// The broker when things go wrong, or are used up: workers that die or hang,
// limits, questions, rules that change, messages that make no sense.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "tests/integration/broker_rig.h"

#define RIG                    \
	(struct rig)           \
	{                      \
		.records = -1, \
	}
#define RAW "net allow srv.test:5000 raw\n"

static uint64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void
exchange(int srv)
{
	int c = rig_dial_name("srv.test", 5000), s = rig_accept(srv);

	rig_say(c, "ping");
	rig_hear(s, "ping");
	rig_say(s, "pong");
	rig_hear(c, "pong");
	close(c);
	rig_hear(s, "");
	close(s);
}

// how: the signal that the worker gets.
static void
replaced(int how, uint64_t within_ms)
{
	struct rig r = RIG;
	struct wire_totals t;
	char before[16], after[16];
	int srv = rig_listen("25.0.0.1", 5000), c, s;
	pid_t old;
	uint64_t began;

	rig_begin(&r, RAW);
	exchange(srv);
	assert_int_equal(rig_resolve("first.example", before), 0);
	c = rig_dial_name("srv.test", 5000);
	s = rig_accept(srv);
	old = rig_worker(&r);
	began = now_ms();
	kill(old, how);
	rig_answer(&r, RAW);
	assert_true(now_ms() - began < within_ms);
	assert_int_not_equal(rig_worker(&r), old);
	// What was open is lost, on both sides.
	assert_true(rig_was_reset(c) || errno == 0);
	close(c);
	close(s);
	// What was given away stays what it was.
	assert_int_equal(rig_resolve("second.example", after), 0);
	assert_string_not_equal(before, after);
	assert_int_equal(rig_resolve("first.example", after), 0);
	assert_string_equal(before, after);
	exchange(srv);
	rig_totals(&r, &t);
	assert_int_equal(t.allowed, 3);
	assert_int_equal(t.bytes_up, 8);
	assert_int_equal(t.names, 3);
	close(srv);
	rig_end(&r);
}

static void
test_killed(void **state)
{
	(void)state;
	replaced(SIGKILL, 2000);
}

static void
test_stopped(void **state)
{
	(void)state;
	replaced(SIGSTOP, 9000);
}

// The helper's end is the end of all of it.
static void
test_helper_gone(void **state)
{
	struct rig r = RIG;
	int srv = rig_listen("25.0.0.1", 5000), c, s;

	(void)state;
	rig_begin(&r, RAW);
	assert_true(rig_processes(&r) > 2);
	c = rig_dial_name("srv.test", 5000);
	s = rig_accept(srv);
	rig_end(&r);
	assert_true(rig_was_reset(c));
	assert_true(rig_was_reset(s));
	assert_int_equal(rig_processes(&r), 1);
	close(c);
	close(s);
	close(srv);
}

// The watcher's, too: nothing of it goes on.
static void
test_watcher_killed(void **state)
{
	struct rig r = RIG;
	struct pollfd p;

	(void)state;
	rig_begin(&r, RAW);
	kill(r.pid, SIGKILL);
	p = (struct pollfd){.fd = r.helper, .events = 0};
	assert_int_equal(poll(&p, 1, 3000), 1);
	assert_true((p.revents & POLLHUP) != 0);
	waitpid(r.pid, NULL, 0);
	r.pid = fork();
	if (r.pid == 0)
		_exit(0);
	rig_end(&r);
}

static void
test_connections(void **state)
{
	struct rig r = RIG;
	int srv = rig_listen("25.0.0.1", 5000), c[4], s[3], i;

	(void)state;
	rig_begin(&r, RAW "limit net-connections 3\n");
	for (i = 0; i < 3; i++) {
		c[i] = rig_dial_name("srv.test", 5000);
		s[i] = rig_accept(srv);
	}
	c[3] = rig_dial_name("srv.test", 5000);
	rig_refused(&r, REASON_CONNECTIONS);
	assert_true(rig_was_reset(c[3]));
	close(c[0]);
	rig_hear(s[0], "");
	close(s[0]);
	usleep(100000);
	exchange(srv);
	for (i = 1; i < 3; i++) {
		close(c[i]);
		close(s[i]);
	}
	close(c[3]);
	close(srv);
	rig_end(&r);
}

static uint64_t
cpu_ticks(pid_t pid)
{
	char path[64], text[1024], *at;
	unsigned long u, k;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	assert_true(fd_read_text(AT_FDCWD, path, text, sizeof(text)) > 0);
	at = strrchr(text, ')');
	assert_int_equal(sscanf(at,
			     ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u "
			     "%*u %lu %lu",
			     &u, &k),
	    2);
	return u + k;
}

// No descriptor is left: who comes waits, nothing spins, and it goes on.
static void
test_descriptors(void **state)
{
	struct rig r = RIG;
	struct rlimit few;
	int srv = rig_listen("25.0.0.1", 5000), c[60], i;
	struct pollfd waiting = {.fd = srv, .events = POLLIN};
	uint64_t before;
	pid_t w;

	(void)state;
	rig_begin(&r, RAW);
	exchange(srv);
	w = rig_worker(&r);
	few.rlim_cur = few.rlim_max = 60;
	assert_int_equal(prlimit(w, RLIMIT_NOFILE, &few, NULL), 0);
	for (i = 0; i < 60; i++)
		c[i] = rig_dial_name("srv.test", 5000);
	usleep(300000);
	before = cpu_ticks(w);
	sleep(1);
	assert_true(cpu_ticks(w) - before < 20);
	for (i = 0; i < 60; i++)
		close(c[i]);
	while (poll(&waiting, 1, 700) == 1)
		close(rig_accept(srv));
	exchange(srv);
	assert_int_equal(rig_worker(&r), w);
	close(srv);
	rig_end(&r);
}

// More say nothing than are waited for: the rest has its turn after them.
static void
test_silent(void **state)
{
	struct rig r = RIG;
	int srv = rig_listen("25.0.0.1", 5000), c[80], i;
	uint64_t began = now_ms();

	(void)state;
	rig_begin(&r, RAW "net allow srv.test\n");
	for (i = 0; i < 80; i++)
		c[i] = rig_dial_name("srv.test", 443);
	exchange(srv);
	assert_in_range(now_ms() - began, 4000, 9000);
	for (i = 0; i < 80; i++)
		close(c[i]);
	close(srv);
	rig_end(&r);
}

static void
test_bytes(void **state)
{
	struct rig r = RIG;
	char buf[5000];
	int srv = rig_listen("25.0.0.1", 5000), c, s;
	uint64_t began;
	ssize_t n, got = 0;

	(void)state;
	memset(buf, 'x', sizeof(buf));
	rig_begin(&r, RAW "limit net-up 8K\n");
	c = rig_dial_name("srv.test", 5000);
	s = rig_accept(srv);
	assert_int_equal(send(c, buf, sizeof(buf), 0), sizeof(buf));
	assert_int_equal(send(c, buf, sizeof(buf), 0), sizeof(buf));
	while ((n = recv(s, buf, sizeof(buf), 0)) > 0)
		got += n;
	assert_true(n < 0 && got <= 8192);
	assert_true(rig_was_reset(c));
	close(c);
	close(s);
	c = rig_dial_name("srv.test", 5000);
	rig_refused(&r, REASON_BYTES);
	close(c);
	rig_end(&r);
	rig_begin(&r, RAW "limit net-rate 64K/s\n");
	c = rig_dial_name("srv.test", 5000);
	s = rig_accept(srv);
	began = now_ms();
	for (n = 0; n < 26; n++)
		assert_int_equal(send(c, buf, sizeof(buf), 0), sizeof(buf));
	shutdown(c, SHUT_WR);
	for (got = 0; (n = recv(s, buf, sizeof(buf), 0)) > 0;)
		got += n;
	assert_int_equal(got, 130000);
	assert_in_range(now_ms() - began, 1200, 3500);
	close(c);
	close(s);
	close(srv);
	rig_end(&r);
}

static void
attach(struct rig *r, uint32_t asking)
{
	struct wire_attach a = {.asking = asking, .run = "test"};
	struct wire_totals t;
	struct err e;

	assert_int_equal(
	    wire_send(r->agent, 0, WIRE_ATTACH, 0, &a, NULL, &e), 0);
	rig_totals(r, &t);
}

static void
answer(struct rig *r, uint32_t id, uint32_t verdict)
{
	struct wire_verdict_of v = {.id = id, .verdict = verdict};
	struct err e;

	assert_int_equal(
	    wire_send(r->agent, 0, WIRE_VERDICT, 0, &v, NULL, &e), 0);
}

static void
test_ask(void **state)
{
	struct rig r = RIG;
	struct wire_msg m;
	int srv = rig_listen("25.0.0.1", 22), c, d, s;

	(void)state;
	rig_begin(&r, "net ask *\n");
	c = rig_dial_name("srv.test", 22);
	rig_refused(&r, REASON_ASK_HEADLESS);
	assert_string_equal(r.seen.rule, "net allow srv.test:22");
	assert_true(rig_was_reset(c));
	close(c);
	attach(&r, 1);
	c = rig_dial_name("srv.test", 22);
	rig_told(&r, WIRE_ASK, &m);
	assert_string_equal(m.u.ask.host, "srv.test");
	assert_int_equal(m.u.ask.port, 22);
	assert_int_equal(m.u.ask.uid, 0);
	// Another one waits for the same answer; a number nobody gave is
	// nobody's answer.
	d = rig_dial_name("srv.test", 22);
	answer(&r, m.u.ask.id + 1, WIRE_ALLOW_SESSION);
	answer(&r, 1, WIRE_ALLOW_SESSION);
	answer(&r, m.u.ask.id, WIRE_ALLOW_ONCE);
	s = rig_accept(srv);
	close(s);
	s = rig_accept(srv);
	close(s);
	close(c);
	close(d);
	c = rig_dial_name("srv.test", 22);
	rig_told(&r, WIRE_ASK, &m);
	answer(&r, m.u.ask.id, WIRE_DENY_ONCE);
	rig_refused(&r, REASON_ASK_DENIED);
	assert_true(rig_was_reset(c));
	close(c);
	// New rules answer what is open.
	c = rig_dial_name("srv.test", 22);
	rig_told(&r, WIRE_ASK, &m);
	rig_reload(&r, "net allow srv.test:22\n");
	s = rig_accept(srv);
	close(s);
	close(c);
	close(srv);
	rig_end(&r);
}

static void
test_reload(void **state)
{
	struct rig r = RIG;
	struct wire_totals t;
	int srv = rig_listen("25.0.0.1", 5000), c, s, d;

	(void)state;
	rig_begin(&r, RAW);
	c = rig_dial_name("srv.test", 5000);
	s = rig_accept(srv);
	rig_reload(&r, "net allow other.test:5000 raw\n");
	d = rig_dial_name("srv.test", 5000);
	rig_say(d, "x");
	rig_refused(&r, REASON_UNLISTED);
	assert_true(rig_was_reset(d));
	close(d);
	// What is open stays so.
	rig_say(c, "still");
	rig_hear(s, "still");
	rig_totals(&r, &t);
	assert_int_equal(t.generation, 2);
	assert_int_equal(t.refused, 1);
	close(c);
	close(s);
	close(srv);
	rig_end(&r);
}

// Told once, and then how often; and never waited for.
static void
test_told(void **state)
{
	struct rig r = RIG;
	struct wire_totals t;
	struct wire_msg m;
	uint64_t told = 0;
	int c, i;

	(void)state;
	rig_begin(&r, RAW);
	for (i = 0; i < 20; i++) {
		c = rig_dial("25.0.1.1", 22);
		assert_true(rig_was_reset(c));
		close(c);
	}
	rig_refused(&r, REASON_LITERAL);
	assert_int_equal(r.seen.count, 1);
	rig_refused(&r, REASON_LITERAL);
	assert_int_equal(r.seen.count, 19);
	// More than the socket holds, with nobody reading.
	for (i = 0; i < 2000; i++) {
		char ip[32];

		snprintf(ip, sizeof(ip), "25.1.%d.%d", i / 250, i % 250);
		c = rig_dial(ip, 22);
		assert_true(rig_was_reset(c));
		close(c);
	}
	{
		struct wire_broker w = {0};
		struct err e;

		assert_int_equal(
		    wire_send(r.agent, 0, WIRE_SYNC, 9, &w, NULL, &e), 0);
		do {
			assert_int_equal(
			    wire_recv(r.agent, WIRE_E2A, 0, &m, &e), 1);
			if (m.h.type == WIRE_VIOLATION)
				told += m.u.violation.count;
		} while (m.h.type != WIRE_TOTALS);
		t = m.u.totals;
	}
	assert_true(t.untold > 0);
	assert_int_equal(told + t.untold, 2000);
	assert_int_equal(t.refused, 2020);
	rig_end(&r);
}

static void
test_publish(void **state)
{
	struct rig r = RIG;
	struct wire_relay w = {.port = 5999};
	struct err e;
	int out = rig_listen("25.0.0.1", 6000), in, c, s, fds[2];

	(void)state;
	rig_begin(&r, RAW);
	rig_enter(true);
	in = rig_listen("127.0.0.1", 5999);
	fds[1] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	rig_enter(false);
	c = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	{
		struct sockaddr_in a;
		socklen_t len = sizeof(a);

		getsockname(out, (struct sockaddr *)&a, &len);
		assert_int_equal(
		    connect(c, (struct sockaddr *)&a, sizeof(a)), 0);
	}
	fds[0] = rig_accept(out);
	assert_int_equal(wire_send(r.agent, 0, WIRE_RELAY, 0, &w, fds, &e), 0);
	close(fds[0]);
	close(fds[1]);
	s = rig_accept(in);
	rig_say(c, "GET");
	rig_hear(s, "GET");
	rig_say(s, "200");
	rig_hear(c, "200");
	close(s);
	rig_hear(c, "");
	close(c);
	close(in);
	close(out);
	rig_end(&r);
}

// A worker that is told nonsense ends; the next one is told it anew.
static void
test_nonsense(void **state)
{
	struct wire_gate_policy p = {.generation = 1};
	struct wire_gate_socket g = {.kind = WIRE_GATE_TCP, .port = 80};
	struct rig r = RIG;
	struct err e;
	int srv = rig_listen("25.0.0.1", 5000), fd, i;

	(void)state;
	rig_begin(&r, RAW);
	for (i = 0; i < 4; i++) {
		pid_t old = rig_worker(&r);

		fd = i == 0 ? memfd_create("x", MFD_CLOEXEC)
			    : socket(AF_UNIX, SOCK_DGRAM, 0);
		switch (i) {
		case 0: // neither sealed nor of the size
			assert_int_equal(wire_send(r.helper, 0,
					     WIRE_GATE_POLICY, 0, &p, &fd, &e),
			    0);
			break;
		case 1: // no listener
			assert_int_equal(wire_send(r.helper, 0,
					     WIRE_GATE_SOCKET, 0, &g, &fd, &e),
			    0);
			break;
		case 2: // a message of the other direction
			assert_int_equal(send(r.helper, "rubbish", 7, 0), 7);
			break;
		default:
			assert_int_equal(send(r.agent, "rubbish", 7, 0), 7);
			break;
		}
		close(fd);
		rig_answer(&r, RAW);
		assert_int_not_equal(rig_worker(&r), old);
		exchange(srv);
	}
	close(srv);
	rig_end(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_killed),
	    cmocka_unit_test(test_stopped),
	    cmocka_unit_test(test_helper_gone),
	    cmocka_unit_test(test_watcher_killed),
	    cmocka_unit_test(test_connections),
	    cmocka_unit_test(test_descriptors),
	    cmocka_unit_test(test_silent),
	    cmocka_unit_test(test_bytes),
	    cmocka_unit_test(test_ask),
	    cmocka_unit_test(test_reload),
	    cmocka_unit_test(test_told),
	    cmocka_unit_test(test_publish),
	    cmocka_unit_test(test_nonsense),
	};

	if (!rig_namespaces())
		return 0;
	return cmocka_run_group_tests_name("broker_faults", tests, NULL, NULL);
}
