// SPDX-License-Identifier: ISC
// text: what a policy file may say, and the place and words of each fault.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "policy/policy.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct policy p, before;
static struct policy_fault f;

/* A text that must parse, over the defaults. */
static void
good(const char *text)
{
	policy_init(&p);
	if (policy_parse(text, strlen(text), &p, &f) != 0)
		fail_msg("%s: %u:%u: %s", text, f.line, f.column, f.text);
}

/* A text that must not: the fault as "LINE:COLUMN: words", p as it was. */
static void
bad_over(const struct policy *base, const char *text, const char *fault)
{
	char got[300];

	memcpy(&p, base, sizeof(p));
	if (policy_parse(text, strlen(text), &p, &f) != -1)
		fail_msg("\"%s\" was taken", text);
	snprintf(got, sizeof(got), "%u:%u: %s", f.line, f.column, f.text);
	assert_string_equal(got, fault);
	assert_memory_equal(&p, base, sizeof(p));
}

static void
bad(const char *text, const char *fault)
{
	policy_init(&before);
	bad_over(&before, text, fault);
}

static void
test_nothing(void **state)
{
	(void)state;
	policy_init(&before);
	good("");
	assert_memory_equal(&p, &before, sizeof(p));
	good("\n# nothing but words\n\r\n   \t\n");
	assert_memory_equal(&p, &before, sizeof(p));
	assert_int_equal(policy_parse(NULL, 0, &p, &f), 0);
}

static void
test_limits(void **state)
{
	(void)state;
	good("limit time 1500ms\nlimit memory 1G\r\nlimit pids 128\n"
	     "limit fsize 64K\nlimit \"nofile\" \"256\"\nlimit tmp 1M\n"
	     "limit output 512");
	assert_true(p.spec.limit[LIMIT_TIME] == 1500);
	assert_true(p.spec.limit[LIMIT_MEMORY] == 1073741824);
	assert_true(p.spec.limit[LIMIT_PIDS] == 128);
	assert_true(p.spec.limit[LIMIT_FSIZE] == 65536);
	assert_true(p.spec.limit[LIMIT_NOFILE] == 256);
	assert_true(p.spec.limit[LIMIT_TMP] == 1048576);
	assert_true(p.spec.limit[LIMIT_OUTPUT] == 512);
	good("limit memory none");
	assert_true(p.spec.limit[LIMIT_MEMORY] == 0);
	assert_true(p.spec.limit[LIMIT_PIDS] == 1024);
}

static void
test_one_line(void **state)
{
	(void)state;
	good("limit memory 1G  limit time 300s\tlimit pids 9 # all\n"
	     "mount ro /opt/a mount rw /opt/b /mnt/b budget turns 3\n");
	assert_true(p.spec.limit[LIMIT_TIME] == 300000);
	assert_true(p.spec.limit[LIMIT_PIDS] == 9);
	assert_int_equal(p.spec.nmounts, 2);
	assert_string_equal(p.spec.mount[1].dst, "/mnt/b");
	assert_true(p.budget.turns == 3);
}

static void
test_mounts(void **state)
{
	(void)state;
	good("mount ro /opt/x\nmount rw \"/srv/my data\" \"/mnt/my data\"\n"
	     "mount ro /etc/pip /opt/x/pip");
	assert_int_equal(p.spec.nmounts, 3);
	assert_int_equal(p.spec.mount[0].writable, 0);
	assert_string_equal(p.spec.mount[0].src, "/opt/x");
	assert_string_equal(p.spec.mount[0].dst, "/opt/x");
	assert_int_equal(p.spec.mount[1].writable, 1);
	assert_string_equal(p.spec.mount[1].src, "/srv/my data");
	assert_string_equal(p.spec.mount[1].dst, "/mnt/my data");
	assert_string_equal(p.spec.mount[2].dst, "/opt/x/pip");
	// Another text adds to them.
	assert_int_equal(policy_parse("mount ro /data", 14, &p, &f), 0);
	assert_int_equal(p.spec.nmounts, 4);
	assert_string_equal(p.spec.mount[3].src, "/data");
}

