// SPDX-License-Identifier: ISC
// store: content by its digest, checkpoints, what is pruned; and a writer that
// is killed at each of its system calls leaves all of it readable.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/keep/prune.h"
#include "tests/unit/below.h"

static char root[64];

static int
begin(void **state)
{
	(void)state;
	// Nothing is waited for there, and no power is lost in these tests.
	snprintf(root, sizeof(root), "%s/stockade-keep.XXXXXX",
	    access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : "/tmp");
	return mkdtemp(root) != NULL ? 0 : -1;
}

static int
end(void **state)
{
	(void)state;
	return below_remove(root);
}

static void
open_store(struct keep *k)
{
	char path[96];
	struct err e;

	snprintf(path, sizeof(path), "%s/store", root);
	assert_int_equal(keep_open(k, path, true, &e), 0);
}

static unsigned
count(const char *below)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/store/%s", root, below);
	return below_count(path);
}

static void
read_back(const struct keep *k, const uint8_t *digest, const char *want)
{
	char got[100] = "";
	struct err e;
	int fd = keep_get(k, digest, &e);

	assert_true(fd >= 0);
	assert_int_equal(read(fd, got, sizeof(got) - 1), strlen(want));
	assert_string_equal(got, want);
	close(fd);
}

static void
test_content(void **state)
{
	uint8_t a[KEEP_DIGEST], b[KEEP_DIGEST];
	char hex[KEEP_HEX], path[200];
	struct keep_blob blob;
	struct keep k;
	struct err e;
	int fd;

	(void)state;
	open_store(&k);
	assert_int_equal(keep_lock(&k, false, &e), 0);
	assert_int_equal(keep_put(&k, "abc", 3, a, &e), 0);
	keep_hex(a, hex);
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223"
				 "b00361a396177a9cb410ff61f20015ad");
	// By its name it is there when it is on disk.
	assert_int_equal(count("objects"), 0);
	assert_true(keep_has(&k, a));
	assert_int_equal(keep_blob_begin(&k, &blob, &e), 0);
	assert_int_equal(keep_blob_add(&k, &blob, "a", 1, &e), 0);
	assert_int_equal(keep_blob_add(&k, &blob, "bc", 2, &e), 0);
	assert_int_equal(keep_blob_end(&k, &blob, b, &e), 0);
	assert_memory_equal(a, b, KEEP_DIGEST);
	assert_int_equal(keep_settle(&k, &e), 0);
	assert_int_equal(count("objects"), 1);
	assert_int_equal(count("tmp"), 0);
	read_back(&k, a, "abc");
	// What was given up, or not settled, is nowhere.
	assert_int_equal(keep_blob_begin(&k, &blob, &e), 0);
	keep_blob_drop(&k, &blob);
	assert_int_equal(keep_put(&k, "xyz", 3, b, &e), 0);
	keep_unlock(&k);
	assert_false(keep_has(&k, b));
	assert_int_equal(count("tmp"), 0);
	// Damaged: told, and mended by who has it once more.
	snprintf(
	    path, sizeof(path), "%s/store/objects/%.2s/%s", root, hex, hex + 2);
	fd = open(path, O_WRONLY | O_TRUNC);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "abd", 3), 3);
	close(fd);
	assert_int_equal(keep_get(&k, a, &e), -1);
	assert_non_null(strstr(e.text, "damaged"));
	assert_int_equal(keep_put(&k, "abc", 3, a, &e), 0);
	assert_int_equal(keep_settle(&k, &e), 0);
	read_back(&k, a, "abc");
	keep_close(&k);
}

static void
add_line(struct keep_tree *t, char letter, const uint8_t *digest)
{
	char hex[KEEP_HEX], line[200], type;
	int n;

	keep_hex(digest, hex);
	n = snprintf(
	    line, sizeof(line), "f 644 3 1 1 1 %s file-%c", hex, letter);
	assert_true(tree_parse(t, line, (size_t)n + 1, &type) > 0);
}

/* A checkpoint of files that hold three times their letter. */
static int
point(struct keep *k, const char *id, const char *letters)
{
	struct keep_point p = {.why = "start", .ours = true};
	struct keep_tree t = {0};
	uint8_t digest[KEEP_DIGEST];
	char text[4];
	struct err e;
	int rc = keep_lock(k, false, &e);

	for (; rc == 0 && *letters != '\0'; letters++) {
		snprintf(
		    text, sizeof(text), "%c%c%c", *letters, *letters, *letters);
		rc = keep_put(k, text, 3, digest, &e);
		add_line(&t, *letters, digest);
	}
	tree_sort(&t);
	if (rc == 0)
		rc = keep_put_tree(k, &t, p.tree, &e);
	if (rc == 0)
		rc = keep_settle(k, &e);
	if (rc == 0)
		rc = keep_session_add(k, id, &p, &e);
	keep_unlock(k);
	tree_free(&t);
	if (rc != 0)
		print_error("%s\n", e.text);
	return rc;
}

