// SPDX-License-Identifier: ISC
// EXEC, whatever its strings are, and what answers it.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "tests/integration/peer.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define SEALS	 (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

static char *const true_argv[] = {(char[]){"true"}, NULL};

static void
still_works(struct peer *p, uint32_t cmd)
{
	assert_int_equal(peer_run(p, cmd, true_argv), 0);
}

static int
strings_of(const void *text, size_t n, int seals)
{
	int fd = memfd_create("strings", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, n), (ssize_t)n);
	if (seals != 0)
		assert_int_equal(fcntl(fd, F_ADD_SEALS, seals), 0);
	return fd;
}

struct strings_row {
	const char *text;
	size_t size; // of the file
	uint32_t argc, envc, said;
	int seals;
	enum err_code code;
};

#define TEXT(t) t, sizeof(t) /* and its NUL */

static const struct strings_row bad_strings[] = {
    {TEXT("/\0true"), 1, 0, 7, 0, ERR_PROTOCOL},
    {TEXT("/\0true"), 1, 0, 7, F_SEAL_SHRINK | F_SEAL_GROW, ERR_PROTOCOL},
    {TEXT("/\0true"), 1, 0, 7, F_SEAL_WRITE | F_SEAL_GROW, ERR_PROTOCOL},
    {TEXT("/\0true"), 1, 0, 7, F_SEAL_WRITE | F_SEAL_SHRINK, ERR_PROTOCOL},
    {TEXT("/\0true"), 1, 0, 6, SEALS, ERR_PROTOCOL},
    {TEXT("/\0true"), 1, 0, 8, SEALS, ERR_PROTOCOL},
    {TEXT("/\0true"), 1, 0, 4096, SEALS, ERR_PROTOCOL},
    {TEXT("/\0true"), 0, 0, 7, SEALS, ERR_LIMIT},
    {TEXT("/\0true"), 0, 1, 7, SEALS, ERR_LIMIT},
    {TEXT("/\0true"), UINT32_MAX, 1, 7, SEALS, ERR_LIMIT},
    {TEXT("/\0true"), 1, UINT32_MAX, 7, SEALS, ERR_LIMIT},
    {TEXT("/\0true"), WIRE_ARGC_MAX, 1, 7, SEALS, ERR_LIMIT},
    {TEXT("/\0true"), 1, 0, 0, SEALS, ERR_LIMIT},
    {TEXT("/\0true"), 1, 0, WIRE_ARGS_MAX + 1, SEALS, ERR_LIMIT},
    {TEXT("/\0true"), 1, 0, UINT32_MAX, SEALS, ERR_LIMIT},
    {TEXT("/\0true"), 2, 0, 7, SEALS, ERR_PROTOCOL},
    {TEXT("/\0true"), 1, 1, 7, SEALS, ERR_PROTOCOL},
    {TEXT("/\0true"), WIRE_ARGC_MAX, 0, 7, SEALS, ERR_PROTOCOL},
    {TEXT("/\0true\0x"), 1, 0, 9, SEALS, ERR_PROTOCOL},
    {TEXT("/\0true\0"), 1, 0, 8, SEALS, ERR_PROTOCOL},
    {"/\0true", 6, 1, 0, 6, SEALS, ERR_PROTOCOL},
    {"////////", 8, 1, 0, 8, SEALS, ERR_PROTOCOL},
};

static void
exec_strings(void)
{
	const struct strings_row *r;
	uint32_t cmd = 0;
	struct peer p;

	peer_start(&p, 1);
	peer_build(&p);
	for (r = bad_strings; r < bad_strings + COUNT(bad_strings); r++) {
		autoclose int fd = strings_of(r->text, r->size, r->seals);
		struct wire_exec x = {.cmd = ++cmd,
		    .argc = r->argc,
		    .envc = r->envc,
		    .size = r->said};
		struct wire_command c = {.cmd = cmd};

		peer_command(&p, cmd);
		peer_exec_raw(&p, &x, fd);
		peer_failed_inside(&p, r->code);
		peer_say(&p, WIRE_FINISH, &c, NULL);
		peer_hear(&p, WIRE_USAGE);
	}
	assert_int_equal(p.nended, 0);
	still_works(&p, cmd + 1);
	peer_leave(&p);
}

