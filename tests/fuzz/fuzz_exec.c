// SPDX-License-Identifier: ISC
// Any bytes as the strings of a command: what is taken makes two vectors of
// as many strings as were said, all of them within the text.
//
// Input: argc and envc as 16 bits each, then the text. The file itself is
// included: what splits the strings is nobody else's.
#include <stdlib.h>
#include <string.h>
#include "jail/inside/strings.c"
#include "tests/fuzz/fuzz.h"

#define COUNT_MAX 1024

static void
check_vector(char **v, uint32_t n, const struct strings *s)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		FUZZ_ASSERT(v[i] > s->text && v[i] < s->text + s->size);
		FUZZ_ASSERT(v[i][-1] == '\0');
		FUZZ_ASSERT(v[i] + strlen(v[i]) < s->text + s->size);
	}
	FUZZ_ASSERT(v[n] == NULL);
}

static void
split(const struct wire_exec *x, char *text)
{
	static char *table[2 * COUNT_MAX + 2];
	struct strings s = {.text = text, .size = x->size, .table = table};
	uint32_t i, nuls = 0;
	struct err e = {0};

	memset(table, 0, sizeof(table));
	for (i = 0; i < x->size; i++)
		nuls += text[i] == '\0';
	if (strings_split(&s, x, &e) != 0) {
		FUZZ_ASSERT(e.code == ERR_PROTOCOL);
		FUZZ_ASSERT(
		    nuls != x->argc + x->envc + 1 || text[x->size - 1] != '\0');
		return;
	}
	FUZZ_ASSERT(nuls == x->argc + x->envc + 1);
	FUZZ_ASSERT(s.cwd == text && text[x->size - 1] == '\0');
	check_vector(s.argv, x->argc, &s);
	check_vector(s.envp, x->envc, &s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wire_exec x = {0};
	uint16_t n[2];
	char *text;

	// Fewer bytes than these are refused before the text is looked at.
	if (size < sizeof(n) + 4)
		return 0;
	memcpy(n, data, sizeof(n));
	if (n[0] < 1 || n[0] > COUNT_MAX || n[1] > COUNT_MAX)
		return 0;
	x.argc = n[0];
	x.envc = n[1];
	x.size = (uint32_t)(size - sizeof(n));
	text = malloc(x.size);
	if (text == NULL)
		return 0;
	memcpy(text, data + sizeof(n), x.size);
	split(&x, text);
	free(text);
	return 0;
}
