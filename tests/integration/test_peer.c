// SPDX-License-Identifier: ISC
// The helper's door: a peer that says everything wrong, one thing a session.
// Each ends the session, with a reason in the log and nothing left.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "tests/integration/peer.h"
#include "tests/unit/raw.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static char *const true_argv[] = {(char[]){"true"}, NULL};
static char *const sleep_argv[] = {(char[]){"sleep"}, (char[]){"1000"}, NULL};

static void
good_path(void)
{
	struct wire_hello hello = {.version = WIRE_VERSION};
	struct peer p;

	peer_start(&p, 1);
	peer_build(&p);
	assert_true(p.m.u.standing.landlock_abi < 100);
	if (peer_way() == PEER_ROOTLESS)
		assert_int_equal(p.m.u.standing.idmapped, 0);
	assert_int_equal(peer_run(&p, 1, true_argv), 0);
	assert_int_equal(p.ended.signal, 0);
	assert_int_equal(p.ended.hits, 0);
	assert_int_equal(p.ended.first, 0);
	peer_leave(&p);
	// Once more, and away in the middle of it.
	peer_start(&p, 1);
	peer_say(&p, WIRE_HELLO, &hello, NULL);
	peer_leave(&p);
}

// How far a session is brought before the wrong word.
static void
bring_to(struct peer *p, unsigned state)
{
	peer_start(p, 1);
	if (state == WIRE_ST_GREETED)
		peer_greet(p);
	if (state == WIRE_ST_SPEC)
		peer_begin(p);
	if (state == WIRE_ST_STANDING)
		peer_build(p);
}

static void
out_of_turn(void)
{
	const struct wire_info *w;
	struct peer p;
	struct raw r;
	unsigned state, i;
	int here = open(peer_dir(), O_PATH | O_DIRECTORY | O_CLOEXEC);

	for (state = WIRE_ST_NEW; state <= WIRE_ST_STANDING; state <<= 1)
		for (i = 0; (w = wire_info_at(i)) != NULL; i++) {
			if (w->way != WIRE_A2H || (w->states & state) != 0)
				continue;
			bring_to(&p, state);
			raw_right(&r, w);
			assert_int_equal(raw_send(p.sock, &r, here), 0);
			peer_ended(&p, 1, "out of turn");
		}
	close(here);
}

static void
wrong_direction(void)
{
	const struct wire_info *w;
	struct peer p;
	struct raw r;
	unsigned i;
	int here = open(peer_dir(), O_PATH | O_DIRECTORY | O_CLOEXEC);

	for (i = 0; (w = wire_info_at(i)) != NULL; i++) {
		if (w->way == WIRE_A2H)
			continue;
		bring_to(&p, i % 2 ? WIRE_ST_SPEC : WIRE_ST_NEW);
		raw_right(&r, w);
		assert_int_equal(raw_send(p.sock, &r, here), 0);
		peer_ended(&p, 1, "does not belong here");
	}
	close(here);
}

static void
versions(void)
{
	struct wire_hello hello = {.version = WIRE_VERSION + 1};
	struct peer p;
	struct raw r;

	peer_start(&p, 1);
	peer_say(&p, WIRE_HELLO, &hello, NULL);
	peer_ended(&p, 1, "HELLO of version 2");
	peer_start(&p, 1);
	raw_right(&r, wire_info(WIRE_HELLO));
	r.h.version = 9;
	assert_int_equal(raw_send(p.sock, &r, -1), 0);
	peer_ended(&p, 1, "wire version 9, this side speaks 1");
}

static void
limits(void)
{
	static const struct wire_limit bad[] = {
	    {LIMIT__COUNT, 0, 1},
	    {UINT32_MAX, 0, 0},
	    {LIMIT_MEMORY, 0, 1},
	    {LIMIT_MEMORY, 0, UINT64_MAX},
	    {LIMIT_NOFILE, 0, 15},
	    {LIMIT_NOFILE, 0, 1048577},
	    {LIMIT_PIDS, 0, 4194305},
	    {LIMIT_TMP, 0, 65535},
	    {LIMIT_TIME, 0, 31536000001},
	};
	struct peer p;
	size_t i;

	for (i = 0; i < COUNT(bad); i++) {
		bring_to(&p, WIRE_ST_SPEC);
		peer_say(&p, WIRE_LIMIT, &bad[i], NULL);
		peer_ended(&p, 1, "LIMIT");
	}
}

static void
mount_with(int fd, const char *src, const char *dst, const char *why)
{
	struct wire_mount m = {0};
	struct peer p;

	snprintf(m.src, sizeof(m.src), "%s", src);
	snprintf(m.dst, sizeof(m.dst), "%s", dst);
	bring_to(&p, WIRE_ST_SPEC);
	peer_say(&p, WIRE_MOUNT, &m, &fd);
	peer_ended(&p, 1, why);
}

