// SPDX-License-Identifier: ISC
// Any text with its changing parts named: named again, it stays as it is.
#include <string.h>
#include "src/model/changing.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t n, m;
	char *once, *twice;

	once = changing_named((const char *)data, size, &n);
	FUZZ_ASSERT(once != NULL && once[n] == '\0');
	twice = changing_named(once, n, &m);
	FUZZ_ASSERT(twice != NULL);
	FUZZ_ASSERT(m == n && memcmp(once, twice, n) == 0);
	free(once);
	free(twice);
	return 0;
}
