/* SPDX-License-Identifier: ISC */
/*
 * A child in its parent's memory, as with vfork, but by clone3.
 */
#ifndef JAIL_BASE_SHARE_H
#define JAIL_BASE_SHARE_H

#include <stdint.h>
#include <sys/types.h>
#include <linux/sched.h>

/*
 * Makes a child as *a says, with CLONE_VM and CLONE_VFORK: nothing is copied,
 * and the caller sleeps until the child has executed another program or is
 * gone. The child calls run(arg) on the stack that *a names, which must not
 * return; what it writes, the caller finds. key: two words for a filter that
 * wants them (jail/seccomp.h), or NULL. Returns the child's pid, or -1:
 * ENOTSUP on a machine that this is not written for.
 */
pid_t share_clone(
    struct clone_args *a, const uint64_t *key, void (*run)(void *), void *arg);

#endif