static void
test_budgets(void **state)
{
	(void)state;
	good("budget turns 7\nbudget tokens 5000000\nbudget time 10m\n");
	assert_true(p.budget.turns == 7);
	assert_true(p.budget.tokens == 5000000);
	assert_true(p.budget.time_ms == 600000);
	good(
	    "budget tool-calls 9 budget input-tokens 8 budget output-tokens 7");
	assert_true(p.budget.calls == 9);
	assert_true(p.budget.input == 8 && p.budget.output == 7);
	good("weakened-tests refuse");
	assert_int_equal(p.weakened_tests, WEAKENED_REFUSE);
	good("weakened-tests report");
	assert_int_equal(p.weakened_tests, WEAKENED_REPORT);
	good("budget turns none budget time none");
	assert_true(p.budget.turns == 0);
	assert_true(p.budget.time_ms == 0);
}

struct row {
	const char *text, *fault;
};

static const struct row statements[] = {
    {"lmit memory 1G",
	"1:1: unknown directive \"lmit\"; did you mean \"limit\"?"},
    {"\n  xyzzy x",
	"2:3: unknown directive \"xyzzy\"; stockade.policy(5) lists them"},
    {"grant read auto",
	"1:1: unknown directive \"grant\"; stockade.policy(5) lists them"},
    {"Limit pids 1",
	"1:1: unknown directive \"Limit\"; did you mean \"limit\"?"},
    {"\"limit\" pids 1", "1:1: a directive must stand here, without quotes"},
    {"limit", "1:1: \"limit\" lacks a word; the form is: "
	      "limit NAME VALUE"},
    {"limit pids", "1:1: \"limit\" lacks a word; the form is: "
		   "limit NAME VALUE"},
    {"limit pids\n3", "1:1: \"limit\" lacks a word; the form is: "
		      "limit NAME VALUE"},
    {"limit limit 3", "1:1: \"limit\" lacks a word; the form is: "
		      "limit NAME VALUE"},
    {"mount ro", "1:1: \"mount\" lacks a word; the form is: "
		 "mount ro|rw SOURCE [PLACE]"},
    {"budget time", "1:1: \"budget\" lacks a word; the form is: "
		    "budget NAME VALUE"},
    {"limit pids 3 4", "1:14: unexpected \"4\"; the form is: limit NAME VALUE"},
    {"limit pids 3 limt time 3s",
	"1:14: unknown directive \"limt\"; did you mean \"limit\"?"},
    {"mount ro /a /b /c", "1:16: unexpected \"/c\"; the form is: "
			  "mount ro|rw SOURCE [PLACE]"},
    // What is broken first is told first, whatever is looked ahead at.
    {"limit pids \"3", "1:12: the quote does not end"},
    {"limit pids 0\n\x01", "1:12: pids: \"0\" is out of range: 1 to "
			   "4194304, or none"},
    {"limit pids 1\n\x01", "2:1: control character 0x01"},
    {"limit pids\n\"", "1:1: \"limit\" lacks a word; the form is: "
		       "limit NAME VALUE"},
};

