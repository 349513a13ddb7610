// SPDX-License-Identifier: ISC
// What a peer says its sandbox shall be, before any of it is admitted.
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/peer.h"
#include "policy/paths.h"

static int
must_be_dir(int fd, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) != 0 || !S_ISDIR(st.st_mode))
		return err_set(e, ERR_PROTOCOL, 0, "not a directory");
	return 0;
}

static int
tell_begin(struct peer *p, struct wire_msg *m, struct err *e)
{
	if (must_be_dir(m->fds[0], e) != 0)
		return -1;
	p->box.rootfs.workspace.fd = take_fd(&m->fds[0]);
	p->state = WIRE_ST_SPEC;
	return 0;
}

// The descriptor decides what is mounted; src is what the ceiling judges, so
// that the two must be one.
static int
check_source(int fd, const char *src, struct err *e)
{
	char proc[32], path[SPEC_PATH_MAX];
	ssize_t n;

	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", fd);
	n = readlink(proc, path, sizeof(path));
	if (n < 0 || n == (ssize_t)sizeof(path))
		return err_set(e, ERR_PROTOCOL, 0, "an unnamed file");
	path[n] = '\0';
	if (strcmp(path, src) != 0)
		return err_set(e, ERR_PROTOCOL, 0,
		    "a message says another path than it brings");
	return must_be_dir(fd, e);
}

static int
tell_mount(struct peer *p, struct wire_msg *m, struct err *e)
{
	struct spec *s = p->box.spec;
	struct spec_mount *sm;

	if (s->nmounts == SPEC_MOUNTS_MAX)
		return err_set(e, ERR_PROTOCOL, 0, "too many mounts");
	if (check_source(m->fds[0], m->u.mount.src, e) != 0)
		return -1;
	if (!paths_clean(m->u.mount.dst) ||
	    paths_mount_fault(m->u.mount.dst) != NULL)
		return err_set(
		    e, ERR_PROTOCOL, 0, "MOUNT on %s", m->u.mount.dst);
	sm = &s->mount[s->nmounts];
	sm->writable = m->u.mount.writable;
	memcpy(sm->src, m->u.mount.src, sizeof(sm->src));
	memcpy(sm->dst, m->u.mount.dst, sizeof(sm->dst));
	p->box.rootfs.mount[s->nmounts].fd = take_fd(&m->fds[0]);
	s->nmounts++;
	return 0;
}

static int
tell_limit(struct peer *p, struct wire_msg *m, struct err *e)
{
	const struct spec_limit_info *info;
	uint64_t v = m->u.limit.value;

	if (m->u.limit.limit >= LIMIT__COUNT)
		return err_set(
		    e, ERR_PROTOCOL, 0, "LIMIT %u", m->u.limit.limit);
	info = spec_limit_info((enum spec_limit)m->u.limit.limit);
	if (v != 0 && (v < info->min || v > info->max))
		return err_set(
		    e, ERR_PROTOCOL, 0, "LIMIT %s out of range", info->name);
	p->box.spec->limit[m->u.limit.limit] = v;
	return 0;
}

static int
tell_choice(struct peer *p, struct wire_msg *m, struct err *e)
{
	uint32_t choice = m->u.choice.choice, value = m->u.choice.value;

	if (choice >= CHOICE__COUNT ||
	    spec_choice_word((enum spec_choice)choice, value) == NULL)
		return err_set(
		    e, ERR_PROTOCOL, 0, "CHOICE %u %u", choice, value);
	p->box.spec->choice[choice] = value;
	return 0;
}

static int
tell_item(struct peer *p, struct wire_msg *m, struct err *e)
{
	const struct wire_item *w = &m->u.item;
	struct spec_list *l;

	if (w->list >= LIST__COUNT)
		return err_set(e, ERR_PROTOCOL, 0, "ITEM of list %u", w->list);
	l = &p->box.spec->list[w->list];
	if (l->n == SPEC_ITEMS_MAX)
		return err_set(e, ERR_PROTOCOL, 0, "too many items");
	memcpy(l->item[l->n++], w->text, sizeof(w->text));
	return 0;
}

static int
tell_root(struct peer *p, struct wire_msg *m, struct err *e)
{
	if (check_source(m->fds[0], m->u.root.src, e) != 0)
		return -1;
	memcpy(p->box.spec->root, m->u.root.src, sizeof(p->box.spec->root));
	p->box.rootfs.root.fd = take_fd(&m->fds[0]);
	return 0;
}

int
peer_tell(struct peer *p, struct wire_msg *m, struct err *e)
{
	switch (m->h.type) {
	case WIRE_BEGIN:
		return tell_begin(p, m, e);
	case WIRE_MOUNT:
		return tell_mount(p, m, e);
	case WIRE_LIMIT:
		return tell_limit(p, m, e);
	case WIRE_CHOICE:
		return tell_choice(p, m, e);
	case WIRE_ITEM:
		return tell_item(p, m, e);
	case WIRE_ROOT:
		return tell_root(p, m, e);
	case WIRE_EGRESS:
		return peer_egress(p, m, e);
	case WIRE_NET:
		return peer_net(p, m, e);
	default:
		return err_set(e, ERR_INTERNAL, 0, "no handler");
	}
}
