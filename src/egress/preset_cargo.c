// SPDX-License-Identifier: ISC
// preset:cargo: the registries that cargo is configured with, and those that
// it has used on this host.
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include "jail/base/fd.h"
#include "src/egress/hostfile.h"
#include "src/egress/preset.h"

/* index, registry, git: URLs in [registries.X] and [source.X]; proxy. */
static void
read_config(struct preset *o, const char *path)
{
	autofree char *text = NULL;
	struct hostfile_line l = {0};
	struct hostfile_setting s;
	const char *flags;
	size_t n;

	text = path != NULL ? hostfile_read(path, &n) : NULL;
	while (text != NULL && hostfile_line(&l, text)) {
		if (!hostfile_setting(l.s, l.len, '=', &s))
			continue;
		flags = PRESET_CONFIGURED;
		if (hostfile_key_is(&s, "proxy"))
			flags = " raw private";
		// Keys may be dotted, and tables stand on one line.
		if (memmem(l.s, l.len, "index", 5) != NULL ||
		    memmem(l.s, l.len, "registry", 8) != NULL ||
		    memmem(l.s, l.len, "git", 3) != NULL ||
		    hostfile_key_is(&s, "proxy"))
			preset_urls(o, s.value, s.value_len, flags, path);
	}
}

static void
variables(struct preset *o)
{
	static const char prefix[] = "CARGO_REGISTRIES_";
	char **v;
	size_t n;

	for (v = environ; *v != NULL; v++) {
		n = strcspn(*v, "=");
		if (strncmp(*v, prefix, sizeof(prefix) - 1) == 0 && n > 6 &&
		    strncmp(*v + n - 6, "_INDEX", 6) == 0)
			preset_urls(o, *v, strlen(*v), PRESET_CONFIGURED,
			    "a variable CARGO_REGISTRIES_..._INDEX");
	}
	preset_variable(o, "CARGO_SOURCE_CRATES_IO_REGISTRY");
}

/*
 * A directory for each registry that was used: HOST-HASH, and in it what the
 * registry said of the place that packages come from.
 */
static void
used(struct preset *o, const char *home)
{
	autofree char *pattern = NULL;
	const char *name, *dash;
	glob_t g;
	size_t i, n;

	if (asprintf(&pattern, "%s/registry/index/*-*", home) < 0 ||
	    glob(pattern, 0, NULL, &g) != 0)
		return;
	for (i = 0; i < g.gl_pathc; i++) {
		autofree char *path = NULL, *text = NULL;

		name = strrchr(g.gl_pathv[i], '/') + 1;
		dash = strrchr(name, '-');
		preset_host(o, name, (size_t)(dash - name), 443,
		    PRESET_BUILT_IN, g.gl_pathv[i]);
		if (asprintf(&path, "%s/config.json", g.gl_pathv[i]) < 0)
			continue;
		text = hostfile_read(path, &n);
		if (text != NULL)
			preset_urls(o, text, n, PRESET_BUILT_IN, path);
	}
	globfree(&g);
}

void
preset_cargo(struct preset *o)
{
	const char *set = getenv("CARGO_HOME");
	autofree char *home = NULL, *toml = NULL, *old = NULL;

	home = set != NULL && set[0] == '/'
		   ? strdup(set)
		   : hostfile_path(NULL, ".cargo", ".");
	if (home != NULL && asprintf(&toml, "%s/config.toml", home) > 0)
		read_config(o, toml);
	if (home != NULL && asprintf(&old, "%s/config", home) > 0)
		read_config(o, old);
	variables(o);
	if (home != NULL)
		used(o, home);
	if (o->nrules == 0)
		preset_note(o,
		    "no registry is configured, and cargo has used none on "
		    "this host; name one in ~/.cargo/config.toml, or fetch "
		    "something once");
}
