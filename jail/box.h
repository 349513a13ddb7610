/* SPDX-License-Identifier: ISC */
/*
 * One sandbox, as the helper sees it: what it is made of, in what order, and
 * how all of it goes away again.
 */
#ifndef JAIL_BOX_H
#define JAIL_BOX_H

#include <poll.h>
#include <stdbool.h>
#include <sys/types.h>
#include "jail/base/undo.h"
#include "jail/broker.h"
#include "jail/cgroup.h"
#include "jail/idmap.h"
#include "jail/inside/inside.h"
#include "jail/janitor.h"
#include "jail/rootfs.h"
#include "jail/wire/wire.h"
#include "policy/spec.h"

/*
 * What must be known before pid 1 can be raised. A box of the same shape as
 * one before it can be raised ahead.
 */
struct box_shape {
	uid_t uid; /* the caller */
	gid_t gid;
	unsigned want;	 /* enum cgroup_controller */
	uint32_t direct; /* 1: the caller's own ids, see idmap_direct */
	struct rootfs_shape root;
};

struct box {
	bool privileged;
	bool stranger; /* the service: its groups, and ids of its own or none */
	bool others;   /* it has groups beside its own */
	const struct subgid *sub; /* of a helper without privilege, or NULL */
	struct rootfs rootfs;	  /* its descriptors are ours */
	struct idmap ids;
	struct cgroup cgroup;
	struct cgroup_device disk; /* that the workspace lies on */
	struct janitor janitor;
	struct broker broker;	/* its socket is told before the build */
	struct box_shape shape; /* of what is raised */
	bool prepared;		/* see box_prepare */
	pid_t pid;		/* of pid 1; 0: none */
	pid_t between;		/* see ns_clone */
	int pidfd;		/* or -1: no box, or a kernel without */
	int ctl;		/* to pid 1 */
	int mapper; /* a namespace that maps the peer's directories; or -1 */
	int chan;   /* the agent's end of its channel to pid 1; handed over */
	uint32_t spare; /* a command's number, announced ahead; 0: none */
	struct undo undo;
	struct wire_standing facts;
	struct spec *spec; /* shared with pid 1 until it stands */
};

/*
 * sub: as serve() has it. What *b was before is not undone: it is another
 * process's, of which we are a copy; or all zero.
 */
int box_init(struct box *b, const struct subgid *sub, struct err *e) MUST_CHECK;
/*
 * What can be done before anything is known of it; with a shape, before much
 * is: pid 1 is raised for one like that. box_build does it, too, and anew if
 * it is of another shape.
 */
int box_prepare(
    struct box *b, const struct box_shape *shape, struct err *e) MUST_CHECK;
/*
 * Builds it for the caller uid and gid. peer is watched: if it goes away
 * while we wait, the build ends. On failure everything is undone.
 */
int box_build(
    struct box *b, uid_t uid, gid_t gid, int peer, struct err *e) MUST_CHECK;
/* What to poll for: it has an event once pid 1 is dead. */
struct pollfd box_end_event(const struct box *b);
/* A command: its cgroup, and pid 1 told of it. */
int box_command(struct box *b, uint32_t cmd, struct err *e) MUST_CHECK;
int box_kill(struct box *b, uint32_t cmd, struct err *e) MUST_CHECK;
int box_finish(struct box *b, uint32_t cmd, struct wire_usage *u,
    struct err *e) MUST_CHECK;
/* Prepares the first command, which is number 1, while pid 1 builds. */
void box_expect(struct box *b);
/* Removes what a command that is over left behind. */
void box_release(struct box *b, uint32_t cmd);
/* Ends and removes it all. */
void box_undo(struct box *b);

#endif
