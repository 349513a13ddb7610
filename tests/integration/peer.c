// SPDX-License-Identifier: ISC
// A scripted peer: starts the real helper, says anything, looks what is left.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/box/args.h"
#include "tests/integration/peer.h"

enum {
	SOMEBODY = 4242, // needs no entry in any table
	PATIENCE_S = 20,
	TESTS_MAX = 64,
};

static enum peer_way way;
static int helper_fd = -1;
static char *argument;
static void (*before)(void);
static char dir[] = "/tmp/stockade-test-peer.XXXXXX";

enum peer_way
peer_way(void)
{
	return way;
}

const char *
peer_dir(void)
{
	return dir;
}

const char *
peer_path(const char *name)
{
	static char path[2][256];
	static int next;

	next = !next;
	snprintf(path[next], sizeof(path[next]), "%s/%s", dir, name);
	return path[next];
}

static int
remove_dir(const char *path)
{
	autoclosedir DIR *d = opendir(path);
	struct dirent *de;
	char name[512];

	while (d != NULL && (de = readdir(d)) != NULL) {
		if (strcmp(de->d_name, ".") == 0 ||
		    strcmp(de->d_name, "..") == 0)
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, de->d_name);
		if (unlink(name) != 0 && rmdir(name) != 0)
			remove_dir(name);
	}
	return rmdir(path);
}

// The saved uid stays 0, so that the next test may be root again; what is
// started has not even that.
static int
setup(enum peer_way now)
{
	way = now;
	memcpy(dir + sizeof(dir) - 7, "XXXXXX", 6);
	if (geteuid() == 0 && way == PEER_ROOTLESS &&
	    (setgroups(0, NULL) != 0 || setresgid(SOMEBODY, SOMEBODY, 0) != 0 ||
		setresuid(SOMEBODY, SOMEBODY, 0) != 0))
		return -1;
	return mkdtemp(dir) != NULL && chmod(dir, 0755) == 0 ? 0 : -1;
}

// What a failed test left must not fail the next one.
static void
end_children(void)
{
	FILE *f = fopen("/proc/thread-self/children", "re");
	int pid;

	while (f != NULL && fscanf(f, "%d", &pid) == 1)
		kill(pid, SIGKILL);
	if (f != NULL)
		fclose(f);
	while (waitpid(-1, NULL, 0) > 0)
		continue;
}

static int
teardown(void **state)
{
	uid_t r, e, s;

	(void)state;
	if (getresuid(&r, &e, &s) != 0 ||
	    (s == 0 && (setresuid(0, 0, 0) != 0 || setresgid(0, 0, 0) != 0)))
		return -1;
	end_children();
	return remove_dir(dir);
}

