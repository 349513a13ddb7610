// SPDX-License-Identifier: ISC
// Which session is meant: by name, by a piece of it, by "last", by path.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include "jail/base/fd.h"
#include "src/agent/text.h"
#include "src/session/find.h"
#include "src/session/info.h"

static const char suffix[] = ".jsonl";

static int
newest_first(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*y, *x); // names begin with the time
}

int
find_all(const char *dir, struct find_list *l, struct err *e)
{
	autoclosedir DIR *d = opendir(dir);
	struct dirent *entry;
	size_t cap = 0, n;

	memset(l, 0, sizeof(*l));
	if (d == NULL && errno == ENOENT)
		return 0;
	if (d == NULL)
		return err_set(e, ERR_SESSION, errno, "open %.120s", dir);
	while ((entry = readdir(d)) != NULL) {
		n = strlen(entry->d_name);
		if (n < sizeof(suffix) || entry->d_name[0] == '.' ||
		    strcmp(entry->d_name + n + 1 - sizeof(suffix), suffix) != 0)
			continue;
		if (l->n == cap) {
			cap = cap != 0 ? 2 * cap : 64;
			l->id = mem_grow(l->id, cap, sizeof(*l->id));
		}
		l->id[l->n] = mem_dup(entry->d_name);
		l->id[l->n++][n + 1 - sizeof(suffix)] = '\0';
	}
	if (l->n > 0)
		qsort(l->id, l->n, sizeof(*l->id), newest_first);
	return 0;
}

void
find_free(struct find_list *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		free(l->id[i]);
	free(l->id);
	memset(l, 0, sizeof(*l));
}

char *
find_file(const char *dir, const char *id)
{
	struct text t = {0};

	text_printf(&t, "%s/%s%s", dir, id, suffix);
	return text_take(&t);
}

static bool
is_about(const char *dir, const char *id, const char *workspace)
{
	autofree char *path = find_file(dir, id);
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct info info = {0};
	struct err ignored;
	bool yes;

	yes = fd >= 0 && info_first(&info, fd, &ignored) == 0 &&
	      info.workspace != NULL && strcmp(info.workspace, workspace) == 0;
	info_free(&info);
	return yes;
}

/* Its index, or -1. */
static ssize_t
find_last(const struct find_list *l, const char *dir, const char *workspace,
    struct err *e)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		if (workspace == NULL || is_about(dir, l->id[i], workspace))
			return (ssize_t)i;
	if (workspace == NULL)
		return err_set(
		    e, ERR_USAGE, 0, "there is no session in %.120s", dir);
	return err_set(e, ERR_USAGE, 0,
	    "there is no session of %.100s in %.100s", workspace, dir);
}

/* 2: it is the name itself; 1: a piece of it; 0: another. */
static int
matches(const char *id, const char *name)
{
	size_t n = strlen(name), len = strlen(id);

	if (strcmp(id, name) == 0)
		return 2;
	return n > 0 && n < len &&
	       (strncmp(id, name, n) == 0 || strcmp(id + len - n, name) == 0);
}

static ssize_t
find_name(
    const struct find_list *l, const char *dir, const char *name, struct err *e)
{
	ssize_t hit = -1;
	size_t i, n = 0;

	for (i = 0; i < l->n; i++) {
		switch (matches(l->id[i], name)) {
		case 2:
			return (ssize_t)i;
		case 1:
			hit = (ssize_t)i;
			n++;
			break;
		default:
			break;
		}
	}
	if (n == 1)
		return hit;
	if (n > 1)
		return err_set(e, ERR_USAGE, 0,
		    "%zu sessions are called \"%.40s...\" or \"...%.40s\"; "
		    "give more of the name",
		    n, name, name);
	return err_set(e, ERR_USAGE, 0,
	    "no session is called \"%.40s\" in %.120s; "
	    "`stockade sessions list' tells their names",
	    name, dir);
}

char *
find_path(
    const char *dir, const char *name, const char *workspace, struct err *e)
{
	struct find_list l;
	char *path = NULL;
	ssize_t i;

	if (strchr(name, '/') != NULL)
		return mem_dup(name);
	if (find_all(dir, &l, e) < 0)
		return NULL;
	i = strcmp(name, "last") == 0 ? find_last(&l, dir, workspace, e)
				      : find_name(&l, dir, name, e);
	if (i >= 0)
		path = find_file(dir, l.id[i]);
	find_free(&l);
	return path;
}
