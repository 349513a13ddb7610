// SPDX-License-Identifier: ISC
// Loads the filters that were compiled while the project was built.
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include "jail/filters.h"
#include "jail/seccomp.h"
#include "policy/syscalls.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct profile {
	const struct sock_filter *f;
	size_t n;
	const unsigned short *key; // where it goes: low and high halves
} profiles[] = {
    [SYSCALL_DEFAULT] = {filter_default, COUNT(filter_default),
	filter_default_key},
    [SYSCALL_STRICT] = {filter_strict, COUNT(filter_strict), filter_strict_key},
};
_Static_assert(COUNT(profiles) == SYSCALL__PROFILES, "one each");
_Static_assert(COUNT(filter_default_key) == 4, "128 bits");
_Static_assert(COUNT(filter_strict_key) == 4, "128 bits");

static uint64_t key[2];

static int
load(const struct sock_filter *f, size_t n, struct err *e)
{
	struct sock_fprog prog = {
	    .len = (unsigned short)n,
	    .filter = (struct sock_filter *)(uintptr_t)f,
	};

	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0) != 0)
		return err_set(e, ERR_SECCOMP, errno,
		    "load the filter (the kernel needs CONFIG_SECCOMP_FILTER)");
	return 0;
}

int
seccomp_box(uint32_t profile, struct err *e)
{
	struct sock_filter f[COUNT(filter_default) + COUNT(filter_strict)];
	const struct profile *p;
	size_t i;

	if (profile >= COUNT(profiles))
		return err_set(
		    e, ERR_SECCOMP, EINVAL, "no seccomp profile %u", profile);
	p = &profiles[profile];
	if (syscall(SYS_getrandom, key, sizeof(key), 0) != sizeof(key))
		return err_set(e, ERR_SECCOMP, errno, "make a key");
	memcpy(f, p->f, p->n * sizeof(f[0]));
	for (i = 0; i < COUNT(filter_default_key); i++)
		f[p->key[i]].k = (uint32_t)(key[i / 2] >> (32 * (i % 2)));
	return load(f, p->n, e);
}

const uint64_t *
seccomp_key(void)
{
	return key;
}

int
seccomp_helper(struct err *e)
{
	return load(filter_helper, COUNT(filter_helper), e);
}
