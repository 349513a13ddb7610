// SPDX-License-Identifier: ISC
// Messages as bytes: any of them, beside what a good sender would send.
#include <dirent.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include "jail/base/fd.h"
#include "tests/unit/raw.h"

#define PART(id, kind, body, member)                            \
	{                                                       \
		WIRE_##id, kind, offsetof(struct body, member), \
		    sizeof(((struct body *)0)->member), #member \
	}

const struct raw_part raw_parts[] = {
    PART(HELLO, ZERO, wire_hello, reserved),
    PART(BEGIN, ZERO, wire_begin, reserved),
    PART(MOUNT, BOOL, wire_mount, writable),
    PART(MOUNT, ZERO, wire_mount, reserved),
    PART(MOUNT, NAME, wire_mount, src),
    PART(MOUNT, NAME, wire_mount, dst),
    PART(LIMIT, ZERO, wire_limit, reserved),
    PART(ITEM, ZERO, wire_item, reserved),
    PART(ITEM, NAME, wire_item, text),
    PART(ROOT, NAME, wire_root, src),
    PART(COMMIT, ZERO, wire_commit, reserved),
    PART(COMMAND, ZERO, wire_command, reserved),
    PART(KILL, ZERO, wire_command, reserved),
    PART(WELCOME, ZERO, wire_welcome, reserved),
    PART(STANDING, BY, wire_standing, enforced),
    PART(STANDING, BOOL, wire_standing, idmapped),
    PART(STANDING, BOOL, wire_standing, cgroup),
    PART(STANDING, BOOL, wire_standing, subordinate),
    PART(STANDING, BOOL, wire_standing, groups),
    PART(REFUSED, NAME, wire_refused, item),
    PART(REFUSED, NAME, wire_refused, reason),
    PART(FAILED, NAME, wire_failed, err.text),
    PART(DONE, ZERO, wire_command, reserved),
    PART(EXEC, ZERO, wire_exec, rows),
    PART(EXEC, ZERO, wire_exec, cols),
    PART(EXEC, ZERO, wire_exec, reserved),
    PART(EXEC_TTY, ZERO, wire_exec, reserved),
    PART(EXEC_TEXT, ZERO, wire_exec_text, exec.rows),
    PART(EXEC_TEXT, ZERO, wire_exec_text, exec.cols),
    PART(EXEC_TEXT, ZERO, wire_exec_text, exec.reserved),
    PART(OPEN, NAME, wire_open, path),
    PART(MKDIRS, NAME, wire_path, path),
    PART(RENAME, NAME, wire_rename, from),
    PART(RENAME, NAME, wire_rename, to),
    PART(UNLINK, NAME, wire_path, path),
    PART(STARTED, ZERO, wire_started, reserved),
    PART(STARTED_TTY, ZERO, wire_started, reserved),
    PART(OPENED, ZERO, wire_ok, reserved),
    PART(OK, ZERO, wire_ok, reserved),
    PART(USAGE, SET, wire_usage, hits),
    PART(USAGE, ZERO, wire_usage, used.reserved),
    PART(EXITED, ONE, wire_exited, first),
    PART(EXITED, SET, wire_exited, hits),
    PART(EXITED, ZERO, wire_exited, used.reserved),
    PART(EXITED, BOOL, wire_exited, whole),
    PART(EXITED, ZERO, wire_exited, reserved),
    PART(BUILD, BOOL, wire_build, measured),
    PART(GO, ZERO, wire_ok, reserved),
    PART(BUILD, BY, wire_build, enforced),
    PART(SOURCE, BOOL, wire_source, tree),
    PART(CGROUP, ZERO, wire_command, reserved),
    PART(CGROUP_WATCHED, ZERO, wire_command, reserved),
    PART(LINEAGE, ZERO, wire_command, reserved),
    PART(READY, ZERO, wire_ready, reserved),
    PART(EGRESS, ZERO, wire_broker, reserved),
    PART(NET, ZERO, wire_net, rule.reserved),
    PART(NET, TEXT, wire_net, rule.host),
    PART(NET, TEXT, wire_net, rule.preset),
    PART(MINT, ZERO, wire_ok, reserved),
    PART(MINTED, ZERO, wire_ok, reserved),
    PART(GATE_SOCKET, PORT, wire_gate_socket, port),
    PART(GATE_POLICY, BOOL, wire_gate_policy, privileged),
    PART(BROKER, ZERO, wire_broker, reserved),
    PART(ATTACH, BOOL, wire_attach, asking),
    PART(ATTACH, ZERO, wire_attach, reserved),
    PART(ATTACH, TEXT, wire_attach, run),
    PART(SYNC, ZERO, wire_broker, reserved),
    PART(RELAY, PORT, wire_relay, port),
    PART(RELAY, ZERO, wire_relay, reserved),
    PART(ASK, PORT, wire_ask, port),
    PART(ASK, BOOL, wire_ask, literal),
    PART(ASK, NAME, wire_ask, host),
    PART(VIOLATION, PORT, wire_violation, port),
    PART(VIOLATION, BOOL, wire_violation, literal),
    PART(VIOLATION, TEXT, wire_violation, host),
    PART(VIOLATION, TEXT, wire_violation, rule),
    {0, ZERO, 0, 0, NULL},
};

unsigned
raw_open_files(void)
{
	autoclosedir DIR *d = opendir("/proc/self/fd");
	unsigned n = 0;

	while (d != NULL && readdir(d) != NULL)
		n++;
	return n;
}

void
raw_right(struct raw *r, const struct wire_info *w)
{
	const struct raw_part *part;

	memset(r, 0, sizeof(*r));
	r->h.version = WIRE_VERSION;
	r->h.type = w->type;
	r->h.nfds = w->nfds;
	r->h.len = w->len;
	r->h.seq = 7;
	r->nfds = w->nfds;
	r->size = sizeof(r->h) + w->len;
	for (part = raw_parts; part->name != NULL; part++)
		if (part->type == w->type && part->kind == NAME)
			memcpy(r->body + part->at, "/a", 2);
}

int
raw_send(int sock, const struct raw *r, int fd)
{
	union {
		char buf[CMSG_SPACE(sizeof(int) * RAW_FDS_MOST)];
		struct cmsghdr align;
	} control;
	struct iovec iov = {(void *)(uintptr_t)r, r->size};
	struct msghdr mh = {.msg_iov = &iov, .msg_iovlen = 1};
	struct cmsghdr *c;
	unsigned i;

	_Static_assert(offsetof(struct raw, body) == sizeof(r->h), "packed");
	if (r->nfds > 0) {
		memset(&control, 0, sizeof(control));
		mh.msg_control = control.buf;
		mh.msg_controllen = CMSG_SPACE(sizeof(int) * r->nfds);
		c = CMSG_FIRSTHDR(&mh);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int) * r->nfds);
		for (i = 0; i < r->nfds; i++)
			memcpy(
			    CMSG_DATA(c) + i * sizeof(int), &fd, sizeof(int));
	}
	return sendmsg(sock, &mh, MSG_NOSIGNAL) == (ssize_t)r->size ? 0 : -1;
}
