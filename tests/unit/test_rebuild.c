// SPDX-License-Identifier: ISC
// rebuild: the conversation comes back as it was told, with its compactions,
// and with an answer for each call that a killed run left open.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/session/info.h"
#include "src/session/rebuild.h"

#define START(n) "{\"type\":\"start\",\"seq\":" n ",\"task\":\"t\"}\n"
#define USER(s)                                                               \
	"{\"type\":\"message\",\"message\":{\"role\":\"user\",\"content\":" s \
	"}}\n"
#define MODEL(s)                                                  \
	"{\"type\":\"response\",\"gen_ai.usage.input_tokens\":7," \
	"\"message\":{\"role\":\"assistant\",\"content\":" s "}}\n"
#define TEXT(s) "[{\"type\":\"text\",\"text\":\"" s "\"}]"
#define CALL(id)                                                      \
	"{\"type\":\"tool_use\",\"id\":\"" id "\",\"name\":\"bash\"," \
	"\"input\":{\"command\":\"x\"}}"
#define ANSWER(id, s)                                     \
	"{\"type\":\"tool_result\",\"tool_use_id\":\"" id \
	"\",\"content\":\"" s "\",\"is_error\":false}"
#define RESULT(id, s)                                             \
	"{\"type\":\"tool_result\",\"gen_ai.tool.call.id\":\"" id \
	"\",\"gen_ai.tool.call.result\":\"" s "\",\"is_error\":false}\n"
#define END(s) "{\"type\":\"end\",\"seq\":41,\"reason\":\"" s "\"}\n"

static struct rebuild r;
static struct lines_end end;
static struct err e;

static int
take(const char *events)
{
	autoclose int fd = memfd_create("session", MFD_CLOEXEC);

	assert_int_equal(fd_write_all(fd, events, strlen(events)), 0);
	rebuild_free(&r);
	return rebuild_messages(&r, fd, &end, &e);
}

static const char *
json_of(struct json_object *o)
{
	return json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN);
}

static void
test_plain(void **state)
{
	(void)state;
	assert_int_equal(
	    take(START("0") USER(TEXT("do")) MODEL(TEXT("did")) END("green")),
	    0);
	assert_string_equal(json_of(r.messages),
	    "[{\"role\":\"user\",\"content\":" TEXT(
		"do") "},"
		      "{\"role\":\"assistant\",\"content\":" TEXT("did") "}]");
	assert_null(r.open);
	assert_string_equal(r.reason, "green");
	assert_int_equal(r.runs, 1);
	assert_int_equal(r.next_seq, 42);
	assert_int_equal(take(START("0") END("green") START("42")), 0);
	assert_string_equal(r.reason, "");
	assert_int_equal(r.runs, 2);
	assert_int_equal(r.next_seq, 43);
}

/* Killed between two calls of one answer, and in the middle of a line. */
static void
test_open_calls(void **state)
{
	static const char events[] = START("0") USER(TEXT("do"))
	    MODEL("[" CALL("a") "," CALL("b") "," CALL("c") "]")
		RESULT("a", "fine") "{\"type\":\"tool_resu";
	struct json_object *one;

	(void)state;
	assert_int_equal(take(events), 0);
	assert_true(end.torn);
	assert_int_equal(
	    end.good, strlen(events) - strlen("{\"type\":\"tool_resu"));
	assert_non_null(r.open);
	assert_int_equal(json_object_array_length(r.open), 3);
	one = json_object_array_get_idx(r.open, 0);
	assert_string_equal(json_of(one), ANSWER("a", "fine"));
	one = json_object_array_get_idx(r.open, 1);
	assert_string_equal(lines_str(one, "tool_use_id", ""), "b");
	assert_non_null(strstr(lines_str(one, "content", ""), "was stopped"));
	// A result of an earlier answer that had the same id is not taken.
	assert_int_equal(
	    take(MODEL("[" CALL("a") "]") RESULT("a", "old")
		    USER("[" ANSWER("a", "old") "]") MODEL("[" CALL("a") "]")),
	    0);
	one = json_object_array_get_idx(r.open, 0);
	assert_null(strstr(lines_str(one, "content", ""), "old"));
}

