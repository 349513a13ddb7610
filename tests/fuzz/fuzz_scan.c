// SPDX-License-Identifier: ISC
// Any bytes as each kind of value: what is taken is written back and taken
// again as the same; what is refused leaves the value alone and has a reason.
#include <string.h>
#include "policy/nearest.h"
#include "policy/paths.h"
#include "policy/scan.h"
#include "tests/fuzz/fuzz.h"

#define UNTOUCHED UINT64_C(0x5a5a5a5a5a5a5a5a)

static void
check_value(enum spec_unit unit, const char *s, size_t size)
{
	char text[SCAN_FORMAT_MAX];
	uint64_t v = UNTOUCHED, again = UNTOUCHED;
	const char *why = NULL;

	if (scan_value(unit, s, size, &v, &why) != 0) {
		FUZZ_ASSERT(v == UNTOUCHED && why != NULL);
		return;
	}
	scan_format(unit, v, text);
	FUZZ_ASSERT(strnlen(text, sizeof(text)) < sizeof(text));
	FUZZ_ASSERT(scan_value(unit, text, strlen(text), &again, &why) == 0);
	FUZZ_ASSERT(again == v);
}

/* Every number has a text, and the text is that number. */
static void
check_format(const uint8_t *data, size_t size)
{
	char text[SCAN_FORMAT_MAX];
	const char *why;
	uint64_t v, again;
	int unit;

	if (size < sizeof(v))
		return;
	memcpy(&v, data, sizeof(v));
	for (unit = SPEC_UNIT_MS; unit <= SPEC_UNIT_COUNT; unit++) {
		scan_format((enum spec_unit)unit, v, text);
		FUZZ_ASSERT(scan_value((enum spec_unit)unit, text, strlen(text),
				&again, &why) == 0);
		FUZZ_ASSERT(again == v);
	}
}

static void
check_path(const char *s, size_t size)
{
	char path[SPEC_PATH_MAX];
	const char *why = NULL;

	if (scan_path(s, size, path, sizeof(path), &why) != 0) {
		FUZZ_ASSERT(why != NULL);
		return;
	}
	FUZZ_ASSERT(strlen(path) == size && memcmp(path, s, size) == 0);
	FUZZ_ASSERT(paths_clean(path));
	FUZZ_ASSERT(paths_beneath("/", path) && paths_beneath(path, path));
	if (strcmp(path, "/") != 0)
		FUZZ_ASSERT(!paths_beneath(path, "/"));
	why = paths_mount_fault(path);
	FUZZ_ASSERT(why == NULL || strlen(why) > 0);
}

static void
check_env(const char *s, size_t size)
{
	const char *why = NULL;
	size_t n = 0;

	if (scan_env(s, size, &n, &why) != 0) {
		FUZZ_ASSERT(why != NULL);
		return;
	}
	FUZZ_ASSERT(n > 0 && n < size && s[n] == '=');
	FUZZ_ASSERT(scan_env_name(s, n, &why) == 0);
	FUZZ_ASSERT(scan_env_name(s, n + 1, &why) != 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const words[] = {"limit", "mount", "ro"};
	const char *s = (const char *)data;

	if (size == 0)
		s = "";
	check_value(SPEC_UNIT_MS, s, size);
	check_value(SPEC_UNIT_BYTES, s, size);
	check_value(SPEC_UNIT_COUNT, s, size);
	check_format(data, size);
	check_path(s, size);
	check_env(s, size);
	FUZZ_ASSERT(nearest_distance(s, size, "limit") <= size + 5);
	(void)nearest_word(s, size, words, 3);
	return 0;
}
