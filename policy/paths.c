// SPDX-License-Identifier: ISC
// Paths as text: clean, beneath, and fit to be mounted on.
#include <string.h>
#include "policy/paths.h"
#include "policy/spec.h"

struct reserved {
	const char *path;
	const char *why;
};

/*
 * Nothing is mounted on these or beneath them. The root of a sandbox is made
 * by us: its system part is read-only, so that no mount point can be made
 * there; /bin and its like are links into it; and the rest is ours to keep
 * sound. A mount point in the workspace would be made on the host.
 */
static const struct reserved reserved[] = {
    {"/proc", "is the sandbox's own process file system"},
    {"/sys", "is kept empty in a sandbox"},
    {"/dev", "has the sandbox's own devices"},
    {"/etc", "has the sandbox's own settings"},
    {"/usr", "is the read-only system"},
    {"/bin", "is the read-only system"},
    {"/sbin", "is the read-only system"},
    {"/lib", "is the read-only system"},
    {"/lib32", "is the read-only system"},
    {"/lib64", "is the read-only system"},
    {"/libx32", "is the read-only system"},
    {"/tmp", "is the sandbox's own scratch space"},
    {SPEC_WORKSPACE, "is the workspace"},
};

static const char *
component_fault(const char *s, size_t len)
{
	if (len == 0)
		return "has an empty component (\"//\")";
	if (len == 1 && s[0] == '.')
		return "has a \".\" component";
	if (len == 2 && s[0] == '.' && s[1] == '.')
		return "has a \"..\" component";
	return NULL;
}

static bool
has_control(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((unsigned char)s[i] < 0x20 || s[i] == 0x7f)
			return true;
	return false;
}

static const char *
components_fault(const char *s, size_t len)
{
	const char *end = s + len, *part, *why;
	size_t n;

	for (part = s + 1; part < end; part += n + 1) {
		n = 0;
		while (part + n < end && part[n] != '/')
			n++;
		why = component_fault(part, n);
		if (why != NULL)
			return why;
	}
	return NULL;
}

const char *
paths_fault(const char *s, size_t len)
{
	if (len == 0 || s[0] != '/')
		return "is not an absolute path: it must start with /";
	if (len >= SPEC_PATH_MAX)
		return "is too long for a path (1023 bytes at most)";
	if (has_control(s, len))
		return "has a control character";
	if (len == 1)
		return NULL;
	if (s[len - 1] == '/')
		return "ends in a slash";
	return components_fault(s, len);
}

bool
paths_clean(const char *path)
{
	return paths_fault(path, strnlen(path, SPEC_PATH_MAX)) == NULL;
}

bool
paths_beneath(const char *root, const char *path)
{
	size_t n = strlen(root);

	if (n == 1)
		return true;
	return strncmp(path, root, n) == 0 &&
	       (path[n] == '\0' || path[n] == '/');
}

const char *
paths_mount_fault(const char *dst)
{
	size_t i;

	if (strcmp(dst, "/") == 0)
		return "is the sandbox's root";
	for (i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (paths_beneath(reserved[i].path, dst))
			return reserved[i].why;
	return NULL;
}
