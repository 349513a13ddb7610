// SPDX-License-Identifier: ISC
// capture: in a real box of the build tree's helper. What is kept of each
// end, what ends a command, and what it is told on its input.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <signal.h>
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

static char dir[] = "/tmp/stockade-test-capture.XXXXXX";
static struct way_in way;
static struct box *box;

/* As root this process is an ordinary user's from here on. */
static int
begin(void **state)
{
	struct spec spec;
	struct err e;

	(void)state;
	unsetenv("SUDO_UID");
	unsetenv("SUDO_GID");
	if (mkdtemp(dir) == NULL ||
	    (geteuid() == 0 && chown(dir, ORDINARY, ORDINARY) != 0))
		return -1;
	spec_init(&spec);
	if (way_in(&way, dir, NULL, &e) == 0 &&
	    box_start(&box, way.helper, way.workspace, &spec, &e) == 0)
		return 0;
	print_message("# %s\n", e.text);
	return -1;
}

static int
end(void **state)
{
	(void)state;
	box_end(box);
	way_in_close(&way);
	return rmdir(dir);
}

/* capture_run() of a shell's command. */
static int
try_sh(const char *command, const struct capture_config *cfg,
    struct capture *out, struct err *e)
{
	char *argv[] = {(char[]){"sh"}, (char[]){"-c"}, strdup(command), NULL};
	struct box_command c = {.argv = argv, .envp = box_default_env};
	int rc;

	memset(e, 0, sizeof(*e));
	rc = capture_run(box, &c, cfg, out, e);
	free(argv[2]);
	return rc;
}

static void
sh(const char *command, const struct capture_config *cfg, struct capture *out)
{
	struct err e;

	if (try_sh(command, cfg, out, &e) != 0)
		fail_msg("%s: %s", command, e.text);
}

static const struct capture_config plain = {.head_max = 4096};

/* Runs it; the output must be want, and the status 0. */
static void
says(const char *command, const char *want)
{
	struct capture c;

	sh(command, &plain, &c);
	assert_string_equal(c.head, want);
	assert_int_equal(c.result.exit_code, 0);
	capture_free(&c);
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void
kept(const char *text, size_t head_max, size_t tail_max)
{
	size_t len = strlen(text), head = least(len, head_max);
	size_t tail = least(len - head, tail_max);
	struct capture_config cfg = {
	    .head_max = head_max, .tail_max = tail_max, .input = text};
	struct capture c;

	sh("cat", &cfg, &c);
	assert_int_equal(c.result.exit_code, 0);
	assert_int_equal(c.total, len);
	assert_int_equal(c.head_len, head);
	assert_int_equal(c.tail_len, tail);
	assert_memory_equal(c.head, text, head);
	assert_memory_equal(c.tail, text + len - tail, tail);
	assert_int_equal(c.head[head], '\0');
	assert_int_equal(c.tail[tail], '\0');
	assert_false(c.output_exceeded);
	capture_free(&c);
	assert_null(c.head);
}

static void
test_kept(void **state)
{
	static const struct {
		size_t len, head, tail;
	} rows[] = {
	    {0, 10, 5},
	    {1, 10, 5},
	    {9, 10, 5},
	    {10, 10, 5},
	    {11, 10, 5},
	    {14, 10, 5},
	    {15, 10, 5}, // all of it, and no more
	    {16, 10, 5},
	    {20, 10, 5}, // the ring is full, its start is its start
	    {22, 10, 5},
	    {22, 0, 5},
	    {22, 10, 0},
	    {22, 0, 0},
	    {300007, 10, 5}, // in many pieces, both ways at a time
	    {300007, 100000, 65536},
	    {300007, 0, 300006},
	    {300007, 0, 300007},
	};
	char *text;
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		text = calloc(1, rows[i].len + 1);
		assert_non_null(text);
		for (n = 0; n < rows[i].len; n++)
			text[n] = (char)('!' + n % 89);
		kept(text, rows[i].head, rows[i].tail);
		free(text);
	}
}

