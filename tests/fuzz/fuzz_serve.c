// SPDX-License-Identifier: ISC
// A misbehaving agent against the helper's loop: whatever it says, the helper
// ends with a fault or in order, holds nothing more than before, and builds
// and runs nothing that was not admitted first.
//
// The sandbox itself is played: what is built is looked at, not made.
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/box.h"
#include "jail/further.h"
#include "jail/serve.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/script.h"

enum {
	MESSAGES = 40, // fewer bytes than a socket holds
};

static struct policy ceiling;
static uint8_t luck; // a bit a decision: what fails
static bool built;
static uint32_t last_cmd, live, finished;
static struct serve_as as = {.ceiling = &ceiling};

static int
fails(int bit, struct err *e)
{
	return (luck >> bit & 1) != 0
		   ? err_set(e, ERR_SYSTEM, 0, "it shall fail")
		   : 0;
}

int
box_init(struct box *b, const struct subgid *sub, struct err *e)
{
	static struct spec spec;
	uint32_t i;

	memset(b, 0, sizeof(*b));
	(void)sub;
	(void)e;
	b->spec = &spec;
	spec_init(b->spec);
	b->rootfs.workspace.fd = b->rootfs.workspace.tree = -1;
	b->rootfs.root.fd = b->rootfs.root.tree = -1;
	for (i = 0; i < SPEC_MOUNTS_MAX; i++)
		b->rootfs.mount[i].fd = b->rootfs.mount[i].tree = -1;
	b->pidfd = b->ctl = b->chan = -1;
	broker_init(&b->broker);
	built = false;
	last_cmd = live = 0;
	return 0;
}

int
box_prepare(struct box *b, const struct box_shape *shape, struct err *e)
{
	FUZZ_ASSERT(!built);
	(void)b;
	(void)shape;
	(void)e;
	return 0;
}

int
box_build(struct box *b, uid_t uid, gid_t gid, int peer, struct err *e)
{
	struct policy_refusal r;
	int pair[2];

	FUZZ_ASSERT(!built);
	FUZZ_ASSERT(uid == geteuid() && gid == getegid() && peer >= 0);
	FUZZ_ASSERT(b->rootfs.workspace.fd >= 0);
	FUZZ_ASSERT(policy_admit(&ceiling, b->spec, &r));
	if (fails(0, e) != 0)
		return -1;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return err_set(e, ERR_SYSTEM, 0, "socketpair");
	b->chan = pair[0];
	b->ctl = pair[1];
	built = true;
	return 0;
}

struct pollfd
box_end_event(const struct box *b)
{
	return (struct pollfd){.fd = b->ctl, .events = 0};
}

int
box_command(struct box *b, uint32_t cmd, struct err *e)
{
	FUZZ_ASSERT(built && b->ctl >= 0 && cmd > last_cmd);
	last_cmd = cmd;
	if (fails(1, e) != 0)
		return -1;
	FUZZ_ASSERT(++live <= INSIDE_COMMANDS_MAX);
	return 0;
}

int
box_kill(struct box *b, uint32_t cmd, struct err *e)
{
	FUZZ_ASSERT(built && b->ctl >= 0 && live > 0 && cmd <= last_cmd);
	return fails(2, e);
}

int
box_finish(struct box *b, uint32_t cmd, struct wire_usage *u, struct err *e)
{
	FUZZ_ASSERT(built && b->ctl >= 0 && live > 0 && cmd <= last_cmd);
	memset(u, 0, sizeof(*u));
	u->cmd = finished = cmd;
	live--;
	return fails(3, e);
}

void
box_release(struct box *b, uint32_t cmd)
{
	FUZZ_ASSERT(built && b->ctl >= 0 && cmd <= last_cmd);
	if (cmd != finished)
		live--;
	FUZZ_ASSERT(live <= INSIDE_COMMANDS_MAX);
}

void
box_undo(struct box *b)
{
	// What was told and never built goes with the process.
	b->rootfs.nmounts = b->spec->nmounts;
	rootfs_close(&b->rootfs);
	broker_close(&b->broker);
	fd_close(&b->chan);
	fd_close(&b->ctl);
}

void
further_init(struct further *f)
{
	memset(f, 0, sizeof(*f));
	f->ended = f->alive[0] = f->alive[1] = -1;
}

int
further_take(struct further *f, int *sock, struct err *e)
{
	int pair[2];

	(void)f;
	if (fails(4, e) != 0)
		return -1;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return err_set(e, ERR_SYSTEM, 0, "socketpair");
	close(pair[1]);
	*sock = pair[0];
	return 0;
}

int
further_stock(struct further *f)
{
	(void)f;
	return 0;
}

void
further_settle(const struct further *f, int sock)
{
	(void)f;
	(void)sock;
}

struct pollfd
further_event(const struct further *f)
{
	(void)f;
	return (struct pollfd){.fd = -1};
}

bool
further_over(struct further *f)
{
	(void)f;
	return false;
}

void
further_end(struct further *f)
{
	(void)f;
}

// What the table's right message cannot know: who is told, where it lies.
static void
seed(struct raw *r)
{
	if (r->h.type == WIRE_HELLO) {
		struct wire_hello h = {.version = WIRE_VERSION};

		memcpy(r->body, &h, sizeof(h));
	} else if (r->h.type == WIRE_MOUNT) {
		struct wire_mount m = {.src = "/usr", .dst = "/opt/x"};

		memcpy(r->body, &m, sizeof(m));
	}
}

static void
converse(struct script *s)
{
	struct err e = {0};
	const int on = 1;
	int sv[2], rc;

	FUZZ_ASSERT(
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sv) == 0);
	FUZZ_ASSERT(
	    setsockopt(sv[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) == 0);
	script_say(s, sv[0], MESSAGES);
	shutdown(sv[0], SHUT_WR);
	rc = serve(sv[1], &as, &e);
	FUZZ_ASSERT(rc == 0 || (rc == -1 && e.code != ERR_NONE));
	FUZZ_ASSERT(strnlen(e.text, sizeof(e.text)) < sizeof(e.text));
	close(sv[1]);
	close(sv[0]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct script s = {
	    .p = data, .n = size, .ways = WIRE_A2H, .seed = seed};
	uint8_t kind;
	unsigned before;

	luck = script_byte(&s);
	kind = script_byte(&s);
	policy_init_empty(&ceiling);
	if ((kind & 1) != 0)
		ceiling.spec.limit[LIMIT_PIDS] = 16;
	if ((kind & 2) != 0)
		s.ways = WIRE_A2H | WIRE_H2A | WIRE_A2I;
	if (s.n == 0)
		return 0;
	before = script_files();
	converse(&s);
	FUZZ_ASSERT(script_files() == before);
	return 0;
}