static void
mount_places(void)
{
	static const char *const bad[] = {"/", "/proc", "/proc/x", "/usr/local",
	    "/etc", "/dev/shm", "/bin", "/tmp/x", "/sys", "/workspace",
	    "/workspace/x", "opt", "/opt/", "/opt//x", "/opt/../etc",
	    "/opt/./x", "/opt/\n"};
	int fd = open(peer_dir(), O_PATH | O_CLOEXEC);
	size_t i;

	for (i = 0; i < COUNT(bad); i++)
		mount_with(fd, peer_dir(), bad[i], "MOUNT on");
	close(fd);
}

static void
mount_sources(void)
{
	const char *path = peer_path("x");
	int fd;

	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	mount_with(fd, path, "/opt", "not a directory");
	mount_with(fd, peer_dir(), "/opt", "another path than it brings");
	unlink(path);
	close(fd);
	assert_int_equal(mkfifo(path, 0600), 0);
	fd = open(path, O_PATH | O_CLOEXEC);
	mount_with(fd, path, "/opt", "not a directory");
	unlink(path);
	close(fd);
	assert_int_equal(symlink("/etc", path), 0);
	fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	mount_with(fd, path, "/opt", "not a directory");
	close(fd);
	// Through the link: it is /etc, whatever it is called.
	fd = open(path, O_PATH | O_CLOEXEC);
	mount_with(fd, path, "/opt", "another path than it brings");
	unlink(path);
	close(fd);
	assert_int_equal(mkdir(path, 0700), 0);
	fd = open(path, O_PATH | O_CLOEXEC);
	rmdir(path);
	mount_with(fd, path, "/opt", "another path than it brings");
	close(fd);
	fd = memfd_create("nameless", MFD_CLOEXEC);
	mount_with(fd, "/memfd:nameless", "/opt", "another path");
	close(fd);
}

static void
begin_with_files(void)
{
	struct wire_begin begin = {0};
	struct peer p;
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	bring_to(&p, WIRE_ST_GREETED);
	peer_say(&p, WIRE_BEGIN, &begin, &fd);
	peer_ended(&p, 1, "not a directory");
	close(fd);
}

static void
many_mounts(void)
{
	struct wire_mount m = {0};
	struct peer p;
	int i, fd = open(peer_dir(), O_PATH | O_CLOEXEC);

	bring_to(&p, WIRE_ST_SPEC);
	snprintf(m.src, sizeof(m.src), "%s", peer_dir());
	for (i = 0; i <= SPEC_MOUNTS_MAX; i++) {
		snprintf(m.dst, sizeof(m.dst), "/mnt/%d", i);
		peer_say(&p, WIRE_MOUNT, &m, &fd);
	}
	peer_ended(&p, 1, "too many mounts");
	close(fd);
}

static void
commands(void)
{
	static const struct {
		enum wire_type type;
		uint32_t before, cmd; // before: 0 for none
		const char *why;
	} bad[] = {
	    {WIRE_FINISH, 0, 0, "FINISH of no command"},
	    {WIRE_FINISH, 0, 1, "FINISH of no command"},
	    {WIRE_FINISH, 3, 2, "FINISH of no command"},
	    {WIRE_RELEASE, 0, 1, "RELEASE of no command"},
	    {WIRE_RELEASE, 3, 2, "RELEASE of no command"},
	    {WIRE_KILL, 0, 1, "KILL of no command"},
	    {WIRE_KILL, 3, UINT32_MAX, "KILL of no command"},
	    {WIRE_COMMAND, 0, 0, "COMMAND 0 again"},
	    {WIRE_COMMAND, 3, 3, "COMMAND 3 again"},
	    {WIRE_COMMAND, 3, 2, "COMMAND 2 again"},
	};
	struct wire_command c;
	struct peer p;
	size_t i;

	for (i = 0; i < COUNT(bad); i++) {
		bring_to(&p, WIRE_ST_STANDING);
		if (bad[i].before != 0)
			peer_command(&p, bad[i].before);
		c = (struct wire_command){.cmd = bad[i].cmd};
		peer_say(&p, bad[i].type, &c, NULL);
		peer_ended(&p, 1, bad[i].why);
	}
}

static void
finished_twice(void)
{
	struct wire_command c = {.cmd = 1};
	struct peer p;

	bring_to(&p, WIRE_ST_STANDING);
	assert_int_equal(peer_run(&p, 1, true_argv), 0);
	peer_say(&p, WIRE_FINISH, &c, NULL);
	peer_ended(&p, 1, "FINISH of no command");
	bring_to(&p, WIRE_ST_STANDING);
	assert_int_equal(peer_run(&p, 1, true_argv), 0);
	peer_say(&p, WIRE_COMMAND, &c, NULL);
	peer_ended(&p, 1, "COMMAND 1 again");
}

