// SPDX-License-Identifier: ISC
// stdio: which descriptors go through a pipe, how many pipes, and that a
// file's offset ends where the command stopped reading.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/cli/stdio.h"

#define MUST(x)                                    \
	do {                                       \
		if (!(x))                          \
			_exit(1 + __LINE__ % 255); \
	} while (0)

/* Our three descriptors are a process's: each test has one of its own. */
static void
in_child(void (*f)(void))
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		alarm(20);
		f();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (status != 0)
		fail_msg("status %#x: line %% 255 is %d", (unsigned int)status,
		    WEXITSTATUS(status) - 1);
}

/* fd becomes number; what it was is closed. */
static void
become(int fd, int number)
{
	MUST(fd >= 0);
	MUST(dup2(fd, number) == number);
	if (fd != number)
		close(fd);
}

static int
a_file(void)
{
	char name[] = "/tmp/stockade-test-stdio.XXXXXX";
	int fd = mkstemp(name);

	MUST(fd >= 0 && unlink(name) == 0);
	return fd;
}

static bool
is_null(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) &&
	       st.st_rdev == makedev(1, 3);
}

static mode_t
mode_of(int fd)
{
	struct stat st;

	MUST(fstat(fd, &st) == 0);
	return st.st_mode & 07777;
}

static bool
same(int a, int b)
{
	struct stat x, y;

	MUST(fstat(a, &x) == 0 && fstat(b, &y) == 0);
	return x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static void
looks(bool pumped, bool seekable)
{
	struct stdio_in in;

	stdio_look(&in);
	MUST(in.pumped == pumped);
	MUST(in.seekable == seekable);
	MUST(in.pipe == -1);
	MUST(stdio_is_pipe(STDIN_FILENO) == !pumped);
}

static void
look(void)
{
	int p[2];

	MUST(pipe2(p, O_CLOEXEC) == 0);
	become(p[0], STDIN_FILENO);
	looks(false, false);
	MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, p) == 0);
	become(p[0], STDIN_FILENO);
	looks(false, false);
	become(a_file(), STDIN_FILENO);
	looks(true, true);
	become(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
	looks(true, false);
	become(open("/", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
	looks(true, false);
	become(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), STDIN_FILENO);
	looks(true, false);
	MUST(!stdio_is_pipe(-1));
}

static void
fill(void)
{
	struct stdio_in in;
	int i, closed, file = a_file();
	// Which of the three are closed.
	static const int rows[] = {0, 1, 2, 3, 4, 5, 6, 7};

	for (closed = 0; closed < 8; closed++) {
		for (i = 0; i < 3; i++) {
			MUST(dup2(file, i) == i);
			if (rows[closed] & 1 << i)
				close(i);
		}
		stdio_fill();
		for (i = 0; i < 3; i++)
			MUST(is_null(i) == ((rows[closed] & 1 << i) != 0));
		// And no descriptor was left over.
		MUST(fcntl(file + 1, F_GETFD) == -1);
	}
	stdio_look(&in);
	MUST(in.pumped && !in.seekable);
	MUST(write(STDOUT_FILENO, "x", 1) == 1);
	MUST(read(STDIN_FILENO, &i, 1) == 0);
}

struct ends {
	struct stdio_in in;
	int theirs[3], to, out, err;
};

static void
make(struct ends *s)
{
	struct err e;
	int i;

	s->to = s->out = s->err = -1;
	for (i = 0; i < 3; i++)
		s->theirs[i] = -1;
	stdio_look(&s->in);
	MUST(stdio_make(&s->in, s->theirs, &s->to, &s->out, &s->err, &e) == 0);
	for (i = 0; i < 3; i++) {
		MUST(s->theirs[i] > STDERR_FILENO);
		MUST(fcntl(s->theirs[i], F_GETFD) == FD_CLOEXEC);
	}
}

static void
drop(struct ends *s)
{
	int i;

	for (i = 0; i < 3; i++)
		fd_close(&s->theirs[i]);
	fd_close(&s->to);
	fd_close(&s->out);
	fd_close(&s->err);
	fd_close(&s->in.pipe);
}

static void
one_pipe(void)
{
	struct ends s;
	char buf[8];

	become(a_file(), STDOUT_FILENO);
	MUST(dup2(STDOUT_FILENO, STDERR_FILENO) == STDERR_FILENO);
	make(&s);
	MUST(s.out >= 0 && s.err == -1);
	MUST(same(s.theirs[1], s.theirs[2]));
	// The order of writing is the order of reading.
	MUST(write(s.theirs[2], "a", 1) == 1);
	MUST(write(s.theirs[1], "b", 1) == 1);
	MUST(write(s.theirs[2], "c", 1) == 1);
	MUST(read(s.out, buf, sizeof(buf)) == 3);
	MUST(buf[0] == 'a' && buf[1] == 'b' && buf[2] == 'c');
	// Without a writer it ends, so that no copy is left with us.
	fd_close(&s.theirs[1]);
	fd_close(&s.theirs[2]);
	MUST(read(s.out, buf, sizeof(buf)) == 0);
	drop(&s);
}

static void
two_pipes(void)
{
	struct ends s;
	char c;

	become(a_file(), STDOUT_FILENO);
	become(a_file(), STDERR_FILENO);
	make(&s);
	MUST(s.out >= 0 && s.err >= 0);
	MUST(!same(s.theirs[1], s.theirs[2]));
	MUST(write(s.theirs[1], "o", 1) == 1);
	MUST(write(s.theirs[2], "e", 1) == 1);
	MUST(read(s.out, &c, 1) == 1 && c == 'o');
	MUST(read(s.err, &c, 1) == 1 && c == 'e');
	MUST(mode_of(s.theirs[1]) == 0666 && mode_of(s.theirs[2]) == 0666);
	drop(&s);
}

/* A pipe goes to the command as it is, and a box may open it again. */
static void
stdin_passed(void)
{
	struct ends s;
	int p[2];

	MUST(pipe2(p, O_CLOEXEC) == 0);
	MUST(mode_of(p[0]) == 0600);
	become(p[0], STDIN_FILENO);
	make(&s);
	MUST(s.to == -1 && s.in.pipe == -1);
	MUST(same(s.theirs[0], STDIN_FILENO));
	MUST(mode_of(STDIN_FILENO) == 0666);
	drop(&s);
	become(open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
	make(&s);
	MUST(s.to >= 0 && s.in.pipe == -1);
	MUST(!same(s.theirs[0], STDIN_FILENO));
	stdio_give_back(&s.in, 3); // nothing to give back to
	drop(&s);
}

/*
 * We read `ours` bytes of the file, hold `buffered` of them, and the command
 * takes `taken` of those that went into the pipe.
 */
static void
given_back(off_t ours, size_t buffered, size_t taken, bool closed)
{
	size_t piped = (size_t)ours - buffered;
	struct ends s;
	char buf[100];

	MUST(lseek(STDIN_FILENO, 10, SEEK_SET) == 10);
	make(&s);
	MUST(s.to >= 0 && s.in.pipe >= 0);
	MUST(fcntl(s.in.pipe, F_GETFD) == FD_CLOEXEC);
	MUST(read(STDIN_FILENO, buf, (size_t)ours) == ours);
	MUST(fd_write_all(s.to, buf, piped) == 0);
	if (taken > 0)
		MUST(read(s.theirs[0], buf, taken) == (ssize_t)taken);
	fd_close(&s.theirs[0]);
	if (closed)
		fd_close(&s.to);
	stdio_give_back(&s.in, buffered);
	MUST(s.in.pipe == -1);
	MUST(lseek(STDIN_FILENO, 0, SEEK_CUR) == 10 + (off_t)taken);
	// A second time must not move it again.
	stdio_give_back(&s.in, buffered);
	MUST(lseek(STDIN_FILENO, 0, SEEK_CUR) == 10 + (off_t)taken);
	drop(&s);
}

static void
give_back(void)
{
	static const struct {
		off_t ours;
		size_t buffered, taken;
		bool closed;
	} rows[] = {
	    {0, 0, 0, false},
	    {50, 0, 50, true},	 // all was read
	    {50, 0, 0, true},	 // none was
	    {50, 0, 20, false},	 // left in the pipe
	    {50, 20, 30, false}, // left with us
	    {50, 20, 10, false}, // both
	    {50, 50, 0, false},
	};
	char buf[100] = {0};
	size_t i;

	become(a_file(), STDIN_FILENO);
	MUST(fd_write_all(STDIN_FILENO, buf, sizeof(buf)) == 0);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		given_back(rows[i].ours, rows[i].buffered, rows[i].taken,
		    rows[i].closed);
}

#define TEST(f)                            \
	static void test_##f(void **state) \
	{                                  \
		(void)state;               \
		in_child(f);               \
	}
TEST(look)
TEST(fill)
TEST(one_pipe)
TEST(two_pipes)
TEST(stdin_passed)
TEST(give_back)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_look),
	    cmocka_unit_test(test_fill),
	    cmocka_unit_test(test_one_pipe),
	    cmocka_unit_test(test_two_pipes),
	    cmocka_unit_test(test_stdin_passed),
	    cmocka_unit_test(test_give_back),
	};

	return cmocka_run_group_tests_name("stdio", tests, NULL, NULL);
}
