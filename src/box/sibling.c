// SPDX-License-Identifier: ISC
// Where the other programs of stockade lie.
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "src/box/sibling.h"

void
sibling_find(const char *name, char *path, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", path, size - 1);
	size_t len = strlen(name) + 1;
	char *slash;

	if (n > 0) {
		path[n] = '\0';
		slash = strrchr(path, '/');
		if (slash != NULL && (size_t)(slash + 1 - path) + len <= size) {
			memcpy(slash + 1, name, len);
			if (access(path, X_OK) == 0)
				return;
		}
	}
	snprintf(path, size, "%s/%s", PKGLIBEXECDIR, name);
}
