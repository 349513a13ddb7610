// SPDX-License-Identifier: ISC
// testlog: counts and names from what real runners print.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "src/agent/testlog.h"

static const struct {
	const char *output, *want;
} rows[] = {
    {"..F.s\n=========== FAILURES ===========\n"
     "=========== short test summary info ============\n"
     "FAILED tests/test_a.py::test_x - assert 1 == 2\n"
     "ERROR tests/test_b.py::test_y - KeyError\n"
     "====== 1 failed, 9 passed, 2 skipped, 1 error in 0.12s ======\n",
	"pytest: 2 failed, 9 passed, 2 skipped; failed: "
	"tests/test_a.py::test_x, tests/test_b.py::test_y"},
    {"....\n\033[32m4 passed\033[0m\033[32m in 0.01s\033[0m\n",
	"pytest: 0 failed, 4 passed"},
    {"FAIL: test_a (t.A.test_a)\nERROR: test_b (t.A.test_b)\n"
     "Ran 4 tests in 0.001s\n\n"
     "FAILED (failures=1, errors=1, skipped=1)\n",
	"unittest: 2 failed, 1 passed, 1 skipped; failed: "
	"test_a (t.A.test_a), test_b (t.A.test_b)"},
    {"----\nRan 1 test in 0.000s\n\nOK\n", "unittest: 0 failed, 1 passed"},
    {"running 3 tests\ntest good ... ok\ntest later ... ignored\n"
     "test m::bad ... FAILED\ntest result: FAILED. 1 passed; 1 failed; 1 "
     "ignored; 0 measured; 0 filtered out; finished in 0.15s\n"
     "test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured;\n",
	"cargo: 1 failed, 3 passed, 1 skipped; failed: m::bad"},
    {"=== RUN   TestA\n--- PASS: TestA (0.00s)\n--- FAIL: TestB (0.00s)\n"
     "    --- FAIL: TestB/sub_x (0.00s)\n--- SKIP: TestC (0.00s)\n"
     "FAIL\nFAIL\ta\t0.003s\n",
	"go: 1 failed, 1 passed, 1 skipped; failed: TestB, TestB/sub_x"},
    {"TAP version 13\nok 1 - adds\nnot ok 2 - subs\n  ---\n  error: x\n"
     "ok 3 - later # SKIP\n1..3\n# tests 3\n# pass 1\n# fail 1\n"
     "# skipped 1\n# todo 0\n",
	"node: 1 failed, 1 passed, 1 skipped; failed: subs"},
    {"\xe2\x9c\x94 adds (1.2ms)\n\xe2\x9c\x96 subs (1.2ms)\n"
     "\xe2\x84\xb9 tests 2\n\xe2\x84\xb9 pass 1\n\xe2\x84\xb9 fail 1\n",
	"node: 1 failed, 1 passed; failed: subs"},
    {"  \xe2\x97\x8f sum \xe2\x80\xba adds\n"
     "Tests:       1 failed, 5 passed, 6 total\n",
	"jest: 1 failed, 5 passed; failed: sum \xe2\x80\xba adds"},
    {"  5 passing (10ms)\n  1 pending\n  2 failing\n",
	"mocha: 2 failed, 5 passed, 1 skipped"},
    {"90% tests passed, 1 tests failed out of 10\n\n"
     "The following tests FAILED:\n\t  3 - parser (Failed)\n",
	"ctest: 1 failed, 9 passed; failed: parser"},
    {"PASS: a\nFAIL: b.sh\n# TOTAL: 3\n# PASS:  1\n# SKIP:  1\n# XFAIL: 0\n"
     "# FAIL:  1\n# XPASS: 0\n# ERROR: 0\n",
	"automake: 1 failed, 1 passed, 1 skipped; failed: b.sh"},
    {"[==========] Running 2 test(s).\n[ RUN      ] test_a\n"
     "[       OK ] test_a\n[  FAILED  ] test_b\n"
     "[  PASSED  ] 1 test(s).\n[  FAILED  ] tests: 1 test(s), listed below:\n"
     "[  FAILED  ] 1 test(s)\n",
	"cmocka: 1 failed, 1 passed; failed: test_b"},
    {"Tests run: 3, Failures: 1, Errors: 0, Skipped: 0, Time elapsed: 1 s\n"
     "Tests run: 5, Failures: 1, Errors: 1, Skipped: 1\n",
	"junit: 2 failed, 2 passed, 1 skipped"},
    {"1..3\nok 1 - a\nnot ok 2 - b c\nnot ok 3 - d # TODO\n",
	"TAP: 1 failed, 1 passed, 1 skipped; failed: b c"},
    {"make: Entering directory 'a'\nmake: *** [Makefile:3: check] Error 1\n"
     "make[1]: *** [Makefile:9: sub] Error 2\n",
	"make: 2 failed, 0 passed; failed: check, sub"},
    {"make: *** No rule to make target 'x'.  Stop.\n", ""},
    {"<?xml version=\"1.0\"?><testsuites><testsuite name='a' tests='4'>"
     "<testcase classname=\"A.B\" name=\"x&lt;y&gt;\" time=\"0.1\"/>"
     "<testcase name=\"bad > one\"><failure message=\"1 != 2\">trace"
     "</failure></testcase><testcase name=\"worse\"><error/></testcase>\n"
     "<!-- <a> <testcase name='none'/> ---><testcase name='l'><skipped/>"
     "</testcase><system-out><![CDATA[<testcase name='no'/>]]]></system-out>"
     "</testsuite></testsuites>",
	"JUnit XML: 2 failed, 1 passed, 1 skipped; failed: bad > one, worse"},
    {"<html><testcase name='a'/></html>", ""},
    {"", ""},
    {"the tests passed in 3 minutes\nok then\n12 passed the exam\n", ""},
};

