// SPDX-License-Identifier: ISC
// way_in: what is no workspace is refused and leaves no helper behind; whose
// rights are kept, and that the others are gone for good.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/base/landlock.h"
#include "src/box/way_in.h"

enum {
	OWNER = 4242,  // ids that need no entry in any table
	CALLER = 4243, // whom sudo was called by
};

#define MUST(x)                                    \
	do {                                       \
		if (!(x))                          \
			_exit(1 + __LINE__ % 255); \
	} while (0)

static char dir[] = "/tmp/stockade-test-way.XXXXXX";
static char workspace[64], file[64], link_to[64], loop[64], gone[64];
static bool root;

static int
begin(void **state)
{
	int fd;

	(void)state;
	root = geteuid() == 0;
	if (mkdtemp(dir) == NULL || chmod(dir, 0755) != 0)
		return -1;
	snprintf(workspace, sizeof(workspace), "%s/w", dir);
	snprintf(file, sizeof(file), "%s/file", dir);
	snprintf(link_to, sizeof(link_to), "%s/link", dir);
	snprintf(loop, sizeof(loop), "%s/loop", dir);
	snprintf(gone, sizeof(gone), "%s/gone", dir);
	fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0 || mkdir(workspace, 0755) != 0 ||
	    symlink("w", link_to) != 0 || symlink("loop", loop) != 0)
		return -1;
	close(fd);
	return root ? chown(workspace, OWNER, OWNER) : 0;
}

static int
end(void **state)
{
	(void)state;
	unlink(file);
	unlink(link_to);
	unlink(loop);
	rmdir(workspace);
	return rmdir(dir);
}

/* Rights are lost for good: each try has a process of its own. */
static void
in_child(void (*f)(const char *), const char *arg)
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		alarm(30);
		unsetenv("SUDO_UID");
		unsetenv("SUDO_GID");
		f(arg);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (status != 0)
		fail_msg("%s: status %#x: line %% 255 is %d", arg,
		    (unsigned int)status, WEXITSTATUS(status) - 1);
}

