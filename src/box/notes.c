// SPDX-License-Identifier: ISC
// Where protected paths are less than they could be.
#include <stdio.h>
#include "src/box/notes.h"

void
notes_say(const struct box *b, const char *who)
{
	struct box_facts f;

	box_facts(b, &f);
	if (f.bounded)
		fprintf(stderr,
		    "%s: note: the workspace is too large to seek every git "
		    "repository in it; the deepest are not protected: name "
		    "them with `protect DIR/.git/config DIR/.git/hooks' in a "
		    "policy\n",
		    who);
	if (f.left)
		fprintf(stderr,
		    "%s: note: the workspace's file system has no locks, so "
		    "that the placeholders of protected paths stay in it\n",
		    who);
}
