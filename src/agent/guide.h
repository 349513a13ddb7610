/* SPDX-License-Identifier: ISC */
/*
 * AGENTS.md of the directories below the workspace, told when the model
 * first comes to them.
 */
#ifndef SRC_AGENT_GUIDE_H
#define SRC_AGENT_GUIDE_H

#include <json-c/json.h>
#include "src/agent/text.h"
#include "src/box/box.h"

#define GUIDE_NAME	"AGENTS.md"
#define GUIDE_DIRS_MAX	512		    /* looked into in one run */
#define GUIDE_FILE_MAX	((size_t)256 << 10) /* a longer one is not read */
#define GUIDE_TOTAL_MAX ((size_t)32 << 10)  /* told in one run */

struct guide {
	char *dir[GUIDE_DIRS_MAX]; /* relative to the workspace */
	size_t n, told;
};

/*
 * Appends what there is of the directories that a call is about: of its
 * "path", or of the files of its "patch". Each once.
 */
int guide_touched(struct guide *g, struct box *b, struct json_object *input,
    struct text *out, struct err *e) MUST_CHECK;
void guide_free(struct guide *g);

#endif