static void
test_compaction(void **state)
{
	(void)state;
	assert_int_equal(
	    take(USER(TEXT("do")) MODEL("[" CALL("a") "]")
		    USER("[" ANSWER("a", "long") "," ANSWER("b",
			"kept") "]") "{\"type\":\"compaction\",\"elided\":[{"
				     "\"message\":2,"
				     "\"block\":0,\"content\":\"short\"}]}\n"),
	    0);
	assert_non_null(strstr(json_of(r.messages),
	    "[" ANSWER("a", "short") "," ANSWER("b", "kept") "]"));
	assert_int_equal(take(USER(TEXT("do")) MODEL(TEXT(
			     "did")) "{\"type\":\"compaction\",\"messages\":["
				     "{\"role\":\"user\",\"content\":" TEXT(
					 "sum") "}]}\n" MODEL(TEXT("on"))),
	    0);
	assert_string_equal(json_of(r.messages),
	    "[{\"role\":\"user\",\"content\":" TEXT(
		"sum") "},"
		       "{\"role\":\"assistant\",\"content\":" TEXT("on") "}]");
}

static void
test_broken(void **state)
{
	static const char *const bad[] = {
	    START("0") "rubbish\n" END("green"),
	    START("0") "{} {}\n",
	    START("0") "{\"type\":\"message\"}\n",
	    START("0") "{\"type\":\"response\",\"message\":{\"content\":3}}\n",
	    USER(TEXT("do")) "{\"type\":\"compaction\",\"elided\":["
			     "{\"message\":1,\"block\":0,\"content\":\"\"}]}\n",
	    USER(TEXT("do")) "{\"type\":\"compaction\",\"elided\":["
			     "{\"message\":0,\"block\":1,\"content\":\"\"}]}\n",
	    USER(TEXT("do")) "{\"type\":\"compaction\",\"elided\":[3]}\n",
	    START("0") "{\"type\":\"compaction\",\"messages\":[3]}\n",
	    START("0") "{\"type\":\"compaction\",\"messages\":[{}]}\n",
	    START("0") USER("[null]"),
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(take(bad[i]), -1);
		assert_int_equal(e.code, ERR_SESSION);
		assert_non_null(strstr(e.text, "line 2"));
	}
}

static void
test_info(void **state)
{
	static const char events[] =
	    "{\"type\":\"start\",\"seq\":0,\"time\":\"T0\",\"task\":\"one\","
	    "\"workspace\":\"/w\",\"policy\":\"/p\"}\n" MODEL(
		"[]") "{\"type\":\"message\",\"broken\n"
		      "{\"type\":\"diff\",\"files_added\":1,\"files_deleted\":"
		      "2,"
		      "\"lines_added\":5}\n" END(
			  "green") "{\"type\":\"start\",\"seq\":9,\"time\":"
				   "\"T1\","
				   "\"task\":\"two\"}\n" MODEL("[]");
	autoclose int fd = memfd_create("session", MFD_CLOEXEC);
	struct info i;

	(void)state;
	assert_int_equal(fd_write_all(fd, events, strlen(events)), 0);
	assert_int_equal(info_read(&i, fd, &e), 0);
	assert_string_equal(i.task, "one");
	assert_string_equal(i.started, "T0");
	assert_string_equal(i.workspace, "/w");
	assert_null(i.policy); // the last run had none
	assert_null(i.reason); // nor did it end
	assert_string_equal(info_state(&i), "cut short");
	assert_int_equal(i.runs, 2);
	assert_int_equal(i.turns, 2);
	assert_int_equal(i.input_tokens, 14);
	assert_int_equal(i.files_changed, 0);
	info_free(&i);
	assert_int_equal(ftruncate(fd, strstr(events, "{\"type\":\"start\","
						      "\"seq\":9") -
					   events),
	    0);
	assert_int_equal(info_read(&i, fd, &e), 0);
	assert_string_equal(info_state(&i), "green");
	assert_int_equal(i.files_changed, 3);
	assert_int_equal(i.lines_added, 5);
	info_free(&i);
}

static int
over(void **state)
{
	(void)state;
	rebuild_free(&r);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(test_plain, over),
	    cmocka_unit_test_teardown(test_open_calls, over),
	    cmocka_unit_test_teardown(test_compaction, over),
	    cmocka_unit_test_teardown(test_broken, over),
	    cmocka_unit_test(test_info),
	};

	return cmocka_run_group_tests_name("rebuild", tests, NULL, NULL);
}
