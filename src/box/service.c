// SPDX-License-Identifier: ISC
// The client's side of the service way in: when it is taken, and how.
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/box/service.h"

#define DEFAULT_SOCKET SERVICE_DIR "/stockade.sock"

// Tried, not read from settings: a container, an LSM and a sysctl can each
// say no. A mount namespace with it, as some allow a user namespace and
// nothing in it.
static bool
rootless_works(void)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0)
		_exit(unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return pid > 0 && status == 0;
}

const char *
service_socket(bool asked)
{
	const char *path = getenv("STOCKADE_SOCKET");

	if (path != NULL && *path != '\0')
		return path;
	if (asked)
		return DEFAULT_SOCKET;
	// A socket that cannot be reached is no way in: rootless fails with
	// what mends it.
	if (geteuid() == 0 || access(DEFAULT_SOCKET, W_OK) != 0)
		return NULL;
	return rootless_works() ? NULL : DEFAULT_SOCKET;
}

static const char *
mend(int sys)
{
	if (sys == EACCES)
		return "; it is for the members of its group, who have "
		       "logged in since: usermod -aG stockade YOUR-NAME";
	if (sys == ENOENT || sys == ECONNREFUSED)
		return "; start it: systemctl start stockade.socket";
	return "";
}

int
service_connect(const char *path, struct err *e)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	const int one = 1;
	struct ucred cred;
	socklen_t len = sizeof(cred);
	autoclose int fd = -1;

	if (strlen(path) >= sizeof(sa.sun_path))
		return err_set(e, ERR_USAGE, ENAMETOOLONG, "service %s", path);
	memcpy(sa.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	// Ours too: what we say before the other end is looked at carries our
	// identity all the same.
	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &one, sizeof(one)) != 0)
		return err_set(e, ERR_SYSTEM, errno, "socket");
	if (connect(fd, (struct sockaddr *)&sa, sizeof(sa)) != 0)
		return err_set(
		    e, ERR_SYSTEM, errno, "connect to %s%s", path, mend(errno));
	// The workspace is handed to whoever listens there.
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) != 0 ||
	    cred.uid != 0)
		return err_set(e, ERR_USAGE, 0,
		    "the service at %s is not root's; nothing was told to it",
		    path);
	return take_fd(&fd);
}
