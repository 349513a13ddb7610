// SPDX-License-Identifier: ISC
// Pid 1's channel: whatever its owner asks wrongly is answered by FAILED, and
// the box still works; what is no message at all ends it.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "tests/integration/peer.h"
#include "tests/unit/raw.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static char *const true_argv[] = {(char[]){"true"}, NULL};

static void
still_works(struct peer *p, uint32_t cmd)
{
	assert_int_equal(peer_run(p, cmd, true_argv), 0);
}

static void
exec_failures(void)
{
	char *none[] = {(char[]){"no-such-command"}, NULL};
	char *dir[] = {(char[]){"/usr"}, NULL};
	char *empty[] = {(char[]){""}, NULL};
	struct peer p;

	peer_start(&p, 1);
	peer_build(&p);
	peer_command(&p, 1);
	peer_exec(&p, 1, none);
	peer_failed_inside(&p, ERR_EXEC);
	assert_int_equal(p.m.u.failed.err.sys_errno, ENOENT);
	peer_command(&p, 2);
	peer_exec(&p, 2, dir);
	peer_failed_inside(&p, ERR_EXEC);
	assert_int_equal(p.m.u.failed.err.sys_errno, EACCES);
	peer_command(&p, 3);
	peer_exec(&p, 3, empty);
	peer_failed_inside(&p, ERR_EXEC);
	assert_int_equal(p.m.u.failed.err.sys_errno, ENOENT);
	assert_int_equal(p.nended, 0);
	still_works(&p, 4);
	peer_leave(&p);
}

static void
exec_twice(void)
{
	char *argv[] = {(char[]){"sleep"}, (char[]){"1000"}, NULL};
	struct wire_signal s = {.cmd = 1, .signo = SIGTERM};
	struct peer p;

	peer_start(&p, 1);
	peer_build(&p);
	peer_command(&p, 1);
	peer_exec(&p, 1, argv);
	peer_hear_inside(&p, WIRE_STARTED);
	peer_exec(&p, 1, argv);
	peer_failed_inside(&p, ERR_PROTOCOL);
	peer_say_inside(&p, WIRE_SIGNAL, &s, NULL);
	peer_hear_inside(&p, WIRE_OK);
	if (p.nended == 0)
		peer_hear_inside(&p, WIRE_EXITED);
	assert_int_equal(p.ended.cmd, 1);
	assert_int_equal(p.ended.signal, SIGTERM);
	assert_int_equal(p.ended.exit_code, -1);
	still_works(&p, 2);
	peer_leave(&p);
}

// A number the helper never told pid 1: it waits a while, and says so.
static void
exec_unannounced(void)
{
	static int asked; // ten seconds are enough once
	struct peer p;

	if (asked++ > 0)
		return;
	peer_start(&p, 1);
	peer_build(&p);
	peer_exec(&p, 77, true_argv);
	peer_failed_inside(&p, ERR_GONE);
	still_works(&p, 1);
	peer_leave(&p);
}

// Announced and given up, more often than pid 1 has room for.
static void
given_up(void)
{
	struct wire_command c;
	struct peer p;

	peer_start(&p, 1);
	peer_build(&p);
	for (c = (struct wire_command){.cmd = 1}; c.cmd <= 300; c.cmd++) {
		peer_command(&p, c.cmd);
		peer_say(&p, WIRE_FINISH, &c, NULL);
		peer_hear(&p, WIRE_USAGE);
	}
	still_works(&p, 1000);
	peer_leave(&p);
}

static void
as_many_as_there_are(void)
{
	struct wire_limit none = {.limit = LIMIT_BACKGROUND, .value = 0};
	struct wire_command c = {.cmd = WIRE_COMMANDS_MAX + 1};
	struct peer p;
	uint32_t i;

	peer_start(&p, 1);
	peer_begin(&p);
	peer_say(&p, WIRE_LIMIT, &none, NULL);
	peer_commit(&p);
	for (i = 1; i < c.cmd; i++)
		peer_command(&p, i);
	peer_say(&p, WIRE_COMMAND, &c, NULL);
	peer_hear(&p, WIRE_FAILED);
	for (i = 1; i < c.cmd; i++)
		peer_exec(&p, i, true_argv);
	for (i = 1; i < c.cmd; i++)
		peer_hear_inside(&p, WIRE_STARTED);
	while (p.nended < WIRE_COMMANDS_MAX)
		peer_hear_inside(&p, WIRE_EXITED);
	for (c.cmd = 1; c.cmd <= WIRE_COMMANDS_MAX; c.cmd++) {
		peer_say(&p, WIRE_FINISH, &c, NULL);
		peer_hear(&p, WIRE_USAGE);
	}
	peer_leave(&p);
}