static const struct row values[] = {
    {"limit memroy 1G",
	"1:7: unknown limit \"memroy\"; did you mean \"memory\"?"},
    {"limit processes 1",
	"1:7: unknown limit \"processes\"; stockade.policy(5) lists them"},
    {"limit \"\" 1", "1:7: unknown limit \"\"; stockade.policy(5) lists them"},
    {"limit cpu 1", "1:11: cpu: \"1\" has no unit: add %, as in 150%"},
    {"limit cpu 0%", "1:11: cpu: \"0%\" is out of range: 1% to 409600%, "
		     "or none"},
    {"limit io-rate 1M", "1:15: io-rate: \"1M\" is not a rate: write it as "
			 "512/s, 64K/s, 10M/s or 1G/s"},
    {"limit io-rate 1K/s", "1:15: io-rate: \"1K/s\" is out of range: 4K/s "
			   "to 1048576G/s, or none"},
    {"limit session-memroy 1G", "1:7: unknown limit \"session-memroy\"; did "
				"you mean \"session-memory\"?"},
    {"limit time 10", "1:12: time: \"10\" has no unit: add ms, s, m or h, "
		      "as in 10s"},
    {"limit time 0ms", "1:12: time: \"0ms\" is out of range: 1ms to 8760h, "
		       "or none"},
    {"limit time 8761h", "1:12: time: \"8761h\" is out of range: 1ms to "
			 "8760h, or none"},
    {"limit memory 1g", "1:14: memory: \"1g\" is not a size: write it as "
			"512, 64K, 1M, 2G or 3T"},
    {"limit memory 512K", "1:14: memory: \"512K\" is out of range: 1M to "
			  "1024T, or none"},
    {"limit memory 1025T", "1:14: memory: \"1025T\" is out of range: 1M to "
			   "1024T, or none"},
    {"limit memory 99999999999999999999",
	"1:14: memory: \"99999999999999999999\" is too large a number"},
    {"limit pids -1", "1:12: pids: \"-1\" is not a count: write a whole "
		      "number, as in 128"},
    {"limit pids 1\nlimit time 1s\n limit pids 2",
	"3:8: \"pids\" is set twice: first on line 1"},
    {"limit pids 1 limit pids 1",
	"1:20: \"pids\" is set twice: first on line 1"},
    {"budget turn 3", "1:8: unknown budget \"turn\"; did you mean \"turns\"?"},
    {"budget x 2.00",
	"1:8: unknown budget \"x\"; there are turns, tokens, time, cost, "
	"tool-calls, input-tokens, output-tokens"},
    {"weakened-tests", "1:1: \"weakened-tests\" lacks a word; the form is: "
		       "weakened-tests report|refuse"},
    {"weakened-tests deny", "1:16: unknown weakened-tests \"deny\"; there "
			    "are report, refuse"},
    {"weakened-tests report\nweakened-tests refuse",
	"2:1: \"weakened-tests\" is set twice: first on line 1"},
    {"budget turns 0", "1:14: turns: \"0\" is out of range: 1 to 1000000, "
		       "or none"},
    {"budget time 30", "1:13: time: \"30\" has no unit: add ms, s, m or h, "
		       "as in 10s"},
    {"budget time 1s budget time 2s",
	"1:23: \"time\" is set twice: first on line 1"},
};

static const struct row mounts[] = {
    {"mount rx /a", "1:7: unknown way to mount \"rx\"; did you mean \"ro\"?"},
    {"mount /a /b", "1:7: unknown way to mount \"/a\"; there are ro, rw"},
    {"mount ro a/b", "1:10: \"a/b\" is not an absolute path: it must start "
		     "with /"},
    {"mount ro ~/x", "1:10: \"~/x\" is not an absolute path: it must start "
		     "with /"},
    {"mount ro /a/../b", "1:10: \"/a/../b\" has a \"..\" component"},
    {"mount ro /a/", "1:10: \"/a/\" ends in a slash"},
    {"mount ro /a b", "1:13: \"b\" is not an absolute path: it must start "
		      "with /"},
    {"mount ro /a /b//c", "1:13: \"/b//c\" has an empty component "
			  "(\"//\")"},
    {"mount ro /usr/x", "1:10: nothing can be mounted at \"/usr/x\", which "
			"is the read-only system; name another place after "
			"it"},
    {"mount ro / ", "1:10: nothing can be mounted at \"/\", which is the "
		    "sandbox's root; name another place after it"},
    {"mount ro /a /proc/x", "1:13: nothing can be mounted at \"/proc/x\", "
			    "which is the sandbox's own process file system"},
    {"mount ro /a\nmount ro /b /a",
	"2:13: \"/a\" would hide the mount at \"/a\""},
    {"mount ro /a/b/c mount rw /a/b",
	"1:26: \"/a/b\" would hide the mount at \"/a/b/c\""},
};

