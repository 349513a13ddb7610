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
    {"make: *** [x] Error 1\n", ""},
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
	    cmocka_unit_test(test_spoiled),
	    cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests_name("testlog", tests, NULL, NULL);
}
