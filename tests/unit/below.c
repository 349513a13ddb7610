// SPDX-License-Identifier: ISC
// All that lies below a directory of a test: counted, or removed.
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include "tests/unit/below.h"

static unsigned files;

static int
count_one(const char *path, const struct stat *st, int type, struct FTW *f)
{
	(void)path;
	(void)st;
	(void)f;
	files += type == FTW_F;
	return 0;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *f)
{
	(void)st;
	(void)type;
	(void)f;
	return remove(path);
}

unsigned
below_count(const char *dir)
{
	files = 0;
	(void)nftw(dir, count_one, 16, FTW_PHYS);
	return files;
}

int
below_remove(const char *dir)
{
	return nftw(dir, remove_one, 16, FTW_PHYS | FTW_DEPTH);
}