static void
test_faults(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(statements); i++)
		bad(statements[i].text, statements[i].fault);
	for (i = 0; i < COUNT(values); i++)
		bad(values[i].text, values[i].fault);
	for (i = 0; i < COUNT(mounts); i++)
		bad(mounts[i].text, mounts[i].fault);
}

/* The longest name and value there are must still make a whole sentence. */
static void
test_long_words(void **state)
{
	static char text[5000];
	size_t n;

	(void)state;
	n = (size_t)snprintf(text, sizeof(text), "mount ro /");
	memset(text + n, 'x', 1023);
	bad(text, "1:10: \"/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...\" is "
		  "too long for a path (1023 bytes at most)");
	text[n + 1022] = '\0';
	good(text);
	assert_int_equal(strlen(p.spec.mount[0].src), 1023);
	memset(text, 'l', 4096);
	text[4096] = '\0';
	bad(text, "1:1: unknown directive "
		  "\"llllllllllllllllllllllllllllllllllllllllll...\"; "
		  "stockade.policy(5) lists them");
	memset(text, '#', 4097);
	bad(text, "1:4097: the line is longer than 4096 bytes");
}

static void
test_too_much(void **state)
{
	static char text[POLICY_TEXT_MAX + 1];
	size_t n = 0;
	int i;

	(void)state;
	for (i = 0; i < SPEC_MOUNTS_MAX; i++)
		n += (size_t)snprintf(
		    text + n, sizeof(text) - n, "mount ro /m/%d\n", i);
	good(text);
	assert_int_equal(p.spec.nmounts, SPEC_MOUNTS_MAX);
	snprintf(text + n, sizeof(text) - n, "limit pids 1 mount ro /n");
	bad(text, "33:14: more than 32 mounts");
	memset(text, '\n', sizeof(text));
	policy_init(&p);
	assert_int_equal(policy_parse(text, POLICY_TEXT_MAX, &p, &f), 0);
	assert_int_equal(policy_parse(text, POLICY_TEXT_MAX + 1, &p, &f), -1);
	assert_string_equal(f.text, "the text is longer than 262144 bytes");
}

static void
test_ceiling(void **state)
{
	static const char text[] = "limit memory 2G\nmount ro /usr/local\n"
				   "mount rw /\nmount ro /usr";

	(void)state;
	policy_init_empty(&p);
	assert_int_equal(policy_parse(text, strlen(text), &p, &f), 0);
	assert_int_equal(p.spec.nmounts, 3);
	assert_string_equal(p.spec.mount[0].src, "/usr/local");
	assert_string_equal(p.spec.mount[0].dst, "");
	assert_true(p.spec.limit[LIMIT_MEMORY] == 2147483648);
	assert_true(p.spec.limit[LIMIT_PIDS] == 0);
	policy_init_empty(&before);
	bad_over(&before, "mount ro /a /b",
	    "1:13: a ceiling says what may be mounted, not where");
	bad_over(&before, "limit pids 3\nbudget turns 3",
	    "2:1: a ceiling has no budgets: they belong in a policy");
	bad_over(&before, "mount ro /a/../b",
	    "1:10: \"/a/../b\" has a \"..\" component");
}

