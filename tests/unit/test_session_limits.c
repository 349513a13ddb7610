// SPDX-License-Identifier: ISC
// Limits of a sandbox as a whole, in real boxes of the build tree's helper:
// what one command uses is missing to the next, and who uses most pays.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/box/capture.h"
#include "src/box/way_in.h"
#include "tests/unit/can_box.h"

enum {
	ORDINARY = 4242, // an id that needs no entry in any table
};

static struct box *box;
static struct err e;

/* In the child that has a box: says what was wrong, and ends it. */
#define must(what)                                                            \
	do {                                                                  \
		if (!(what)) {                                                \
			printf(                                               \
			    "# line %d: %s (%s)\n", __LINE__, #what, e.text); \
			fflush(stdout);                                       \
			box_end(box);                                         \
			_exit(1);                                             \
		}                                                             \
	} while (0)

/* Runs work in a box of its own, in a child: to enter one gives up root. */
static void
in_box(enum spec_limit limit, uint64_t value, void (*work)(void))
{
	char dir[] = "/tmp/stockade-test-session.XXXXXX";
	struct way_in way;
	struct spec spec;
	int status;
	pid_t pid;

	unsetenv("SUDO_UID");
	unsetenv("SUDO_GID");
	assert_non_null(mkdtemp(dir));
	if (geteuid() == 0)
		assert_int_equal(chown(dir, ORDINARY, ORDINARY), 0);
	spec_init(&spec);
	spec.limit[limit] = value;
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		must(way_in(&way, dir, NULL, &e) == 0);
		must(
		    box_start(&box, way.helper, way.workspace, &spec, &e) == 0);
		must(box_enforced(box, limit) != BOX_BY_NONE);
		must(box_enforced(box, limit) != BOX_BY_MISSING);
		work();
		box_end(box);
		_exit(0);
	}
	assert_true(pid > 0 && waitpid(pid, &status, 0) == pid);
	assert_int_equal(status, 0);
	pid = fork();
	if (pid == 0)
		execlp("rm", "rm", "-rf", dir, NULL);
	assert_true(pid > 0 && waitpid(pid, &status, 0) == pid);
	assert_int_equal(status, 0);
}

static void
sh(const char *command, struct capture *out)
{
	char *argv[] = {(char[]){"sh"}, (char[]){"-c"}, strdup(command), NULL};
	struct box_command c = {.argv = argv, .envp = box_default_env};
	const struct capture_config cfg = {.head_max = 4096};

	must(capture_run(box, &c, &cfg, out, &e) == 0);
	free(argv[2]);
}

/* Runs it; the limit must have been hit, or none. */
static void
hits(const char *command, int limit)
{
	struct capture c;

	sh(command, &c);
	if (limit < 0)
		must(c.result.hits == 0 && c.result.exit_code == 0);
	else
		must(box_hit(&c.result, (enum spec_limit)limit) &&
		     c.result.first == (uint32_t)limit + 1 &&
		     c.result.exit_code == -1);
	capture_free(&c);
}

static uint32_t
begin(const char *command)
{
	char *argv[] = {(char[]){"sh"}, (char[]){"-c"}, strdup(command), NULL};
	struct box_command c = {.argv = argv,
	    .envp = box_default_env,
	    .stdio = {STDIN_FILENO, STDERR_FILENO, STDERR_FILENO}};
	uint32_t cmd;

	must(box_exec(box, &c, &cmd, NULL, &e) == 0);
	free(argv[2]);
	return cmd;
}

/* The next that ends. */
static uint32_t
ends(struct box_result *r)
{
	struct pollfd p = {.fd = box_pollfd(box), .events = POLLIN};
	uint32_t cmd;
	int rc;

	while ((rc = box_reap(box, &cmd, r, &e)) == 0)
		must(poll(&p, 1, 20000) == 1);
	must(rc == 1);
	return cmd;
}

/* A shell's way to hold so many bytes of memory. */
#define HOLD(megabytes, seconds)  \
	"x=$(head -c " #megabytes \
	"000000 /dev/zero | tr '\\0' x); sleep " #seconds

static void
output(void)
{
	hits("head -c 60000 /dev/zero", -1);
	hits("head -c 30000 /dev/zero", -1);
	hits("head -c 60000 /dev/zero; sleep 20", LIMIT_SESSION_OUTPUT);
}

