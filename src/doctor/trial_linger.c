// SPDX-License-Identifier: ISC
// A command that will not end, seen from the host.
//
// Its stdin is a socket of ours that passes credentials: the kernel tells who
// the sender is out here, whatever it is called inside.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <linux/magic.h>
#include "jail/base/fd.h"
#include "src/doctor/host.h"
#include "src/doctor/trial_linger.h"

enum {
	ANSWER_MS = 10000, // a machine may be busy
	LINGERERS = 2,
	REAP_TRIES = 100,
	REAP_MS = 10,
};

struct lingerer {
	int sock; // our end
	uint32_t cmd;
	struct ucred who, left; // the command, and what it left behind
	bool ended;
};

static ssize_t
hear(int sock, char *text, size_t size, struct ucred *who)
{
	union {
		char buf[CMSG_SPACE(sizeof(struct ucred))];
		struct cmsghdr align;
	} control;
	struct iovec iov = {text, size - 1};
	struct msghdr m = {
	    .msg_iov = &iov,
	    .msg_iovlen = 1,
	    .msg_control = control.buf,
	    .msg_controllen = sizeof(control.buf),
	};
	struct pollfd p = {.fd = sock, .events = POLLIN};
	struct cmsghdr *c;
	ssize_t n;

	if (poll(&p, 1, ANSWER_MS) != 1)
		return -1;
	n = recvmsg(sock, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	text[n > 0 ? n : 0] = '\0';
	c = n > 0 ? CMSG_FIRSTHDR(&m) : NULL;
	if (c != NULL && c->cmsg_level == SOL_SOCKET &&
	    c->cmsg_type == SCM_CREDENTIALS)
		memcpy(who, CMSG_DATA(c), sizeof(*who));
	return n;
}

static int
start(struct lingerer *l, struct box *b, const char *program, int hostdir,
    struct err *e)
{
	char *argv[] = {(char *)(uintptr_t)program, (char[]){"linger"}, NULL};
	struct box_command c = {.argv = argv, .envp = box_default_env};
	const int one = 1;
	int sv[2], rc;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sv) != 0)
		return err_set(e, ERR_SYSTEM, errno, "socketpair");
	l->sock = sv[0];
	if (setsockopt(sv[0], SOL_SOCKET, SO_PASSCRED, &one, sizeof(one)) != 0)
		err_set(e, ERR_SYSTEM, errno, "SO_PASSCRED"); // uid unknown
	c.stdio[0] = c.stdio[1] = sv[1];
	c.stdio[2] = hostdir;
	rc = box_exec(b, &c, &l->cmd, NULL, e);
	close(sv[1]);
	return rc;
}

static void
read_cgroup(pid_t pid, char *path, size_t size)
{
	char file[32], text[4096];

	path[0] = '\0';
	snprintf(file, sizeof(file), "/proc/%d/cgroup", (int)pid);
	if (fd_read_text(AT_FDCWD, file, text, sizeof(text)) < 0)
		return;
	if (!host_parse_cgroup(text, path, size))
		path[0] = '\0';
}

// It says whether it could open the host's directory anew.
static void
meet(struct trial *t, struct lingerer *l, size_t i)
{
	char text[64] = "";

	if (hear(l->sock, text, sizeof(text), &l->who) <= 0)
		return;
	if (strncmp(text, "reopen allowed", 14) == 0)
		t->reopen.word = ANSWER_ALLOWED;
	else if (strncmp(text, "reopen refused ", 15) == 0) {
		t->reopen.word = ANSWER_REFUSED;
		snprintf(
		    t->reopen.text, sizeof(t->reopen.text), "%s", text + 15);
	}
	if (l->who.pid <= 0)
		return;
	t->peer = true;
	t->peer_uid = l->who.uid;
	read_cgroup(
	    l->who.pid, t->cgroup_command[i], sizeof(t->cgroup_command[i]));
}

// Told to, it leaves a process behind, hears of that, and ends.
static bool
part(struct lingerer *l)
{
	char text[64] = "";

	if (send(l->sock, "1", 1, MSG_NOSIGNAL) != 1 ||
	    hear(l->sock, text, sizeof(text), &l->left) <= 0 ||
	    strcmp(text, "stays") != 0)
		return false;
	return send(l->sock, "1", 1, MSG_NOSIGNAL) == 1;
}

// A dead process keeps its number until pid 1 of the sandbox has heard of it.
static bool
alive(pid_t pid)
{
	char path[32];
	int i;

	snprintf(path, sizeof(path), "/proc/%d", (int)pid);
	for (i = 0; pid > 0 && access(path, F_OK) == 0; i++) {
		if (i == REAP_TRIES)
			return true;
		poll(NULL, 0, REAP_MS);
	}
	return false;
}

// Both commands end by themselves; what they left must then be dead, which
// is told by our end of the socket, that it held open.
static int
wait_ends(struct box *b, struct lingerer *l, struct err *e)
{
	struct box_result r;
	uint32_t cmd;
	int i, rc, left = LINGERERS;

	while (left > 0) {
		struct pollfd p = {.fd = box_pollfd(b), .events = POLLIN};

		while ((rc = box_reap(b, &cmd, &r, e)) > 0) {
			for (i = 0; i < LINGERERS; i++)
				l[i].ended |= l[i].cmd == cmd;
			left--;
		}
		if (rc < 0)
			return -1;
		if (left > 0 && poll(&p, 1, ANSWER_MS) == 0)
			return err_set(e, ERR_EXEC, 0,
			    "a command of the trial does not end");
	}
	return 0;
}

static bool
all_gone(const struct lingerer *l)
{
	char byte[2];
	struct ucred who;
	int i;

	for (i = 0; i < LINGERERS; i++)
		if (!l[i].ended || hear(l[i].sock, byte, 2, &who) != 0 ||
		    alive(l[i].left.pid))
			return false;
	return true;
}

int
linger_twice(struct trial *t, struct box *b, const char *program, int hostdir,
    struct err *e)
{
	struct lingerer l[LINGERERS] = {{.sock = -1}, {.sock = -1}};
	int i, rc = 0;

	read_cgroup(getpid(), t->cgroup_own, sizeof(t->cgroup_own));
	for (i = 0; rc == 0 && i < LINGERERS; i++)
		rc = start(&l[i], b, program, hostdir, e);
	for (i = 0; rc == 0 && i < LINGERERS; i++)
		meet(t, &l[i], (size_t)i);
	t->lingered = rc == 0;
	for (i = 0; rc == 0 && i < LINGERERS; i++)
		t->lingered &= part(&l[i]);
	if (rc == 0)
		rc = wait_ends(b, l, e);
	t->linger_gone = rc == 0 && all_gone(l);
	t->left_pid = l[0].left.pid;
	for (i = 0; i < LINGERERS; i++)
		fd_close(&l[i].sock);
	return rc;
}

// The directory of a command's group is in the box's: neither may be left.
static bool
cgroup_left(const char *path)
{
	static const char *const roots[] = {
	    "/sys/fs/cgroup", "/sys/fs/cgroup/unified"};
	const char *box = strstr(path, "/stockade-");
	char file[512];
	size_t i;

	if (box == NULL)
		return false;
	for (i = 0; i < 2; i++) {
		snprintf(file, sizeof(file), "%s%.*s", roots[i],
		    (int)((size_t)(box - path) + 1 + strcspn(box + 1, "/")),
		    path);
		if (access(file, F_OK) == 0)
			return true;
	}
	return false;
}

void
linger_look_for_rest(struct trial *t)
{
	t->clean = t->stands && !alive(t->left_pid) &&
		   !cgroup_left(t->cgroup_command[0]);
}
