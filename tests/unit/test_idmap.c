// SPDX-License-Identifier: ISC
// idmap: whose ids a plan names, and never host uid 0 where it can help it.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <unistd.h>
#include "jail/idmap.h"

static const unsigned ids[] = {0, 1, 1000, 4242, 65534, 0x7ffffffe};

static void
test_rootless(void **state)
{
	struct idmap m;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		idmap_plan(&m, ids[i], ids[i] / 2, 0);
		assert_int_equal(m.uid, ids[i]);
		assert_int_equal(m.gid, ids[i] / 2);
		assert_int_equal(m.host_uid, m.uid);
		assert_int_equal(m.host_gid, m.gid);
		assert_int_equal(m.own, 0);
		assert_int_equal(m.groups, 0);
	}
}

static void
test_privileged(void **state)
{
	struct idmap m;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		idmap_plan(&m, ids[i], ids[i] / 2, 1);
		assert_int_equal(m.uid, ids[i]);
		assert_int_equal(m.gid, ids[i] / 2);
		assert_int_equal(m.own, 1);
		assert_int_equal(m.groups, 1);
		// One of its own for each helper, of a range nobody has:
		// above systemd's containers, below what is reserved.
		assert_int_equal(m.host_uid, 0x70000000u + (unsigned)getpid());
		assert_int_equal(m.host_gid, m.host_uid);
		assert_true(m.host_uid > 0x6fffffffu);
		assert_true(m.host_uid < 0x7fffffffu);
	}
}

// A disk that cannot map: the caller's own, and dropping groups as before.
static void
test_direct(void **state)
{
	struct idmap m;

	(void)state;
	idmap_plan(&m, 4242, 4343, 1);
	idmap_direct(&m);
	assert_int_equal(m.host_uid, 4242);
	assert_int_equal(m.host_gid, 4343);
	assert_int_equal(m.uid, 4242);
	assert_int_equal(m.gid, 4343);
	assert_int_equal(m.own, 0);
	assert_int_equal(m.groups, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rootless),
	    cmocka_unit_test(test_privileged),
	    cmocka_unit_test(test_direct),
	};

	return cmocka_run_group_tests_name("idmap", tests, NULL, NULL);
}