// The time that was admitted holds, whatever EXEC asks for.
static void
no_more_time(void)
{
	char *argv[] = {(char[]){"sleep"}, (char[]){"1000"}, NULL};
	struct wire_limit l = {.limit = LIMIT_TIME, .value = 300};
	static const uint64_t asked[] = {0, 600000, UINT64_MAX};
	struct peer p;
	uint32_t i;

	peer_start(&p, 1);
	peer_begin(&p);
	peer_say(&p, WIRE_LIMIT, &l, NULL);
	peer_commit(&p);
	for (i = 0; i < COUNT(asked); i++) {
		peer_command(&p, i + 1);
		peer_exec_for(&p, i + 1, argv, asked[i]);
		peer_hear_inside(&p, WIRE_STARTED);
		peer_finish(&p, i + 1);
		assert_int_equal(p.ended.first, LIMIT_TIME + 1);
	}
	peer_leave(&p);
}

// Pid 1 waits for nobody to read its answers: who does not loses the box.
static void
answers_unread(void)
{
	struct peer p;
	struct raw r;
	int i;

	peer_start(&p, 1);
	peer_build(&p);
	raw_right(&r, wire_info(WIRE_OPEN));
	for (i = 0; raw_send(p.chan, &r, -1) == 0; i++)
		assert_true(i < 10000);
	peer_ended(&p, 1, "pid 1 of the sandbox died");
}

// Memory of a command's that no process holds goes with it, too.
static void
objects_left(void)
{
	static char make[] = "test $(cat /proc/sysvipc/* | wc -l) = 3 &&"
			     "ipcmk -M1000000 -Q -S3";
	char *argv[] = {(char[]){"sh"}, (char[]){"-c"}, make, NULL};
	struct peer p;

	peer_start(&p, 1);
	peer_build(&p);
	assert_int_equal(peer_run(&p, 1, argv), 0);
	assert_int_equal(peer_run(&p, 2, argv), 0);
	peer_leave(&p);
}

static void
signals(void)
{
	static const struct wire_signal bad[] = {{1, SIGTERM}, {0, SIGTERM},
	    {UINT32_MAX, SIGTERM}, {2, 0}, {2, 32}, {2, 64}, {2, UINT32_MAX}};
	char *argv[] = {(char[]){"cat"}, (char[]){"/dev/zero"}, NULL};
	struct wire_signal s = {2, SIGKILL};
	struct peer p;
	size_t i;

	peer_start(&p, 1);
	peer_build(&p);
	still_works(&p, 1);
	p.nended = 0;
	peer_command(&p, 2);
	peer_exec(&p, 2, argv);
	peer_hear_inside(&p, WIRE_STARTED);
	for (i = 0; i < COUNT(bad); i++) {
		peer_say_inside(&p, WIRE_SIGNAL, &bad[i], NULL);
		peer_failed_inside(&p, ERR_GONE);
	}
	assert_int_equal(p.nended, 0);
	peer_say_inside(&p, WIRE_SIGNAL, &s, NULL);
	peer_hear_inside(&p, WIRE_OK);
	if (p.nended == 0)
		peer_hear_inside(&p, WIRE_EXITED);
	assert_int_equal(p.ended.signal, SIGKILL);
	peer_leave(&p);
}

struct open_row {
	const char *path;
	uint32_t flags, mode;
	int sys; // of the refusal; -1: any
};

static const struct open_row bad_opens[] = {
    {"tube", O_RDONLY, 0, -1},
    {"tube", O_WRONLY, 0, -1},
    {"tube", O_RDWR, 0, -1},
    {"/dev/null", O_RDONLY, 0, -1},
    {"/dev/zero", O_RDWR, 0, -1},
    {"/dev/tty", O_RDWR, 0, -1},
    {"/dev/ptmx", O_RDWR, 0, -1},
    {"/proc/self/fd/3", O_RDWR, 0, ELOOP},
    {"/proc/self/fd/4", O_RDWR, 0, ELOOP},
    {"/proc/1/fd/0", O_RDONLY, 0, -1},
    {"/proc/self/exe", O_RDONLY, 0, ELOOP},
    {"/proc/self/root/etc/passwd", O_RDONLY, 0, ELOOP},
    {"/proc/self/cwd/file", O_RDONLY, 0, ELOOP},
    {"/dev/stdin", O_RDONLY, 0, ELOOP},
    {"out", O_RDONLY, 0, ENOENT}, // to a host file that is not inside
    {"out", O_WRONLY | O_CREAT, 0600, -1},
    {"shadow", O_RDONLY, 0, ENOENT},
    {"loop", O_RDONLY, 0, ELOOP},
    {"fd-link", O_RDONLY, 0, ELOOP},
    {"link", O_RDONLY | O_NOFOLLOW, 0, ELOOP},
    {"not-there", O_RDONLY, 0, ENOENT},
    {"not-there/x", O_WRONLY | O_CREAT, 0600, ENOENT},
    {"file/x", O_RDONLY, 0, ENOTDIR},
    {"file", O_WRONLY | O_CREAT | O_EXCL, 0600, EEXIST},
    {"file", O_RDONLY | O_DIRECTORY, 0, ENOTDIR},
    {".", O_RDWR, 0, EISDIR},
    {"/usr/x", O_WRONLY | O_CREAT, 0600, EROFS},
    {"/x", O_WRONLY | O_CREAT, 0600, EROFS},
    {"/etc/passwd", O_WRONLY, 0, -1},
    {"file", O_PATH, 0, EINVAL},
    {"file", O_RDONLY | O_NONBLOCK, 0, EINVAL},
    {"file", O_RDONLY | O_SYNC, 0, EINVAL},
    {".", O_RDWR | O_TMPFILE, 0600, EINVAL},
    {"new", O_WRONLY | O_CREAT, 01000, EINVAL},
    {"new", O_WRONLY | O_CREAT, 04755, EINVAL},
    {"file", 0x80000000, 0, EINVAL},
};

