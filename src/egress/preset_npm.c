// SPDX-License-Identifier: ISC
// preset:npm: the registries that npm is configured with; else the one that
// the installed npm has built in.
#include <stdlib.h>
#include <string.h>
#include "jail/base/fd.h"
#include "src/egress/hostfile.h"
#include "src/egress/preset.h"

/* Whether the key is "registry", or one of a scope's. */
static bool
is_scoped(const struct hostfile_setting *s)
{
	return s->key_len > 9 && *s->key == '@' &&
	       memcmp(s->key + s->key_len - 9, ":registry", 9) == 0;
}

/* Returns whether the file says the registry of all that has no scope. */
static bool
read_npmrc(struct preset *o, const char *path)
{
	autofree char *text = NULL;
	struct hostfile_line l = {0};
	struct hostfile_setting s;
	bool found = false;
	size_t n;

	text = path != NULL ? hostfile_read(path, &n) : NULL;
	while (text != NULL && hostfile_line(&l, text)) {
		if (!hostfile_setting(l.s, l.len, '=', &s))
			continue;
		if (hostfile_key_is(&s, "registry") || is_scoped(&s)) {
			found |= !is_scoped(&s);
			if (memmem(s.value, s.value_len, "${", 2) != NULL)
				preset_note(o,
				    "%s:%u has a variable in it: name that "
				    "registry by \"net allow HOST:443\"",
				    path, l.number);
			preset_urls(
			    o, s.value, s.value_len, PRESET_CONFIGURED, path);
		} else if (hostfile_key_is(&s, "proxy") ||
			   hostfile_key_is(&s, "https-proxy") ||
			   hostfile_key_is(&s, "http-proxy")) {
			preset_urls(
			    o, s.value, s.value_len, " raw private", path);
		}
	}
	return found;
}

static bool
files(struct preset *o)
{
	static const char *const system[] = {
	    "/etc/npmrc", "/usr/etc/npmrc", "/usr/local/etc/npmrc", NULL};
	const char *user = getenv("NPM_CONFIG_USERCONFIG");
	const char *global = getenv("NPM_CONFIG_GLOBALCONFIG");
	autofree char *own = hostfile_path(NULL, ".", ".npmrc");
	bool found;
	size_t i;

	found = read_npmrc(o, user != NULL ? user : own);
	found |= read_npmrc(o, global);
	for (i = 0; system[i] != NULL; i++) {
		autofree char *path = preset_path(o, system[i]);

		found |= read_npmrc(o, path);
	}
	return found;
}

static bool
variables(struct preset *o)
{
	static const char *const names[] = {
	    "npm_config_registry", "NPM_CONFIG_REGISTRY", NULL};
	bool found = false;
	size_t i;

	for (i = 0; names[i] != NULL; i++)
		found |= preset_variable(o, names[i]);
	return found;
}

static bool
asked(struct preset *o)
{
	static char *const argv[] = {"npm", "config", "get", "registry", NULL};
	autofree char *said = NULL;
	unsigned had = o->nrules;
	size_t n;

	if (o->where->root != NULL)
		return false;
	said = hostfile_ask(argv, &n);
	if (said != NULL)
		preset_urls(
		    o, said, n, PRESET_BUILT_IN, "npm config get registry");
	return o->nrules > had;
}

void
preset_npm(struct preset *o)
{
	bool found = files(o);

	found |= variables(o);
	if (!found && !asked(o))
		preset_note(o,
		    "no registry is configured, and no npm is installed that "
		    "would tell its own; name one by registry= in ~/.npmrc");
}