static int
rootless_works(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (geteuid() == 0 &&
		    (setgroups(0, NULL) != 0 || setgid(SOMEBODY) != 0 ||
			setuid(SOMEBODY) != 0))
			_exit(1);
		_exit(unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

static void
run_one(void **state)
{
	const struct peer_test *t = *state;

	t->run();
}

static int
setup_root(void **state)
{
	(void)state;
	return setup(PEER_ROOT);
}

static int
setup_rootless(void **state)
{
	(void)state;
	return setup(PEER_ROOTLESS);
}

static size_t
add_tests(struct CMUnitTest *all, const struct peer_test *tests, size_t n,
    enum peer_way w)
{
	static char names[2][TESTS_MAX][96];
	size_t i;

	for (i = 0; i < n; i++) {
		snprintf(names[w][i], sizeof(names[w][i]), "%s: %s",
		    w == PEER_ROOT ? "root" : "rootless", tests[i].name);
		all[i] = (struct CMUnitTest){
		    .name = names[w][i],
		    .test_func = run_one,
		    .setup_func = w == PEER_ROOT ? setup_root : setup_rootless,
		    .teardown_func = teardown,
		    .initial_state = (void *)(uintptr_t)&tests[i],
		};
	}
	return n;
}

int
peer_main(const char *name, const char *helper, const struct peer_test *tests,
    size_t n)
{
	static struct CMUnitTest all[2 * TESTS_MAX];
	const char *top = getenv("top_builddir");
	char path[4096];
	size_t have = 0;

	snprintf(path, sizeof(path), "%s/%s", top != NULL ? top : ".", helper);
	helper_fd = open(path, O_RDONLY | O_CLOEXEC);
	if (helper_fd < 0) {
		perror(path);
		return 99;
	}
	// What a helper leaves behind becomes ours, and is seen.
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	signal(SIGPIPE, SIG_IGN);
	if (geteuid() == 0)
		have += add_tests(all, tests, n, PEER_ROOT);
	if (rootless_works())
		have += add_tests(all + have, tests, n, PEER_ROOTLESS);
	else
		printf("# no unprivileged user namespaces here\n");
	return _cmocka_run_group_tests(name, all, have, NULL, NULL);
}

void
peer_argument(const char *text)
{
	argument = (char *)(uintptr_t)text;
}

void
peer_before(void (*f)(void))
{
	before = f;
}

static void
become_helper(int sock, int err)
{
	char *argv[] = {(char[]){"stockade-jail"}, argument, NULL};
	char *envp[] = {NULL};
	int null = open("/dev/null", O_RDWR);

	if (geteuid() == SOMEBODY &&
	    (setresgid(SOMEBODY, SOMEBODY, SOMEBODY) != 0 ||
		setresuid(SOMEBODY, SOMEBODY, SOMEBODY) != 0))
		_exit(96);
	// 3 may be any of the others here.
	sock = fcntl(sock, F_DUPFD, 20);
	helper_fd = fcntl(helper_fd, F_DUPFD_CLOEXEC, 20);
	if (dup2(null, 0) < 0 || dup2(null, 1) < 0 || dup2(err, 2) < 0 ||
	    dup2(sock, 3) < 0)
		_exit(96);
	close(sock);
	if (before != NULL)
		before();
	fexecve(helper_fd, argv, envp);
	_exit(96);
}

void
peer_start(struct peer *p, int passcred)
{
	struct wire_hello hello = {.version = WIRE_VERSION};
	struct timeval patience = {PATIENCE_S, 0};
	int sv[2], err[2];

	memset(p, 0, sizeof(*p));
	p->chan = -1;
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sv), 0);
	assert_int_equal(pipe2(err, O_CLOEXEC), 0);
	assert_int_equal(setsockopt(sv[1], SOL_SOCKET, SO_PASSCRED, &passcred,
			     sizeof(passcred)),
	    0);
	assert_int_equal(setsockopt(sv[0], SOL_SOCKET, SO_RCVTIMEO, &patience,
			     sizeof(patience)),
	    0);
	p->sock = sv[0];
	if (!passcred)
		peer_say(p, WIRE_HELLO, &hello, NULL);
	p->pid = fork();
	assert_true(p->pid >= 0);
	if (p->pid == 0)
		become_helper(sv[1], err[1]);
	close(sv[1]);
	close(err[1]);
	p->err = err[0];
}

static void
say(int fd, struct peer *p, enum wire_type type, const void *body,
    const int *fds)
{
	struct err e;

	if (wire_send(fd, 0, type, ++p->seq, body, fds, &e) != 0)
		assert_int_equal(e.code, ERR_GONE);
}

void
peer_say(struct peer *p, enum wire_type type, const void *body, const int *fds)
{
	say(p->sock, p, type, body, fds);
}

void
peer_say_inside(
    struct peer *p, enum wire_type type, const void *body, const int *fds)
{
	p->early = false;
	say(p->chan, p, type, body, fds);
}

static void
show_log(struct peer *p)
{
	char log[1024];
	ssize_t n;

	fcntl(p->err, F_SETFL, O_NONBLOCK);
	while ((n = read(p->err, log, sizeof(log) - 1)) > 0) {
		log[n] = '\0';
		print_message("# %s", log);
	}
}

