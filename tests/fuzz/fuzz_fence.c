// SPDX-License-Identifier: ISC
// Any answer of a model looked through for blocks of code: it comes to an
// end, a block is no longer than the answer, and a name leads nowhere else.
#include <stdlib.h>
#include <string.h>
#include "src/agent/fence.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	const char *p = text, *before = text;
	struct fence f;

	FUZZ_ASSERT(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	while (fence_next(&p, &f)) {
		FUZZ_ASSERT(p > before && p <= text + strlen(text));
		// A last line may lack its end.
		FUZZ_ASSERT(f.body.len <= (size_t)(p - before));
		FUZZ_ASSERT((f.kind == FENCE_FILE) == (f.path != NULL));
		if (f.path != NULL)
			FUZZ_ASSERT(strstr(f.path, "..") == NULL &&
				    strchr(f.path, '\n') == NULL &&
				    f.path[0] != '-');
		if (f.kind == FENCE_CODE)
			FUZZ_ASSERT(fence_lang(f.lang) != NULL);
		before = p;
		fence_free(&f);
	}
	FUZZ_ASSERT(*p == '\0');
	free(text);
	return 0;
}
