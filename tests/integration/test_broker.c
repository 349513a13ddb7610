// SPDX-License-Identifier: ISC
// The broker: what is let through arrives whole, what is not is refused in
// the words of who asked, and each is told.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
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

static uint64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void
test_raw(void **state)
{
	struct rig r = RIG;
	struct wire_totals t;
	int srv = rig_listen("25.0.0.1", 5000), c, s;

	(void)state;
	rig_begin(&r, "net allow srv.test:5000 raw\n");
	c = rig_dial_name("srv.test", 5000);
	s = rig_accept(srv);
	rig_say(c, "up");
	rig_hear(s, "up");
	rig_say(s, "down");
	rig_hear(c, "down");
	// Half closed: the other way goes on.
	shutdown(c, SHUT_WR);
	rig_hear(s, "");
	rig_say(s, "more");
	rig_hear(c, "more");
	shutdown(s, SHUT_WR);
	rig_hear(c, "");
	rig_totals(&r, &t);
	assert_int_equal(t.allowed, 1);
	assert_int_equal(t.bytes_up, 2);
	assert_int_equal(t.bytes_down, 8);
	assert_int_equal(t.names, 1);
	close(c);
	close(s);
	// The server first.
	c = rig_dial_name("srv.test", 5000);
	s = rig_accept(srv);
	shutdown(s, SHUT_WR);
	rig_hear(c, "");
	rig_say(c, "late");
	rig_hear(s, "late");
	close(c);
	rig_hear(s, "");
	close(s);
	close(srv);
	rig_end(&r);
}

static void
test_reset(void **state)
{
	static const struct linger at_once = {.l_onoff = 1};
	struct rig r = RIG;
	int srv = rig_listen("25.0.0.1", 5000), c, s, i;

	(void)state;
	rig_begin(&r, "net allow srv.test:5000 raw\n");
	for (i = 0; i < 2; i++) {
		c = rig_dial_name("srv.test", 5000);
		s = rig_accept(srv);
		rig_say(c, "a");
		rig_hear(s, "a");
		setsockopt(i == 0 ? s : c, SOL_SOCKET, SO_LINGER, &at_once,
		    sizeof(at_once));
		close(i == 0 ? s : c);
		assert_true(rig_was_reset(i == 0 ? c : s));
		close(i == 0 ? c : s);
	}
	close(srv);
	rig_end(&r);
}

// Much more than sockets hold, both ways at once, to a side that reads late.
static void
test_bulk(void **state)
{
	enum {
		SIZE = 24 * 1024 * 1024
	};
	struct rig r = RIG;
	int srv = rig_listen("25.0.0.1", 5000), c, s, i, wstatus;
	char *buf = malloc(SIZE), *got = malloc(SIZE + 1);
	pid_t pid;

	(void)state;
	rig_begin(&r, "net allow srv.test:5000 raw\n");
	for (i = 0; i < SIZE; i++)
		buf[i] = (char)(i * 31 + i / 4096);
	c = rig_dial_name("srv.test", 5000);
	s = rig_accept(srv);
	pid = fork();
	if (pid == 0) {
		if (fd_write_all(c, buf, SIZE) != 0 ||
		    shutdown(c, SHUT_WR) != 0 ||
		    rig_hear_all(c, got, SIZE + 1) != SIZE)
			_exit(1);
		_exit(memcmp(buf, got, SIZE) != 0);
	}
	close(c);
	usleep(300000);
	assert_int_equal(rig_hear_all(s, got, SIZE + 1), SIZE);
	assert_memory_equal(buf, got, SIZE);
	assert_int_equal(fd_write_all(s, buf, SIZE), 0);
	close(s);
	assert_int_equal(waitpid(pid, &wstatus, 0), pid);
	assert_int_equal(wstatus, 0);
	free(buf);
	free(got);
	close(srv);
	rig_end(&r);
}

