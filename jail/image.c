// SPDX-License-Identifier: ISC
// Begins the helper anew from a sealed copy of its program.
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/base/landlock.h"
#include "jail/image.h"

#ifndef MFD_EXEC
#	define MFD_EXEC 0x0010U // Linux 6.3
#endif

#define NAME "stockade-jail"

static int
copy(int from, int to, struct err *e)
{
	struct stat st;
	ssize_t n;
	off_t at = 0;

	if (fstat(from, &st) != 0)
		return err_set(e, ERR_SYSTEM, errno, "look at our program");
	while (at < st.st_size) {
		n = sendfile(to, from, &at, (size_t)(st.st_size - at));
		if (n <= 0)
			return err_set(e, ERR_SYSTEM, n < 0 ? errno : EIO,
			    "copy our program");
	}
	if (fcntl(to, F_ADD_SEALS,
		F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0)
		return err_set(e, ERR_SYSTEM, errno, "seal our program");
	return 0;
}

int
image_hide(char *const *argv, struct err *e)
{
	// Nothing of it is read: the helper has no environment.
	char *const none[] = {NULL};
	autoclose int from = -1, to = -1;

	if (landlock_abi() > 0)
		return 0;
	from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	if (from < 0)
		return err_set(e, ERR_SYSTEM, errno, "open our program");
	// Not a file of memory: EINVAL.
	if (fcntl(from, F_GET_SEALS) > 0) {
		// The kernel called us by the descriptor's number.
		prctl(PR_SET_NAME, NAME, 0, 0, 0);
		return 0;
	}
	to = memfd_create(NAME, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
	if (to < 0 && errno == EINVAL)
		to = memfd_create(NAME, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (to < 0)
		return err_set(e, ERR_SYSTEM, errno, "make a memory file");
	if (copy(from, to, e) != 0)
		return -1;
	syscall(SYS_execveat, to, "", argv, none, AT_EMPTY_PATH);
	return err_set(e, ERR_SYSTEM, errno,
	    "run from memory, as a kernel without Landlock wants it");
}