static void
furnish(void)
{
	int fd = open(peer_path("file"), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	assert_int_equal(write(fd, "text", 4), 4);
	close(fd);
	assert_int_equal(mkfifo(peer_path("tube"), 0666), 0);
	assert_int_equal(
	    symlink("/tmp/../var/lib/dpkg/status", peer_path("out")), 0);
	assert_int_equal(symlink("/etc/shadow", peer_path("shadow")), 0);
	assert_int_equal(symlink("loop", peer_path("loop")), 0);
	assert_int_equal(symlink("file", peer_path("link")), 0);
	assert_int_equal(symlink("/proc/self/fd/4", peer_path("fd-link")), 0);
}

static void
ask_open(struct peer *p, const char *path, uint32_t flags, uint32_t mode)
{
	struct wire_open o = {.flags = flags, .mode = mode};

	memcpy(o.path, path, strlen(path) + 1);
	peer_say_inside(p, WIRE_OPEN, &o, NULL);
}

static void
opens_refused(void)
{
	const struct open_row *r;
	struct peer p;

	furnish();
	peer_start(&p, 1);
	peer_build(&p);
	for (r = bad_opens; r < bad_opens + COUNT(bad_opens); r++) {
		ask_open(&p, r->path, r->flags, r->mode);
		peer_failed_inside(&p, ERR_FILE);
		if (r->sys >= 0 && p.m.u.failed.err.sys_errno != r->sys)
			fail_msg("%s: %s", r->path, p.m.u.failed.err.text);
	}
	still_works(&p, 1);
	peer_leave(&p);
}

static void
opens(void)
{
	static const struct open_row good[] = {
	    {"file", O_RDONLY, 0, 0},
	    {"link", O_RDWR, 0, 0},
	    {".", O_RDONLY, 0, 0},
	    {".", O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, 0},
	    {"/workspace/../workspace/file", O_RDONLY, 0, 0},
	    {"../../../../workspace/file", O_RDONLY, 0, 0},
	    {"new", O_WRONLY | O_CREAT | O_EXCL, 0640, 0},
	    {"new", O_WRONLY | O_APPEND, 0, 0},
	    {"/tmp/new", O_RDWR | O_CREAT, 0600, 0},
	    {"/etc/passwd", O_RDONLY, 0, 0},
	    {"/proc/self/status", O_RDONLY, 0, 0},
	    {"file", O_WRONLY | O_TRUNC, 0, 0},
	};
	struct stat st;
	struct peer p;
	size_t i;

	furnish();
	peer_start(&p, 1);
	peer_build(&p);
	for (i = 0; i < COUNT(good); i++) {
		ask_open(&p, good[i].path, good[i].flags, good[i].mode);
		peer_hear_inside(&p, WIRE_OPENED);
		assert_int_equal(fstat(p.m.fds[0], &st), 0);
		assert_true(S_ISREG(st.st_mode) || S_ISDIR(st.st_mode));
		wire_msg_close(&p.m);
	}
	assert_int_equal(stat(peer_path("file"), &st), 0);
	assert_int_equal(st.st_size, 0);
	assert_int_equal(stat(peer_path("new"), &st), 0);
	assert_int_equal(st.st_uid, geteuid());
	assert_int_equal(st.st_mode & 07777, 0640);
	peer_leave(&p);
}

static void
long_paths(void)
{
	struct wire_open o = {0};
	struct peer p;

	peer_start(&p, 1);
	peer_build(&p);
	memset(o.path, 'x', sizeof(o.path) - 1);
	peer_say_inside(&p, WIRE_OPEN, &o, NULL);
	peer_failed_inside(&p, ERR_FILE);
	assert_int_equal(p.m.u.failed.err.sys_errno, ENAMETOOLONG);
	memset(o.path, '/', sizeof(o.path) - 1);
	peer_say_inside(&p, WIRE_OPEN, &o, NULL);
	peer_hear_inside(&p, WIRE_OPENED);
	wire_msg_close(&p.m);
	still_works(&p, 1);
	peer_leave(&p);
}

static void
ask_path(struct peer *p, enum wire_type type, const char *path)
{
	struct wire_path w = {0};

	memcpy(w.path, path, strlen(path) + 1);
	peer_say_inside(p, type, &w, NULL);
}

static void
ask_rename(struct peer *p, const char *from, const char *to)
{
	struct wire_rename r = {0};

	memcpy(r.from, from, strlen(from) + 1);
	memcpy(r.to, to, strlen(to) + 1);
	peer_say_inside(p, WIRE_RENAME, &r, NULL);
}

static void
names(void)
{
	static const char *const bad_dirs[] = {
	    "/usr/x", "/x/y", "file", "file/x", "loop/x", "/proc/x", "a/file"};
	static const char *const bad_files[] = {
	    "not-there", "/usr/bin/true", "dir", "/proc/self/fd/4"};
	struct peer p;
	size_t i;

	furnish();
	peer_start(&p, 1);
	peer_build(&p);
	ask_path(&p, WIRE_MKDIRS, "a/b/c");
	peer_hear_inside(&p, WIRE_OK);
	ask_path(&p, WIRE_MKDIRS, "dir");
	peer_hear_inside(&p, WIRE_OK);
	ask_path(&p, WIRE_MKDIRS, "/workspace/a/b//d/");
	peer_hear_inside(&p, WIRE_OK);
	ask_rename(&p, "file", "a/file");
	peer_hear_inside(&p, WIRE_OK);
	ask_rename(&p, "a/file", "file");
	peer_hear_inside(&p, WIRE_OK);
	ask_open(&p, "a/file", O_WRONLY | O_CREAT, 0600);
	peer_hear_inside(&p, WIRE_OPENED);
	wire_msg_close(&p.m);
	for (i = 0; i < COUNT(bad_dirs); i++) {
		ask_path(&p, WIRE_MKDIRS, bad_dirs[i]);
		peer_failed_inside(&p, ERR_FILE);
	}
	for (i = 0; i < COUNT(bad_files); i++) {
		ask_path(&p, WIRE_UNLINK, bad_files[i]);
		peer_failed_inside(&p, ERR_FILE);
	}
	ask_rename(&p, "file", "/tmp/file");
	peer_failed_inside(&p, ERR_FILE);
	assert_int_equal(p.m.u.failed.err.sys_errno, EXDEV);
	ask_rename(&p, "a", "a/b/c/a");
	peer_failed_inside(&p, ERR_FILE);
	ask_rename(&p, "/usr/bin/true", "true");
	peer_failed_inside(&p, ERR_FILE);
	ask_path(&p, WIRE_UNLINK, "out");
	peer_hear_inside(&p, WIRE_OK);
	still_works(&p, 1);
	peer_leave(&p);
}

// What is no message of this channel: the end of the box, not of a request.
static void
protocol_faults(void)
{
	const struct wire_info *w;
	autoclose int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct peer p;
	struct raw r;
	unsigned i;

	for (i = 0; (w = wire_info_at(i)) != NULL; i++) {
		peer_start(&p, 1);
		peer_build(&p);
		raw_right(&r, w);
		if (w->way == WIRE_A2I)
			r.size--;
		assert_int_equal(raw_send(p.chan, &r, null), 0);
		peer_ended(&p, 1, "pid 1 of the sandbox died");
	}
}

static const struct peer_test tests[] = {
    {"EXEC of what cannot be executed", exec_failures},
    {"EXEC of a command that runs", exec_twice},
    {"EXEC of a command nobody announced", exec_unannounced},
    {"commands given up before EXEC", given_up},
    {"as many commands as there may be", as_many_as_there_are},
    {"no more time than was admitted", no_more_time},
    {"answers that nobody reads", answers_unread},
    {"System V objects left over", objects_left},
    {"SIGNAL of nobody, and no signal", signals},
    {"OPEN of what is not to be opened", opens_refused},
    {"OPEN of files and directories", opens},
    {"OPEN of long paths", long_paths},
    {"MKDIRS, RENAME and UNLINK", names},
    {"what is no message of pid 1's", protocol_faults},
};

int
main(void)
{
	return peer_main("inside", "stockade-jail", tests, COUNT(tests));
}