static void
test_runners(void **state)
{
	struct testlog t;
	struct text said = {0};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		testlog_read(&t, rows[i].output, strlen(rows[i].output));
		text_free(&said);
		testlog_say(&t, &said);
		assert_string_equal(text_of(&said), rows[i].want);
		testlog_free(&t);
	}
	text_free(&said);
}

static const struct {
	const char *output, *want; // NULL: none
} accounts[] = {
    {"FF.\n=== FAILURES ===\n____ test_a ____\n    def test_a():\n>   "
     "    assert 1 == 2\nE       assert 1 == 2\n\na.py:2: "
     "AssertionError\n____ test_b ____\nother\n=== short test summary "
     "info ===\n2 failed, 1 passed in 0.1s\n",
	"____ test_a ____\n    def test_a():\n>       assert 1 == "
	"2\nE       assert 1 == 2\n\na.py:2: AssertionError"},
    {"=====\nFAIL: test_a (t.A)\n-----\nTraceback (most recent call "
     "last):\n  File \"t.py\"\nAssertionError: 1\n\n=====\nFAIL: "
     "test_b (t.A)\n-----\nTraceback\n-----\nRan 2 tests in 0.0s\n\n"
     "FAILED (failures=2)\n",
	"FAIL: test_a (t.A)\n-----\nTraceback (most recent call last)"
	":\n  File \"t.py\"\nAssertionError: 1"},
    {"test m::a ... FAILED\n\nfailures:\n\n---- m::a stdout ----\n"
     "thread 'm::a' panicked at src/lib.rs:9\n\n---- m::b stdout "
     "----\nx\n\nfailures:\n    m::a\n\ntest result: FAILED. 0 passed; "
     "2 failed;\n",
	"---- m::a stdout ----\nthread 'm::a' panicked at "
	"src/lib.rs:9"},
    {"=== RUN   TestA\n--- PASS: TestA (0.00s)\n--- FAIL: TestB "
     "(0.00s)\n    b_test.go:9: got 1\n    --- FAIL: TestB/s "
     "(0.00s)\n=== RUN   TestC\nFAIL\nFAIL\ta\t0.003s\n",
	"--- FAIL: TestB (0.00s)\n    b_test.go:9: got 1\n    --- "
	"FAIL: TestB/s (0.00s)"},
    {"1..3\nok 1 - a\nnot ok 2 - b\n  ---\n  message: x\n  ...\nok 3 - "
     "c\n",
	"not ok 2 - b\n  ---\n  message: x\n  ..."},
    {"\xe2\x9c\x96 subs (1ms)\n\xe2\x84\xb9 tests 2\n\xe2\x84\xb9 "
     "pass 1\n\xe2\x84\xb9 fail 1\n\n\xe2\x9c\x96 failing "
     "tests:\n\ntest "
     "at a.js:3\n\xe2\x9c\x96 subs (1ms)\n  AssertionError: 1\n",
	"\xe2\x9c\x96 subs (1ms)\n  AssertionError: 1"},
    {"  \xe2\x97\x8f sum > adds\n\n    expect(3)\n\n  \xe2\x97\x8f sum "
     "> b\n\nTests:       2 failed, 5 passed, 7 total\n",
	"  \xe2\x97\x8f sum > adds\n\n    expect(3)"},
    {"  A\n    1) adds\n\n  5 passing (10ms)\n  1 failing\n\n  1) A\n  "
     "  "
     "   adds:\n\n      AssertionError: x\n",
	"  1) A\n       adds:\n\n      AssertionError: x"},
    {"1/2 Test #1: a ......   Passed    0.00 sec\n    Start 2: b\n2/2 "
     "Test #2: b ......***Failed    0.00 sec\nwrong 5\n\n50% tests "
     "passed, 1 tests failed out of 2\n",
	"2/2 Test #2: b ......***Failed    0.00 sec\nwrong 5"},
    {"[ RUN      ] a\nfine\n[       OK ] a\n[ RUN      ] b\n[  ERROR   "
     "] --- 1 != 2\n[   LINE   ] --- b.c:3: error: Failure!\n[  FAILED "
     " ] b\n[ RUN      ] c\n[       OK ] c\n[  PASSED  ] 2 "
     "test(s).\n[  FAILED  ] 1 test(s), listed below:\n",
	"[ RUN      ] b\n[  ERROR   ] --- 1 != 2\n[   LINE   ] --- "
	"b.c:3: error: Failure!"},
    {"[ERROR] ATest.x  Time elapsed: 0.1 s  <<< FAILURE!\njava.lang."
     "AssertionError\n\tat A.x(A.java:3)\n\nTests run: 5, Failures: "
     "1, Errors: 0, Skipped: 0\n",
	"[ERROR] ATest.x  Time elapsed: 0.1 s  <<< FAILURE!\n"
	"java.lang.AssertionError\n\tat A.x(A.java:3)"},
    {"<testsuite><testcase name='a'/><testcase classname='C' name='b'>"
     "<failure message=\"1 &lt; 0\"><![CDATA[at <C>]]]></failure>"
     "</testcase><testcase name='c'><error>no</error></testcase>"
     "</testsuite>",
	"C.b\n1 < 0\nat <C>]"},
    {"....\n4 passed in 0.01s\n", NULL},
    {"[ RUN      ] a\n[       OK ] a\n[  PASSED  ] 1 test(s).\n", NULL},
};