/* Every checkpoint that is told of, with all its content. */
static size_t
check_all(const struct keep *k, const char *id)
{
	struct keep_session s;
	struct keep_tree t;
	struct err e;
	size_t i, j, n;
	int fd;

	if (keep_session_load(k, id, &s, &e) != 0)
		return 0;
	n = s.npoints;
	for (i = 0; i < n; i++) {
		assert_int_equal(s.v[i].n, i);
		assert_int_equal(keep_get_tree(k, s.v[i].tree, &t, &e), 0);
		for (j = 0; j < t.n; j++) {
			fd = keep_get(k, t.v[j].digest, &e);
			assert_true(fd >= 0);
			close(fd);
		}
		tree_free(&t);
	}
	keep_session_free(&s);
	return n;
}

static int
new_session(struct keep *k, const char *id)
{
	autoclose int dir = open(root, O_PATH | O_DIRECTORY);
	struct err e;

	return keep_session_begin(k, id, root, dir, &e);
}

static void
test_sessions(void **state)
{
	struct prune p = {.sessions = 1, .bytes = UINT64_MAX};
	struct keep_session s;
	char id[KEEP_ID_MAX];
	struct stat st;
	struct keep k;
	struct err e;
	int held;

	(void)state;
	open_store(&k);
	assert_int_equal(stat(root, &st), 0);
	assert_int_equal(new_session(&k, "20260101-old"), 0);
	assert_int_equal(new_session(&k, "20260101-old"), -1);
	assert_int_equal(new_session(&k, "../evil"), -1);
	assert_int_equal(point(&k, "20260101-old", "ab"), 0);
	assert_int_equal(point(&k, "20260101-old", "abc"), 0);
	assert_int_equal(new_session(&k, "20260102-new"), 0);
	assert_int_equal(point(&k, "20260102-new", "bd"), 0);
	assert_int_equal(check_all(&k, "20260101-old"), 2);
	keep_session_of(&k, st.st_dev, st.st_ino, 0, id);
	assert_string_equal(id, "20260102-new");
	keep_session_of(&k, st.st_dev, st.st_ino, 1, id);
	assert_string_equal(id, "20260101-old");
	keep_session_of(&k, st.st_dev, st.st_ino + 1, 0, id);
	assert_string_equal(id, "");
	assert_int_equal(keep_session_load(&k, "20260101-old", &s, &e), 0);
	assert_string_equal(s.workspace, root);
	keep_session_free(&s);
	assert_int_equal(count("objects"), 4 + 3);
	// One at work is not for pruning, and for nobody else to undo.
	held = keep_session_hold(&k, "20260101-old", false, &e);
	assert_true(held >= 0);
	assert_int_equal(keep_session_hold(&k, "20260101-old", true, &e), -1);
	assert_int_equal(e.code, ERR_LIMIT);
	assert_int_equal(prune_run(&k, &p, &e), 0);
	assert_int_equal(p.gone_sessions, 0);
	assert_int_equal(count("objects"), 4 + 3);
	close(held);
	p = (struct prune){.sessions = 1, .bytes = UINT64_MAX};
	assert_int_equal(prune_run(&k, &p, &e), 0);
	assert_int_equal(p.gone_sessions, 1);
	assert_int_equal(p.kept_sessions, 1);
	assert_int_equal(count("objects"), 2 + 1);
	assert_int_equal(check_all(&k, "20260102-new"), 1);
	assert_int_equal(check_all(&k, "20260101-old"), 0);
	keep_close(&k);
}

/* A child that is stopped at its n-th entry to, or return from, the kernel. */
static bool
write_killed(unsigned n)
{
	struct keep k;
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		open_store(&k);
		_exit(point(&k, "killed", "pqr") == 0 &&
			      point(&k, "killed", "pqst") == 0
			  ? 0
			  : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	while (n-- > 0 && WIFSTOPPED(status)) {
		assert_int_equal(ptrace(PTRACE_SYSCALL, pid, NULL, NULL), 0);
		assert_int_equal(waitpid(pid, &status, 0), pid);
	}
	if (!WIFSTOPPED(status)) {
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
		return false;
	}
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return true;
}

static void
test_killed(void **state)
{
	struct prune p = {.sessions = 9, .bytes = UINT64_MAX};
	char line[200];
	size_t most = 0, points;
	struct keep k;
	struct err e;
	unsigned n;
	bool killed = true;

	(void)state;
	for (n = 1; killed; n++) {
		snprintf(line, sizeof(line), "%s/store", root);
		(void)below_remove(line);
		open_store(&k);
		assert_int_equal(new_session(&k, "killed"), 0);
		killed = write_killed(n);
		points = check_all(&k, "killed");
		// Later never means less.
		assert_true(points >= most);
		most = points;
		// Whoever comes next can go on, and clears what was left.
		assert_int_equal(point(&k, "killed", "xyz"), 0);
		assert_int_equal(check_all(&k, "killed"), points + 1);
		assert_int_equal(prune_run(&k, &p, &e), 0);
		assert_int_equal(count("tmp"), 0);
		assert_int_equal(check_all(&k, "killed"), points + 1);
		keep_close(&k);
	}
	assert_int_equal(most, 2);
	assert_true(n > 50);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_content, begin, end),
	    cmocka_unit_test_setup_teardown(test_sessions, begin, end),
	    cmocka_unit_test_setup_teardown(test_killed, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
