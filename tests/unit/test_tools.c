// SPDX-License-Identifier: ISC
// tools: arguments are checked in the schema's words; files are read, written
// and edited; endings of commands are told.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <sys/stat.h>
#include <unistd.h>
#include "src/agent/tool.h"
#include "tests/unit/fake_box.h"

static struct spec spec;
static struct tool_env env = {
    .spec = &spec, .test = "make check", .command_ms = 600000};
static struct tool_result result;

/* Calls a tool with arguments as JSON; the result is in `result`. */
static const char *
call(const char *name, const char *input)
{
	struct json_object *b = json_object_new_object();
	struct err e = {0};

	tool_result_free(&result);
	json_object_object_add(b, "name", json_object_new_string(name));
	json_object_object_add(b, "input", json_tokener_parse(input));
	if (tool_call(&env, b, &result, &e) < 0)
		fail_msg("%s", e.text);
	json_object_put(b);
	return text_of(&result.content);
}

static void
test_arguments(void **state)
{
	static const struct {
		const char *tool, *input, *want;
	} rows[] = {
	    {"bash", "{}",
		"bash: required property 'command' is missing. It takes "
		"command (string), timeout_s (integer, optional), keep_cwd "
		"(boolean, optional)."},
	    {"bash", "{\"command\":null}",
		"bash: required property 'command' is missing"},
	    {"bash", "{\"command\":[\"ls\"]}",
		"bash: property 'command' must be of type string, not array"},
	    {"bash", "{\"command\":\"ls\",\"timeout_s\":0}",
		"bash: property 'timeout_s' must be from 1 to 3600, not 0"},
	    {"bash", "{\"command\":\"ls\",\"timeout_s\":\"9\"}",
		"must be of type integer, not string"},
	    {"bash", "{\"command\":\"ls\",\"timeout_s\":1.5}",
		"must be of type integer, not double"},
	    {"bash", "{\"cmd\":\"ls\"}", "bash: unknown property 'cmd'"},
	    {"bash", "{\"command\":\"a\\u0000b\"}", "must not hold a NUL"},
	    {"bash", "[]", "bash: the arguments must be an object"},
	    {"run_tests", "{\"x\":1}",
		"run_tests: unknown property 'x'. It takes nothing."},
	    {"edit_file",
		"{\"path\":\"a\",\"old_string\":\"\",\"new_string\":\"\","
		"\"replace_all\":\"yes\"}",
		"must be of type boolean, not string"},
	    {"rm_rf", "{}",
		"There is no tool 'rm_rf'. There are: bash, run_tests, "
		"read_file, write_file, edit_file, apply_patch, "
		"list_files, search_files, background_start, background_poll, "
		"background_write, background_kill, plan."},
	    {"read_fil", "{}",
		"There is no tool 'read_fil'. Did you mean "
		"read_file? There are: bash"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_non_null(
		    strstr(call(rows[i].tool, rows[i].input), rows[i].want));
		assert_true(result.is_error);
	}
}

static void
test_input_error(void **state)
{
	struct json_object *b = json_tokener_parse(
	    "{\"name\":\"bash\",\"input_error\":\"ends early\",\"raw\":\"{\"}");
	struct err e;

	(void)state;
	tool_result_free(&result);
	assert_int_equal(tool_call(&env, b, &result, &e), 0);
	assert_true(result.is_error);
	assert_string_equal(result.content.p,
	    "bash: the arguments are not a JSON object: ends early");
	json_object_put(b);
}

static void
test_schema(void **state)
{
	struct json_object *all = tool_list(true), *s, *v;
	size_t i;

	(void)state;
	assert_int_equal(json_object_array_length(all), 13);
	for (i = 0; i < 13; i++) {
		json_object_object_get_ex(
		    json_object_array_get_idx(all, i), "input_schema", &s);
		assert_true(
		    json_object_object_get_ex(s, "additionalProperties", &v));
		assert_false(json_object_get_boolean(v));
		assert_true(json_object_object_get_ex(s, "required", &v));
	}
	json_object_put(all);
	all = tool_list(false);
	assert_int_equal(json_object_array_length(all), 12);
	json_object_put(all);
}

static void
test_command(void **state)
{
	(void)state;
	fake_output = "hello\n";
	memset(&fake_capture, 0, sizeof(fake_capture));
	assert_string_equal(
	    call("bash", "{\"command\":\"echo\"}"), "hello\n[exit status 0]");
	assert_false(result.is_error);
	assert_string_equal(fake_command, "bash -c echo");
	assert_int_equal(fake_time_ms, 120000);
	fake_output = "";
	fake_capture.result.exit_code = 3;
	assert_string_equal(call("bash", "{\"command\":\"x\"}"),
	    "(no output)\n[exit status 3]");
	assert_true(result.is_error);
	fake_capture.result.exit_code = -1;
	fake_capture.result.signal = 9;
	assert_non_null(strstr(call("bash", "{\"command\":\"x\"}"),
	    "killed by signal 9 (Killed)"));
	fake_capture.result.hits = 1 << LIMIT_TIME;
	env.command_ms = 10000;
	assert_non_null(strstr(call("bash", "{\"command\":\"x\"}"),
	    "[timed out after 10 s, and was killed with all it started]"));
	env.command_ms = 600000;
	fake_capture.result.hits = 1 << LIMIT_MEMORY;
	spec.limit[LIMIT_MEMORY] = 64 << 20;
	assert_non_null(strstr(call("bash", "{\"command\":\"x\"}"),
	    "[killed for memory: it passed its limit of 64 MiB]"));
	fake_capture.output_exceeded = true;
	fake_capture.result.hits = 1 << LIMIT_OUTPUT;
	assert_non_null(strstr(
	    call("bash", "{\"command\":\"x\"}"), "[killed for output: it"));
	fake_capture.output_exceeded = false;
	fake_capture.result.hits = 1 << LIMIT_CPU_TIME | 1 << LIMIT_PIDS;
	spec.limit[LIMIT_CPU_TIME] = 2000;
	spec.limit[LIMIT_PIDS] = 9;
	assert_non_null(strstr(call("bash", "{\"command\":\"x\"}"),
	    "[killed: it reached limit cpu-time 2s; not every process could "
	    "be started: limit pids 9]"));
	fake_capture.result.hits = 1 << LIMIT_PIDS;
	fake_capture.result.exit_code = 0;
	assert_non_null(strstr(call("bash", "{\"command\":\"x\"}"),
	    "[exit status 0; not every process could"));
	assert_false(result.is_error);
	fake_capture.result.hits = 0;
	fake_capture.result.exit_code = -1;
	fake_capture.result.oom_killed = true;
	assert_non_null(strstr(call("bash", "{\"command\":\"x\"}"),
	    "[killed: the machine is out of memory]"));
	memset(&fake_capture, 0, sizeof(fake_capture));
	fake_capture.result.exit_code = 139;
	assert_non_null(strstr(call("bash", "{\"command\":\"x\"}"),
	    "[exit status 139, as after signal 11 (Segmentation fault)]"));
	fake_capture.result.exit_code = 127; // there is no shell at all
	assert_string_equal(call("bash", "{\"command\":\"x\"}"),
	    "sh: No such file or directory");
	assert_true(env.sh);
	env.sh = false;
	memset(&fake_capture, 0, sizeof(fake_capture));
}

static void
test_run_tests(void **state)
{
	(void)state;
	fake_output = "ok\n";
	call("run_tests", "{}");
	assert_true(result.tested && result.green);
	assert_string_equal(fake_command, "bash -c make check");
	fake_capture.result.exit_code = 1;
	call("run_tests", "{}");
	assert_true(result.tested && !result.green);
	fake_capture.result.exit_code = 0;
	env.test = NULL;
	assert_non_null(strstr(call("run_tests", "{}"), "There is no tool"));
	assert_null(strstr(text_of(&result.content), "bash, run_tests"));
	env.test = "make check";
}

static void
test_read(void **state)
{
	(void)state;
	fake_put("r/a", "one\ntwo\nthree");
	assert_string_equal(call("read_file", "{\"path\":\"r/a\"}"),
	    "     1\tone\n     2\ttwo\n     3\tthree\n");
	assert_string_equal(
	    call("read_file", "{\"path\":\"/workspace/r/a\",\"offset\":2,"
			      "\"limit\":1}"),
	    "     2\ttwo\n[lines 2 to 2 of 3; go on with offset 3]");
	assert_non_null(strstr(
	    call("read_file", "{\"path\":\"r/a\",\"offset\":9}"), "only 3"));
	assert_true(result.is_error);
	fake_put("r/empty", "");
	assert_string_equal(
	    call("read_file", "{\"path\":\"r/empty\"}"), "(the file is empty)");
	assert_non_null(
	    strstr(call("read_file", "{\"path\":\"r/none\"}"), "No such file"));
	assert_true(result.is_error);
	assert_non_null(
	    strstr(call("read_file", "{\"path\":\"r\"}"), "use list_files"));
	assert_true(result.is_error);
	call("write_file", "{\"path\":\"r/b\",\"content\":\"a\\u0000b\"}");
	assert_false(result.is_error);
	assert_string_equal(call("read_file", "{\"path\":\"r/b\"}"),
	    "r/b is a binary file of 3 bytes");
	assert_true(result.is_error);
}

static void
test_write(void **state)
{
	char path[200];
	struct stat st;

	(void)state;
	assert_string_equal(
	    call("write_file", "{\"path\":\"w/deep/f\",\"content\":\"x\\n\"}"),
	    "created w/deep/f, 2 bytes");
	assert_string_equal(fake_get("w/deep/f"), "x\n");
	snprintf(path, sizeof(path), "%s/w/deep/f", fake_root);
	assert_int_equal(chmod(path, 0755), 0);
	assert_string_equal(
	    call("write_file", "{\"path\":\"w/deep/f\",\"content\":\"y\"}"),
	    "replaced w/deep/f, 1 bytes");
	assert_string_equal(fake_get("w/deep/f"), "y");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0755);
	call("write_file", "{\"path\":\"w/deep\",\"content\":\"\"}");
	assert_true(result.is_error);
	assert_non_null(strstr(result.content.p, "directory"));
	// A symbolic link stays one; what it points to is written.
	snprintf(path, sizeof(path), "%s/w/link", fake_root);
	assert_int_equal(symlink("deep/f", path), 0);
	call("write_file", "{\"path\":\"w/link\",\"content\":\"z\"}");
	assert_false(result.is_error);
	assert_string_equal(fake_get("w/deep/f"), "z");
	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_null(strstr(call("list_files", "{}"), ".stockade-"));
}

