// SPDX-License-Identifier: ISC
// trim: what was read from the program's file goes, what was written stays.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "jail/base/trim.h"

// KiB of our own program that are in memory and cannot be written.
static unsigned
resident(void)
{
	char self[512], line[1024], perms[8], path[512];
	unsigned long sum = 0, kib;
	FILE *f = fopen("/proc/self/smaps", "r");
	int ours = 0;
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	assert_non_null(f);
	assert_true(n > 0);
	self[n] = '\0';
	while (fgets(line, sizeof(line), f) != NULL) {
		path[0] = '\0';
		if (sscanf(line, "%*x-%*x %7s %*s %*s %*s %511s", perms,
			path) >= 1)
			ours = perms[1] != 'w' && strcmp(path, self) == 0;
		else if (ours && sscanf(line, "Rss: %lu", &kib) == 1)
			sum += kib;
	}
	fclose(f);
	return (unsigned)sum;
}

// Filled by relocation, and never to be lost.
static void (*const volatile functions[])(void) = {trim, trim, trim};
static volatile unsigned written = 7;

// So large that its pages are not those that the call itself brings back.
static const char large[262144] = {1};

static unsigned
touch(void)
{
	unsigned sum = 0;
	size_t i;

	for (i = 0; i < sizeof(large); i += 1024)
		sum += (unsigned)*(const volatile char *)(large + i);
	return sum;
}

static void
test_trim(void **state)
{
	unsigned before, after;

	(void)state;
	assert_int_equal(touch(), 1);
	written = 8;
	before = resident();
	trim();
	after = resident();
	if (after + 128 > before)
		fail_msg("%u KiB before, %u after", before, after);
	assert_int_equal(touch(), 1);
	functions[1]();
	assert_int_equal(written, 8);
	assert_true(functions[0] == functions[2]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_trim),
	};

	return cmocka_run_group_tests_name("trim", tests, NULL, NULL);
}
