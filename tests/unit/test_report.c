// SPDX-License-Identifier: ISC
// report: the exit status of each ending, and the JSON object read back.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <json-c/json.h>
#include "jail/base/fd.h"
#include "src/cli/report.h"

/* A sandbox of which only the facts are asked. */
static const struct network none;

struct edge *
box_edge(const struct box *b)
{
	(void)b;
	return NULL;
}

const char *
box_gate(const struct box *b)
{
	(void)b;
	return NULL;
}

enum box_by
box_enforced(const struct box *b, enum spec_limit limit)
{
	(void)b;
	if (limit == LIMIT_IO_RATE)
		return BOX_BY_MISSING;
	return limit == LIMIT_MEMORY ? BOX_BY_CGROUP : BOX_BY_WATCHDOG;
}

const char *
box_by_name(enum box_by by)
{
	return by == BOX_BY_CGROUP    ? "cgroup"
	       : by == BOX_BY_MISSING ? "missing"
				      : "watchdog";
}

void
box_facts(const struct box *b, struct box_facts *f)
{
	(void)b;
	*f = (struct box_facts){.landlock_abi = 5, .cgroup = true};
}

static void
test_status(void **state)
{
	static const struct {
		struct pump_result r;
		int want;
	} rows[] = {
	    {{.box = {.exit_code = 0}}, 0},
	    {{.box = {.exit_code = 1}}, 1},
	    {{.box = {.exit_code = 255}}, 255},
	    {{.box = {.exit_code = 124}}, 124},
	    {{.box = {.exit_code = -1, .signal = SIGHUP}}, 129},
	    {{.box = {.exit_code = -1, .signal = SIGKILL}}, 137},
	    {{.box = {.exit_code = -1, .signal = 64}}, 192},
	    // However it died of the time limit, it is the time limit.
	    {{.box = {.exit_code = -1, .signal = SIGKILL, .timed_out = true}},
		124},
	    {{.box = {.exit_code = 3, .timed_out = true}}, 124},
	    {{.box = {.exit_code = -1, .signal = SIGKILL, .oom_killed = true}},
		137},
	    {{.box = {.exit_code = -1, .signal = SIGKILL},
		 .output_truncated = true},
		137},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(report_status(&rows[i].r), rows[i].want);
}

/* What was written to the pipe: one line, one object. */
static struct json_object *
parsed(int fd)
{
	struct json_object *o;
	char buf[4096];
	ssize_t n = read(fd, buf, sizeof(buf) - 1);

	assert_true(n > 1);
	buf[n] = '\0';
	assert_ptr_equal(strchr(buf, '\n'), buf + n - 1);
	o = json_tokener_parse(buf);
	assert_non_null(o);
	return o;
}

/* The member `name`, "a.b" being b within a; NULL if there is none. */
static struct json_object *
member(struct json_object *o, const char *name)
{
	char part[64];
	const char *dot;

	while ((dot = strchr(name, '.')) != NULL) {
		snprintf(part, sizeof(part), "%.*s", (int)(dot - name), name);
		o = json_object_object_get(o, part);
		name = dot + 1;
	}
	return json_object_object_get(o, name);
}

static void
number(struct json_object *o, const char *name, int64_t want)
{
	struct json_object *v = member(o, name);

	if (!json_object_is_type(v, json_type_int))
		fail_msg("no number %s", name);
	assert_int_equal(json_object_get_int64(v), want);
}

static void
truth(struct json_object *o, const char *name, bool want)
{
	struct json_object *v = member(o, name);

	if (!json_object_is_type(v, json_type_boolean))
		fail_msg("no boolean %s", name);
	assert_int_equal(json_object_get_boolean(v), want);
}

static void
text(struct json_object *o, const char *name, const char *want)
{
	struct json_object *v = member(o, name);

	if (!json_object_is_type(v, json_type_string))
		fail_msg("no string %s", name);
	assert_string_equal(json_object_get_string(v), want);
}

static struct json_object *
json_of(const struct pump_result *r)
{
	struct json_object *o;
	struct err e;
	int p[2];

	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	assert_int_equal(report_json(p[1], &none, "root", r, &e), 0);
	o = parsed(p[0]);
	close(p[0]);
	close(p[1]);
	return o;
}

static void
test_ended(void **state)
{
	const struct pump_result r = {
	    .box = {.exit_code = 3,
		.usage = {1234, 50, 6, 6ull << 30, 4096, 8192, 17}},
	    .output = 99,
	};
	struct json_object *o = json_of(&r);
	char key[64];
	int i;

	(void)state;
	number(o, "status", 3);
	number(o, "exit_code", 3);
	assert_null(member(o, "signal"));
	assert_null(member(o, "error"));
	truth(o, "timed_out", false);
	truth(o, "oom_killed", false);
	truth(o, "output_truncated", false);
	number(o, "usage.wall_ms", 1234);
	number(o, "usage.cpu_ms", 56);
	number(o, "usage.cpu_user_ms", 50);
	number(o, "usage.cpu_system_ms", 6);
	number(o, "usage.memory_peak", 6ll << 30);
	number(o, "usage.io_read", 4096);
	number(o, "usage.io_written", 8192);
	number(o, "usage.pids_peak", 17);
	number(o, "usage.output", 99);
	assert_null(member(o, "limit_hit"));
	assert_int_equal(json_object_array_length(member(o, "limits_hit")), 0);
	text(o, "sandbox.way", "root");
	number(o, "sandbox.landlock_abi", 5);
	truth(o, "sandbox.idmapped", false);
	truth(o, "sandbox.cgroup", true);
	for (i = 0; i < LIMIT__COUNT; i++) {
		snprintf(key, sizeof(key), "enforced.%s",
		    spec_limit_info((enum spec_limit)i)->name);
		text(o, key,
		    i == LIMIT_MEMORY	 ? "cgroup"
		    : i == LIMIT_IO_RATE ? "missing"
					 : "watchdog");
	}
	assert_int_equal(
	    json_object_object_length(member(o, "enforced")), LIMIT__COUNT);
	json_object_put(o);
}

static void
test_killed(void **state)
{
	static const struct pump_result rows[] = {
	    {.box = {.exit_code = -1, .signal = 15}},
	    {.box = {.exit_code = -1, .signal = 9, .timed_out = true}},
	    {.box = {.exit_code = -1, .signal = 9, .oom_killed = true}},
	    {.box = {.exit_code = -1, .signal = 9}, .output_truncated = true},
	};
	struct json_object *o;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		o = json_of(&rows[i]);
		number(o, "status", report_status(&rows[i]));
		assert_null(member(o, "exit_code"));
		number(o, "signal", rows[i].box.signal);
		truth(o, "timed_out", rows[i].box.timed_out);
		truth(o, "oom_killed", rows[i].box.oom_killed);
		truth(o, "output_truncated", rows[i].output_truncated);
		json_object_put(o);
	}
}

