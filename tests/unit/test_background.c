// SPDX-License-Identifier: ISC
// background: in a real box of the build tree's helper. What is polled,
// written, resized, signalled and killed; many at once; and that nothing is
// left when their owner is killed.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/box/background.h"
#include "src/box/capture.h"
#include "src/box/way_in.h"
#include "tests/unit/can_box.h"

enum {
	ORDINARY = 4242, // an id that needs no entry in any table
	PATIENCE_MS = 20000,
	KEEP = 4096,
	MOST = 200,
};

#define MARK "98761" /* seconds that nobody else sleeps */

static char dir[] = "/tmp/stockade-test-background.XXXXXX";
static struct way_in way;
static struct box *box;
static struct background *bg;
static int left_by_the_killed = -1;

static uint32_t
start_with(struct background *of, const char *script, bool tty)
{
	char *argv[] = {
	    (char[]){"sh"}, (char[]){"-c"}, (char *)(uintptr_t)script, NULL};
	struct box_command c = {.argv = argv,
	    .envp = box_default_env,
	    .tty = tty,
	    .size = {.ws_row = 24, .ws_col = 80}};
	struct err e;
	uint32_t cmd;

	if (background_start(of, &c, &cmd, &e) != 0) {
		print_message("# %s\n", e.text);
		return 0;
	}
	return cmd;
}

static uint32_t
start(const char *script)
{
	uint32_t cmd = start_with(bg, script, false);

	assert_true(cmd != 0);
	return cmd;
}

static int
stand(const struct background_config *cfg)
{
	struct spec spec;
	struct err e;

	spec_init(&spec);
	spec.limit[LIMIT_BACKGROUND] = 0;
	if (way_in(&way, dir, NULL, &e) == 0 &&
	    box_start(&box, way.helper, way.workspace, &spec, &e) == 0 &&
	    (bg = background_new(box, cfg, &e)) != NULL)
		return 0;
	print_message("# %s\n", e.text);
	return -1;
}

// How many processes sleep as long as ours do.
static int
sleepers(void)
{
	autoclosedir DIR *d = opendir("/proc");
	struct dirent *de;
	char path[300], text[64];
	int n = 0;

	while (d != NULL && (de = readdir(d)) != NULL) {
		snprintf(path, sizeof(path), "%s/cmdline", de->d_name);
		memset(text, 0, sizeof(text));
		n += fd_read_text(dirfd(d), path, text, sizeof(text)) > 0 &&
		     strcmp(text, "sleep") == 0 && strcmp(text + 6, MARK) == 0;
	}
	return n;
}

// An owner with commands of all kinds, which tells when they run.
static void
own(int ready)
{
	static const struct background_config cfg = {0};
	int i;

	if (stand(&cfg) != 0)
		_exit(1);
	start_with(bg, "sleep " MARK, false);
	start_with(bg, "sleep " MARK, true);
	start_with(
	    bg, "trap '' HUP TERM; setsid sleep " MARK " & sleep " MARK, false);
	for (i = 0; i < 1000 && sleepers() < 4; i++)
		usleep(10000);
	i = sleepers();
	if (write(ready, &i, sizeof(i)) != sizeof(i))
		_exit(1);
	pause();
}

// Before this process gives up its rights.
static int
kill_an_owner(void)
{
	int fds[2], i, n = 0;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) != 0 || (pid = fork()) < 0)
		return -1;
	if (pid == 0)
		own(fds[1]);
	close(fds[1]);
	if (read(fds[0], &n, sizeof(n)) != sizeof(n) || n != 4)
		print_message("# %d sleep, not 4\n", n);
	close(fds[0]);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	for (i = 0; i < 1000 && sleepers() > 0; i++)
		usleep(10000);
	return n == 4 ? sleepers() : -1;
}

/* As root this process is an ordinary user's from here on. */
static int
begin(void **state)
{
	static const struct background_config cfg = {.keep = KEEP};

	(void)state;
	unsetenv("SUDO_UID");
	unsetenv("SUDO_GID");
	if (mkdtemp(dir) == NULL ||
	    (geteuid() == 0 && chown(dir, ORDINARY, ORDINARY) != 0))
		return -1;
	left_by_the_killed = kill_an_owner();
	return stand(&cfg);
}