static void
test_edit(void **state)
{
	(void)state;
	fake_put("e", "a = 1\nb = 2\n");
	assert_string_equal(
	    call("edit_file", "{\"path\":\"e\",\"old_string\":\"1\","
			      "\"new_string\":\"3\"}"),
	    "replaced 1 place in e");
	assert_string_equal(fake_get("e"), "a = 3\nb = 2\n");
	call("edit_file", "{\"path\":\"e\",\"old_string\":\"zzz\","
			  "\"new_string\":\"3\"}");
	assert_true(result.is_error);
	assert_false(result.changes);
	assert_string_equal(fake_get("e"), "a = 3\nb = 2\n");
	call("edit_file", "{\"path\":\"none\",\"old_string\":\"a\","
			  "\"new_string\":\"3\"}");
	assert_true(result.is_error);
}

static const char *
patch(const char *text)
{
	struct json_object *o = json_object_new_object();
	const char *answer;

	json_object_object_add(o, "patch", json_object_new_string(text));
	answer = call("apply_patch", json_object_to_json_string(o));
	json_object_put(o);
	return answer;
}

static bool
is_there(const char *path)
{
	char host[128];

	snprintf(host, sizeof(host), "%s/%s", fake_root, path);
	return access(host, F_OK) == 0;
}