static const struct strings_row bad_text[] = {
    {TEXT("/\0true"), 0, 0, 7, 0, ERR_PROTOCOL},
    {TEXT("/\0true"), 0, 1, 7, 0, ERR_PROTOCOL},
    {TEXT("/\0true"), 2, 0, 7, 0, ERR_PROTOCOL},
    {TEXT("/\0true"), 1, 1, 7, 0, ERR_PROTOCOL},
    {TEXT("/\0true"), 7, 0, 7, 0, ERR_PROTOCOL},
    {TEXT("/\0true"), 1, 6, 7, 0, ERR_PROTOCOL},
    {TEXT("/\0true"), UINT32_MAX, 1, 7, 0, ERR_PROTOCOL},
    {TEXT("/\0true"), 1, UINT32_MAX, 7, 0, ERR_PROTOCOL},
    {TEXT("/\0true"), 1, 0, 6, 0, ERR_PROTOCOL},
    {TEXT("/\0true"), 1, 0, 8, 0, ERR_PROTOCOL},
    {TEXT("/\0true"), 1, 0, 0, 0, ERR_PROTOCOL},
    {TEXT("/\0true"), 1, 0, WIRE_TEXT_MAX, 0, ERR_PROTOCOL},
    {TEXT("/\0true"), 1, 0, WIRE_TEXT_MAX + 1, 0, ERR_PROTOCOL},
    {TEXT("/\0true"), 1, 0, UINT32_MAX, 0, ERR_PROTOCOL},
    {TEXT("/\0true\0x"), 1, 0, 7, 0, ERR_PROTOCOL},
    {TEXT("/\0true\0\0x"), 1, 0, 7, 0, ERR_PROTOCOL},
    {"////////", 8, 1, 0, 8, 0, ERR_PROTOCOL},
};

static void
say_text(struct peer *p, uint32_t cmd, const struct strings_row *r)
{
	autoclose int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	const int fds[] = {null, null, null};
	struct wire_exec_text t = {
	    .exec = {
		.cmd = cmd, .argc = r->argc, .envc = r->envc, .size = r->said}};

	memcpy(t.text, r->text, r->size);
	peer_say_inside(p, WIRE_EXEC_TEXT, &t, fds);
}

// In the message itself; and, at the end, what is right there.
static void
exec_text(void)
{
	static const struct strings_row good = {TEXT("/\0true"), 1, 0, 7, 0, 0};
	const struct strings_row *r;
	uint32_t cmd = 0;
	struct peer p;

	peer_start(&p, 1);
	peer_build(&p);
	for (r = bad_text; r < bad_text + COUNT(bad_text); r++) {
		peer_command(&p, ++cmd);
		say_text(&p, cmd, r);
		peer_failed_inside(&p, r->code);
		peer_say(&p, WIRE_RELEASE, &(struct wire_over){cmd, 0}, NULL);
	}
	assert_int_equal(p.nended, 0);
	peer_command(&p, ++cmd);
	say_text(&p, cmd, &good);
	peer_hear_inside(&p, WIRE_STARTED);
	peer_finish(&p, cmd);
	assert_int_equal(p.ended.exit_code, 0);
	peer_leave(&p);
}

// A command that goes on is said to have begun; one that is over in a moment
// is answered by its end. Both by the number of the request.
static void
exec_answers(void)
{
	char *argv[] = {(char[]){"sleep"}, (char[]){"0.3"}, NULL};
	struct peer p;

	peer_start(&p, 1);
	peer_build(&p);
	peer_command(&p, 1);
	peer_exec(&p, 1, argv);
	peer_hear_inside(&p, WIRE_STARTED);
	assert_int_equal(p.m.h.type, WIRE_STARTED);
	assert_int_equal(p.m.h.seq, p.seq);
	peer_hear_inside(&p, WIRE_EXITED);
	assert_int_equal(p.m.h.seq, 0);
	still_works(&p, 2);
	peer_leave(&p);
}

// A file that somebody may still change, of the very size that was said.
static void
exec_from_a_file(void)
{
	const char *path = peer_path("strings");
	struct wire_exec x = {.cmd = 1, .argc = 1, .size = 7};
	autoclose int file = -1, null = -1, dir = -1, tube = -1;
	int p2[2];
	struct peer p;

	file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(write(file, "/\0true", 7), 7);
	null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	dir = open("/", O_PATH | O_CLOEXEC);
	assert_int_equal(pipe2(p2, O_CLOEXEC), 0);
	tube = p2[0];
	close(p2[1]);
	peer_start(&p, 1);
	peer_build(&p);
	peer_command(&p, 1);
	peer_exec_raw(&p, &x, file);
	peer_failed_inside(&p, ERR_PROTOCOL);
	const int fds[] = {null, dir, tube};

	for (x.cmd = 2; x.cmd < 5; x.cmd++) {
		peer_command(&p, x.cmd);
		peer_exec_raw(&p, &x, fds[x.cmd - 2]);
		peer_failed_inside(&p, ERR_PROTOCOL);
	}
	still_works(&p, 9);
	peer_leave(&p);
}

static const struct peer_test tests[] = {
    {"EXEC of bad strings", exec_strings},
    {"EXEC of what is no sealed memory", exec_from_a_file},
    {"EXEC_TEXT of bad strings", exec_text},
    {"what EXEC is answered by", exec_answers},
};

int
main(void)
{
	return peer_main("exec", "stockade-jail", tests, COUNT(tests));
}