static int
end(void **state)
{
	(void)state;
	background_free(bg);
	box_end(box);
	way_in_close(&way);
	return rmdir(dir);
}

// Reads on until it is dead and all is read, or (want) until it has written
// just that.
static void
read_all(uint32_t cmd, const char *want, char *buf, size_t size,
    struct background_state *s)
{
	size_t n = 0;
	ssize_t got;
	struct err e;

	for (;;) {
		got = background_poll(bg, cmd, buf + n, size - 1 - n, s, &e);
		if (got < 0)
			fail_msg("%s", e.text);
		n += (size_t)got;
		buf[n] = '\0';
		if (want != NULL && strcmp(buf, want) == 0)
			return;
		if (s->ended && got == 0)
			break;
		if (background_wait(bg, cmd, PATIENCE_MS, &e) != 1)
			fail_msg("\"%s\", and no more", buf);
	}
	if (want != NULL)
		fail_msg("\"%s\", not \"%s\"", buf, want);
}

static void
forget(uint32_t cmd)
{
	struct background_state s;
	struct err e;
	char c;

	if (background_forget(bg, cmd, &e) != 0)
		fail_msg("%s", e.text);
	assert_int_equal(background_poll(bg, cmd, &c, 1, &s, &e), -1);
	assert_int_equal(e.code, ERR_USAGE);
}

static void
test_owner_killed(void **state)
{
	(void)state;
	assert_int_equal(left_by_the_killed, 0);
}

static void
test_output(void **state)
{
	uint32_t cmd =
	    start("echo one; read x; echo two $x >&2; read y; exit 3");
	struct background_state s;
	char buf[256];
	struct err e;

	(void)state;
	read_all(cmd, "one\n", buf, sizeof(buf), &s);
	assert_false(s.ended);
	assert_int_equal(background_wait(bg, cmd, 0, &e), 0);
	assert_int_equal(background_write(bg, cmd, "in\n", 3, &e), 3);
	read_all(cmd, "two in\n", buf, sizeof(buf), &s);
	assert_int_equal(s.total, 11);
	assert_int_equal(background_close_input(bg, cmd, &e), 0);
	read_all(cmd, NULL, buf, sizeof(buf), &s);
	assert_string_equal(buf, "");
	assert_int_equal(s.result.exit_code, 3);
	assert_int_equal(background_write(bg, cmd, "x", 1, &e), -1);
	assert_int_equal(e.code, ERR_GONE);
	assert_int_equal(background_kill(bg, cmd, &e), 0);
	assert_int_equal(background_signal(bg, cmd, SIGTERM, &e), 0);
	forget(cmd);
}

// What comes meanwhile is not lost to commands that are waited for, nor are
// their ends to it.
static void
test_beside_others(void **state)
{
	uint32_t quick = start("echo quick"), slow = start("cat; exit 5");
	char *argv[] = {(char[]){"sh"}, (char[]){"-c"},
	    (char[]){"sleep 0.3; echo waited"}, NULL};
	struct box_command c = {.argv = argv, .envp = box_default_env};
	struct capture_config cfg = {.head_max = 64};
	struct background_state s;
	struct capture out;
	char buf[64];
	struct err e;
	int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		assert_int_equal(capture_run(box, &c, &cfg, &out, &e), 0);
		assert_string_equal(out.head, "waited\n");
		capture_free(&out);
	}
	read_all(quick, NULL, buf, sizeof(buf), &s);
	assert_string_equal(buf, "quick\n");
	assert_int_equal(s.result.exit_code, 0);
	assert_int_equal(background_write(bg, slow, "still", 5, &e), 5);
	read_all(slow, "still", buf, sizeof(buf), &s);
	assert_int_equal(background_close_input(bg, slow, &e), 0);
	read_all(slow, NULL, buf, sizeof(buf), &s);
	assert_int_equal(s.result.exit_code, 5);
	forget(quick);
	forget(slow);
}

