// SPDX-License-Identifier: ISC
// degraded: what a strict sandbox is refused for, and by which names.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "jail/degraded.h"

static struct wire_standing
whole(void)
{
	struct wire_standing f = {
	    .landlock_abi = 7, .idmapped = 1, .cgroup = 1};
	uint32_t i;

	for (i = 0; i < LIMIT__COUNT; i++)
		f.enforced[i] = WIRE_BY_NONE;
	return f;
}

static void
refused(const struct wire_standing *f, bool privileged, const char *why)
{
	struct err e;

	assert_int_equal(degraded_refuse(f, privileged, &e), -1);
	assert_int_equal(e.code, ERR_DEGRADED);
	assert_string_equal(e.text, why);
}

static void
test_layers(void **state)
{
	struct wire_standing f = whole();
	struct err e;

	(void)state;
	assert_int_equal(degraded_refuse(&f, true, &e), 0);
	f.landlock_abi = 0;
	refused(&f, true, "it would be degraded: landlock (not in use)");
	f = whole();
	f.cgroup = 0;
	refused(&f, true, "it would be degraded: cgroup-per-command (none)");
	f = whole();
	f.groups = 1;
	refused(&f, false, "it would be degraded: no-groups (they stay)");
	f = whole();
	f.idmapped = 0;
	refused(&f, true, "it would be degraded: own-ids (the caller's)");
	// Without privilege there are none to be had.
	assert_int_equal(degraded_refuse(&f, false, &e), 0);
}

static void
test_limits(void **state)
{
	struct wire_standing f = whole();
	struct err e;
	uint32_t i;

	(void)state;
	for (i = 0; i < LIMIT__COUNT; i++)
		f.enforced[i] = spec_limit_kernels((enum spec_limit)i)
				    ? WIRE_BY_CGROUP
				    : WIRE_BY_WATCHDOG;
	f.enforced[LIMIT_FSIZE] = WIRE_BY_RLIMIT;
	f.enforced[LIMIT_TMP] = WIRE_BY_KERNEL;
	assert_int_equal(degraded_refuse(&f, true, &e), 0);
	f.enforced[LIMIT_MEMORY] = WIRE_BY_WATCHDOG;
	f.enforced[LIMIT_DISK] = WIRE_BY_MISSING;
	refused(&f, true,
	    "it would be degraded: limit-memory (watchdog), "
	    "limit-disk (missing)");
}

/* A text that ends in the middle of a name would name something else. */
static void
test_many(void **state)
{
	struct wire_standing f = {.groups = 1};
	struct err e;
	uint32_t i;

	(void)state;
	for (i = 0; i < LIMIT__COUNT; i++)
		f.enforced[i] = WIRE_BY_MISSING;
	assert_int_equal(degraded_refuse(&f, true, &e), -1);
	assert_non_null(memchr(e.text, '\0', sizeof(e.text)));
	assert_int_equal(e.text[strlen(e.text) - 1], ')');
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_layers),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests_name("degraded", tests, NULL, NULL);
}
