// SPDX-License-Identifier: ISC
// The search for git directories: what it finds, and that it ends.
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "jail/gitdirs.h"

static char found[4096];
static int stop_at = -1, nfound;

static int
note(void *arg, enum gitdirs_kind kind, const char *path, struct err *e)
{
	size_t n = strlen(found);

	(void)arg;
	snprintf(found + n, sizeof(found) - n, "%d:%s\n", (int)kind, path);
	if (nfound++ == stop_at)
		return err_set(e, ERR_FILE, 0, "enough");
	return 0;
}

// 0 if the shell is content.
static int
shell(const char *script)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		execl("/bin/sh", "sh", "-ec", script, (char *)NULL);
		_exit(127);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid ? status : -1;
}

static void
tree(const char *script)
{
	char dir[] = "/tmp/gitdirs.XXXXXX";

	assert_non_null(mkdtemp(dir));
	assert_int_equal(chdir(dir), 0);
	assert_int_equal(shell(script), 0);
	found[0] = '\0';
	nfound = 0;
	stop_at = -1;
}

static void
untree(void)
{
	char command[64], dir[48];

	assert_non_null(getcwd(dir, sizeof(dir)));
	assert_int_equal(chdir("/"), 0);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	assert_int_equal(shell(command), 0);
}

static bool
search(void)
{
	struct gitdirs_find f = {.found = note};
	struct err e = {0};
	int dir = open(".", O_RDONLY | O_DIRECTORY);

	assert_true(dir >= 0);
	assert_int_equal(gitdirs_find(dir, &f, &e), 0);
	close(dir);
	return f.bounded;
}

static bool
has(enum gitdirs_kind kind, const char *path)
{
	char line[256];
	const char *at;

	snprintf(line, sizeof(line), "%d:%s\n", (int)kind, path);
	at = strstr(found, line);
	return at != NULL && (at == found || at[-1] == '\n');
}

static void
every_kind(void **state)
{
	(void)state;
	tree("mkdir -p .git/modules/a/b/objects .git/modules/a/b/refs "
	     ".git/worktrees/w deep/er/.git leaf linked bare/objects "
	     "bare/refs almost/objects none; touch .git/modules/a/b/HEAD "
	     "bare/HEAD almost/HEAD leaf/.git; ln -s ../.git linked/.git");
	assert_false(search());
	assert_true(has(GITDIRS_DIR, ".git"));
	assert_true(has(GITDIRS_DIR, ".git/modules/a/b"));
	assert_true(has(GITDIRS_WORKTREE, ".git/worktrees/w"));
	assert_true(has(GITDIRS_DIR, "deep/er/.git"));
	// a directory without directories, and what hides nothing
	assert_true(has(GITDIRS_LINK, "leaf/.git"));
	assert_true(has(GITDIRS_LINK, "linked/.git"));
	assert_true(has(GITDIRS_DIR, "bare"));
	assert_int_equal(nfound, 7);
	untree();
}

// Three names do not hide what lies below them.
static void
below_a_bare_one(void **state)
{
	(void)state;
	tree("mkdir -p objects/x/.git refs lib/.git; touch HEAD");
	assert_false(search());
	assert_true(has(GITDIRS_DIR, ""));
	assert_true(has(GITDIRS_DIR, "objects/x/.git"));
	assert_true(has(GITDIRS_DIR, "lib/.git"));
	untree();
}

static void
links_are_not_followed(void **state)
{
	(void)state;
	tree("mkdir -p a/b; ln -s . self; ln -s / host; ln -s a/b c");
	assert_false(search());
	assert_string_equal(found, "");
	untree();
}

static void
ends_and_says_so(void **state)
{
	struct gitdirs_find f = {.found = note};
	struct err e = {0};

	(void)state;
	tree("mkdir -p near/.git; for i in $(seq 70); do for j in $(seq 70); "
	     "do echo d$i/d$j/e; done; done | xargs mkdir -p");
	assert_true(search());
	assert_true(has(GITDIRS_DIR, "near/.git"));
	untree();
	tree("for i in $(seq 300); do echo d$i/.git; done | xargs mkdir -p");
	assert_true(search());
	assert_int_equal(nfound, GITDIRS_FOUND_MAX);
	found[0] = '\0';
	stop_at = 3;
	nfound = 0;
	assert_int_equal(
	    gitdirs_find(open(".", O_RDONLY | O_CLOEXEC), &f, &e), -1);
	assert_int_equal(nfound, 4);
	untree();
}

static void
a_long_path_is_told(void **state)
{
	(void)state;
	tree("i=0; d=$(printf %0200d 0); mkdir start; cd start; "
	     "while [ $i -lt 8 ]; do mkdir $d; cd $d; i=$((i + 1)); done; "
	     "mkdir .git");
	assert_true(search());
	assert_string_equal(found, "");
	untree();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_kind),
	    cmocka_unit_test(below_a_bare_one),
	    cmocka_unit_test(links_are_not_followed),
	    cmocka_unit_test(ends_and_says_so),
	    cmocka_unit_test(a_long_path_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