// It is never waiting for us, and what had to go is told.
static void
test_too_much(void **state)
{
	uint32_t cmd = start(
	    "i=0; while [ $i -lt 30000 ]; do echo $i; i=$((i + 1)); done");
	struct background_state s;
	char buf[KEEP + 1];
	struct err e;
	ssize_t n;
	int i;

	(void)state;
	for (i = 0; i < PATIENCE_MS; i++) {
		assert_int_equal(background_poll(bg, cmd, buf, 0, &s, &e), 0);
		if (s.ended)
			break;
		usleep(1000);
	}
	assert_true(s.ended);
	assert_int_equal(s.total, 168890);
	assert_int_equal(s.unread, KEEP);
	assert_int_equal(s.dropped, 168890 - KEEP);
	n = background_poll(bg, cmd, buf, sizeof(buf), &s, &e);
	assert_int_equal(n, KEEP);
	assert_memory_equal(buf + KEEP - 12, "29998\n29999\n", 12);
	forget(cmd);
}

static void
test_output_limit(void **state)
{
	static const struct background_config cfg = {.output_max = 100000};
	struct background_state s = {0};
	struct background *other;
	struct err e;
	uint32_t cmd;
	int i;

	(void)state;
	other = background_new(box, &cfg, &e);
	assert_non_null(other);
	cmd = start_with(
	    other, "trap '' PIPE; while :; do echo xxxxxxx; done", false);
	for (i = 0; i < PATIENCE_MS / 10 && !s.ended; i++) {
		assert_true(background_poll(other, cmd, NULL, 0, &s, &e) == 0);
		usleep(10000);
	}
	assert_true(s.output_exceeded);
	assert_true(s.ended);
	assert_int_equal(s.result.signal, SIGKILL);
	background_free(other);
}

static void
test_signals(void **state)
{
	uint32_t cmd = start("trap 'echo caught; exit 9' USR1; echo up; "
			     "while :; do read x; done");
	struct background_state s;
	char buf[64];
	struct err e;

	(void)state;
	read_all(cmd, "up\n", buf, sizeof(buf), &s);
	assert_int_equal(background_signal(bg, cmd, SIGUSR1, &e), 0);
	read_all(cmd, NULL, buf, sizeof(buf), &s);
	assert_string_equal(buf, "caught\n");
	assert_int_equal(s.result.exit_code, 9);
	forget(cmd);
	cmd = start("trap '' TERM INT HUP; echo up; while :; do sleep 1; done");
	read_all(cmd, "up\n", buf, sizeof(buf), &s);
	assert_int_equal(background_signal(bg, cmd, SIGTERM, &e), 0);
	assert_int_equal(background_wait(bg, cmd, 100, &e), 0);
	assert_int_equal(background_kill(bg, cmd, &e), 0);
	read_all(cmd, NULL, buf, sizeof(buf), &s);
	assert_int_equal(s.result.signal, SIGKILL);
	forget(cmd);
}

static void
test_terminal(void **state)
{
	const struct winsize size = {.ws_row = 50, .ws_col = 132};
	uint32_t cmd = start_with(bg,
	    "stty -onlcr; trap 'stty size; exit 7' WINCH; stty size; "
	    "while :; do sleep 0.05; done",
	    true);
	struct background_state s;
	char buf[128];
	struct err e;

	(void)state;
	assert_true(cmd != 0);
	read_all(cmd, "24 80\n", buf, sizeof(buf), &s);
	assert_int_equal(background_resize(bg, cmd, &size, &e), 0);
	read_all(cmd, NULL, buf, sizeof(buf), &s);
	assert_string_equal(buf, "50 132\n");
	assert_int_equal(s.result.exit_code, 7);
	forget(cmd);
	cmd = start_with(bg,
	    "stty -echo -onlcr; echo up; while read x; do echo got $x; done; "
	    "exit 4",
	    true);
	read_all(cmd, "up\n", buf, sizeof(buf), &s);
	assert_int_equal(background_write(bg, cmd, "text\n", 5, &e), 5);
	read_all(cmd, "got text\n", buf, sizeof(buf), &s);
	assert_int_equal(background_close_input(bg, cmd, &e), -1);
	assert_int_equal(background_write(bg, cmd, "\004", 1, &e), 1);
	read_all(cmd, NULL, buf, sizeof(buf), &s);
	assert_int_equal(s.result.exit_code, 4);
	forget(cmd);
	cmd = start("cat");
	assert_int_equal(background_resize(bg, cmd, &size, &e), -1);
	assert_int_equal(e.code, ERR_USAGE);
	forget(cmd);
}

