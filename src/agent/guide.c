// SPDX-License-Identifier: ISC
// AGENTS.md of the directories below the workspace, told when the model first
// comes to them.
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "jail/base/fd.h"
#include "src/agent/files.h"
#include "src/agent/guide.h"
#include "src/agent/tool.h"
#include "src/agent/truncate.h"

#define END 3000 // bytes shown of each end

static bool
is_new(struct guide *g, const char *dir, size_t len)
{
	size_t i;

	for (i = 0; i < g->n; i++)
		if (strncmp(g->dir[i], dir, len) == 0 && g->dir[i][len] == '\0')
			return false;
	if (g->n == GUIDE_DIRS_MAX)
		return false;
	g->dir[g->n] = mem_alloc(len + 1, 1);
	memcpy(g->dir[g->n++], dir, len);
	return true;
}

static int
look_into(struct guide *g, struct box *b, const char *dir, struct text *out,
    struct err *e)
{
	autotext struct text path = {0}, said = {0};

	text_printf(&path, SPEC_WORKSPACE "/%s/" GUIDE_NAME, dir);
	if (files_read(b, path.p, GUIDE_FILE_MAX, &said, e) < 0) {
		if (e->code != ERR_FILE && e->code != ERR_LIMIT)
			return -1;
		if (e->sys_errno != EFBIG)
			return 0; // there is none, or it is no directory
		text_printf(out, "\n%s/" GUIDE_NAME " was left out: %s\n", dir,
		    e->text);
		return 0;
	}
	if (said.len == 0)
		return 0;
	if (g->told >= GUIDE_TOTAL_MAX) {
		text_printf(out,
		    "\n%s/" GUIDE_NAME " was left out, since a lot was told: "
		    "read it.\n",
		    dir);
		return 0;
	}
	text_printf(
	    out, "\n# %s/" GUIDE_NAME ", for what is below %s\n\n", dir, dir);
	g->told += said.len < (size_t)2 * END ? said.len : (size_t)2 * END;
	truncate_text(out, CLEAN_FILE, said.p, said.len, END, END);
	if (out->p[out->len - 1] != '\n')
		text_char(out, '\n');
	return 0;
}

/* Each directory that leads to the path, and the path: it may be one. */
static int
walk_path(struct guide *g, struct box *b, const char *path, struct text *out,
    struct err *e)
{
	static const char root[] = SPEC_WORKSPACE "/";
	const char *end = path, *stop;

	if (strncmp(path, root, sizeof(root) - 1) == 0)
		end = path += sizeof(root) - 1;
	if (*path == '/' || strstr(path, "..") != NULL ||
	    strlen(path) >= SPEC_PATH_MAX)
		return 0;
	if (strncmp(path, "./", 2) == 0)
		end = path += 2;
	stop = path + strlen(path);
	while (end < stop) {
		end = strchrnul(end + 1, '/');
		// The file itself was asked for: it is told by that.
		if (strcmp(path + (end - path), "/" GUIDE_NAME) == 0) {
			(void)is_new(g, path, (size_t)(end - path));
			return 0;
		}
		if (end > path && end[-1] != '/' && strcmp(path, ".") != 0 &&
		    is_new(g, path, (size_t)(end - path)) &&
		    look_into(g, b, g->dir[g->n - 1], out, e) < 0)
			return -1;
	}
	return 0;
}

/* The path that a line of a patch names, malloced; NULL: none. */
static char *
path_of_line(const char *line, size_t len)
{
	static const char *const heads[] = {"+++ b/", "--- a/",
	    "*** Update File: ", "*** Add File: ", "*** Delete File: ",
	    "*** Move to: ", "+++ ", "--- "};
	struct text t = {0};
	size_t i, n;

	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		n = strlen(heads[i]);
		if (len <= n || memcmp(line, heads[i], n) != 0)
			continue;
		text_add(&t, line + n, strcspn(line + n, "\t\r\n"));
		return t.len > 0 ? text_take(&t) : NULL;
	}
	return NULL;
}

static int
walk_patch(struct guide *g, struct box *b, const char *patch, struct text *out,
    struct err *e)
{
	const char *line = patch;
	size_t len;

	for (; *line != '\0'; line += len + (line[len] != '\0')) {
		len = strcspn(line, "\n");
		autofree char *path = path_of_line(line, len);

		if (path != NULL && walk_path(g, b, path, out, e) < 0)
			return -1;
	}
	return 0;
}

int
guide_touched(struct guide *g, struct box *b, struct json_object *input,
    struct text *out, struct err *e)
{
	if (!json_object_is_type(input, json_type_object))
		return 0;
	if (walk_path(g, b, tool_string(input, "path", ""), out, e) < 0)
		return -1;
	return walk_patch(g, b, tool_string(input, "patch", ""), out, e);
}

void
guide_free(struct guide *g)
{
	while (g->n > 0)
		free(g->dir[--g->n]);
	g->told = 0;
}
