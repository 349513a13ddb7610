// SPDX-License-Identifier: ISC
// A misbehaving helper and a misbehaving pid 1 against their client: whatever
// they answer, each call ends, well or with a fault that says something, and
// what came as a descriptor is the caller's or closed.
//
// All answers lie in the sockets before the client asks; then comes the end.
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/box/box.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/script.h"

enum {
	ANSWERS = 12, // of each of the two; fewer than a socket holds
	CALLS = 10,
};

static int workspace = -1;

static void
check(int rc, const struct err *e)
{
	if (rc >= 0)
		return;
	FUZZ_ASSERT(strnlen(e->text, sizeof(e->text)) < sizeof(e->text));
	FUZZ_ASSERT(err_name(e->code) != NULL);
}

static void
call_exec(struct box *b, uint8_t how)
{
	struct box_command c = {
	    .argv = (char *[]){(char[]){"true"}, NULL},
	    .envp = box_default_env,
	    .stdio = {workspace, workspace, workspace},
	    .tty = (how & 1) != 0,
	};
	struct err e = {0};
	int pty = -1;
	uint32_t cmd;

	check(box_exec(b, &c, &cmd, &pty, &e), &e);
	fd_close(&pty);
}

static void
call_reap(struct box *b)
{
	struct box_result r;
	struct err e = {0};
	uint32_t cmd;
	int rc = box_reap(b, &cmd, &r, &e);

	check(rc, &e);
	FUZZ_ASSERT(rc <= 1);
}

static void
call_file(struct box *b, uint8_t which)
{
	struct err e = {0};
	int fd = -1;

	switch (which % 4) {
	case 0:
		fd = box_open(b, "file", O_RDONLY, 0, &e);
		check(fd, &e);
		fd_close(&fd);
		break;
	case 1:
		check(box_mkdirs(b, "a/b", &e), &e);
		break;
	case 2:
		check(box_rename(b, "a", "b", &e), &e);
		break;
	default:
		check(box_unlink(b, "a", &e), &e);
		break;
	}
}

static void
call(struct box *b, uint8_t what)
{
	struct box_facts f;
	struct err e = {0};

	switch (what & 7) {
	case 0:
	case 1:
		call_exec(b, what >> 3);
		break;
	case 2:
	case 3:
		call_reap(b);
		break;
	case 4:
		check(box_kill(b, what >> 3, &e), &e);
		break;
	case 5:
		check(box_signal(b, what >> 3, 15, &e), &e);
		break;
	case 6:
		call_file(b, what >> 3);
		break;
	default:
		box_facts(b, &f);
		FUZZ_ASSERT(
		    strlen(box_by_name(box_enforced(
			b, (enum spec_limit)(what >> 3) % LIMIT__COUNT))) > 0);
		break;
	}
}

// A STANDING that brings chan; before it a WELCOME, unless the script says
// something else first.
static void
stand(int sock, int chan)
{
	struct wire_welcome w = {.version = WIRE_VERSION};
	struct wire_standing st;
	struct err e;

	memset(&st, 0, sizeof(st));
	FUZZ_ASSERT(wire_send(sock, 0, WIRE_WELCOME, 1, &w, NULL, &e) == 0);
	FUZZ_ASSERT(wire_send(sock, 0, WIRE_STANDING, 2, &st, &chan, &e) == 0);
}

static void
converse(struct script *s, int helper, int sock)
{
	static struct spec spec;
	struct err e = {0};
	struct box *b = NULL;
	uint8_t calls[CALLS];
	int chan[2], i, rc;

	FUZZ_ASSERT(
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, chan) == 0);
	for (i = 0; i < CALLS; i++)
		calls[i] = script_byte(s);
	if ((script_byte(s) & 3) != 0)
		stand(sock, chan[0]);
	s->ways = WIRE_H2A;
	script_say(s, sock, script_byte(s) % ANSWERS);
	s->ways = WIRE_I2A;
	script_say(s, chan[1], ANSWERS);
	shutdown(sock, SHUT_WR);
	shutdown(chan[1], SHUT_WR);
	close(chan[0]);
	spec_init(&spec);
	rc = box_start(&b, helper, workspace, &spec, &e);
	check(rc, &e);
	for (i = 0; rc == 0 && i < CALLS; i++)
		call(b, calls[i]);
	box_end(b);
	close(chan[1]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct script s = {.p = data, .n = size};
	unsigned before;
	int sv[2];

	if (size < CALLS + 2)
		return 0;
	if (workspace < 0)
		workspace = open("/usr", O_PATH | O_DIRECTORY | O_CLOEXEC);
	before = script_files();
	FUZZ_ASSERT(
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sv) == 0);
	converse(&s, sv[0], sv[1]);
	close(sv[0]);
	close(sv[1]);
	FUZZ_ASSERT(script_files() == before);
	return 0;
}