// One that is told in full needs no FINISH; and the next one no COMMAND.
static void
released(void)
{
	struct wire_over over = {.cmd = 1, .next = 2};
	struct peer p;
	bool cgroup;

	bring_to(&p, WIRE_ST_STANDING);
	cgroup = p.m.u.standing.cgroup != 0;
	peer_command(&p, 1);
	for (; over.cmd <= 9; over.cmd++, over.next++) {
		peer_exec(&p, over.cmd, true_argv);
		peer_hear_inside(&p, WIRE_STARTED);
		peer_hear_inside(&p, WIRE_EXITED);
		assert_int_equal(p.ended.exit_code, 0);
		assert_true(cgroup || p.ended.whole == 1);
		peer_say(&p, WIRE_RELEASE, &over, NULL);
	}
	// Who says so of one that runs may do without an answer.
	peer_exec(&p, over.cmd, sleep_argv);
	peer_hear_inside(&p, WIRE_STARTED);
	over.next = 0;
	peer_say(&p, WIRE_RELEASE, &over, NULL);
	peer_leave(&p);
	bring_to(&p, WIRE_ST_STANDING);
	peer_command(&p, 1);
	over = (struct wire_over){.cmd = 1, .next = 1};
	peer_say(&p, WIRE_RELEASE, &over, NULL);
	peer_ended(&p, 1, "COMMAND 1 again");
}

static void
flood(void)
{
	struct wire_limit l = {.limit = LIMIT_TIME, .value = 1000};
	struct wire_commit commit = {0};
	struct peer p;
	int i;

	bring_to(&p, WIRE_ST_SPEC);
	for (i = 0; i < 100000; i++)
		peer_say(&p, WIRE_LIMIT, &l, NULL);
	peer_ended(&p, 1, "messages a second");
	// As many as a spec may need are no flood.
	bring_to(&p, WIRE_ST_SPEC);
	for (i = 0; i < 500; i++)
		peer_say(&p, WIRE_LIMIT, &l, NULL);
	peer_say(&p, WIRE_COMMIT, &commit, NULL);
	peer_hear(&p, WIRE_STANDING);
	// Closed, it would end pid 1.
	p.chan = take_fd(&p.m.fds[0]);
	peer_leave(&p);
}

// Never reads: the helper does not wait for it.
static void
deaf(void)
{
	struct wire_command c = {.cmd = 1};
	struct peer p;
	int i;

	bring_to(&p, WIRE_ST_STANDING);
	peer_command(&p, 1);
	for (i = 0; i < 4000; i++)
		peer_say(&p, WIRE_KILL, &c, NULL);
	peer_ended(&p, 1, "send ");
}

