// SPDX-License-Identifier: ISC
// A main for a fuzz target: runs it over every file of its corpus.
//
// Each file is given whole, and cut short at every length, in a buffer of
// exactly that size. Prints a TAP point a file; a crash is a lost plan. The
// directories come from the arguments, else FUZZ_CORPUS of the source tree.
#include <dirent.h>
#include <stdbool.h>
#include <string.h>
#include "tests/fuzz/fuzz.h"

#define FILE_MAX 65536 /* of a corpus file; a seed is to be small */
#define CUT_MAX	 8192  /* longer files are not cut: it would take long */

static unsigned points, failed;

static int
run(const uint8_t *data, size_t size)
{
	uint8_t *exact = malloc(size > 0 ? size : 1);

	if (exact == NULL)
		return -1;
	memcpy(exact, data, size);
	LLVMFuzzerTestOneInput(exact, size);
	free(exact);
	return 0;
}

static int
run_file(const char *path)
{
	static uint8_t data[FILE_MAX + 1];
	FILE *in = fopen(path, "rb");
	size_t n, cut;
	bool bad;

	if (in == NULL)
		return -1;
	n = fread(data, 1, sizeof(data), in);
	bad = ferror(in) != 0 || n > FILE_MAX;
	fclose(in);
	if (bad)
		return -1;
	for (cut = 0; n <= CUT_MAX && cut < n; cut++)
		if (run(data, cut) != 0)
			return -1;
	return run(data, n);
}

static int
visible(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static void
run_directory(const char *dir)
{
	struct dirent **names = NULL;
	char path[4096];
	int i, n = scandir(dir, &names, visible, alphasort);

	for (i = 0; i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]->d_name);
		// First, so that a crash leaves the name of its input.
		printf("# %s\n", path);
		fflush(stdout);
		if (run_file(path) != 0) {
			failed++;
			printf("not ");
		}
		printf("ok %u - %s\n", ++points, names[i]->d_name);
		free(names[i]);
	}
	free(names);
	if (n <= 0) {
		failed++;
		printf("not ok %u - no input in %s\n", ++points, dir);
	}
}

int
main(int argc, char **argv)
{
	const char *top = getenv("top_srcdir");
	char dir[4096];
	int i;

	for (i = 1; i < argc; i++)
		run_directory(argv[i]);
	if (argc < 2) {
		snprintf(dir, sizeof(dir), "%s/%s", top != NULL ? top : ".",
		    FUZZ_CORPUS);
		run_directory(dir);
	}
	printf("1..%u\n", points);
	return failed > 0;
}