static unsigned
mode_of(const char *path)
{
	char host[128];
	struct stat st;

	snprintf(host, sizeof(host), "%s/%s", fake_root, path);
	assert_int_equal(stat(host, &st), 0);
	return st.st_mode & 0777;
}

static void
test_patch(void **state)
{
	(void)state;
	fake_put("p/a", "1\n2\n");
	fake_put("p/gone", "x\n");
	fake_put("p/old", "o\n");
	assert_string_equal(patch("diff --git a/p/a b/p/a\nold mode 100644\n"
				  "new mode 100755\n--- a/p/a\n+++ b/p/a\n"
				  "@@ -1,2 +1,2 @@\n 1\n-2\n+z\n"
				  "--- /dev/null\n+++ b/p/d/new\n"
				  "@@ -0,0 +1 @@\n+n\n"
				  "--- a/p/gone\n+++ /dev/null\n"
				  "@@ -1 +0,0 @@\n-x\n"
				  "diff --git a/p/old b/p/moved\n"
				  "rename from p/old\nrename to p/moved\n"),
	    "changed p/a\ncreated p/d/new\ndeleted p/gone\ndeleted p/old\n"
	    "created p/moved\n");
	assert_false(result.is_error);
	assert_true(result.changes);
	assert_string_equal(result.summary.p, "5 files");
	assert_string_equal(fake_get("p/a"), "1\nz\n");
	assert_int_equal(mode_of("p/a") & 0111, 0111);
	assert_string_equal(fake_get("p/d/new"), "n\n");
	assert_string_equal(fake_get("p/moved"), "o\n");
	assert_false(is_there("p/gone") || is_there("p/old"));
	// Two parts of one file, the second upon the first.
	patch("*** Begin Patch\n*** Update File: p/a\n@@\n-z\n+y\n"
	      "*** Update File: p/a\n@@\n-y\n+x\n*** End Patch\n");
	assert_string_equal(fake_get("p/a"), "1\nx\n");
}

