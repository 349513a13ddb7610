// SPDX-License-Identifier: ISC
// preset:apt: the sources that apt is configured with, mirror lists, proxies.
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "jail/base/fd.h"
#include "src/egress/hostfile.h"
#include "src/egress/preset.h"

/* A list of mirrors that a source names: a URL at the start of each line. */
static void
mirror_list(struct preset *o, const char *s, size_t len)
{
	const char *name = memmem(s, len, "file:", 5);
	autofree char *path = NULL, *plain = NULL, *text = NULL;
	size_t n;

	if (name == NULL)
		return;
	name += 5;
	while (name + 1 < s + len && name[0] == '/' && name[1] == '/')
		name++;
	plain = strndup(name, strcspn(name, " \t\r\n"));
	path = plain != NULL ? preset_path(o, plain) : NULL;
	text = path != NULL ? hostfile_read(path, &n) : NULL;
	if (text != NULL)
		preset_urls(o, text, n, PRESET_CONFIGURED, path);
	else
		preset_note(o, "the mirror list %s cannot be read", plain);
}

static void
source(struct preset *o, const char *s, size_t len, const char *from)
{
	if (len > 12 && memmem(s, len, "mirror+file:", 12) != NULL)
		mirror_list(o, s, len);
	else
		preset_urls(o, s, len, PRESET_CONFIGURED, from);
}

/* One line a source: deb [options] URI suite component... */
static void
one_line(struct preset *o, const char *text, const char *from)
{
	struct hostfile_line l = {0};
	const char *end;

	while (hostfile_line(&l, text)) {
		if (l.len < 4 || strncmp(l.s, "deb", 3) != 0)
			continue;
		end = memchr(l.s, '#', l.len);
		if (end != NULL)
			l.len = (size_t)(end - l.s);
		source(o, l.s, l.len, from);
	}
}

/* What a stanza says of its sources, once it is over. */
struct stanza {
	bool disabled;
	const char *uris, *end;
};

static void
end_stanza(struct preset *o, struct stanza *st, const char *from)
{
	if (!st->disabled && st->uris != NULL)
		source(o, st->uris, (size_t)(st->end - st->uris), from);
	memset(st, 0, sizeof(*st));
}

/* deb822: stanzas of fields, a field going on where a line is indented. */
static void
deb822(struct preset *o, const char *text, const char *from)
{
	struct hostfile_line l = {0};
	struct hostfile_setting f;
	struct stanza st = {0};
	bool uris = false;

	while (hostfile_line(&l, text)) {
		if (l.len == 0 && !l.indented) {
			end_stanza(o, &st, from);
			uris = false;
		} else if (l.indented) {
			st.end = uris ? l.s + l.len : st.end;
		} else if (hostfile_setting(l.s, l.len, ':', &f)) {
			uris = hostfile_key_is(&f, "URIs");
			if (uris) {
				st.uris = f.value;
				st.end = l.s + l.len;
			}
			if (hostfile_key_is(&f, "Enabled"))
				st.disabled = f.value_len > 0 &&
					      strchr("nNfF0", *f.value) != NULL;
		}
	}
	end_stanza(o, &st, from);
}

/* Whatever way it is nested: a proxy is a quoted URL behind that word. */
static void
proxies(struct preset *o, const char *text, const char *from)
{
	struct hostfile_line l = {0};
	autofree char *line = NULL;

	while (hostfile_line(&l, text)) {
		if (l.len == 0 || *l.s == '#' || strncmp(l.s, "//", 2) == 0)
			continue;
		free(line);
		line = strndup(l.s, l.len);
		if (line != NULL && strcasestr(line, "proxy") != NULL)
			preset_urls(o, line, l.len, " raw private", from);
	}
}

static void
each(struct preset *o, const char *pattern,
    void (*read)(struct preset *o, const char *text, const char *from))
{
	autofree char *path = preset_path(o, pattern);
	glob_t g;
	size_t i, n;

	if (path == NULL || glob(path, GLOB_NOSORT, NULL, &g) != 0)
		return;
	for (i = 0; i < g.gl_pathc; i++) {
		autofree char *text = hostfile_read(g.gl_pathv[i], &n);

		if (text != NULL)
			read(o, text, g.gl_pathv[i]);
		else
			preset_note(o, "%s cannot be read", g.gl_pathv[i]);
	}
	globfree(&g);
}

void
preset_apt(struct preset *o)
{
	each(o, "/etc/apt/sources.list", one_line);
	each(o, "/etc/apt/sources.list.d/*.list", one_line);
	each(o, "/etc/apt/sources.list.d/*.sources", deb822);
	each(o, "/etc/apt/apt.conf", proxies);
	each(o, "/etc/apt/apt.conf.d/*", proxies);
	if (o->nrules == 0)
		preset_note(o,
		    "no source of packages in /etc/apt; name a mirror by "
		    "\"net allow HOST:80\"");
}
