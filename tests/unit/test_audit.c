// SPDX-License-Identifier: ISC
// audit: many write one chain, what is torn is told of, what is too much is
// cut, and an event that is nobody's business is not there.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "src/egress/chain.h"
#include "src/keep/audit.h"
#include "tests/unit/below.h"

static char root[64];

static int
begin(void **state)
{
	(void)state;
	snprintf(root, sizeof(root), "/tmp/stockade-audit.XXXXXX");
	if (mkdtemp(root) == NULL)
		return -1;
	return setenv("XDG_STATE_HOME", root, 1);
}

static int
end(void **state)
{
	(void)state;
	return below_remove(root);
}

/* The newest file of the log. */
static FILE *
open_log(const char *how)
{
	char dir[128], path[512] = "";
	struct dirent *d;
	DIR *all;
	FILE *f;

	snprintf(dir, sizeof(dir), "%s/stockade/audit", root);
	all = opendir(dir);
	assert_non_null(all);
	while ((d = readdir(all)) != NULL)
		if (d->d_name[0] != '.')
			snprintf(path, sizeof(path), "%s/%s", dir, d->d_name);
	closedir(all);
	f = fopen(path, how);
	assert_non_null(f);
	return f;
}

static uint64_t
verified(void)
{
	FILE *f = open_log("r");
	struct chain c;

	if (chain_verify(f, &c) != 0)
		print_error("line %d: %s\n", (int)c.fault, c.why);
	assert_int_equal(c.fault, 0);
	fclose(f);
	return c.records;
}

static void
test_many(void **state)
{
	struct audit a;
	struct err e;
	int i, k, status;

	(void)state;
	for (i = 0; i < 8; i++) {
		if (fork() != 0)
			continue;
		if (audit_open(&a, &e) != 0)
			_exit(1);
		for (k = 0; k < 20; k++)
			if (audit_add(&a, "test", "s", NULL, &e) != 0)
				_exit(1);
		_exit(0);
	}
	for (i = 0; i < 8; i++) {
		wait(&status);
		assert_int_equal(status, 0);
	}
	assert_int_equal(verified(), 160);
}

static void
test_torn(void **state)
{
	char event[10000], line[20000];
	struct audit a;
	struct err e;
	FILE *f;

	(void)state;
	assert_int_equal(audit_open(&a, &e), 0);
	assert_int_equal(audit_add(&a, "test", NULL, NULL, &e), 0);
	f = open_log("a");
	fputs("{\"seq\":2,\"ts\":\"x", f);
	fclose(f);
	assert_int_equal(audit_add(&a, "test", NULL, NULL, &e), 0);
	assert_int_equal(verified(), 3); // one tells of it
	// Of an event its own fields, and of a long one the beginning.
	memset(event, 'x', sizeof(event));
	event[sizeof(event) - 1] = '\0';
	snprintf(line, sizeof(line),
	    "{\"type\":\"approval\",\"command\":\"%s\",\"secret\":1}", event);
	assert_int_equal(audit_event(&a, "s", line, &e), 0);
	assert_int_equal(audit_event(&a, "s", "{\"type\":\"message\"}", &e), 0);
	assert_int_equal(verified(), 4);
	assert_true(audit_wants("approval"));
	assert_false(audit_wants("message"));
	f = open_log("r");
	while (fgets(line, sizeof(line), f) != NULL)
		continue;
	fclose(f);
	assert_null(strstr(line, "secret"));
	assert_non_null(strstr(line, "xxx"));
	assert_true(strlen(line) < 2500);
	audit_close(&a);
	assert_int_equal(audit_add(&a, "test", NULL, NULL, &e), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_many, begin, end),
	    cmocka_unit_test_setup_teardown(test_torn, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
