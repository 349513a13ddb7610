// SPDX-License-Identifier: ISC
// record: lines, their chain, and what is left of it when a writer is killed
// or has no room.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/egress/line.h"
#include "jail/egress/record.h"
#include "jail/egress/tail.h"
#include "src/egress/chain.h"

static int
memory_file(void)
{
	int fd = memfd_create("records", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_return_code(fcntl(fd, F_SETFL, O_APPEND), errno);
	return fd;
}

static int
verify(int fd, struct chain *c)
{
	FILE *f = fdopen(dup(fd), "r");
	int rc;

	assert_non_null(f);
	rewind(f);
	rc = chain_verify(f, c);
	fclose(f);
	return rc;
}

static char *
contents(int fd, size_t *n)
{
	struct stat st;
	char *p;

	assert_return_code(fstat(fd, &st), errno);
	p = calloc(1, (size_t)st.st_size + 1);
	assert_non_null(p);
	assert_int_equal(
	    pread(fd, p, (size_t)st.st_size, 0), (ssize_t)st.st_size);
	*n = (size_t)st.st_size;
	return p;
}

/* How often text stands in the file. */
static unsigned
times(int fd, const char *text)
{
	size_t n;
	autofree char *all = contents(fd, &n);
	unsigned found = 0;
	char *p = all;

	for (; (p = strstr(p, text)) != NULL; p++)
		found++;
	return found;
}

static struct record
refusal(const char *name, uint16_t port, enum reason reason)
{
	return (struct record){
	    .conn = 7,
	    .proto = "tcp",
	    .mode = "rootless",
	    .name = name,
	    .name_from = "dns",
	    .port = port,
	    .uid = UINT32_MAX,
	    .verdict = NET_DENY,
	    .reason = reason,
	    .generation = 1,
	};
}

static void
test_text(void **state)
{
	struct line l;
	struct json_object *o, *v;
	char all[256];
	int i;

	(void)state;
	for (i = 1; i < 256; i++)
		all[i - 1] = (char)i;
	all[255] = '\0';
	line_begin(&l);
	line_text(&l, "a", all);
	line_text(&l, "nothing", NULL);
	line_text(&l, "b", "x\"},{\"y\\");
	line_end(&l);
	assert_false(l.over);
	// One line, of printable ASCII alone.
	for (i = 0; i < (int)l.len - 1; i++)
		assert_true(l.buf[i] >= ' ' && l.buf[i] < 0x7f);
	l.buf[l.len - 1] = '\0';
	o = json_tokener_parse(l.buf);
	assert_non_null(o);
	assert_int_equal(json_object_object_length(o), 2);
	assert_true(json_object_object_get_ex(o, "b", &v));
	assert_string_equal(json_object_get_string(v), "x\"},{\"y\\");
	assert_true(json_object_object_get_ex(o, "a", &v));
	assert_memory_equal(json_object_get_string(v), all, 0x7e);
	json_object_put(o);
}

static void
test_too_long(void **state)
{
	char text[4096];
	struct line l;
	int i;

	(void)state;
	memset(text, 1, sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	line_begin(&l);
	line_text(&l, "cut", text);
	line_end(&l);
	assert_false(l.over);
	assert_true(l.len < 6 * LINE_TEXT_MAX + 20);
	line_begin(&l);
	for (i = 0; i < 40; i++)
		line_text(&l, "much", text);
	assert_true(l.over);
}

static void
test_time(void **state)
{
	uint64_t sec, seen = 0;
	char want[64];
	struct line l;
	struct tm tm;
	time_t t;

	(void)state;
	for (sec = 0; sec < 7000000000; sec += 86399 * 7 + 3601) {
		t = (time_t)sec;
		assert_non_null(gmtime_r(&t, &tm));
		strftime(want, sizeof(want),
		    "{\"t\":\"%Y-%m-%dT%H:%M:%S.000042Z\"}\n", &tm);
		line_begin(&l);
		line_time(&l, "t", sec * 1000000 + 42);
		line_end(&l);
		assert_int_equal(l.len, strlen(want));
		assert_memory_equal(l.buf, want, l.len);
		seen++;
	}
	assert_true(seen > 5000);
}

static void
test_whole(void **state)
{
	static const char *const whole[] = {
	    "{}", "{\"a\":\"}\"}", "{\"a\":{\"b\":1}}", "{\"a\":\"\\\"}\"}"};
	static const char *const torn[] = {"", "{", "}", "{\"a\":\"}",
	    "{\"a\":{\"b\":1}", "{\"a\":\"\\\"}", "x{}", "{}x", "{}{}"};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(whole) / sizeof(whole[0]); i++)
		assert_true(line_whole(whole[i], strlen(whole[i])));
	for (i = 0; i < sizeof(torn) / sizeof(torn[0]); i++)
		assert_false(line_whole(torn[i], strlen(torn[i])));
}

static void
test_fields(void **state)
{
	static const uint8_t two[2][16] = {
	    {[10] = 0xff, [11] = 0xff, 203, 0, 113, 9},
	    {0x20, 0x01, 0x0d, 0xb8, [15] = 1},
	};
	struct record c = refusal("a.example", 443, REASON_NONE);
	autoclose int fd = memory_file();
	struct records *r;
	struct chain chain;
	struct err e;

	(void)state;
	r = records_new(fd, "run-1", &e);
	assert_non_null(r);
	assert_int_equal(record_event(r, "begin", NULL, 1, &e), 0);
	c.verdict = NET_ALLOW;
	c.rule = "net allow a.example";
	c.resolved = two;
	c.nresolved = 2;
	c.path = "/x\"y";
	assert_int_equal(record_decision(r, &c, &e), 0);
	c.peer = two[0];
	c.bytes_up = 5;
	c.end = "fin";
	assert_int_equal(record_end(r, &c, &e), 0);
	c.asked = "timeout";
	c.verdict = NET_DENY;
	c.reason = REASON_ASK_TIMEOUT;
	assert_int_equal(record_decision(r, &c, &e), 0);
	records_free(r);
	assert_int_equal(verify(fd, &chain), 0);
	assert_int_equal(chain.records, 4);
	assert_int_equal(times(fd, "\"decision\":\"allow\""), 1);
	assert_int_equal(times(fd, "\"decision\":\"ask-timeout\""), 1);
	assert_int_equal(
	    times(fd, "\"resolved\":[\"203.0.113.9\",\"2001:db8::1\"]"), 3);
	assert_int_equal(times(fd, "\"peer\":\"203.0.113.9\""), 1);
	assert_int_equal(times(fd, "\"run\":\"run-1\""), 4);
	assert_int_equal(times(fd, "\"boot\":\""), 1);
	assert_int_equal(times(fd, "\"path\":\"/x\\\"y\""), 2);
}

/* No file: nothing to write, and nothing to fail for. */
static void
test_no_file(void **state)
{
	struct record c = refusal("a.example", 443, REASON_UNLISTED);
	struct records *r;
	struct err e;

	(void)state;
	r = records_new(-1, "x", &e);
	assert_non_null(r);
	assert_int_equal(record_decision(r, &c, &e), 0);
	assert_int_equal(record_end(r, &c, &e), 0);
	assert_int_equal(record_event(r, "reload", NULL, 2, &e), 0);
	assert_int_equal(records_tick(r, 0), -1);
	records_free(r);
}

static uint64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void
test_folded(void **state)
{
	struct record c = refusal("a.example", 443, REASON_UNLISTED);
	autoclose int fd = memory_file();
	struct records *r;
	struct chain chain;
	struct err e;
	int i, wait;

	(void)state;
	r = records_new(fd, "x", &e);
	assert_non_null(r);
	for (i = 0; i < 1000; i++)
		assert_int_equal(record_decision(r, &c, &e), 0);
	c.port = 444; // another destination
	assert_int_equal(record_decision(r, &c, &e), 0);
	c.reason = REASON_DENIED; // another reason
	assert_int_equal(record_decision(r, &c, &e), 0);
	c.name = NULL; // a literal
	assert_int_equal(record_decision(r, &c, &e), 0);
	c.verdict = NET_ALLOW; // what is allowed is never folded
	assert_int_equal(record_decision(r, &c, &e), 0);
	assert_int_equal(record_decision(r, &c, &e), 0);
	assert_int_equal(times(fd, "\"event\":\"decision\""), 6);
	wait = records_tick(r, now_ms());
	assert_in_range(wait, 1, 1000);
	assert_int_equal(times(fd, "\"event\":\"repeated\""), 0);
	assert_int_equal(records_tick(r, now_ms() + 1001), -1);
	assert_int_equal(times(fd, "\"event\":\"repeated\""), 1);
	assert_int_equal(times(fd, "\"count\":999,\"first\":\""), 1);
	// Its second is over: the next one is told at once.
	c = refusal("a.example", 443, REASON_UNLISTED);
	assert_int_equal(record_decision(r, &c, &e), 0);
	assert_int_equal(times(fd, "\"event\":\"decision\""), 7);
	assert_int_equal(record_decision(r, &c, &e), 0);
	records_free(r); // what is folded then is written
	assert_int_equal(times(fd, "\"count\":1,\"first\":\""), 1);
	assert_int_equal(verify(fd, &chain), 0);
}

/* More destinations than places: each is told, none is forgotten. */
static void
test_many_folded(void **state)
{
	autoclose int fd = memory_file();
	struct records *r;
	struct record c;
	struct err e;
	char name[32];
	int i;

	(void)state;
	r = records_new(fd, "x", &e);
	assert_non_null(r);
	for (i = 0; i < 600; i++) {
		snprintf(name, sizeof(name), "n%d.example", i / 3);
		c = refusal(name, 443, REASON_UNLISTED);
		assert_int_equal(record_decision(r, &c, &e), 0);
	}
	records_free(r);
	assert_int_equal(times(fd, "\"event\":\"decision\""), 200);
	assert_int_equal(times(fd, "\"count\":2,\"first\":\""), 200);
}

static int
event(int fd, struct err *e)
{
	struct records *r = records_new(fd, "x", e);
	int rc;

	if (r == NULL)
		return -1;
	rc = record_event(r, "begin", NULL, 1, e);
	records_free(r);
	return rc;
}

/* A file that ends anywhere is continued, and its chain holds. */
static void
test_torn(void **state)
{
	autoclose int whole = memory_file();
	autofree char *all = NULL;
	size_t n, at, first;
	struct chain c;
	struct err e;

	(void)state;
	assert_int_equal(event(whole, &e), 0);
	assert_int_equal(event(whole, &e), 0);
	assert_int_equal(event(whole, &e), 0);
	all = contents(whole, &n);
	first = strcspn(all, "\n") + 1;
	for (at = 0; at <= n; at++) {
		autoclose int fd = memory_file();

		assert_int_equal(write(fd, all, at), (ssize_t)at);
		assert_int_equal(event(fd, &e), 0);
		assert_int_equal(event(fd, &e), 0);
		assert_int_equal(verify(fd, &c), 0);
		assert_false(c.torn_end);
		assert_int_equal(times(fd, "\"event\":\"repair\""), c.pieces);
		if (at % first == 0 || at % first == first - 1)
			continue; // between lines, or but for a newline
		assert_true(c.pieces == 1 || at > first);
	}
}

/* What is not ours is not continued. */
static void
test_foreign(void **state)
{
	autoclose int fd = memory_file();
	static char junk[100000];
	struct err e;

	(void)state;
	memset(junk, 'x', sizeof(junk));
	assert_int_equal(write(fd, junk, sizeof(junk)), sizeof(junk));
	assert_int_equal(event(fd, &e), -1);
	assert_non_null(strstr(e.text, "do not end in a line of ours"));
}

/* Every change of a byte, and every line taken away, is seen and placed. */
static void
test_changed(void **state)
{
	autoclose int fd = memory_file();
	autofree char *all = NULL;
	size_t n, i, len, line = 1;
	struct chain c;
	struct err e;

	(void)state;
	for (i = 0; i < 4; i++)
		assert_int_equal(event(fd, &e), 0);
	all = contents(fd, &n);
	len = strcspn(all, "\n") + 1;
	// With O_APPEND, pwrite appends, too.
	assert_return_code(fcntl(fd, F_SETFL, 0), errno);
	for (i = 0; i < 3 * len - 1; i++) { // nothing binds the last yet
		char was = all[i];

		line += i > 0 && all[i - 1] == '\n';
		assert_int_equal(
		    pwrite(fd, was == '7' ? "8" : "7", 1, (off_t)i), 1);
		assert_int_equal(verify(fd, &c), -1);
		assert_in_range(c.fault, line, line + 1);
		assert_int_equal(pwrite(fd, &was, 1, (off_t)i), 1);
	}
	assert_int_equal(verify(fd, &c), 0);
	assert_return_code(ftruncate(fd, 0), errno);
	assert_int_equal(pwrite(fd, all + len, n - len, 0), (ssize_t)(n - len));
	assert_int_equal(verify(fd, &c), -1);
	assert_int_equal(c.fault, 1);
	assert_return_code(ftruncate(fd, 0), errno);
	assert_int_equal(pwrite(fd, all, len, 0), (ssize_t)len);
	assert_int_equal(pwrite(fd, all + 2 * len, n - 2 * len, (off_t)len),
	    (ssize_t)(n - 2 * len));
	assert_int_equal(verify(fd, &c), -1);
	assert_int_equal(c.fault, 2);
}

/* In a child: a limit of file size is a disk that fills up. */
static int
no_room(int fd)
{
	struct rlimit lim = {.rlim_cur = 3000, .rlim_max = RLIM_INFINITY};
	struct record c = refusal("a.example", 443, REASON_NONE);
	struct records *r;
	struct chain chain;
	struct err e;
	int i, failed = 0;

	signal(SIGXFSZ, SIG_IGN);
	c.verdict = NET_ALLOW;
	r = records_new(fd, "x", &e);
	if (r == NULL || setrlimit(RLIMIT_FSIZE, &lim) != 0)
		return 1;
	for (i = 0; i < 20; i++)
		failed += record_decision(r, &c, &e) != 0;
	if (failed == 0 || failed == 20 || verify(fd, &chain) != 0)
		return 2;
	if (!chain.torn_end)
		return 3;
	lim.rlim_cur = RLIM_INFINITY;
	if (setrlimit(RLIMIT_FSIZE, &lim) != 0)
		return 4;
	if (record_decision(r, &c, &e) != 0 || verify(fd, &chain) != 0)
		return 5;
	records_free(r);
	if (chain.lost != (uint64_t)failed || chain.pieces != 1)
		return 6;
	return chain.torn_end ? 7 : 0;
}

/* Runs act in a child; its status. */
static int
in_child(int (*act)(int), int fd)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(act(fd));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
test_size_limit(void **state)
{
	char path[] = "/tmp/records-XXXXXX";
	autoclose int fd = mkostemp(path, O_APPEND | O_CLOEXEC);

	(void)state;
	assert_true(fd >= 0);
	unlink(path);
	assert_int_equal(in_child(no_room, fd), 0);
}

enum {
	CANNOT = 99,
};

/* A mount namespace of our own, with 64 KiB of /tmp. */
static bool
small_tmp(void)
{
	return (unshare(CLONE_NEWNS) == 0 ||
		   unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0) &&
	       mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("none", "/tmp", "tmpfs", 0, "size=64k") == 0;
}

static int
full_disk(int unused)
{
	struct record c = refusal("a.example", 443, REASON_NONE);
	struct records *r;
	struct chain chain;
	struct err e;
	int i, fd, failed = 0;

	(void)unused;
	c.verdict = NET_ALLOW;
	if (!small_tmp())
		return CANNOT;
	fd = open("/tmp/x", O_RDWR | O_CREAT | O_APPEND, 0600);
	r = records_new(fd, "x", &e);
	if (fd < 0 || r == NULL)
		return 1;
	for (i = 0; i < 1000; i++)
		failed += record_decision(r, &c, &e) != 0;
	if (failed == 0 || failed == 1000 || e.sys_errno != ENOSPC ||
	    verify(fd, &chain) != 0)
		return 2;
	if (mount("none", "/tmp", NULL, MS_REMOUNT, "size=128k") != 0 ||
	    record_decision(r, &c, &e) != 0 || verify(fd, &chain) != 0)
		return 3;
	records_free(r);
	return chain.lost == (uint64_t)failed && !chain.torn_end ? 0 : 4;
}

static void
test_full_disk(void **state)
{
	int rc = in_child(full_disk, -1);

	(void)state;
	if (rc == CANNOT) {
		print_message("no mount namespace for us here\n");
		skip();
	}
	assert_int_equal(rc, 0);
}

/* Writers killed at any moment, one after the other, on one file. */
static void
test_killed(void **state)
{
	struct record c = refusal("a.example", 443, REASON_NONE);
	autoclose int fd = memory_file();
	struct timespec a_while = {.tv_nsec = 3000000};
	struct chain chain;
	struct records *r;
	struct err e;
	int i, status;
	pid_t pid;

	(void)state;
	c.verdict = NET_ALLOW;
	for (i = 0; i < 20; i++) {
		pid = fork();
		assert_true(pid >= 0);
		if (pid == 0) {
			r = records_new(fd, "x", &e);
			while (r != NULL && record_decision(r, &c, &e) == 0)
				continue;
			_exit(1);
		}
		a_while.tv_nsec += 370000;
		nanosleep(&a_while, NULL);
		assert_return_code(kill(pid, SIGKILL), errno);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFSIGNALED(status));
	}
	assert_int_equal(event(fd, &e), 0);
	assert_int_equal(verify(fd, &chain), 0);
	assert_true(chain.records > 20);
	assert_false(chain.torn_end);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_text),
	    cmocka_unit_test(test_too_long),
	    cmocka_unit_test(test_time),
	    cmocka_unit_test(test_whole),
	    cmocka_unit_test(test_fields),
	    cmocka_unit_test(test_no_file),
	    cmocka_unit_test(test_folded),
	    cmocka_unit_test(test_many_folded),
	    cmocka_unit_test(test_torn),
	    cmocka_unit_test(test_foreign),
	    cmocka_unit_test(test_changed),
	    cmocka_unit_test(test_size_limit),
	    cmocka_unit_test(test_full_disk),
	    cmocka_unit_test(test_killed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
