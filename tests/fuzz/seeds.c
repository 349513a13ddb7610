// SPDX-License-Identifier: ISC
// Writes the seeds of the wire's fuzzers: every row of the table, right and
// filled in, and a few command lines. Arguments: corpus/wire, corpus/exec.
#include <string.h>
#include "tests/fuzz/fuzz.h"
#include "tests/unit/raw.h"

static int
put(const char *dir, const char *name, const void *head, size_t nhead,
    const void *data, size_t n)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "wb");
	if (f == NULL || fwrite(head, 1, nhead, f) != nhead ||
	    fwrite(data, 1, n, f) != n || fclose(f) != 0) {
		perror(path);
		return -1;
	}
	return 0;
}

static int
wire_seeds(const char *dir)
{
	const struct wire_info *w;
	struct raw r;
	uint8_t head[2];
	unsigned i;

	for (i = 0; (w = wire_info_at(i)) != NULL; i++) {
		raw_right(&r, w);
		head[0] = (uint8_t)w->way;
		head[1] = (uint8_t)w->nfds;
		if (put(dir, w->name, head, sizeof(head), &r, r.size) != 0)
			return -1;
	}
	return 0;
}

static int
exec_seeds(const char *dir)
{
#define SEED(name, argc, envc, text)                                     \
	{                                                                \
		name, {argc, envc}, sizeof(text) /* its NUL too */, text \
	}
	static const struct {
		const char *name;
		uint16_t n[2];
		size_t size;
		const char *text;
	} seeds[] = {
	    SEED("true", 1, 0, "/workspace\0true"),
	    SEED("shell", 3, 2,
		"/tmp\0sh\0-c\0echo \"$A\"\0A=1\0PATH=/usr/bin:/bin"),
	    SEED("empty-strings", 3, 1, "/\0a\0\0\0"),
	    SEED("too-few", 3, 1, "/\0a\0b"),
	    SEED("too-many", 1, 0, "/\0a\0b\0c"),
	};
	size_t i;

	for (i = 0; i < sizeof(seeds) / sizeof(seeds[0]); i++)
		if (put(dir, seeds[i].name, seeds[i].n, sizeof(seeds[i].n),
			seeds[i].text, seeds[i].size) != 0)
			return -1;
	return put(dir, "unterminated", seeds[0].n, sizeof(seeds[0].n),
	    seeds[0].text, seeds[0].size - 1);
}

int
main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: seeds WIRE-DIR EXEC-DIR\n");
		return 2;
	}
	return wire_seeds(argv[1]) != 0 || exec_seeds(argv[2]) != 0;
}