// size bytes from a server that then is silent, to a client that reads late.
static void
full(int srv, ssize_t size)
{
	static char buf[65536];
	const int little = 32768;
	int c = rig_dial_name("srv.test", 5000), s = rig_accept(srv);
	ssize_t n, got = 0, sent = 0;

	setsockopt(c, SOL_SOCKET, SO_RCVBUF, &little, sizeof(little));
	while (sent < size) {
		n = send(s, buf, sizeof(buf), MSG_DONTWAIT);
		if (n < 0)
			break;
		sent += n;
		usleep(500);
	}
	usleep(30000);
	while (got < sent && (n = recv(c, buf, 16384, 0)) > 0)
		got += n;
	assert_int_equal(got, sent);
	close(c);
	close(s);
}

// The last of it lies in the server's socket while the client's is full:
// nothing new comes to tell of it.
static void
test_full(void **state)
{
	struct rig r = RIG;
	int srv = rig_listen("25.0.0.1", 5000);
	ssize_t size;

	(void)state;
	rig_begin(&r, "net allow srv.test:5000 raw\n");
	rig_mss = 1460;
	for (size = 131072; size < 1500000; size += 65536)
		full(srv, size);
	rig_mss = 0;
	close(srv);
	rig_end(&r);
}

static void
test_tls(void **state)
{
	static const uint8_t alert[7] = {21, 3, 3, 0, 2, 2, 49};
	static const struct {
		const char *dial, *sni;
		enum reason why;
	} bad[] = {
	    {"srv.test", "other.test", REASON_SNI},
	    {"srv.test", NULL, REASON_NO_SNI},
	    {"other.test", "other.test", REASON_UNLISTED},
	};
	struct rig r = RIG;
	uint8_t hello[512], got[512];
	int srv = rig_listen("25.0.0.1", 443), c, s;
	size_t n = rig_hello(hello, "srv.test"), i;

	(void)state;
	rig_begin(&r, "net allow srv.test\n");
	c = rig_dial_name("srv.test", 443);
	// In pieces, and something behind it.
	for (i = 0; i < n; i++)
		assert_int_equal(send(c, hello + i, 1, 0), 1);
	rig_say(c, "rest");
	s = rig_accept(srv);
	assert_int_equal(recv(s, got, n, MSG_WAITALL), n);
	assert_memory_equal(got, hello, n);
	rig_hear(s, "rest");
	close(c);
	close(s);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		n = rig_hello(hello, bad[i].sni);
		c = rig_dial_name(bad[i].dial, 443);
		assert_int_equal(send(c, hello, n, 0), n);
		rig_refused(&r, bad[i].why);
		assert_int_equal(r.seen.port, 443);
		assert_string_equal(r.seen.host, bad[i].dial);
		assert_int_equal(rig_hear_all(c, (char *)got, 512), 7);
		assert_memory_equal(got, alert, 7);
		close(c);
	}
	close(srv);
	rig_end(&r);
}

