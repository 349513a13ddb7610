// SPDX-License-Identifier: ISC
// What a sandbox shall be, told to the helper.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/wire/wire.h"
#include "src/box/tell.h"

static int
to_helper(const struct tell *t, enum wire_type type, const void *body,
    const int *fds, struct err *e)
{
	return wire_send(t->helper, 0, type, ++*t->seq, body, fds, e);
}

// A directory of the host as the helper judges it: links in its path are
// resolved, so that src is where the descriptor leads.
static int
open_source(const char *path, char src[SPEC_PATH_MAX], struct err *e)
{
	autoclose int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	char proc[32];
	ssize_t n;

	if (fd < 0)
		return err_set(e, ERR_POLICY, errno, "%s", path);
	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", fd);
	n = readlink(proc, src, SPEC_PATH_MAX - 1);
	if (n <= 0 || n == SPEC_PATH_MAX - 1)
		return err_set(e, ERR_POLICY, ENAMETOOLONG, "%s", path);
	return take_fd(&fd);
}

static int
tell_mounts(const struct tell *t, const struct spec *spec, struct err *e)
{
	struct wire_mount wm;
	uint32_t i;

	for (i = 0; i < spec->nmounts; i++) {
		autoclose int fd = -1;

		memset(&wm, 0, sizeof(wm));
		fd = open_source(spec->mount[i].src, wm.src, e);
		if (fd < 0)
			return err_prefix(e, "mount");
		wm.writable = spec->mount[i].writable;
		memcpy(wm.dst, spec->mount[i].dst, sizeof(wm.dst));
		if (to_helper(t, WIRE_MOUNT, &wm, &fd, e) != 0)
			return -1;
	}
	return 0;
}

static int
tell_root(const struct tell *t, const struct spec *spec, struct err *e)
{
	struct wire_root w = {0};
	autoclose int fd = -1;

	if (spec->root[0] == '\0')
		return 0;
	fd = open_source(spec->root, w.src, e);
	if (fd < 0)
		return err_prefix(e, "root");
	return to_helper(t, WIRE_ROOT, &w, &fd, e);
}

static int
tell_list(
    const struct tell *t, const struct spec *spec, uint32_t list, struct err *e)
{
	struct wire_item w = {.list = list};
	uint32_t i;

	for (i = 0; i < spec->list[list].n; i++) {
		memcpy(w.text, spec->list[list].item[i], sizeof(w.text));
		if (to_helper(t, WIRE_ITEM, &w, NULL, e) != 0)
			return -1;
	}
	return 0;
}

// Only what is not as it begins: a start is short of time.
static int
tell_settings(const struct tell *t, const struct spec *spec, struct err *e)
{
	uint32_t i;

	for (i = 0; i < LIMIT__COUNT; i++) {
		struct wire_limit w = {.limit = i, .value = spec->limit[i]};

		if (w.value != spec_limit_info((enum spec_limit)i)->def &&
		    to_helper(t, WIRE_LIMIT, &w, NULL, e) != 0)
			return -1;
	}
	for (i = 0; i < CHOICE__COUNT; i++) {
		struct wire_choice w = {.choice = i, .value = spec->choice[i]};

		if (w.value != 0 && to_helper(t, WIRE_CHOICE, &w, NULL, e) != 0)
			return -1;
	}
	for (i = 0; i < LIST__COUNT; i++)
		if (tell_list(t, spec, i, e) != 0)
			return -1;
	return tell_root(t, spec, e);
}

// Rules of the network, and who holds them: without one there is no network,
// and nobody.
static int
tell_net(const struct tell *t, const struct spec_net *net, struct err *e)
{
	struct wire_broker broker = {0};
	struct wire_net w;
	autoclose int fd = -1;
	uint32_t i;

	if (net->n == 0)
		return 0;
	fd = egress_start(t->egress, t->records, e);
	if (fd < 0 || to_helper(t, WIRE_EGRESS, &broker, &fd, e) != 0)
		return -1;
	for (i = 0; i < net->n; i++) {
		w.rule = net->rule[i];
		if (to_helper(t, WIRE_NET, &w, NULL, e) != 0)
			return -1;
	}
	return 0;
}

// All of it at once; the answers are read afterwards.
int
tell_spec(
    const struct tell *t, int workspace, const struct spec *spec, struct err *e)
{
	struct wire_hello hello = {.version = WIRE_VERSION};
	struct wire_begin begin = {0};
	struct wire_commit commit = {0};

	if (to_helper(t, WIRE_HELLO, &hello, NULL, e) != 0 ||
	    to_helper(t, WIRE_BEGIN, &begin, &workspace, e) != 0)
		return -1;
	if (tell_settings(t, spec, e) != 0 || tell_mounts(t, spec, e) != 0 ||
	    tell_net(t, &spec->net, e) != 0)
		return -1;
	return to_helper(t, WIRE_COMMIT, &commit, NULL, e);
}