static void
test_order(void **state)
{
	struct capture c;

	(void)state;
	says("echo a; echo b >&2; echo c; echo d >&2", "a\nb\nc\nd\n");
	sh("printf 'x\\0y'", &plain, &c);
	assert_int_equal(c.head_len, 3);
	assert_memory_equal(c.head, "x\0y", 4);
	capture_free(&c);
}

static void
test_endings(void **state)
{
	struct capture c;

	(void)state;
	sh("exit 3", &plain, &c);
	assert_int_equal(c.result.exit_code, 3);
	assert_int_equal(c.result.signal, 0);
	capture_free(&c);
	sh("echo x; kill -USR1 $$", &plain, &c);
	assert_int_equal(c.result.exit_code, -1);
	assert_int_equal(c.result.signal, SIGUSR1);
	assert_string_equal(c.head, "x\n");
	capture_free(&c);
	// Who stays behind with the output open does not keep us waiting.
	says("sleep 1000 & echo x", "x\n");
}

static void
test_time(void **state)
{
	char *argv[] = {(char[]){"sleep"}, (char[]){"1000"}, NULL};
	struct box_command command = {
	    .argv = argv, .envp = box_default_env, .time_ms = 200};
	struct capture c;
	struct err e;

	(void)state;
	assert_int_equal(capture_run(box, &command, &plain, &c, &e), 0);
	assert_true(c.result.timed_out);
	assert_false(c.output_exceeded);
	capture_free(&c);
}

static void
test_output_max(void **state)
{
	struct capture_config cfg = {.head_max = 4, .tail_max = 4};
	struct capture c;

	(void)state;
	cfg.output_max = 100000;
	sh("yes", &cfg, &c);
	assert_true(c.output_exceeded);
	assert_int_equal(c.result.exit_code, -1);
	assert_int_equal(c.result.signal, SIGKILL);
	assert_true(c.total > 100000);
	assert_string_equal(c.head, "y\ny\n");
	capture_free(&c);
	cfg.output_max = 1000;
	sh("head -c 600 /dev/zero; head -c 400 /dev/zero >&2", &cfg, &c);
	assert_false(c.output_exceeded);
	assert_int_equal(c.total, 1000);
	assert_int_equal(c.result.exit_code, 0);
	capture_free(&c);
	sh("head -c 600 /dev/zero; head -c 401 /dev/zero >&2", &cfg, &c);
	assert_true(c.output_exceeded);
	assert_int_equal(c.total, 1001);
	capture_free(&c);
}

static volatile sig_atomic_t stop;

static void
raise_stop(void *arg, const char *data, size_t len)
{
	struct capture_config *cfg = arg;

	(void)data;
	assert_int_equal(len, 2);
	assert_ptr_equal(cfg->arg, cfg);
	stop = 1;
}

static void
test_stop(void **state)
{
	struct capture_config cfg = {.head_max = 64, .stop = &stop};
	struct capture c;
	struct err e;

	(void)state;
	stop = 0;
	sh("echo x", &cfg, &c);
	assert_string_equal(c.head, "x\n");
	capture_free(&c);
	cfg.show = raise_stop;
	cfg.arg = &cfg;
	assert_int_equal(
	    try_sh("trap '' TERM INT; echo x; sleep 1000", &cfg, &c, &e), -1);
	assert_int_equal(e.code, ERR_INTERRUPTED);
	assert_null(c.head);
	assert_null(c.tail);
	// Raised before it began.
	cfg.show = NULL;
	assert_int_equal(try_sh("sleep 1000", &cfg, &c, &e), -1);
	assert_int_equal(e.code, ERR_INTERRUPTED);
	says("echo again", "again\n");
}