static void
test_http(void **state)
{
	static const struct {
		const char *dial, *text;
		enum reason why;
		const char *rule;
	} bad[] = {
	    {"srv.test", "GET / HTTP/1.1\r\nHost: other.test\r\n\r\n",
		REASON_HOST, ""},
	    {"srv.test", "GET / HTTP/1.1\r\nHost: srv.test:81\r\n\r\n",
		REASON_HOST, ""},
	    {"srv.test", "CONNECT srv.test:80 HTTP/1.1\r\n\r\n", REASON_HOST,
		""},
	    {"srv.test", "GET / HTTP/1.1\r\nHost : srv.test\r\n\r\n",
		REASON_HTTP, ""},
	    {"other.test", "GET / HTTP/1.1\r\nHost: other.test\r\n\r\n",
		REASON_UNLISTED, "net allow other.test:80"},
	    {"private.test", "GET / HTTP/1.1\r\nHost: private.test\r\n\r\n",
		REASON_PRIVATE, "net allow private.test:80 private"},
	    {"loop.test", "GET / HTTP/1.1\r\nHost: loop.test\r\n\r\n",
		REASON_OWN, "net allow host:80"},
	    {"meta.test", "GET / HTTP/1.1\r\nHost: meta.test\r\n\r\n",
		REASON_PRIVATE, NULL},
	    {"none.test", "GET / HTTP/1.1\r\nHost: none.test\r\n\r\n",
		REASON_RESOLVE, ""},
	};
	struct rig r = RIG;
	char got[8192], word[64];
	int srv = rig_listen("25.0.0.1", 80), c, s;
	size_t i;

	(void)state;
	rig_begin(&r, "net allow srv.test\nnet allow private.test\n"
		      "net allow loop.test private\nnet allow none.test\n"
		      "net allow meta.test private\n");
	c = rig_dial_name("srv.test", 80);
	rig_say(c, "POST /x HTTP/1.1\r\nHost: srv.test\r\n"
		   "Content-Length: 4\r\nConnection: keep-alive\r\n\r\nbody");
	s = rig_accept(srv);
	while (recv(s, got, sizeof(got) - 1, MSG_PEEK) < 60)
		usleep(1000);
	got[recv(s, got, sizeof(got) - 1, 0)] = '\0';
	assert_memory_equal(got, "POST /x HTTP/1.1\r\n", 18);
	assert_non_null(strstr(got, "Connection: close\r\n"));
	assert_null(strstr(got, "keep-alive"));
	assert_non_null(strstr(got, "\r\n\r\nbody"));
	rig_say(s, "HTTP/1.1 200 OK\r\n\r\n");
	close(s);
	assert_int_equal(rig_hear_all(c, got, sizeof(got)), 19);
	close(c);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		c = rig_dial_name(bad[i].dial, 80);
		rig_say(c, bad[i].text);
		rig_refused(&r, bad[i].why);
		if (bad[i].rule != NULL)
			assert_string_equal(r.seen.rule, bad[i].rule);
		assert_true(rig_hear_all(c, got, sizeof(got)) > 0);
		assert_memory_equal(got,
		    bad[i].why == REASON_RESOLVE ? "HTTP/1.1 502 "
						 : "HTTP/1.1 403 ",
		    13);
		snprintf(word, sizeof(word), "X-Stockade-Egress: %s\r\n",
		    reason_word(bad[i].why));
		assert_non_null(strstr(got, word));
		if (bad[i].rule != NULL)
			assert_non_null(strstr(got, bad[i].rule));
		close(c);
	}
	close(srv);
	rig_end(&r);
}

