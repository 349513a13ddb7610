// SPDX-License-Identifier: ISC
// What pid 1 is told to be. Its process may be there before that is known: it
// then begins with what all boxes of its shape have.
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/inside/inside.h"

static struct wire_msg m; // too large for a stack

void
told_go(const struct inside *in)
{
	struct err ignored;

	// The helper writes our maps before it says so.
	if (wire_recv(in->ctl, WIRE_H2I, 0, &m, &ignored) <= 0 ||
	    m.h.type != WIRE_GO)
		_exit(1);
}

static struct rootfs_source *
source_of(struct rootfs *r, uint32_t which)
{
	if (which == WIRE_SOURCE_WORKSPACE)
		return &r->workspace;
	if (which == WIRE_SOURCE_ROOT)
		return &r->root;
	which -= WIRE_SOURCE_MOUNT;
	return which < r->nmounts ? &r->mount[which] : NULL;
}

static int
take_source(struct inside *in, struct err *e)
{
	struct rootfs_source *s = source_of(&in->rootfs, m.u.source.which);

	if (s == NULL)
		return err_set(
		    e, ERR_PROTOCOL, 0, "SOURCE %u", m.u.source.which);
	if (m.u.source.tree != 0)
		s->tree = take_fd(&m.fds[0]);
	else
		s->fd = take_fd(&m.fds[0]);
	return 0;
}

// Safe: nothing of the box runs before we have let go of the memory.
static void
take_build(struct inside *in)
{
	const struct spec *spec = in->spec;

	rootfs_plan(&in->rootfs, spec);
	in->rootfs.keeper = in->keeper;
	in->rootfs.told = &in->told;
	in->rootfs.root_uid = (int)in->shape.root_uid;
	memcpy(in->limit, spec->limit, sizeof(in->limit));
	memcpy(in->choice, spec->choice, sizeof(in->choice));
	memcpy(in->by, m.u.build.enforced, sizeof(in->by));
	in->measured = m.u.build.measured != 0;
}

int
told_all(struct inside *in, struct err *e)
{
	uint32_t left;

	if (wire_recv(in->ctl, WIRE_H2I, 0, &m, e) <= 0)
		_exit(1); // it is not wanted any more
	if (m.h.type != WIRE_BUILD)
		return err_set(e, ERR_PROTOCOL, 0, "no BUILD");
	take_build(in);
	for (left = m.u.build.sources; left > 0; left--) {
		if (wire_recv(in->ctl, WIRE_H2I, 0, &m, e) <= 0)
			_exit(1);
		if (m.h.type != WIRE_SOURCE)
			return err_set(e, ERR_PROTOCOL, 0, "no SOURCE");
		if (take_source(in, e) != 0)
			return -1;
	}
	return 0;
}

void
told_forget(struct inside *in)
{
	munmap(in->spec, sizeof(*in->spec));
	in->spec = NULL;
	in->rootfs.spec = NULL;
}