static void
test_hits(void **state)
{
	struct pump_result r = {.box = {.exit_code = -1, .signal = 9}};
	struct json_object *o, *a;

	(void)state;
	box_note_hit(&r.box, LIMIT_PIDS);
	box_note_hit(&r.box, LIMIT_CPU_TIME);
	o = json_of(&r);
	text(o, "limit_hit", "pids");
	a = member(o, "limits_hit");
	assert_int_equal(json_object_array_length(a), 2);
	assert_string_equal(
	    json_object_get_string(json_object_array_get_idx(a, 0)), "pids");
	assert_string_equal(
	    json_object_get_string(json_object_array_get_idx(a, 1)),
	    "cpu-time");
	truth(o, "timed_out", false);
	json_object_put(o);
}

/* The error of a run that failed for that reason, as JSON has it. */
static void
fails_as(const char *reason, const char *want)
{
	struct json_object *o;
	struct err why, e;
	int p[2];

	err_set(&why, ERR_MOUNT, 0, "%s", reason);
	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	assert_int_equal(report_json_error(p[1], 125, &why, &e), 0);
	o = parsed(p[0]);
	number(o, "status", 125);
	text(o, "error.code", "mount");
	text(o, "error.message", want);
	assert_null(member(o, "exit_code"));
	assert_null(member(o, "usage"));
	json_object_put(o);
	close(p[0]);
	close(p[1]);
}