static void
test_proxy(void **state)
{
	static const struct {
		const char *text;
		enum reason why;
	} bad[] = {
	    {"CONNECT other.test:443 HTTP/1.1\r\n\r\n", REASON_UNLISTED},
	    {"CONNECT 25.0.0.1:443 HTTP/1.1\r\n\r\n", REASON_LITERAL},
	    {"GET http://other.test/ HTTP/1.1\r\nHost: other.test\r\n\r\n",
		REASON_UNLISTED},
	    {"GET / HTTP/1.1\r\nHost: srv.test\r\n\r\n", REASON_HTTP},
	};
	struct rig r = RIG;
	char got[4096];
	uint8_t hello[512], back[512];
	int tls = rig_listen("25.0.0.1", 443), web = rig_listen("25.0.0.1", 80);
	int ssh = rig_listen("25.0.0.1", 22), c, s;
	size_t n, i;

	(void)state;
	rig_begin(&r, "net allow srv.test\nnet allow srv.test:22\n");
	c = rig_dial("192.0.2.1", 3128);
	rig_say(
	    c, "CONNECT srv.test:443 HTTP/1.1\r\nHost: srv.test:443\r\n\r\n");
	rig_hear(c, "HTTP/1.1 200 Connection established\r\n\r\n");
	n = rig_hello(hello, "srv.test");
	assert_int_equal(send(c, hello, n, 0), n);
	s = rig_accept(tls);
	assert_int_equal(recv(s, back, n, MSG_WAITALL), n);
	assert_memory_equal(back, hello, n);
	close(c);
	close(s);
	// Another name inside.
	c = rig_dial("192.0.2.1", 3128);
	rig_say(c, "CONNECT srv.test:443 HTTP/1.1\r\n\r\n");
	rig_hear(c, "HTTP/1.1 200 Connection established\r\n\r\n");
	n = rig_hello(hello, "other.test");
	assert_int_equal(send(c, hello, n, 0), n);
	rig_refused(&r, REASON_SNI);
	assert_int_equal(rig_hear_all(c, got, sizeof(got)), 7);
	close(c);
	// The server speaks first.
	c = rig_dial("192.0.2.1", 3128);
	rig_say(c, "CONNECT srv.test:22 HTTP/1.1\r\n\r\n");
	s = rig_accept(ssh);
	rig_hear(c, "HTTP/1.1 200 Connection established\r\n\r\n");
	rig_say(s, "SSH-2.0-x\r\n");
	rig_hear(c, "SSH-2.0-x\r\n");
	close(c);
	close(s);
	c = rig_dial("192.0.2.1", 3128);
	rig_say(
	    c, "GET http://srv.test/a?b HTTP/1.1\r\nHost: srv.test\r\n\r\n");
	s = rig_accept(web);
	rig_hear(s, "GET /a?b HTTP/1.1\r\n");
	close(s);
	close(c);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		c = rig_dial("192.0.2.1", 3128);
		rig_say(c, bad[i].text);
		rig_refused(&r, bad[i].why);
		assert_true(rig_hear_all(c, got, sizeof(got)) > 0);
		assert_memory_equal(got, "HTTP/1.1 403 ", 13);
		close(c);
	}
	close(tls);
	close(web);
	close(ssh);
	rig_end(&r);
}

static void
test_literal(void **state)
{
	struct rig r = RIG;
	int srv = rig_listen("25.0.0.1", 5000), c, s;

	(void)state;
	rig_begin(&r, "net allow 25.0.0.0/24:5000 raw\n"
		      "net allow 127.0.0.1:5000 raw\n");
	c = rig_dial("25.0.0.1", 5000);
	s = rig_accept(srv);
	rig_say(s, "x");
	rig_hear(c, "x");
	close(c);
	close(s);
	c = rig_dial("25.0.1.1", 5000);
	rig_say(c, "x");
	rig_refused(&r, REASON_LITERAL);
	assert_string_equal(r.seen.host, "25.0.1.1");
	assert_string_equal(r.seen.rule, "net allow 25.0.1.1:5000");
	assert_true(rig_was_reset(c));
	close(c);
	c = rig_dial("198.18.9.9", 5000);
	rig_refused(&r, REASON_UNKNOWN);
	assert_true(rig_was_reset(c));
	close(c);
	// The host's own loopback is never meant by an address.
	c = rig_dial("127.0.0.1", 5000);
	rig_refused(&r, REASON_OWN);
	close(c);
	close(srv);
	rig_end(&r);
}

static void
test_upstream(void **state)
{
	struct rig r = RIG;
	char got[4096];
	int srv = rig_listen("25.0.0.1", 5001), c, s;
	uint64_t began;

	(void)state;
	rig_begin(&r, "net allow srv.test\nnet allow srv.test:5000 raw\n"
		      "net allow both.test:5001 raw\nnet allow host:5002\n");
	c = rig_dial_name("srv.test", 80);
	rig_say(c, "GET / HTTP/1.1\r\nHost: srv.test\r\n\r\n");
	rig_refused(&r, REASON_DIAL);
	assert_true(rig_hear_all(c, got, sizeof(got)) > 0);
	assert_memory_equal(got, "HTTP/1.1 502 ", 13);
	close(c);
	c = rig_dial_name("srv.test", 5000);
	rig_refused(&r, REASON_DIAL);
	assert_true(rig_was_reset(c));
	close(c);
	// One of two addresses has nobody.
	began = now_ms();
	c = rig_dial_name("both.test", 5001);
	s = rig_accept(srv);
	rig_say(c, "x");
	rig_hear(s, "x");
	assert_true(now_ms() - began < 3000);
	close(c);
	close(s);
	close(srv);
	srv = rig_listen("127.0.0.1", 5002);
	c = rig_dial_name("host", 5002);
	s = rig_accept(srv);
	rig_say(s, "y");
	rig_hear(c, "y");
	close(c);
	close(s);
	close(srv);
	rig_end(&r);
}