static void
another_process(void)
{
	struct wire_limit l = {.limit = LIMIT_TIME, .value = 1000};
	struct peer p;
	pid_t pid;

	bring_to(&p, WIRE_ST_SPEC);
	peer_say(&p, WIRE_LIMIT, &l, NULL);
	pid = fork();
	if (pid == 0) {
		peer_say(&p, WIRE_LIMIT, &l, NULL);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	peer_ended(&p, 1, "by another process than said HELLO");
}

static void
no_credentials(void)
{
	struct peer p;

	// Said before anybody asked the kernel who says it.
	peer_start(&p, 0);
	peer_ended(&p, 1, "HELLO without credentials");
}

static void
garbage(void)
{
	uint32_t x = 2463534242u;
	struct peer p;
	struct raw r;
	size_t i, n;

	for (n = 0; n < 40; n++) {
		bring_to(&p, n % 4 == 3 ? WIRE_ST_SPEC : WIRE_ST_NEW);
		for (i = 0; i < sizeof(r); i++) {
			x ^= x << 13;
			x ^= x >> 17;
			x ^= x << 5;
			((char *)&r)[i] = (char)x;
		}
		r.size = 1 + n * n * 5;
		r.nfds = 0;
		assert_int_equal(raw_send(p.sock, &r, -1), 0);
		peer_ended(&p, 1, "stockade-jail: protocol:");
	}
}

static void
half_messages(void)
{
	static const enum wire_type types[] = {
	    WIRE_HELLO, WIRE_LIMIT, WIRE_MOUNT, WIRE_COMMIT};
	int fd = open(peer_dir(), O_PATH | O_CLOEXEC);
	struct peer p;
	struct raw r;
	size_t i, part;

	for (i = 0; i < COUNT(types); i++)
		for (part = 1; part <= 4; part++) {
			bring_to(&p, i == 0 ? WIRE_ST_NEW : WIRE_ST_SPEC);
			raw_right(&r, wire_info(types[i]));
			r.size = r.size * part / 5;
			assert_int_equal(raw_send(p.sock, &r, fd), 0);
			peer_ended(&p, 1, "stockade-jail: protocol:");
		}
	close(fd);
}

static void
descriptors_unasked(void)
{
	static const unsigned counts[] = {1, 4, 5, 14, 253};
	int fd = open(peer_dir(), O_PATH | O_CLOEXEC);
	struct peer p;
	struct raw r;
	size_t i;

	for (i = 0; i < COUNT(counts); i++) {
		bring_to(&p, WIRE_ST_NEW);
		raw_right(&r, wire_info(WIRE_HELLO));
		r.nfds = counts[i];
		assert_int_equal(raw_send(p.sock, &r, fd), 0);
		peer_ended(&p, 1, "stockade-jail: protocol:");
		bring_to(&p, WIRE_ST_STANDING);
		raw_right(&r, wire_info(WIRE_COMMAND));
		r.body[0] = 1;
		r.nfds = counts[i];
		r.h.nfds = (uint16_t)counts[i];
		assert_int_equal(raw_send(p.sock, &r, fd), 0);
		peer_ended(&p, 1, "stockade-jail: protocol:");
	}
	close(fd);
}

// Gone without a word, at each stage: no fault of anybody.
static void
gone(void)
{
	static const unsigned states[] = {
	    WIRE_ST_NEW, WIRE_ST_GREETED, WIRE_ST_SPEC, WIRE_ST_STANDING};
	struct wire_commit commit = {0};
	struct peer p;
	size_t i;

	for (i = 0; i < COUNT(states); i++) {
		bring_to(&p, states[i]);
		peer_leave(&p);
	}
	// While it builds; which it may have done by then.
	for (i = 0; i < 20; i++) {
		bring_to(&p, WIRE_ST_SPEC);
		peer_say(&p, WIRE_COMMIT, &commit, NULL);
		usleep((useconds_t)(i * 400));
		peer_leave(&p);
	}
}

static void
killed(void)
{
	char *argv[] = {(char[]){"sh"}, (char[]){"-c"},
	    (char[]){"trap '' TERM HUP; setsid sleep 1000 & sleep 1000"}, NULL};
	struct peer p;

	bring_to(&p, WIRE_ST_STANDING);
	peer_command(&p, 1);
	peer_exec(&p, 1, argv);
	peer_hear_inside(&p, WIRE_STARTED);
	peer_leave(&p);
	// The same with its channel to pid 1 closed first.
	bring_to(&p, WIRE_ST_STANDING);
	peer_command(&p, 1);
	peer_exec(&p, 1, argv);
	peer_hear_inside(&p, WIRE_STARTED);
	fd_close(&p.chan);
	peer_ended(&p, 1, "pid 1 of the sandbox died");
}

// A command that stops whatever appears beside it, without a pause: the next
// one starts all the same, or is given up. Pid 1 does not sleep for it.
static void
beside_a_stopper(void)
{
	char *stopper[] = {(char[]){"sh"}, (char[]){"-c"},
	    (char[]){"while :; do kill -STOP -1; done"}, NULL};
	struct wire_path d = {.path = "made"};
	struct err e = {0};
	struct peer p;

	peer_start(&p, 1);
	peer_build(&p);
	peer_command(&p, 1);
	peer_exec(&p, 1, stopper);
	peer_hear_inside(&p, WIRE_STARTED);
	peer_command(&p, 2);
	peer_exec(&p, 2, true_argv);
	assert_int_equal(wire_recv(p.chan, WIRE_I2A, 0, &p.m, &e), 1);
	assert_true(p.m.h.type == WIRE_STARTED || p.m.h.type == WIRE_FAILED);
	peer_say_inside(&p, WIRE_MKDIRS, &d, NULL);
	peer_hear_inside(&p, WIRE_OK);
	peer_leave(&p);
}

static const struct peer_test tests[] = {
    {"the good path, by hand", good_path},
    {"every message in every wrong state", out_of_turn},
    {"messages of other directions", wrong_direction},
    {"wrong versions", versions},
    {"limits out of range", limits},
    {"mounts on forbidden places", mount_places},
    {"mounts of what is no directory, or another", mount_sources},
    {"a workspace that is a file", begin_with_files},
    {"too many mounts", many_mounts},
    {"commands that are not, or were", commands},
    {"a command finished is gone", finished_twice},
    {"a command released, and the next one", released},
    {"a flood", flood},
    {"a peer that does not read", deaf},
    {"another process on the same socket", another_process},
    {"a HELLO that nobody signed", no_credentials},
    {"garbage", garbage},
    {"half messages", half_messages},
    {"descriptors nobody asked for", descriptors_unasked},
    {"a command that stops what is beside it", beside_a_stopper},
    {"a peer that goes away", gone},
    {"a peer that goes away from a running command", killed},
};

int
main(void)
{
	return peer_main("peer", "stockade-jail", tests, COUNT(tests));
}
