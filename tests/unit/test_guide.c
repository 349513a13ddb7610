// SPDX-License-Identifier: ISC
// guide: AGENTS.md of directories that a call comes to, each once, and capped.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "src/agent/guide.h"
#include "src/agent/gitfacts.h"
#include "tests/unit/fake_box.h"

static struct guide g;

/* What a call with these arguments brings up. */
static const char *
touch(const char *json)
{
	static char said[65536];
	struct json_object *input = json_tokener_parse(json);
	struct text t = {0};
	struct err e;

	assert_int_equal(guide_touched(&g, NULL, input, &t, &e), 0);
	snprintf(said, sizeof(said), "%s", text_of(&t));
	json_object_put(input);
	text_free(&t);
	return said;
}

static void
test_path(void **state)
{
	(void)state;
	fake_put("AGENTS.md", "root\n");
	fake_put("a/AGENTS.md", "of a\n");
	fake_put("a/b/AGENTS.md", "of b");
	fake_put("c/AGENTS.md", "of c\n");
	fake_put("c/x", "");
	assert_string_equal(touch("{\"path\":\"x.c\"}"), "");
	assert_string_equal(touch("{\"path\":\".\"}"), "");
	assert_string_equal(touch("{}"), "");
	assert_string_equal(touch("{\"path\":\"a/b/x.c\"}"),
	    "\n# a/AGENTS.md, for what is below a\n\nof a\n"
	    "\n# a/b/AGENTS.md, for what is below a/b\n\nof b\n");
	assert_string_equal(touch("{\"path\":\"a/b/y.c\"}"), "");
	assert_string_equal(touch("{\"path\":\"/workspace/c/x\"}"),
	    "\n# c/AGENTS.md, for what is below c\n\nof c\n");
	guide_free(&g);
	// A directory; the file itself; ways out.
	assert_non_null(strstr(touch("{\"path\":\"./c\"}"), "of c"));
	assert_string_equal(touch("{\"path\":\"a/AGENTS.md\"}"), "");
	assert_string_equal(touch("{\"path\":\"a/z\"}"), "");
	assert_string_equal(touch("{\"path\":\"../a/b/z\"}"), "");
	assert_string_equal(touch("{\"path\":\"/etc/passwd\"}"), "");
	assert_string_equal(touch("{\"path\":\"c/../a/b/z\"}"), "");
	guide_free(&g);
}

static void
test_patch(void **state)
{
	(void)state;
	assert_non_null(
	    strstr(touch("{\"patch\":\"--- a/x\\n+++ b/a/q\\t2020\\n@@\\n\"}"),
		"of a"));
	assert_non_null(
	    strstr(touch("{\"patch\":\"*** Begin Patch\\n*** Add File: c/n\"}"),
		"of c"));
	guide_free(&g);
}

static void
test_caps(void **state)
{
	char *text = calloc(1, GUIDE_FILE_MAX + 2), json[80];
	const char *said;
	int i;

	(void)state;
	memset(text, 'x', GUIDE_FILE_MAX + 1);
	memcpy(text, "HEAD", 4);
	fake_put("big/AGENTS.md", text);
	assert_non_null(strstr(
	    touch("{\"path\":\"big/x\"}"), "big/AGENTS.md was left out: "));
	text[GUIDE_FILE_MAX] = '\0';
	for (i = 0; i < 8; i++) {
		snprintf(json, sizeof(json), "d%d/AGENTS.md", i);
		fake_put(json, text);
		snprintf(json, sizeof(json), "{\"path\":\"d%d/x\"}", i);
		said = touch(json);
		if (i < 6) {
			assert_non_null(strstr(said, "HEAD"));
			assert_non_null(strstr(said, "bytes cut"));
			assert_in_range(strlen(said), 6000, 6200);
		} else {
			assert_non_null(strstr(said, "a lot was told"));
			assert_null(strstr(said, "HEAD"));
		}
	}
	guide_free(&g);
	free(text);
}

static const char *
git(void)
{
	static char said[8192];
	struct tool_env env = {0};
	struct text t = {0};
	struct err e;

	assert_int_equal(gitfacts_say(&env, &t, &e), 0);
	snprintf(said, sizeof(said), "%s", text_of(&t));
	text_free(&t);
	return said;
}

static void
test_git(void **state)
{
	(void)state;
	fake_command[0] = '\0';
	fake_output = "## main\n";
	assert_string_equal(git(), "");
	assert_string_equal(fake_command, "");
	fake_put(".git/HEAD", "ref: refs/heads/main\n");
	assert_string_equal(git(),
	    "\n# Git\n\nBranch and changes before you began:\n\n## main\n"
	    "\nThe last commits:\n\n## main\n");
	assert_memory_equal(fake_command, "git -c safe", 11);
	fake_capture.result.exit_code = 128;
	assert_string_equal(git(), "");
	fake_capture.result.exit_code = 127; // no git
	assert_string_equal(git(), "");
	fake_capture.result.exit_code = 0;
	fake_capture.result.timed_out = true;
	assert_string_equal(git(), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_path),
	    cmocka_unit_test(test_patch),
	    cmocka_unit_test(test_caps),
	    cmocka_unit_test(test_git),
	};

	return cmocka_run_group_tests_name(
	    "guide", tests, fake_begin, fake_end);
}