static void
test_failed(void **state)
{
	static const char *const as_is[] = {"", "bind \"/a\\b\"\nc\t\001",
	    "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x8c\x8d", "\xc2\x80",
	    "\xe0\xa0\x80", "\xed\x9f\xbf", "\xf0\x90\x80\x80",
	    "\xf4\x8f\xbf\xbf"};
	static const char *const mended[][2] = {
	    {"a\xffz", "a?z"},
	    {"a\x80z", "a?z"},
	    {"\xc3", "?"}, // cut
	    {"\xe2\x82", "??"},
	    {"\xf0\x9f\x8c", "???"},
	    {"\xc3z", "?z"},
	    {"\xc0\xaf", "??"},		  // overlong
	    {"\xe0\x9f\xbf", "???"},	  // overlong
	    {"\xf0\x8f\xbf\xbf", "????"}, // overlong
	    {"\xed\xa0\x80", "???"},	  // a surrogate
	    {"\xf4\x90\x80\x80", "????"}, // too great
	    {"\xf5\x80\x80\x80", "????"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(as_is) / sizeof(as_is[0]); i++)
		fails_as(as_is[i], as_is[i]);
	for (i = 0; i < sizeof(mended) / sizeof(mended[0]); i++)
		fails_as(mended[i][0], mended[i][1]);
}

static void
test_unwritable(void **state)
{
	const struct pump_result r = {.box = {.exit_code = 0}};
	autoclose int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	struct err why = {.code = ERR_EXEC}, e = {0};

	(void)state;
	assert_true(full >= 0);
	assert_int_equal(report_json(full, &none, "root", &r, &e), -1);
	assert_int_equal(e.code, ERR_SYSTEM);
	assert_int_equal(e.sys_errno, ENOSPC);
	assert_int_equal(report_json_error(-1, 127, &why, &e), -1);
	assert_int_equal(e.sys_errno, EBADF);
}

/* What report_limits() says, in buf; or report_missing(), without a result. */
static void
said(const struct pump_result *r, char *buf, size_t size)
{
	int p[2], was = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	struct spec spec;
	ssize_t n;

	spec_init(&spec);
	spec.limit[LIMIT_TIME] = 1500;
	spec.limit[LIMIT_OUTPUT] = 2048;
	assert_true(was >= 0);
	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	assert_int_equal(dup2(p[1], STDERR_FILENO), STDERR_FILENO);
	close(p[1]);
	spec.limit[LIMIT_IO_RATE] = 1 << 20;
	if (r != NULL)
		report_limits(NULL, &spec, r);
	else
		report_missing(NULL, &spec);
	assert_int_equal(dup2(was, STDERR_FILENO), STDERR_FILENO);
	close(was);
	n = read(p[0], buf, size - 1);
	close(p[0]);
	assert_true(n >= 0);
	buf[n] = '\0';
}

static void
test_limits(void **state)
{
	static const struct {
		struct pump_result r;
		const char *want;
	} rows[] = {
	    {{.box = {.exit_code = 1}}, NULL},
	    {{.box = {.exit_code = -1, .signal = 9}}, NULL},
	    {{.box = {.hits = 1 << LIMIT_TIME, .first = LIMIT_TIME + 1}},
		"command killed: limit time 1500ms reached"},
	    {{.box = {.hits = 1 << LIMIT_MEMORY, .first = LIMIT_MEMORY + 1}},
		"limit memory 4G reached (by cgroup)"},
	    {{.box = {.hits = 1 << LIMIT_OUTPUT, .first = LIMIT_OUTPUT + 1}},
		"limit output 2K reached (by watchdog)"},
	    {{.box = {.hits = 1 << LIMIT_PIDS, .first = LIMIT_PIDS + 1}},
		"not every process could be started: limit pids 1024 reached "
		"(by watchdog); raise it with --limit pids=VALUE"},
	    {{.box = {.oom_killed = true}}, "the machine is out of memory"},
	};
	char buf[1024];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		said(&rows[i].r, buf, sizeof(buf));
		if (rows[i].want == NULL) {
			assert_string_equal(buf, "");
			continue;
		}
		if (strstr(buf, rows[i].want) == NULL)
			fail_msg("\"%s\" lacks %s", buf, rows[i].want);
		assert_ptr_equal(strchr(buf, '\n'), buf + strlen(buf) - 1);
	}
}

static void
test_missing(void **state)
{
	char buf[1024];

	(void)state;
	said(NULL, buf, sizeof(buf));
	assert_string_equal(buf,
	    "stockade: limit io-rate 1M/s is not enforced: nothing on this "
	    "machine can; see LIMITS in stockade.policy(5)\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_status),
	    cmocka_unit_test(test_ended),
	    cmocka_unit_test(test_killed),
	    cmocka_unit_test(test_hits),
	    cmocka_unit_test(test_failed),
	    cmocka_unit_test(test_unwritable),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_missing),
	};

	return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