static void
test_limit_option(void **state)
{
	static const struct row rows[] = {
	    {"time", "1:1: \"time\" has no =: write NAME=VALUE, as in "
		     "time=10s"},
	    {"", "1:1: \"\" has no =: write NAME=VALUE, as in time=10s"},
	    {"tiem=1s", "1:1: unknown limit \"tiem\"; did you mean \"time\"?"},
	    {"=1s", "1:1: unknown limit \"\"; stockade.policy(5) lists them"},
	    {"time=10", "1:6: time: \"10\" has no unit: add ms, s, m or h, as "
			"in 10s"},
	    {"time=", "1:6: time: \"\" is not a duration: write it as 300ms, "
		      "10s, 5m or 1h"},
	    {"time=1s limit pids 3",
		"1:6: time: \"1s limit pids 3\" is not a duration: write it "
		"as 300ms, 10s, 5m or 1h"},
	    {"pids=1\n", "1:6: pids: \"1?\" is not a count: write a whole "
			 "number, as in 128"},
	    {"memory=1=2", "1:8: memory: \"1=2\" is not a size: write it as "
			   "512, 64K, 1M, 2G or 3T"},
	};
	char got[300];
	size_t i;

	(void)state;
	policy_init(&p);
	assert_int_equal(policy_parse_limit("memory=1G", &p, &f), 0);
	assert_int_equal(policy_parse_limit("time=none", &p, &f), 0);
	// Given twice, the later counts: so options are read.
	assert_int_equal(policy_parse_limit("memory=2G", &p, &f), 0);
	assert_true(p.spec.limit[LIMIT_MEMORY] == 2147483648);
	memcpy(&before, &p, sizeof(p));
	for (i = 0; i < COUNT(rows); i++) {
		assert_int_equal(policy_parse_limit(rows[i].text, &p, &f), -1);
		snprintf(
		    got, sizeof(got), "%u:%u: %s", f.line, f.column, f.text);
		assert_string_equal(got, rows[i].fault);
		assert_memory_equal(&p, &before, sizeof(p));
	}
}

/* Reads a file of the source tree over p. */
static void
load(const char *name)
{
	static char text[8192];
	const char *top = getenv("top_srcdir");
	char path[4096];
	size_t n;
	FILE *in;

	snprintf(path, sizeof(path), "%s/%s", top != NULL ? top : ".", name);
	in = fopen(path, "r");
	assert_non_null(in);
	n = fread(text, 1, sizeof(text), in);
	fclose(in);
	assert_true(n > 0 && n < sizeof(text));
	if (policy_parse(text, n, &p, &f) != 0)
		fail_msg("%s:%u:%u: %s", name, f.line, f.column, f.text);
}

static void
test_profiles(void **state)
{
	struct policy_refusal r;

	(void)state;
	// The defaults as written are the defaults, each of them.
	policy_init(&before);
	policy_init(&p);
	memset(p.spec.limit, 0xff, sizeof(p.spec.limit));
	memset(&p.budget, 0xff, sizeof(p.budget));
	memset(&p.edits, 0xff, offsetof(struct edit_rules, nglobs));
	memset(p.command.approve, 0xff, sizeof(p.command.approve));
	load("policy/profiles/default.policy");
	assert_memory_equal(
	    p.spec.limit, before.spec.limit, sizeof(p.spec.limit));
	assert_memory_equal(&p.budget, &before.budget, sizeof(p.budget));
	assert_memory_equal(
	    &p.edits, &before.edits, offsetof(struct edit_rules, nglobs));
	assert_memory_equal(p.command.approve, before.command.approve,
	    sizeof(p.command.approve));
	assert_int_equal(p.spec.nmounts, 0);
	policy_init_empty(&p);
	load("policy/profiles/ceiling.policy");
	assert_true(p.spec.limit[LIMIT_MEMORY] != 0);
	assert_int_equal(p.spec.nmounts, 3);
	// The example must not refuse whoever asks for nothing special.
	assert_true(policy_admit(&p, &before.spec, &r));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_nothing),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_one_line),
	    cmocka_unit_test(test_mounts),
	    cmocka_unit_test(test_budgets),
	    cmocka_unit_test(test_faults),
	    cmocka_unit_test(test_long_words),
	    cmocka_unit_test(test_too_much),
	    cmocka_unit_test(test_ceiling),
	    cmocka_unit_test(test_limit_option),
	    cmocka_unit_test(test_profiles),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