// One that does not read takes what its pipe holds; we do not wait for it.
static void
test_input_unread(void **state)
{
	static char much[1 << 20];
	uint32_t cmd = start("sleep " MARK);
	ssize_t n, all = 0;
	struct err e;

	(void)state;
	while ((n = background_write(bg, cmd, much, sizeof(much), &e)) > 0)
		all += n;
	assert_int_equal(n, 0);
	assert_true(all >= 4096 && all < (ssize_t)sizeof(much));
	forget(cmd);
}

static void
test_cap(void **state)
{
	static const struct background_config cfg = {.max = 2};
	struct background *few;
	uint32_t cmds[3], a, b;
	struct err e;

	(void)state;
	few = background_new(box, &cfg, &e);
	assert_non_null(few);
	a = start_with(few, "cat", false);
	b = start_with(few, "cat", false);
	assert_int_equal(start_with(few, "cat", false), 0);
	assert_int_equal(background_list(few, cmds, 3), 2);
	assert_int_equal(cmds[0], a);
	assert_int_equal(cmds[1], b);
	// One that is over makes room, whether it was looked at or not.
	assert_int_equal(background_close_input(few, a, &e), 0);
	assert_int_equal(background_wait(few, a, PATIENCE_MS, &e), 1);
	assert_true(start_with(few, "cat", false) != 0);
	assert_int_equal(background_list(few, cmds, 3), 3);
	background_free(few);
}

static void
test_not_there(void **state)
{
	char *argv[] = {(char[]){"/not/there"}, NULL};
	struct box_command c = {.argv = argv, .envp = box_default_env};
	struct err e;
	uint32_t cmd;

	(void)state;
	assert_int_equal(background_start(bg, &c, &cmd, &e), -1);
	assert_int_equal(e.code, ERR_EXEC);
	assert_int_equal(e.sys_errno, ENOENT);
	c.tty = true;
	assert_int_equal(background_start(bg, &c, &cmd, &e), -1);
	assert_int_equal(background_kill(bg, 12345, &e), -1);
	assert_int_equal(e.code, ERR_USAGE);
}

// Many at a time, that all end while nobody looks.
static void
test_many(void **state)
{
	static uint32_t cmds[MOST];
	struct background_state s;
	char script[64], want[64], buf[64];
	int i;

	(void)state;
	for (i = 0; i < MOST; i++) {
		snprintf(script, sizeof(script), "read x; echo %d $x; exit %d",
		    i, i % 100);
		cmds[i] = start(script);
	}
	for (i = 0; i < MOST; i++) {
		struct err e;

		snprintf(buf, sizeof(buf), "word%d\n", i);
		assert_true(
		    background_write(bg, cmds[i], buf, strlen(buf), &e) > 0);
	}
	sleep(2);
	for (i = MOST - 1; i >= 0; i--) {
		read_all(cmds[i], NULL, buf, sizeof(buf), &s);
		snprintf(want, sizeof(want), "%d word%d\n", i, i);
		assert_string_equal(buf, want);
		assert_int_equal(s.result.exit_code, i % 100);
		forget(cmds[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_owner_killed),
	    cmocka_unit_test(test_output),
	    cmocka_unit_test(test_beside_others),
	    cmocka_unit_test(test_too_much),
	    cmocka_unit_test(test_output_limit),
	    cmocka_unit_test(test_signals),
	    cmocka_unit_test(test_terminal),
	    cmocka_unit_test(test_input_unread),
	    cmocka_unit_test(test_cap),
	    cmocka_unit_test(test_not_there),
	    cmocka_unit_test(test_many),
	};

	if (!can_box()) {
		printf("1..0 # SKIP no unprivileged user namespaces here\n");
		return 0;
	}
	return cmocka_run_group_tests_name("background", tests, begin, end);
}
