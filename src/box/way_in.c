// SPDX-License-Identifier: ISC
// Starts the helper or finds the service's, and loses every right that this
// process has.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "jail/base/caps.h"
#include "jail/base/fd.h"
#include "jail/base/landlock.h"
#include "src/box/service.h"
#include "src/box/sibling.h"
#include "src/box/way_in.h"

#define HELPER "stockade-jail"

enum {
	WRITABLE_MAX = 16,
	PEER = 3, // where the helper looks for us
};

struct identity {
	uid_t uid;
	gid_t gid;
	bool by_owner; /* of the workspace; then which directory that was */
	dev_t dev;
	ino_t ino;
};

// Returns the errno that kept it.
static int
exec_helper(const char *path, int sock)
{
	char *argv[] = {(char[]){HELPER}, NULL};
	char *envp[] = {NULL};
	int null = open("/dev/null", O_RDWR);

	if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0)
		return errno;
	if (sock == PEER ? fcntl(sock, F_SETFD, 0) < 0 : dup2(sock, PEER) < 0)
		return errno;
	execve(path, argv, envp);
	return errno;
}

static int
spawn_helper(struct way_in *w, struct err *e)
{
	char path[PATH_MAX];
	const int one = 1;
	volatile int failed = 0; // by the child, in our memory
	int sv[2];

	sibling_find(HELPER, path, sizeof(path));
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sv) != 0)
		return err_set(e, ERR_SYSTEM, errno, "socketpair");
	// What we send before the helper runs must carry our identity, too.
	if (setsockopt(sv[1], SOL_SOCKET, SO_PASSCRED, &one, sizeof(one)) != 0)
		return err_set(e, ERR_SYSTEM, errno, "SO_PASSCRED");
	// Not posix_spawn: libc's asks about each of 64 signals, which the
	// helper sets itself.
	w->pid = vfork();
	if (w->pid == 0) {
		failed = exec_helper(path, sv[1]);
		_exit(127);
	}
	if (w->pid < 0)
		failed = errno;
	close(sv[1]);
	w->helper = sv[0];
	if (failed != 0)
		return err_set(
		    e, ERR_SYSTEM, failed, "start the helper %s", path);
	return 0;
}

static int
number(const char *text, unsigned *out)
{
	unsigned long v;
	char *end;

	if (text == NULL || *text < '0' || *text > '9')
		return -1;
	errno = 0;
	v = strtoul(text, &end, 10);
	if (errno != 0 || *end != '\0' || v >= UINT_MAX)
		return -1;
	*out = (unsigned)v;
	return 0;
}

// Whom a privileged caller works for: who called sudo, else whose directory
// it is.
static int
find_identity(const char *workspace, struct identity *id, struct err *e)
{
	struct stat st;

	if (number(getenv("SUDO_UID"), &id->uid) == 0 && id->uid != 0 &&
	    number(getenv("SUDO_GID"), &id->gid) == 0)
		return 0;
	if (stat(workspace, &st) != 0)
		return err_set(e, ERR_USAGE, errno, "workspace %s", workspace);
	*id = (struct identity){
	    .uid = st.st_uid,
	    .gid = st.st_gid,
	    .by_owner = true,
	    .dev = st.st_dev,
	    .ino = st.st_ino,
	};
	return 0;
}

// uid 0 without capabilities still owns most of the machine's files.
static int
confine_root(const struct way_in *w, const char *const *writable, struct err *e)
{
	struct landlock_path p[WRITABLE_MAX + 5] = {
	    {"/", 0},
	    {"/dev", 1},
	    {"/proc/self", 1},
	    {w->path, 1},
	};
	size_t n = 4;

	for (; writable != NULL && *writable != NULL; writable++) {
		if (n == WRITABLE_MAX + 4)
			return err_set(e, ERR_LIMIT, 0,
			    "more than %d writable directories", WRITABLE_MAX);
		p[n++] = (struct landlock_path){*writable, 1};
	}
	return landlock_confine(landlock_abi(), p, true, e);
}

static int
open_workspace(struct way_in *w, const char *workspace, struct err *e)
{
	char proc[32];
	ssize_t n;

	w->workspace = open(workspace, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (w->workspace < 0)
		return err_set(e, ERR_USAGE, errno, "workspace %s", workspace);
	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", w->workspace);
	n = readlink(proc, w->path, sizeof(w->path) - 1);
	if (n <= 0)
		return err_set(e, ERR_USAGE, errno, "workspace %s", workspace);
	w->path[n] = '\0';
	return 0;
}

// Who may move directories about on the way to the workspace shall not choose
// whom we become there.
static int
same_workspace(const struct way_in *w, const struct identity *id, struct err *e)
{
	struct stat st;

	if (!id->by_owner)
		return 0;
	if (fstat(w->workspace, &st) != 0)
		return err_set(e, ERR_USAGE, errno, "workspace %s", w->path);
	if (st.st_uid != id->uid || st.st_dev != id->dev ||
	    st.st_ino != id->ino)
		return err_set(e, ERR_USAGE, 0,
		    "workspace %s was exchanged while it was opened", w->path);
	return 0;
}

static int
drop(const struct identity *id, struct err *e)
{
	int rc;

	// Both roads end with every set empty; the second keeps uid 0.
	rc = id->uid != 0 ? caps_become(id->uid, id->gid, e) : caps_drop_all(e);
	if (rc != 0 || caps_no_new_privs(e) != 0)
		return -1;
	if (id->uid != 0 && (setuid(0) == 0 || geteuid() == 0))
		return err_set(e, ERR_CAPS, 0, "root came back");
	return 0;
}

static int
enter(struct way_in *w, const char *workspace, const char *const *writable,
    bool service, struct err *e)
{
	struct identity id = {.uid = geteuid()};
	const char *socket = service_socket(service);
	bool root = id.uid == 0;

	w->kind = socket != NULL ? WAY_IN_SERVICE
		  : root	 ? WAY_IN_ROOT
				 : WAY_IN_ROOTLESS;
	if (root && find_identity(workspace, &id, e) != 0)
		return -1;
	if (socket == NULL && spawn_helper(w, e) != 0)
		return -1;
	if (root ? drop(&id, e) != 0 : caps_no_new_privs(e) != 0)
		return -1;
	// As who we are from now on: that is whom the service sees.
	if (socket != NULL && (w->helper = service_connect(socket, e)) < 0)
		return -1;
	if (open_workspace(w, workspace, e) != 0 ||
	    same_workspace(w, &id, e) != 0)
		return -1;
	return root && id.uid == 0 ? confine_root(w, writable, e) : 0;
}

int
way_in(struct way_in *w, const char *workspace, const char *const *writable,
    struct err *e)
{
	return way_in_by(w, workspace, writable, false, e);
}

const char *
way_in_name(enum way_in_kind kind)
{
	static const char *const names[] = {"rootless", "root", "service"};

	return names[kind];
}

int
way_in_by(struct way_in *w, const char *workspace, const char *const *writable,
    bool service, struct err *e)
{
	memset(w, 0, sizeof(*w));
	w->helper = w->workspace = -1;
	if (enter(w, workspace, writable, service, e) == 0)
		return 0;
	way_in_close(w);
	return -1;
}

void
way_in_close(struct way_in *w)
{
	fd_close(&w->helper);
	fd_close(&w->workspace);
	if (w->pid > 0)
		while (waitpid(w->pid, NULL, 0) < 0 && errno == EINTR)
			continue;
	w->pid = 0;
}
