// SPDX-License-Identifier: ISC
// The interpreter that a program's file names, and files that name none.
#include <elf.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "jail/elf.h"

static int
answer(const void *data, size_t n, char path[64])
{
	char name[] = "/tmp/elf.XXXXXX";
	int fd = mkstemp(name), rc;

	assert_true(fd >= 0);
	unlink(name);
	assert_int_equal(write(fd, data, n), n);
	rc = elf_interpreter(fd, path, 64);
	close(fd);
	return rc;
}

static void
scripts(void **state)
{
	static const struct {
		const char *text;
		int rc;
		const char *path;
	} t[] = {
	    {"#!/bin/sh\nrest", 1, "/bin/sh"},
	    {"#! \t/usr/bin/env python3\n", 1, "/usr/bin/env"},
	    {"#!/bin/sh", 1, "/bin/sh"},
	    {"#!bin/sh\n", -1, ""},
	    {"#!\n/bin/sh", -1, ""},
	    {"#!", -1, ""},
	    {"#!/a/path/that/is/longer/than/there/is/room/for/it/to/be/kept/"
	     "somewhere\n",
		-1, ""},
	    {"", 0, ""},
	    {"plain text that is long enough to be an ELF header, if it were "
	     "one, which it is not",
		0, ""},
	};
	char path[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_int_equal(
		    answer(t[i].text, strlen(t[i].text), path), t[i].rc);
		if (t[i].rc == 1)
			assert_string_equal(path, t[i].path);
	}
}

struct file {
	Elf64_Ehdr h;
	Elf64_Phdr p;
	char interp[8];
};

static struct file
good(void)
{
	struct file f = {.interp = "/ld.so"};

	memcpy(f.h.e_ident, ELFMAG, SELFMAG);
	f.h.e_ident[EI_CLASS] = ELFCLASS64;
	f.h.e_phoff = offsetof(struct file, p);
	f.h.e_phnum = 1;
	f.p.p_type = PT_INTERP;
	f.p.p_offset = offsetof(struct file, interp);
	f.p.p_filesz = 7;
	return f;
}

static void
programs(void **state)
{
	struct file f = good();
	char path[64];

	(void)state;
	assert_int_equal(answer(&f, sizeof(f), path), 1);
	assert_string_equal(path, "/ld.so");
	f.p.p_type = PT_LOAD; // static
	assert_int_equal(answer(&f, sizeof(f), path), 0);
}

static void
nonsense(void **state)
{
	struct file f = good();
	char path[64];

	(void)state;
	f.p.p_filesz = 0;
	assert_int_equal(answer(&f, sizeof(f), path), -1);
	f.p.p_filesz = UINT64_MAX;
	assert_int_equal(answer(&f, sizeof(f), path), -1);
	f.p.p_filesz = 4; // not terminated
	assert_int_equal(answer(&f, sizeof(f), path), -1);
	f = good();
	f.p.p_offset = UINT64_MAX;
	assert_int_equal(answer(&f, sizeof(f), path), -1);
	f = good();
	f.h.e_phoff = UINT64_MAX - 8;
	assert_int_equal(answer(&f, sizeof(f), path), -1);
	f = good();
	f.interp[0] = 'l'; // relative
	assert_int_equal(answer(&f, sizeof(f), path), -1);
	f = good();
	assert_int_equal(answer(&f, sizeof(f.h) + 8, path), -1);
	assert_int_equal(answer(&f, 20, path), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(scripts),
	    cmocka_unit_test(programs),
	    cmocka_unit_test(nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