/* Whatever is wrong with the last file, the first is as it was. */
static void
test_patch_refused(void **state)
{
	static const struct {
		const char *rest, *want;
	} rows[] = {
	    {"--- a/none\n+++ b/none\n@@ -1 +1 @@\n-x\n+y\n",
		"none does not exist. Nothing was changed."},
	    {"--- /dev/null\n+++ b/b\n@@ -0,0 +1 @@\n+y\n",
		"b is there already"},
	    {"--- a/b\n+++ b/b\n@@ -1 +1 @@\n-zz\n+y\n",
		"b: line 8 of the patch: the hunk fits nowhere"},
	    {"diff --git a/b b/a\nrename from b\nrename to a\n",
		"a is there already, and would be renamed over"},
	    {"--- a/d\n+++ b/d\n@@ -1 +1 @@\n-zz\n+y\n",
		"d is not a regular file"},
	    {"--- /dev/null\n+++ b/b/c\n@@ -0,0 +1 @@\n+y\n", "b/c"},
	    {"@@ -1 +1 @@\n", "no lines follow"},
	};
	char text[512];
	size_t i;

	(void)state;
	fake_put("a", "1\n");
	fake_put("b", "2\n");
	fake_put("d/x", "");
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		snprintf(text, sizeof(text),
		    "--- a/a\n+++ b/a\n@@ -1 +1 @@\n-1\n+9\n%s", rows[i].rest);
		if (strstr(patch(text), rows[i].want) == NULL)
			fail_msg("row %zu: %s", i, text_of(&result.content));
		assert_true(result.is_error);
		assert_string_equal(fake_get("a"), "1\n");
		assert_string_equal(fake_get("b"), "2\n");
	}
}

static void
test_list(void **state)
{
	(void)state;
	fake_put("l/b/c/d/e", "");
	fake_put("l/a\nb", "");
	fake_put("l/.git/config", "");
	fake_put("l/node_modules/x", "");
	assert_string_equal(call("list_files", "{\"path\":\"l\",\"depth\":2}"),
	    ".git/ (not looked into)\na\nb\nb/\nb/c/ (deeper)\n"
	    "node_modules/ (not looked into)\n");
	fake_put("l/.gitignore", "e\nnode_modules\n");
	fake_put("l/a2/.gitignore", "*\n!keep\n");
	fake_put("l/a2/x", "");
	fake_put("l/a2/keep", "");
	assert_string_equal(
	    call("list_files", "{\"path\":\"/workspace/l\",\"depth\":9}"),
	    ".git/ (not looked into)\n.gitignore\na\nb\na2/\na2/keep\n"
	    "b/\nb/c/\nb/c/d/\n[left out by .gitignore: 4; all shows "
	    "them]\n");
	assert_non_null(
	    strstr(call("list_files", "{\"path\":\"l\",\"all\":true,"
				      "\"depth\":9}"),
		"b/c/d/e\nnode_modules/ (not looked into)\n"));
	assert_null(strstr(text_of(&result.content), "left out"));
	// Who asks for what is left out gets it.
	assert_string_equal(call("list_files", "{\"path\":\"l/b/c/d\"}"),
	    "[left out by .gitignore: 1; all shows them]\n");
	call("list_files", "{\"path\":\"nowhere\"}");
	assert_true(result.is_error);
}