static void
heard(struct peer *p, int rc, enum wire_type type, const struct err *e)
{
	if (rc == 1 && p->m.h.type == type)
		return;
	show_log(p);
	if (rc == 1 && p->m.h.type == WIRE_FAILED)
		fail_msg("FAILED: %s", p->m.u.failed.err.text);
	fail_msg("waited for %s: %d, type %u, %s", wire_info(type)->name, rc,
	    rc == 1 ? p->m.h.type : 0, rc < 0 ? e->text : "");
}

void
peer_hear(struct peer *p, enum wire_type type)
{
	struct err e = {0};

	heard(p, wire_recv(p->sock, WIRE_H2A, 0, &p->m, &e), type, &e);
}

void
peer_hear_inside(struct peer *p, enum wire_type type)
{
	struct err e = {0};
	int rc;

	if (type == WIRE_EXITED && p->early) {
		p->early = false;
		return;
	}
	for (;;) {
		rc = wire_recv(p->chan, WIRE_I2A, 0, &p->m, &e);
		if (rc != 1 || p->m.h.type != WIRE_EXITED)
			break;
		p->ended = p->m.u.exited;
		p->nended++;
		// Over so soon that it answers EXEC itself.
		p->early = type == WIRE_STARTED && p->m.h.seq != 0;
		if (type == WIRE_EXITED || p->early)
			return;
	}
	heard(p, rc, type, &e);
}

void
peer_failed_inside(struct peer *p, enum err_code code)
{
	peer_hear_inside(p, WIRE_FAILED);
	if (p->m.u.failed.err.code != (uint32_t)code)
		fail_msg("%s: %s, not %s", err_name(p->m.u.failed.err.code),
		    p->m.u.failed.err.text, err_name((uint32_t)code));
}

void
peer_greet(struct peer *p)
{
	struct wire_hello hello = {.version = WIRE_VERSION};

	peer_say(p, WIRE_HELLO, &hello, NULL);
	peer_hear(p, WIRE_WELCOME);
	assert_int_equal(p->m.u.welcome.version, WIRE_VERSION);
	assert_int_equal(p->m.h.seq, p->seq);
}

void
peer_begin(struct peer *p)
{
	autoclose int ws = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct wire_begin begin = {0};

	assert_true(ws >= 0);
	peer_greet(p);
	peer_say(p, WIRE_BEGIN, &begin, &ws);
}

void
peer_build(struct peer *p)
{
	peer_begin(p);
	peer_commit(p);
}

void
peer_commit(struct peer *p)
{
	struct timeval patience = {PATIENCE_S, 0};
	struct wire_commit commit = {0};

	peer_say(p, WIRE_COMMIT, &commit, NULL);
	peer_hear(p, WIRE_STANDING);
	p->chan = take_fd(&p->m.fds[0]);
	assert_int_equal(setsockopt(p->chan, SOL_SOCKET, SO_RCVTIMEO, &patience,
			     sizeof(patience)),
	    0);
}

// Waits for a child that must end; kills it if it does not.
static int
wait_for(pid_t pid)
{
	int i, status = -1;
	pid_t got = 0;

	for (i = 0; got == 0 && i < PATIENCE_S * 1000; i++) {
		got = waitpid(pid, &status, WNOHANG);
		if (got == 0)
			usleep(1000);
	}
	if (got == pid)
		return status;
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	fail_msg("helper %d does not end", (int)pid);
	return -1;
}

// Whatever a helper left is a child of ours by now.
static void
no_children(void)
{
	char list[256] = "";
	autoclose int fd = -1;
	ssize_t n;
	int i;

	for (i = 0; i < PATIENCE_S * 1000; i++) {
		while (waitpid(-1, NULL, WNOHANG) > 0)
			continue;
		if (waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD)
			return;
		usleep(1000);
	}
	fd = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
	n = read(fd, list, sizeof(list) - 1);
	(void)n;
	fail_msg("left: processes %s", list);
}

