// SPDX-License-Identifier: ISC
// preset:pip: the indexes that pip and uv are configured with; else the one
// that the installed pip has built in.
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include "jail/base/fd.h"
#include "src/egress/hostfile.h"
#include "src/egress/preset.h"

static bool
is_one_of(const struct hostfile_setting *s, const char *const *keys)
{
	for (; *keys != NULL; keys++)
		if (hostfile_key_is(s, *keys))
			return true;
	return false;
}

/* Returns whether the file says which index takes the usual one's place. */
static bool
read_conf(struct preset *o, const char *path)
{
	static const char *const index[] = {
	    "index-url", "index_url", "default-index", NULL};
	static const char *const more[] = {"extra-index-url", "extra_index_url",
	    "find-links", "find_links", "index", "url", NULL};
	static const char *const proxy[] = {"proxy", NULL};
	autofree char *text = NULL;
	struct hostfile_line l = {0};
	struct hostfile_setting s;
	const char *flags = NULL;
	bool found = false;
	size_t n;

	text = path != NULL ? hostfile_read(path, &n) : NULL;
	while (text != NULL && hostfile_line(&l, text)) {
		// A value goes on where a line is indented.
		if (!l.indented) {
			flags = NULL;
			if (!hostfile_setting(l.s, l.len, '=', &s))
				continue;
			found |= is_one_of(&s, index);
			if (is_one_of(&s, index) || is_one_of(&s, more))
				flags = PRESET_CONFIGURED;
			else if (is_one_of(&s, proxy))
				flags = " raw private";
		}
		if (flags != NULL && l.len > 0 && *l.s != '#')
			preset_urls(o, l.s, l.len, flags, path);
	}
	return found;
}

static bool
read_free(struct preset *o, char *path)
{
	bool found = read_conf(o, path);

	free(path);
	return found;
}

static bool
files(struct preset *o)
{
	static const char *const system[] = {
	    "/etc/pip.conf", "/etc/xdg/pip/pip.conf", "/etc/uv/uv.toml", NULL};
	bool found = false;
	size_t i;

	for (i = 0; system[i] != NULL; i++)
		found |= read_free(o, preset_path(o, system[i]));
	found |= read_free(
	    o, hostfile_path("XDG_CONFIG_HOME", ".config", "pip/pip.conf"));
	found |= read_free(
	    o, hostfile_path("XDG_CONFIG_HOME", ".config", "uv/uv.toml"));
	found |= read_free(o, hostfile_path(NULL, ".pip", "pip.conf"));
	return found | read_conf(o, getenv("PIP_CONFIG_FILE"));
}

static bool
variables(struct preset *o)
{
	static const char *const index[] = {
	    "PIP_INDEX_URL", "UV_INDEX_URL", "UV_DEFAULT_INDEX", NULL};
	static const char *const more[] = {"PIP_EXTRA_INDEX_URL",
	    "PIP_FIND_LINKS", "UV_EXTRA_INDEX_URL", "UV_INDEX", "UV_FIND_LINKS",
	    NULL};
	bool found = false;
	size_t i;

	for (i = 0; index[i] != NULL; i++)
		found |= preset_variable(o, index[i]);
	for (i = 0; more[i] != NULL; i++)
		preset_variable(o, more[i]);
	return found;
}

/* The index that pip has built in, and where its files lie: its first line
 * of PackageIndex("URL", file_storage_domain="HOST"). */
static bool
built_in(struct preset *o, const char *path)
{
	autofree char *text = NULL;
	const char *at, *quote;
	size_t n;

	text = hostfile_read(path, &n);
	at = text != NULL ? strstr(text, "= PackageIndex(") : NULL;
	if (at == NULL)
		return false;
	n = strcspn(at, ")");
	preset_urls(o, at, n, PRESET_BUILT_IN, path);
	at = memmem(at, n, "file_storage_domain", 19);
	quote = at != NULL ? strpbrk(at, "\"'") : NULL;
	if (quote != NULL)
		preset_host(o, quote + 1, strcspn(quote + 1, "\"'"), 443,
		    PRESET_BUILT_IN, path);
	return o->nrules > 0;
}

#define INDEX_PY "/_internal/models/index.py"

/* Where pip says that it is: "pip 23.0 from DIRECTORY (python 3.11)". */
static bool
asked(struct preset *o)
{
	static char *const argv[][3] = {
	    {"pip3", "--version", NULL}, {"pip", "--version", NULL}};
	size_t i, n;

	for (i = 0; i < 2; i++) {
		autofree char *said = hostfile_ask(argv[i], &n), *path = NULL;
		char *at = said != NULL ? strstr(said, " from /") : NULL;
		char *end = at != NULL ? strstr(at, " (") : NULL;

		if (end == NULL)
			continue;
		*end = '\0';
		if (asprintf(&path, "%s" INDEX_PY, at + 6) > 0 &&
		    built_in(o, path))
			return true;
	}
	return false;
}

static bool
installed(struct preset *o)
{
	static const char *const places[] = {
	    "/usr/lib/python3/dist-packages/pip" INDEX_PY,
	    "/usr/lib/python3*/site-packages/pip" INDEX_PY,
	    "/usr/local/lib/python3*/*-packages/pip" INDEX_PY, NULL};
	bool found = false;
	glob_t g;
	size_t i, j;

	for (i = 0; places[i] != NULL && !found; i++) {
		autofree char *path = preset_path(o, places[i]);

		if (path == NULL || glob(path, 0, NULL, &g) != 0)
			continue;
		for (j = 0; j < g.gl_pathc && !found; j++)
			found = built_in(o, g.gl_pathv[j]);
		globfree(&g);
	}
	return found;
}

void
preset_pip(struct preset *o)
{
	bool found = files(o);

	found |= variables(o);
	if (!found && !installed(o) && (o->where->root != NULL || !asked(o)))
		preset_note(o,
		    "no index is configured, and no pip is installed that "
		    "would tell its own; name one by PIP_INDEX_URL or "
		    "index-url in pip.conf");
}
