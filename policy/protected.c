// SPDX-License-Identifier: ISC
// What of a workspace is read-only although the workspace is not.
#include <string.h>
#include "policy/protected.h"

// Held although they are not there: what a tool of the host runs, or obeys,
// once its user has come to trust the directory. Held if they are there: what
// the tool asks about again for each new content, or that runs only where
// git's configuration, which is held, says so.
const struct protected_path protected_workspace[] = {
    {".stockade.policy", PROTECTED_SOCKET, true},
    {".vscode", PROTECTED_SOCKET, true},
    {".idea", PROTECTED_SOCKET, true},
    {".claude", PROTECTED_SOCKET, true},
    {".codex", PROTECTED_SOCKET, true},
    {".cursor", PROTECTED_SOCKET, true},
    {".mcp.json", PROTECTED_SOCKET, true},
    {".gemini", PROTECTED_SOCKET, false},
    {".zed", PROTECTED_SOCKET, false},
    {".devcontainer", PROTECTED_SOCKET, false},
    {".devcontainer.json", PROTECTED_SOCKET, false},
    {".envrc", PROTECTED_SOCKET, false},
    {".exrc", PROTECTED_SOCKET, false},
    {".nvim.lua", PROTECTED_SOCKET, false},
    {".husky", PROTECTED_SOCKET, false},
    {".githooks", PROTECTED_SOCKET, false},
    {NULL, PROTECTED_SOCKET, false},
};

// commondir leads git to another directory's config and hooks.
const struct protected_path protected_gitdir[] = {
    {"config", PROTECTED_EMPTY, true},
    {"hooks", PROTECTED_SOCKET, true},
    {"commondir", PROTECTED_COMMON, true},
    {"config.worktree", PROTECTED_EMPTY, false},
    {NULL, PROTECTED_SOCKET, false},
};

bool
protected_open(const struct spec *spec, const char *path)
{
	const struct spec_list *l = &spec->list[LIST_UNPROTECT];
	uint32_t i;
	size_t n;

	for (i = 0; i < l->n; i++) {
		n = strlen(l->item[i]);
		if (strncmp(path, l->item[i], n) == 0 &&
		    (path[n] == '\0' || path[n] == '/'))
			return true;
	}
	return false;
}