static void
test_names(void **state)
{
	struct rig r = RIG;
	char a[16], b[16];

	(void)state;
	rig_begin(&r, "net allow srv.test\nlimit net-names 2\n");
	assert_int_equal(rig_resolve("unlisted.example", a), 0);
	assert_int_equal(rig_resolve("srv.test", b), 0);
	assert_string_not_equal(a, b);
	assert_int_equal(rig_resolve("UNLISTED.example", b), 0);
	assert_string_equal(a, b);
	assert_int_equal(rig_resolve("one-too-many.example", b), 2);
	assert_int_equal(rig_resolve("localhost", b), 0);
	assert_string_equal(b, "127.0.0.1");
	assert_int_equal(rig_resolve("1.2.3.4", b), 5);
	rig_end(&r);
}

// What is open and says nothing ends; what is half said, too.
static void
test_slow(void **state)
{
	struct rig r = RIG;
	uint8_t hello[512];
	int a, b, c;
	uint64_t began = now_ms();

	(void)state;
	rig_begin(&r, "net allow srv.test\n");
	rig_hello(hello, "srv.test");
	a = rig_dial_name("srv.test", 443);
	assert_int_equal(send(a, hello, 20, 0), 20);
	b = rig_dial_name("srv.test", 80);
	rig_say(b, "GET / HT");
	c = rig_dial_name("srv.test", 8080);
	rig_refused(&r, REASON_PEEK_TIMEOUT);
	assert_in_range(now_ms() - began, 4500, 8000);
	rig_refused(&r, REASON_PEEK_TIMEOUT);
	rig_refused(&r, REASON_UNLISTED);
	assert_int_equal(rig_hear_all(a, (char *)hello, 512), 7);
	close(a);
	close(b);
	close(c);
	rig_end(&r);
}

static void
test_records(void **state)
{
	struct rig r = {.records = memfd_create("records", MFD_ALLOW_SEALING)};
	char text[8192];
	int srv = rig_listen("25.0.0.1", 5000), c, s;
	ssize_t n;

	(void)state;
	fcntl(r.records, F_SETFL, O_APPEND);
	rig_begin(&r, "net allow srv.test:5000 raw\n");
	c = rig_dial_name("srv.test", 5000);
	s = rig_accept(srv);
	// It is written before the server hears of it.
	n = pread(r.records, text, sizeof(text) - 1, 0);
	assert_true(n > 0);
	text[n] = '\0';
	assert_non_null(strstr(text, "\"decision\":\"allow\""));
	assert_non_null(strstr(text, "\"name\":\"srv.test\""));
	assert_null(strstr(text, "\"event\":\"end\""));
	close(c);
	rig_hear(s, "");
	close(s);
	// What cannot be written down is not allowed.
	assert_int_equal(fcntl(r.records, F_ADD_SEALS, F_SEAL_WRITE), 0);
	c = rig_dial_name("srv.test", 5000);
	rig_refused(&r, REASON_RECORD);
	assert_true(rig_was_reset(c));
	close(c);
	close(srv);
	rig_end(&r);
	close(r.records);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_raw),
	    cmocka_unit_test(test_reset),
	    cmocka_unit_test(test_bulk),
	    cmocka_unit_test(test_full),
	    cmocka_unit_test(test_tls),
	    cmocka_unit_test(test_http),
	    cmocka_unit_test(test_proxy),
	    cmocka_unit_test(test_literal),
	    cmocka_unit_test(test_upstream),
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_slow),
	    cmocka_unit_test(test_records),
	};

	if (!rig_namespaces())
		return 0;
	return cmocka_run_group_tests_name("broker", tests, NULL, NULL);
}
