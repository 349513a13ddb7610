// SPDX-License-Identifier: ISC
// Giving up privilege, for good.
#include <errno.h>
#include <grp.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include "jail/base/caps.h"

#define LOCKED_BITS                                                      \
	(SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP | \
	    SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED |    \
	    SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED)

static int
set_caps(uint64_t mask, struct err *e)
{
	struct __user_cap_header_struct h = {
	    .version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct d[2];

	memset(d, 0, sizeof(d));
	if (mask != 0) {
		if (syscall(SYS_capget, &h, d) != 0)
			return err_set(e, ERR_CAPS, errno, "capget");
		mask &= d[0].permitted | (uint64_t)d[1].permitted << 32;
	}
	d[0].effective = d[0].permitted = (uint32_t)mask;
	d[1].effective = d[1].permitted = (uint32_t)(mask >> 32);
	d[0].inheritable = d[1].inheritable = 0;
	if (syscall(SYS_capset, &h, d) != 0)
		return err_set(e, ERR_CAPS, errno, "capset");
	return 0;
}

int
caps_drop_all(struct err *e)
{
	unsigned long cap;

	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0)
		return err_set(e, ERR_CAPS, errno, "clear ambient set");
	for (cap = 0; cap < 64; cap++)
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) != 0)
			break;
	// EINVAL: past the last capability this kernel has
	if (cap < 64 && errno != (cap == 0 ? EPERM : EINVAL))
		return err_set(e, ERR_CAPS, errno, "drop bounding set");
	// EPERM: no CAP_SETPCAP, so nothing to lock either
	if (cap > 0 && prctl(PR_SET_SECUREBITS, LOCKED_BITS, 0, 0, 0) != 0)
		return err_set(e, ERR_CAPS, errno, "lock securebits");
	return set_caps(0, e);
}

int
caps_keep(uint64_t mask, struct err *e)
{
	return set_caps(mask, e);
}

int
caps_no_new_privs(struct err *e)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return err_set(e, ERR_CAPS, errno, "no_new_privs");
	return 0;
}

int
caps_become(uid_t uid, gid_t gid, struct err *e)
{
	// The raw calls: libc's would signal threads that do not exist.
	if (syscall(SYS_setgroups, 0, NULL) != 0)
		return err_set(e, ERR_CAPS, errno, "drop groups");
	return caps_become_ids(uid, gid, e);
}

int
caps_become_ids(uid_t uid, gid_t gid, struct err *e)
{
	if (syscall(SYS_setresgid, gid, gid, gid) != 0)
		return err_set(e, ERR_CAPS, errno, "become gid %u", gid);
	if (syscall(SYS_setresuid, uid, uid, uid) != 0)
		return err_set(e, ERR_CAPS, errno, "become uid %u", uid);
	return 0;
}
