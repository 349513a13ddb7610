// SPDX-License-Identifier: ISC
// find: a session by its name, by a piece that no other has, or the last one.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "src/session/find.h"
#include "tests/unit/fake_box.h"

#define A "20261120-134501-042-aaaa0001"
#define B "20261120-134502-042-bbbb0001"
#define C "20261121-134501-042-cccc0002"

static struct err e;

static int
begin(void **state)
{
	if (fake_begin(state) < 0)
		return -1;
	fake_put(A ".jsonl",
	    "{\"type\":\"start\",\"seq\":0,\"workspace\":\"/one\"}\n");
	fake_put(C ".jsonl", "");
	fake_put(B ".jsonl",
	    "{\"type\":\"test_run\"}\n"
	    "{\"type\":\"start\",\"seq\":1,\"workspace\":\"/two\"}\n");
	fake_put("notes.txt", "");
	fake_put(".hidden.jsonl", "");
	return 0;
}

/* What a name finds: a session's, or "" and *e. */
static const char *
found(const char *name, const char *workspace)
{
	char *path = find_path(fake_root, name, workspace, &e);
	static char id[300];

	*id = '\0';
	if (path == NULL)
		return id;
	assert_memory_equal(path, fake_root, strlen(fake_root));
	snprintf(id, sizeof(id), "%s", path + strlen(fake_root) + 1);
	free(path);
	assert_non_null(strstr(id, ".jsonl"));
	*strstr(id, ".jsonl") = '\0';
	return id;
}

static void
test_all(void **state)
{
	struct find_list l;

	(void)state;
	assert_int_equal(find_all(fake_root, &l, &e), 0);
	assert_int_equal(l.n, 3);
	assert_string_equal(l.id[0], C);
	assert_string_equal(l.id[1], B);
	assert_string_equal(l.id[2], A);
	find_free(&l);
	assert_int_equal(find_all("/nonexistent", &l, &e), 0);
	assert_int_equal(l.n, 0);
	assert_int_equal(find_all("/proc/version", &l, &e), -1);
}

static void
test_names(void **state)
{
	char *path;

	(void)state;
	assert_string_equal(found(B, NULL), B);
	assert_string_equal(found("20261121", NULL), C);
	assert_string_equal(found("bbbb0001", NULL), B);
	assert_string_equal(found("0001", NULL), "");
	assert_non_null(strstr(e.text, "2 sessions"));
	assert_string_equal(found("bbbb", NULL), ""); // in the middle
	assert_string_equal(found("", NULL), "");
	assert_int_equal(e.code, ERR_USAGE);
	path = find_path(fake_root, "./any/path", NULL, &e);
	assert_string_equal(path, "./any/path");
	free(path);
}

static void
test_last(void **state)
{
	(void)state;
	assert_string_equal(found("last", NULL), C);
	assert_string_equal(found("last", "/two"), B);
	assert_string_equal(found("last", "/one"), A);
	assert_string_equal(found("last", "/three"), "");
	assert_non_null(strstr(e.text, "/three"));
}

#define T(f) cmocka_unit_test_setup_teardown(f, begin, fake_end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_all), T(test_names), T(test_last)};

	return cmocka_run_group_tests_name("find", tests, NULL, NULL);
}
