// SPDX-License-Identifier: ISC
// A file's content, a NUL, and any bytes as a patch of it: what is read can be
// laid over it or is refused with words; a file it deletes is as it was said.
#include <string.h>
#include "src/agent/patch.h"
#include "tests/fuzz/fuzz.h"

static void
lay(const struct patch_file *f, const struct text *old)
{
	autotext struct text out = {0}, notes = {0}, complaint = {0};
	size_t i, k, added = 0;
	int rc = patch_apply(f, old, &out, &notes, &complaint);

	FUZZ_ASSERT(rc == 0 || rc == -1);
	FUZZ_ASSERT((rc == -1) == (complaint.len > 0));
	for (i = 0; i < f->n; i++)
		for (k = 0; k < f->hunks[i].n; k++)
			added += f->hunks[i].lines[k].len + 2;
	// It holds nothing but what was there and what was said, and in a
	// file with CR LF each line is one byte more; and a line end may have
	// been missing at its end.
	FUZZ_ASSERT(rc != 0 || out.len <= old->len + added + 2);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	autotext struct text old = {0}, complaint = {0};
	const char *p = (const char *)data;
	const char *nul = size > 0 ? memchr(p, '\0', size) : NULL;
	size_t len = nul != NULL ? (size_t)(nul - p) : 0, i;
	struct patch patch;
	int rc;

	text_add(&old, p, len);
	if (nul != NULL) {
		p = nul + 1;
		size -= len + 1;
	}
	rc = patch_read(p, size, &patch, &complaint);
	FUZZ_ASSERT(rc == 0 || rc == -1);
	FUZZ_ASSERT((rc == -1) == (complaint.len > 0));
	if (rc != 0)
		return 0;
	FUZZ_ASSERT(patch.n > 0);
	for (i = 0; i < patch.n; i++) {
		FUZZ_ASSERT(patch.files[i].path != NULL);
		lay(&patch.files[i], &old);
	}
	patch_free(&patch);
	return 0;
}