static void
no_cgroups(pid_t helper)
{
	static const char *const places[] = {
	    "/sys/fs/cgroup", "/sys/fs/cgroup/unified"};
	struct dirent *de;
	char prefix[32];
	size_t i;

	snprintf(prefix, sizeof(prefix), "stockade-%d-", (int)helper);
	for (i = 0; i < 2; i++) {
		autoclosedir DIR *d = opendir(places[i]);

		while (d != NULL && (de = readdir(d)) != NULL)
			if (strncmp(de->d_name, prefix, strlen(prefix)) == 0)
				fail_msg("left: cgroup %s", de->d_name);
	}
}

static void
check_log(struct peer *p, const char *why)
{
	char log[4096] = "";
	size_t n = 0;
	ssize_t r;

	while ((r = read(p->err, log + n, sizeof(log) - 1 - n)) > 0)
		n += (size_t)r;
	log[n] = '\0';
	if (why == NULL ? n != 0 : strstr(log, why) == NULL)
		fail_msg("the log says \"%s\", not \"%s\"", log,
		    why != NULL ? why : "");
}

void
peer_ended(struct peer *p, int status, const char *why)
{
	struct err e;
	int rc, got;
	pid_t pid = p->pid;

	do {
		rc = wire_recv(p->sock, WIRE_H2A, 0, &p->m, &e);
		if (rc == 1)
			wire_msg_close(&p->m);
	} while (rc == 1);
	got = wait_for(pid);
	fd_close(&p->chan);
	fd_close(&p->sock);
	if (got != status << 8)
		show_log(p);
	assert_int_equal(got, status << 8);
	no_children();
	no_cgroups(pid);
	check_log(p, why);
	fd_close(&p->err);
	p->pid = 0;
}

void
peer_leave(struct peer *p)
{
	assert_int_equal(shutdown(p->sock, SHUT_WR), 0);
	peer_ended(p, 0, NULL);
}

void
peer_command(struct peer *p, uint32_t cmd)
{
	struct wire_command c = {.cmd = cmd};

	peer_say(p, WIRE_COMMAND, &c, NULL);
	peer_hear(p, WIRE_DONE);
	assert_int_equal(p->m.u.command.cmd, cmd);
}

void
peer_exec_raw(struct peer *p, const struct wire_exec *x, int strings)
{
	autoclose int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int fds[] = {strings, null, null, null};

	peer_say_inside(p, WIRE_EXEC, x, fds);
}

void
peer_exec(struct peer *p, uint32_t cmd, char *const *argv)
{
	peer_exec_for(p, cmd, argv, 0);
}

void
peer_exec_for(struct peer *p, uint32_t cmd, char *const *argv, uint64_t ms)
{
	struct box_command c = {.argv = argv, .envp = box_default_env};
	struct wire_exec x = {.cmd = cmd, .time_ms = ms};
	struct err e;
	autoclose int fd = args_pack(&c, &x, &e);

	assert_true(fd >= 0);
	peer_exec_raw(p, &x, fd);
}

void
peer_finish(struct peer *p, uint32_t cmd)
{
	struct wire_command c = {.cmd = cmd};

	peer_hear_inside(p, WIRE_EXITED);
	assert_int_equal(p->ended.cmd, cmd);
	peer_say(p, WIRE_FINISH, &c, NULL);
	peer_hear(p, WIRE_USAGE);
	assert_int_equal(p->m.u.usage.cmd, cmd);
}

int
peer_run(struct peer *p, uint32_t cmd, char *const *argv)
{
	peer_command(p, cmd);
	peer_exec(p, cmd, argv);
	peer_hear_inside(p, WIRE_STARTED);
	assert_int_equal(p->m.u.started.cmd, cmd);
	peer_finish(p, cmd);
	return p->ended.exit_code;
}
