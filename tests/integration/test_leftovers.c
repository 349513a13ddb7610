// SPDX-License-Identifier: ISC
// What a command leaves dies with it, also for a peer that never says FINISH.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/box/args.h"
#include "tests/integration/peer.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum {
	PATIENCE_MS = 10000,
};

// Starts it with the pipe's end as its output; returns the other end, which
// is at its end when nobody of the command lives.
static int
start(struct peer *p, uint32_t cmd, const char *script)
{
	char *argv[] = {
	    (char[]){"sh"}, (char[]){"-c"}, (char *)(uintptr_t)script, NULL};
	struct box_command c = {.argv = argv, .envp = box_default_env};
	autoclose int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct wire_exec x = {.cmd = cmd};
	int out[2], fds[4];
	struct err e;

	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	fds[0] = args_pack(&c, &x, &e);
	assert_true(fds[0] >= 0);
	fds[1] = null;
	fds[2] = fds[3] = out[1];
	peer_command(p, cmd);
	peer_say_inside(p, WIRE_EXEC, &x, fds);
	peer_hear_inside(p, WIRE_STARTED);
	close(fds[0]);
	close(out[1]);
	return out[0];
}

static void
dies(const char *script)
{
	struct pollfd f = {.events = POLLIN};
	struct peer p;
	char c;

	peer_start(&p, 1);
	peer_build(&p);
	f.fd = start(&p, 1, script);
	if (p.nended == 0)
		peer_hear_inside(&p, WIRE_EXITED);
	assert_int_equal(poll(&f, 1, PATIENCE_MS), 1);
	assert_int_equal(read(f.fd, &c, 1), 0);
	close(f.fd);
	peer_leave(&p);
}

static void
left_behind(void)
{
	dies("sleep 1000 &");
	dies("setsid sleep 1000 & setsid setsid sleep 1000 &");
	dies("(trap '' HUP INT TERM; (sleep 1000 & sleep 1000) &)");
}

// Another command's processes are none of its own.
static void
beside_another(void)
{
	struct wire_signal s = {.cmd = 1, .signo = 9};
	struct pollfd f = {.events = POLLIN};
	struct peer p;
	int other;

	peer_start(&p, 1);
	peer_build(&p);
	f.fd = start(&p, 1, "sleep 1000 & wait");
	other = start(&p, 2, "setsid sleep 1000 &");
	if (p.nended == 0)
		peer_hear_inside(&p, WIRE_EXITED);
	assert_int_equal(p.ended.cmd, 2);
	assert_int_equal(poll(&f, 1, 200), 0);
	peer_say_inside(&p, WIRE_SIGNAL, &s, NULL);
	peer_hear_inside(&p, WIRE_OK);
	assert_int_equal(poll(&f, 1, PATIENCE_MS), 1);
	close(f.fd);
	close(other);
	peer_leave(&p);
}

// The first began alone; what is beside it came later, and stays.
static void
before_another(void)
{
	struct wire_signal s = {.cmd = 2, .signo = 9};
	struct pollfd f[2] = {{.events = POLLIN}, {.events = POLLIN}};
	struct peer p;

	peer_start(&p, 1);
	peer_build(&p);
	f[0].fd =
	    start(&p, 1, "(setsid sleep 1000 &) ; sleep 1000 & exec sleep 0.5");
	f[1].fd = start(&p, 2, "(setsid sleep 1000 &) ; sleep 1000");
	if (p.nended == 0)
		peer_hear_inside(&p, WIRE_EXITED);
	assert_int_equal(p.ended.cmd, 1);
	assert_int_equal(p.ended.exit_code, 0);
	assert_int_equal(poll(f, 1, PATIENCE_MS), 1);
	assert_int_equal(poll(f + 1, 1, 200), 0);
	peer_say_inside(&p, WIRE_SIGNAL, &s, NULL);
	peer_hear_inside(&p, WIRE_OK);
	assert_int_equal(poll(f + 1, 1, PATIENCE_MS), 1);
	close(f[0].fd);
	close(f[1].fd);
	peer_leave(&p);
}

static const struct peer_test tests[] = {
    {"what is left behind", left_behind},
    {"and not what runs beside it", beside_another},
    {"nor what began beside it", before_another},
};

int
main(void)
{
	return peer_main("leftovers", "stockade-jail", tests, COUNT(tests));
}