static void
count(void *arg, const char *data, size_t len)
{
	size_t *n = arg, i;

	for (i = 0; i < len; i++)
		assert_int_equal(data[i], 'z');
	*n += len;
}

static void
test_show(void **state)
{
	size_t n = 0;
	struct capture_config cfg = {.head_max = 1, .show = count, .arg = &n};
	struct capture c;

	(void)state;
	sh("head -c 200000 /dev/zero | tr '\\0' z", &cfg, &c);
	assert_int_equal(n, 200000);
	assert_int_equal(c.total, 200000);
	capture_free(&c);
}

static void
test_input(void **state)
{
	struct capture_config cfg = {.head_max = 64};
	struct sigaction sa;
	struct capture c;
	char *big = malloc(1000001);

	(void)state;
	assert_non_null(big);
	memset(big, 'i', 1000000);
	big[1000000] = '\0';
	// None and nothing are both an end at once.
	says("cat; echo end", "end\n");
	cfg.input = "";
	sh("cat; echo end", &cfg, &c);
	assert_string_equal(c.head, "end\n");
	capture_free(&c);
	cfg.input = big;
	sh("wc -c | tr -d ' '", &cfg, &c);
	assert_string_equal(c.head, "1000000\n");
	capture_free(&c);
	// More than a pipe holds, and nobody who reads it.
	sh("head -c 3", &cfg, &c);
	assert_string_equal(c.head, "iii");
	assert_int_equal(c.result.exit_code, 0);
	capture_free(&c);
	sh("exec <&-; sleep 0.1; echo x", &cfg, &c);
	assert_string_equal(c.head, "x\n");
	assert_int_equal(c.result.exit_code, 0);
	capture_free(&c);
	assert_int_equal(sigaction(SIGPIPE, NULL, &sa), 0);
	assert_true(sa.sa_handler == SIG_DFL);
	free(big);
}

static void
test_not_executed(void **state)
{
	static const struct {
		const char *name;
		int why;
	} rows[] = {
	    {"no-such-command", ENOENT},
	    {"/no/such/command", ENOENT},
	    {"./no-such-command", ENOENT},
	    {"/etc/passwd", EACCES},
	    {"/etc", EACCES},
	};
	char *argv[] = {NULL, NULL};
	struct box_command command = {.argv = argv, .envp = box_default_env};
	struct capture c;
	struct err e;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		argv[0] = strdup(rows[i].name);
		memset(&e, 0, sizeof(e));
		assert_int_equal(
		    capture_run(box, &command, &plain, &c, &e), -1);
		assert_int_equal(e.code, ERR_EXEC);
		assert_int_equal(e.sys_errno, rows[i].why);
		assert_null(c.head);
		free(argv[0]);
	}
	says("echo still here", "still here\n");
}

/* No run before this one left a descriptor with us. */
static void
test_descriptors(void **state)
{
	struct capture c;
	struct err e;
	int before = dup(0), after, i;

	(void)state;
	assert_true(before >= 0);
	close(before);
	for (i = 0; i < 3; i++) {
		sh("echo x", &plain, &c);
		capture_free(&c);
		stop = 1;
		assert_int_equal(
		    try_sh("sleep 9", &(struct capture_config){.stop = &stop},
			&c, &e),
		    -1);
	}
	after = dup(0);
	assert_int_equal(after, before);
	close(after);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_kept),
	    cmocka_unit_test(test_order),
	    cmocka_unit_test(test_endings),
	    cmocka_unit_test(test_time),
	    cmocka_unit_test(test_output_max),
	    cmocka_unit_test(test_stop),
	    cmocka_unit_test(test_show),
	    cmocka_unit_test(test_input),
	    cmocka_unit_test(test_not_executed),
	    cmocka_unit_test(test_descriptors),
	};

	if (!can_box()) {
		puts("1..0 # SKIP no unprivileged user namespaces here");
		return 0;
	}
	return cmocka_run_group_tests_name("capture", tests, begin, end);
}