static void
refused(const char *path)
{
	int before = dup(0), want = path == file ? ENOTDIR : ENOENT;
	struct way_in w;
	struct err e = {0};

	if (path == loop)
		want = ELOOP;
	close(before);
	MUST(way_in(&w, path, NULL, &e) == -1);
	MUST(e.code == ERR_USAGE);
	MUST(e.sys_errno == want);
	MUST(strncmp(e.text, "workspace ", 10) == 0);
	MUST(w.helper == -1 && w.workspace == -1 && w.pid == 0);
	// No descriptor and no helper are left.
	MUST(dup(0) == before);
	MUST(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
}

static void
test_refused(void **state)
{
	(void)state;
	in_child(refused, gone);
	in_child(refused, "");
	in_child(refused, file);
	in_child(refused, loop);
}

static void
lost_all(const struct way_in *w)
{
	char line[256];
	FILE *f = fopen("/proc/self/status", "re");

	MUST(f != NULL);
	while (fgets(line, sizeof(line), f) != NULL)
		MUST(strncmp(line, "CapPrm:", 7) != 0 ||
		     strspn(line + 8, "0\n") == strlen(line + 8));
	fclose(f);
	MUST(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
	MUST(fcntl(w->helper, F_GETFD) == FD_CLOEXEC);
	MUST(fcntl(w->workspace, F_GETFD) == FD_CLOEXEC);
	MUST((fcntl(w->workspace, F_GETFL) & O_PATH) != 0);
}

static void
enter(const char *path, uid_t uid)
{
	uid_t me = geteuid();
	struct way_in w;
	struct err e;

	MUST(way_in(&w, path, NULL, &e) == 0);
	MUST(w.helper >= 0 && w.workspace >= 0 && w.pid > 0);
	// Its own path, whatever was given.
	MUST(strcmp(w.path, workspace) == 0);
	lost_all(&w);
	MUST(geteuid() == (root ? uid : me));
	MUST(getegid() == (root ? uid : getgid()));
	if (root)
		MUST(setuid(0) == -1 && seteuid(0) == -1);
	way_in_close(&w);
	MUST(w.helper == -1 && w.workspace == -1 && w.pid == 0);
	MUST(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
	way_in_close(&w);
}

static void
as_owner(const char *path)
{
	enter(path, OWNER);
}

static void
test_paths(void **state)
{
	(void)state;
	in_child(as_owner, workspace);
	in_child(as_owner, link_to);
}

static void
relative(const char *path)
{
	MUST(chdir(path) == 0);
	enter(".", OWNER);
}

static void
test_relative(void **state)
{
	(void)state;
	in_child(relative, workspace);
}

static void
as_caller(const char *uid)
{
	MUST(setenv("SUDO_UID", uid, 1) == 0);
	MUST(setenv("SUDO_GID", "4243", 1) == 0);
	enter(workspace, CALLER);
}

/* What is no user's number says nothing: then it is the directory's owner. */
static void
uid_garbage(const char *uid)
{
	MUST(setenv("SUDO_UID", uid, 1) == 0);
	MUST(setenv("SUDO_GID", "4243", 1) == 0);
	enter(workspace, OWNER);
}

static void
gid_garbage(const char *gid)
{
	MUST(setenv("SUDO_UID", "4243", 1) == 0);
	if (strcmp(gid, "unset") != 0)
		MUST(setenv("SUDO_GID", gid, 1) == 0);
	enter(workspace, OWNER);
}

static void
test_sudo(void **state)
{
	// Read by root only: an ordinary user stays who he is with each.
	static const char *const garbage[] = {"", " ", "-1", "+4243", " 4243",
	    "4243 ", "4243x", "0x1093", "x", "4294967295", "4294967296",
	    "99999999999999999999"};
	size_t i;

	(void)state;
	in_child(as_caller, "4243");
	in_child(uid_garbage, "0");
	in_child(gid_garbage, "unset");
	for (i = 0; i < sizeof(garbage) / sizeof(garbage[0]); i++) {
		in_child(uid_garbage, garbage[i]);
		in_child(gid_garbage, garbage[i]);
	}
}

static bool
writable(const char *path)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* uid 0 without a right: its files outside of the list are out of reach. */
static void
stays_root(const char *path)
{
	struct way_in w;
	struct err e;

	MUST(chown(path, 0, 0) == 0);
	MUST(writable(file));
	MUST(way_in(&w, path, NULL, &e) == 0);
	MUST(geteuid() == 0);
	lost_all(&w);
	MUST(!writable(file) || landlock_abi() == 0);
	way_in_close(&w);
}

static void
stays_root_listed(const char *path)
{
	const char *list[] = {dir, NULL};
	struct way_in w;
	struct err e;

	MUST(chown(path, 0, 0) == 0);
	MUST(way_in(&w, path, list, &e) == 0);
	MUST(geteuid() == 0);
	MUST(writable(file));
	way_in_close(&w);
}

static void
too_many(const char *path)
{
	const char *list[18];
	struct way_in w;
	struct err e;
	size_t i;

	MUST(chown(path, 0, 0) == 0);
	for (i = 0; i < 17; i++)
		list[i] = dir;
	list[17] = NULL;
	MUST(way_in(&w, path, list, &e) == -1);
	MUST(e.code == ERR_LIMIT);
	MUST(w.helper == -1 && w.workspace == -1 && w.pid == 0);
}

static void
test_root(void **state)
{
	(void)state;
	if (!root) {
		print_message("# not run: only root can stay root\n");
		return;
	}
	in_child(stays_root, workspace);
	in_child(stays_root_listed, workspace);
	in_child(too_many, workspace);
	assert_int_equal(chown(workspace, OWNER, OWNER), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_paths),
	    cmocka_unit_test(test_relative),
	    cmocka_unit_test(test_sudo),
	    cmocka_unit_test(test_root),
	};

	return cmocka_run_group_tests_name("way_in", tests, begin, end);
}
