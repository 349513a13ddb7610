// SPDX-License-Identifier: ISC
// What outlives a worker that dies.
#include <errno.h>
#include <sys/mman.h>
#include "jail/egress/shared.h"

struct shared *
shared_new(struct err *e)
{
	void *p = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p != MAP_FAILED)
		return p;
	err_set(e, ERR_SYSTEM, errno, "memory of the broker");
	return NULL;
}