static void
test_list_stopped(void **state)
{
	static volatile sig_atomic_t stop = 1;
	struct json_object *b = json_tokener_parse(
	    "{\"name\":\"list_files\",\"input\":{\"path\":\"l\"}}");
	struct err e;

	(void)state;
	tool_result_free(&result);
	env.stop = &stop;
	assert_int_equal(tool_call(&env, b, &result, &e), -1);
	assert_int_equal(e.code, ERR_INTERRUPTED);
	env.stop = NULL;
	json_object_put(b);
}

static void
test_plan(void **state)
{
	autotext struct text t = {0};
	struct json_object *o;

	(void)state;
	assert_string_equal(
	    call("plan", "{\"steps\":\"- [x] look\\n2. [>] mend\\n\\n"
			 "test it\\n[X] \\u00fc\"}"),
	    "2 of 4 steps done");
	assert_true(result.planned && !result.changes);
	plan_say(&env.plan, &t);
	assert_string_equal(
	    t.p, "[x] look\n[>] mend\n[ ] test it\n[x] \xc3\xbc\n");
	o = plan_json(&env.plan);
	assert_string_equal(
	    json_object_to_json_string_ext(json_object_array_get_idx(o, 1), 0),
	    "{\"step\":\"mend\",\"status\":\"in_progress\"}");
	json_object_put(o);
	// What is wrong leaves the old one.
	assert_non_null(strstr(
	    call("plan", "{\"steps\":\"[?] x\"}"), "\"[?]\" is no mark"));
	assert_true(result.is_error && !result.planned);
	call("plan", "{\"steps\":\" \\n\"}");
	assert_true(result.is_error);
	call("plan", "{\"steps\":\"[x]\"}");
	assert_true(result.is_error);
	assert_int_equal(env.plan.n, 4);
	tool_env_free(&env);
	assert_int_equal(env.plan.n, 0);
}

/* More names in one directory than are told: those left out do not count. */
static void
test_list_many(void **state)
{
	char path[40];
	int i;

	(void)state;
	for (i = 0; i < 600; i++) {
		snprintf(path, sizeof(path), "m/a%d.o", i);
		fake_put(path, "");
	}
	fake_put("m/z.c", "");
	fake_put("m/.gitignore", "*.o\n");
	assert_string_equal(call("list_files", "{\"path\":\"m\"}"),
	    ".gitignore\nz.c\n[left out by .gitignore: 600; all shows "
	    "them]\n");
	assert_non_null(strstr(call("list_files", "{\"path\":\"m\","
						  "\"all\":true}"),
	    "[more than 500 names: "));
	assert_string_equal(result.summary.p, "500 names");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_arguments),
	    cmocka_unit_test(test_input_error),
	    cmocka_unit_test(test_schema),
	    cmocka_unit_test(test_command),
	    cmocka_unit_test(test_run_tests),
	    cmocka_unit_test(test_read),
	    cmocka_unit_test(test_write),
	    cmocka_unit_test(test_edit),
	    cmocka_unit_test(test_patch),
	    cmocka_unit_test(test_patch_refused),
	    cmocka_unit_test(test_list),
	    cmocka_unit_test(test_list_stopped),
	    cmocka_unit_test(test_list_many),
	    cmocka_unit_test(test_plan),
	};

	return cmocka_run_group_tests_name(
	    "tools", tests, fake_begin, fake_end);
}