static void
cpu_time(void)
{
	char *argv[] = {(char[]){"true"}, NULL};
	struct box_command c = {.argv = argv, .envp = box_default_env};
	uint32_t cmd;

	hits("i=0; while [ $i -lt 20000 ]; do i=$((i + 1)); done", -1);
	hits("while :; do :; done", LIMIT_SESSION_CPU_TIME);
	// It is used up: nothing more is begun.
	must(box_exec(box, &c, &cmd, NULL, &e) == -1);
	must(e.code == ERR_LIMIT);
	must(strstr(e.text, "session-cpu-time") != NULL);
}

static void
wall_time(void)
{
	char *argv[] = {(char[]){"true"}, NULL};
	struct box_command c = {.argv = argv, .envp = box_default_env};
	struct box_result r;
	uint32_t cmd;

	hits("sleep 0.3", -1);
	begin("sleep 30");
	begin("sleep 30");
	ends(&r);
	must(r.timed_out && box_hit(&r, LIMIT_SESSION_TIME));
	ends(&r);
	must(r.timed_out && box_hit(&r, LIMIT_SESSION_TIME));
	must(box_exec(box, &c, &cmd, NULL, &e) == -1);
	must(strstr(e.text, "session-time") != NULL);
}

static void
memory(void)
{
	struct box_result r;
	uint32_t large;
	int i;

	// What fits alone, and what is gone with its command.
	hits(HOLD(30, 0.3), -1);
	hits(HOLD(30, 0.3), -1);
	// It waits for a word without a child, which would count as much again.
	begin("mkfifo go; " HOLD(20, 0) "; : >held; read go <go");
	hits("until [ -e held ]; do sleep 0.05; done", -1);
	large = begin(HOLD(45, 20));
	must(ends(&r) == large);
	must(r.oom_killed && box_hit(&r, LIMIT_SESSION_MEMORY));
	begin("echo go >go");
	for (i = 0; i < 2; i++) {
		ends(&r);
		must(r.hits == 0 && r.exit_code == 0);
	}
	// A file in /tmp stays, and counts on.
	hits("head -c 50000000 /dev/zero >/tmp/file", -1);
	hits(HOLD(20, 20), LIMIT_SESSION_MEMORY);
	hits("rm /tmp/file", -1);
}

static void
disk(void)
{
	hits("head -c 3000000 /dev/zero >a", -1);
	hits("head -c 3000000 /dev/zero >b; sleep 20", LIMIT_SESSION_DISK);
	hits("rm -f a b", -1);
	hits("head -c 3000000 /dev/zero >a; sleep 0.2", -1);
}

static void
processes(void)
{
	struct box_result r;
	struct capture c;

	begin("for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 1 & done; wait");
	poll(NULL, 0, 300);
	sh("for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 1 & done; wait", &c);
	must(
	    strstr(c.head, "fork") != NULL || strstr(c.head, "Cannot") != NULL);
	must(c.result.exit_code != 0);
	capture_free(&c);
	ends(&r);
	must(r.exit_code == 0);
}

static void
test_output(void **state)
{
	(void)state;
	in_box(LIMIT_SESSION_OUTPUT, 100000, output);
}

static void
test_cpu_time(void **state)
{
	(void)state;
	in_box(LIMIT_SESSION_CPU_TIME, 400, cpu_time);
}

static void
test_wall_time(void **state)
{
	(void)state;
	in_box(LIMIT_SESSION_TIME, 1500, wall_time);
}

static void
test_memory(void **state)
{
	(void)state;
	in_box(LIMIT_SESSION_MEMORY, 64 << 20, memory);
}

static void
test_disk(void **state)
{
	(void)state;
	in_box(LIMIT_SESSION_DISK, 5 << 20, disk);
}

static void
test_processes(void **state)
{
	(void)state;
	in_box(LIMIT_SESSION_PIDS, 20, processes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_output),
	    cmocka_unit_test(test_cpu_time),
	    cmocka_unit_test(test_wall_time),
	    cmocka_unit_test(test_memory),
	    cmocka_unit_test(test_disk),
	    cmocka_unit_test(test_processes),
	};

	if (!can_box()) {
		puts("1..0 # SKIP no unprivileged user namespaces here");
		return 0;
	}
	return cmocka_run_group_tests_name("session limits", tests, NULL, NULL);
}
