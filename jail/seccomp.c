// SPDX-License-Identifier: ISC
// Loads the filters that were compiled while the project was built.
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include "jail/filters.h"
#include "jail/seccomp.h"

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
seccomp_box(struct err *e)
{
	return load(filter_box, sizeof(filter_box) / sizeof(filter_box[0]), e);
}

int
seccomp_helper(struct err *e)
{
	return load(
	    filter_helper, sizeof(filter_helper) / sizeof(filter_helper[0]), e);
}
