// SPDX-License-Identifier: ISC
// mend: hosts that lack something, and the command that each is told.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "src/doctor/mend.h"

static struct host
good_host(void)
{
	struct host h = {
	    .release = "6.12.1",
	    .major = 6,
	    .minor = 12,
	    .cgroup = HOST_CGROUP_UNIFIED,
	    .own = "/user.slice",
	    .top = "cpu io memory pids",
	    .lsm = "capability,landlock,yama",
	    .landlock_built = true,
	    .max_userns = 15000,
	    .clone_switch = HOST_UNKNOWN,
	    .apparmor = HOST_UNKNOWN,
	};

	return h;
}

static void
told(const struct host *h, struct mend_about about, const char *command)
{
	struct mend m;
	int i;

	mend_find(h, &about, &m);
	assert_true(m.why[0] != '\0');
	for (i = 0; i < m.ncommands; i++)
		if (strstr(m.command[i], command) != NULL)
			return;
	print_error("%s: not told: %s\n", m.why, command);
	fail();
}

static void
test_userns(void **state)
{
	const struct mend_about about = {.kind = MEND_USERNS};
	struct host h = good_host();

	(void)state;
	told(&h, about, "sysctl");
	h.container = true;
	told(&h, about, "docker run --security-opt");
	h.apparmor = 1;
	told(&h, about, "kernel.apparmor_restrict_unprivileged_userns=0");
	h.clone_switch = 0;
	told(&h, about, "kernel.unprivileged_userns_clone=1");
	h.max_userns = 0;
	told(&h, about, "user.max_user_namespaces=15000");
	h = good_host();
	h.clone_switch = 1;
	h.max_userns = HOST_UNKNOWN;
	told(&h, about, "CONFIG_USER_NS");
}

static void
test_cgroups(void **state)
{
	struct mend_about about = {.kind = MEND_CGROUP};
	struct host h = good_host();

	(void)state;
	told(&h, about, "Delegate=yes");
	about.privileged = true;
	told(&h, about, "remount,rw /sys/fs/cgroup");
	h.cgroup = HOST_CGROUP_NONE;
	told(&h, about, "mount -t cgroup2");
	h = good_host();
	about = (struct mend_about){
	    .kind = MEND_CONTROLLER, .controller = "memory"};
	told(&h, about, "Delegate=yes");
	h.delegated = true;
	told(&h, about, "systemctl edit user@.service");
	about.privileged = true;
	told(&h, about, "echo +memory");
	snprintf(h.top, sizeof(h.top), "%s", "cpu pids");
	told(&h, about, "cgroup_enable=memory");
	h.cgroup = HOST_CGROUP_HYBRID;
	told(&h, about, "systemd.unified_cgroup_hierarchy=1");
	h.cgroup = HOST_CGROUP_NONE;
	told(&h, about, "mount -t cgroup2");
}

static void
test_landlock(void **state)
{
	const struct mend_about about = {.kind = MEND_LANDLOCK};
	struct host h = good_host();

	(void)state;
	snprintf(h.lsm, sizeof(h.lsm), "%s", "capability,yama,apparmor");
	told(&h, about, "lsm=landlock,capability,yama,apparmor");
	h.lsm[0] = '\0';
	told(&h, about, "lsm=landlock");
	h.landlock_built = false;
	told(&h, about, "CONFIG_SECURITY_LANDLOCK");
}

static void
test_groups(void **state)
{
	const struct mend_about about = {.kind = MEND_GROUPS};
	struct host h = good_host();

	(void)state;
	told(&h, about, "uidmap");
	told(&h, about, "--add-subgids");
	h.newgidmap = true;
	told(&h, about, "--add-subgids");
	h.subgids = true;
	told(&h, about, "sudo");
}

/* Each kind says something on a host that lacks nothing it knows of. */
static void
test_all(void **state)
{
	const struct host h = good_host();
	struct mend_about about = {.controller = "io"};
	struct mend m;
	int k;

	(void)state;
	for (k = MEND_NONE + 1; k <= MEND_INSTALL; k++) {
		about.kind = (enum mend_kind)k;
		mend_find(&h, &about, &m);
		assert_true(m.why[0] != '\0');
		assert_true(m.ncommands <= MEND_COMMANDS_MAX);
	}
	about.kind = MEND_NONE;
	mend_find(&h, &about, &m);
	assert_string_equal(m.why, "");
	assert_int_equal(m.ncommands, 0);
}

static void
test_errors(void **state)
{
	static const struct {
		enum err_code code;
		int sys;
		enum mend_kind want;
	} rows[] = {
	    {ERR_NAMESPACE, EPERM, MEND_USERNS},
	    {ERR_NAMESPACE, ENOSYS, MEND_KERNEL},
	    {ERR_IDMAP, EPERM, MEND_USERNS},
	    {ERR_MOUNT, EPERM, MEND_MOUNT},
	    {ERR_MOUNT, ENOSYS, MEND_KERNEL},
	    {ERR_CGROUP, EACCES, MEND_CGROUP},
	    {ERR_LANDLOCK, EINVAL, MEND_LANDLOCK},
	    {ERR_REFUSED, 0, MEND_CEILING},
	    {ERR_POLICY, 0, MEND_CEILING},
	    {ERR_SYSTEM, ENOENT, MEND_INSTALL},
	    {ERR_NET, EPERM, MEND_USERNS},
	};
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		err_set(&e, rows[i].code, rows[i].sys, "x");
		assert_int_equal(mend_of_error(&e), rows[i].want);
	}
	// What a helper said before it ended is text alone.
	err_set(&e, ERR_GONE, 0, "x: Function not implemented");
	assert_int_equal(mend_of_error(&e), MEND_KERNEL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_userns),
	    cmocka_unit_test(test_cgroups),
	    cmocka_unit_test(test_landlock),
	    cmocka_unit_test(test_groups),
	    cmocka_unit_test(test_all),
	    cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests_name("mend", tests, NULL, NULL);
}
