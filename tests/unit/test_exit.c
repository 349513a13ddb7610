// SPDX-License-Identifier: ISC
// exit: every status has one name, and every error code one status.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "jail/base/err.h"
#include "src/agent/exit.h"

static const enum agent_exit all[] = {
#define X(id, status, name, what) AGENT_EXIT_##id,
    EXIT_TABLE(X)
#undef X
};
#define NALL (sizeof(all) / sizeof(all[0]))

static void
test_names(void **state)
{
	size_t i, k;

	(void)state;
	assert_string_equal(exit_name(AGENT_EXIT_DONE), "green");
	assert_string_equal(exit_name(AGENT_EXIT_COST), "budget-cost");
	assert_string_equal(exit_name(AGENT_EXIT_INTERRUPTED), "interrupted");
	assert_string_equal(exit_name((enum agent_exit)99), "unknown");
	assert_string_equal(
	    exit_sentence(AGENT_EXIT_RED), "the tests do not pass");
	assert_non_null(exit_sentence((enum agent_exit)99));
	for (i = 0; i < NALL; i++) {
		assert_in_range(all[i], 0, 255);
		for (k = 0; k < i; k++) {
			assert_int_not_equal(all[i], all[k]);
			assert_string_not_equal(
			    exit_name(all[i]), exit_name(all[k]));
			assert_string_not_equal(
			    exit_sentence(all[i]), exit_sentence(all[k]));
		}
	}
}

static void
test_of_error(void **state)
{
	// Every code that is not named here is the sandbox's.
	static const struct {
		uint32_t code;
		enum agent_exit want;
	} rows[] = {
	    {ERR_USAGE, AGENT_EXIT_USAGE},
	    {ERR_POLICY, AGENT_EXIT_POLICY},
	    {ERR_REFUSED, AGENT_EXIT_POLICY},
	    {ERR_MODEL, AGENT_EXIT_MODEL},
	    {ERR_REPLAY, AGENT_EXIT_MODEL},
	    {ERR_SESSION, AGENT_EXIT_INTERNAL},
	    {ERR_INTERNAL, AGENT_EXIT_INTERNAL},
	    {ERR_INTERRUPTED, AGENT_EXIT_INTERRUPTED},
	};
	enum agent_exit want;
	uint32_t code;
	size_t i;

	(void)state;
	for (code = 1; code < ERR__END; code++) {
		want = AGENT_EXIT_SANDBOX;
		for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
			if (rows[i].code == code)
				want = rows[i].want;
		assert_int_equal(exit_of_error(code), want);
	}
	// An error of a code from elsewhere is never a success.
	assert_int_not_equal(exit_of_error(ERR_NONE), AGENT_EXIT_DONE);
	assert_int_not_equal(exit_of_error(UINT32_MAX), AGENT_EXIT_DONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_of_error),
	};

	return cmocka_run_group_tests_name("exit", tests, NULL, NULL);
}