/* What each runner says of the first that failed, and no more. */
static void
test_traces(void **state)
{
	struct testlog t;
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(accounts) / sizeof(accounts[0]); i++) {
		testlog_read(
		    &t, accounts[i].output, strlen(accounts[i].output));
		if (accounts[i].want == NULL)
			assert_null(t.trace);
		else if (t.trace == NULL)
			fail_msg("row %zu: no trace", i);
		else
			assert_string_equal(t.trace, accounts[i].want);
		testlog_free(&t);
		// Byte by byte it is the same.
		struct testlog_reader *r = testlog_begin();

		for (k = 0; accounts[i].output[k] != '\0'; k++)
			testlog_add(r, accounts[i].output + k, 1);
		testlog_end(r, &t);
		if (accounts[i].want != NULL)
			assert_string_equal(t.trace, accounts[i].want);
		testlog_free(&t);
	}
}

/* Cut anywhere, with any bytes in it, it ends in an answer. */
static void
test_spoiled(void **state)
{
	char buf[2048];
	struct testlog t;
	size_t i, n, len;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		len = strlen(rows[i].output);
		for (n = 0; n < len; n++) {
			testlog_read(&t, rows[i].output, n);
			testlog_free(&t);
			memcpy(buf, rows[i].output, len);
			buf[n] = (char)(n % 3 == 0 ? 0 : n % 3 == 1 ? 255 : 10);
			testlog_read(&t, buf, len);
			testlog_free(&t);
		}
	}
	memset(buf, '9', sizeof(buf));
	testlog_read(&t, buf, sizeof(buf));
	assert_null(t.runner);
}

static void
test_many(void **state)
{
	struct text out = {0}, said = {0};
	struct testlog t;
	int i;

	(void)state;
	for (i = 0; i < 100; i++)
		text_printf(&out, "FAILED a.py::t%d - x\n", i);
	text_str(&out, "100 failed in 1.0s\n");
	testlog_read(&t, out.p, out.len);
	assert_int_equal(t.names, TESTLOG_NAMES_MAX);
	assert_int_equal(testlog_total(&t), 100);
	testlog_say(&t, &said);
	assert_non_null(strstr(said.p, "a.py::t9 and 90 more"));
	testlog_free(&t);
	text_free(&out);
	text_free(&said);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_runners),
	    cmocka_unit_test(test_traces),
	    cmocka_unit_test(test_spoiled),
	    cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests_name("testlog", tests, NULL, NULL);
}
