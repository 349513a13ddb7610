// SPDX-License-Identifier: ISC
// always: the narrowest rule is added to a policy, as a whole or not at all.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/cli/always.h"

static char dir[64], path[96];
static struct policy policy, scratch;

static void
put(const char *text)
{
	autoclose int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0640);
	struct policy_fault f;

	assert_true(fd >= 0);
	assert_int_equal(fd_write_all(fd, text, strlen(text)), 0);
	assert_return_code(fchmod(fd, 0640), errno);
	policy_init(&policy);
	if (policy_parse(text, strlen(text), &policy, &f) != 0)
		policy.spec.net.n = 0;
}

static char *
get(void)
{
	static char text[65536];
	ssize_t n = fd_read_text(AT_FDCWD, path, text, sizeof(text));

	assert_true(n >= 0);
	return text;
}

/* Files in the directory: none of ours must stay behind. */
static unsigned
files(void)
{
	autoclosedir DIR *d = opendir(dir);
	struct dirent *f;
	unsigned n = 0;

	while ((f = readdir(d)) != NULL)
		n += f->d_name[0] != '.';
	return n;
}

static int
always(const char *host, bool literal, uint32_t port, struct err *e)
{
	struct wire_ask q = {.port = port, .literal = literal, .rule = 0};
	char line[EGRESS_RULE_TEXT_MAX];

	memcpy(q.host, host, strlen(host) + 1);
	return always_write(path, &q, &policy.spec.net, &scratch, line, e);
}

static int
setup(void **state)
{
	(void)state;
	memcpy(dir, "/tmp/test-always-XXXXXX", 24);
	if (mkdtemp(dir) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/policy", dir);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(dir);
}

static void
test_added(void **state)
{
	struct egress_question q = {.name = "git.example.org", .port = 22};
	struct egress_answer a;
	struct policy_fault f;
	struct stat st;
	struct err e;
	char *text;

	(void)state;
	put("limit memory 1G\nnet ask *"); // without a newline at its end
	assert_int_equal(always("git.example.org", false, 22, &e), 0);
	text = get();
	assert_non_null(strstr(
	    text, "net ask *\nnet allow git.example.org:22  # allowed when "));
	assert_int_equal(text[strlen(text) - 1], '\n');
	policy_init(&policy);
	assert_int_equal(policy_parse(text, strlen(text), &policy, &f), 0);
	egress_match(&policy.spec.net, &q, &a);
	assert_int_equal(a.verdict, NET_ALLOW);
	q.port = 443; // that port alone
	egress_match(&policy.spec.net, &q, &a);
	assert_int_equal(a.verdict, NET_ASK);
	q = (struct egress_question){.name = "x.git.example.org", .port = 22};
	egress_match(&policy.spec.net, &q, &a);
	assert_int_equal(a.verdict, NET_ASK);
	assert_return_code(stat(path, &st), errno);
	assert_int_equal(st.st_mode & 0777, 0640);
	assert_int_equal(files(), 1);
}

static void
test_literal(void **state)
{
	struct err e;

	(void)state;
	put("net ask 203.0.113.0/24\n");
	// There a rule that asks is stronger than one that allows.
	assert_int_equal(always("203.0.113.9", true, 5432, &e), -1);
	assert_non_null(strstr(e.text, "is stronger"));
	assert_string_equal(get(), "net ask 203.0.113.0/24\n");
	assert_int_equal(always("not an address", true, 5432, &e), -1);
	assert_string_equal(get(), "net ask 203.0.113.0/24\n");
	assert_int_equal(files(), 1);
}

static void
test_broken(void **state)
{
	struct err e;

	(void)state;
	put("nonsense 1\n");
	assert_int_equal(always("a.example", false, 443, &e), -1);
	assert_non_null(strstr(e.text, "line 1"));
	assert_string_equal(get(), "nonsense 1\n");
	unlink(path);
	assert_int_equal(always("a.example", false, 443, &e), -1);
	assert_int_equal(e.sys_errno, ENOENT);
	assert_return_code(mkfifo(path, 0600), errno);
	assert_int_equal(always("a.example", false, 443, &e), -1);
	assert_non_null(strstr(e.text, "no regular file"));
}

/* A link stays a link, and what it leads to is changed. */
static void
test_link(void **state)
{
	char real[128];
	struct stat st;
	struct err e;

	(void)state;
	put("net ask *\n");
	snprintf(real, sizeof(real), "%s/real", dir);
	assert_return_code(rename(path, real), errno);
	assert_return_code(symlink("real", path), errno);
	assert_int_equal(always("a.example", false, 443, &e), 0);
	assert_return_code(lstat(path, &st), errno);
	assert_true(S_ISLNK(st.st_mode));
	assert_non_null(strstr(get(), "net allow a.example:443"));
	assert_return_code(rename(real, path), errno);
	assert_int_equal(files(), 1);
}

#define POINT(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    POINT(test_added),
	    POINT(test_literal),
	    POINT(test_broken),
	    POINT(test_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
