// SPDX-License-Identifier: ISC
// gate: rules are taken from a sealed memfd alone.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/egress/gate.h"

static struct egress_policy rules = {.generation = 1};

static const struct egress_policy *
map(int fd)
{
	struct err e;

	assert_return_code(fd, errno);
	assert_int_equal(fd_write_all(fd, &rules, sizeof(rules)), 0);
	return gate_policy_map(fd, &e);
}

static void
test_memfd(void **state)
{
	autoclose int fd = memfd_create("p", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	const struct egress_policy *p;
	struct err e;

	(void)state;
	assert_null(map(fd));
	assert_return_code(
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE),
	    errno);
	assert_null(gate_policy_map(fd, &e));
	assert_return_code(fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL), errno);
	p = gate_policy_map(fd, &e);
	assert_non_null(p);
	gate_policy_unmap(p);
}

// Of a file on a disk the kernel knows no seals: -1, which has every bit.
static void
test_file(void **state)
{
	char path[] = "./test_gate_policy.XXXXXX";
	autoclose int fd = mkstemp(path);

	(void)state;
	unlink(path);
	assert_null(map(fd));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_memfd),
	    cmocka_unit_test(test_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
