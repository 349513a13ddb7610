// SPDX-License-Identifier: ISC
// preset:go: the module proxies and the checksum database that go is
// configured with; else those that the installed go has built in.
#include <stdlib.h>
#include <string.h>
#include "jail/base/fd.h"
#include "src/egress/hostfile.h"
#include "src/egress/preset.h"

/* URLs between commas and bars; "direct" goes to each module's own host. */
static void
proxy_list(struct preset *o, const char *s, size_t len, const char *flags,
    const char *from)
{
	if (len == 0)
		return;
	preset_urls(o, s, len, flags, from);
	if (memmem(s, len, "direct", 6) != NULL)
		preset_note(o,
		    "modules that no proxy has come from their own hosts, "
		    "each of which needs a rule: \"net allow HOST:443\"");
}

/* NAME, NAME+KEY or NAME+KEY URL; or off. */
static void
database(struct preset *o, const char *s, size_t len, const char *flags,
    const char *from)
{
	size_t n;

	for (n = 0; n < len && strchr("+ \t", s[n]) == NULL; n++)
		;
	if (len == 0 || (n == 3 && strncmp(s, "off", 3) == 0))
		return;
	if (memmem(s, len, "://", 3) != NULL)
		preset_urls(o, s, len, flags, from);
	else
		preset_host(o, s, n, 443, flags, from);
}

struct said {
	bool proxy, database;
};

static void
variables(struct preset *o, struct said *said)
{
	const char *v = getenv("GOPROXY");

	if (v != NULL && *v != '\0') {
		proxy_list(o, v, strlen(v), PRESET_CONFIGURED, "GOPROXY");
		said->proxy = true;
	}
	v = getenv("GOSUMDB");
	if (v != NULL && *v != '\0') {
		database(o, v, strlen(v), PRESET_CONFIGURED, "GOSUMDB");
		said->database = true;
	}
}

/* The file that `go env -w` writes. */
static void
read_env(struct preset *o, struct said *said)
{
	const char *set = getenv("GOENV");
	autofree char *path = NULL, *text = NULL;
	struct hostfile_line l = {0};
	struct hostfile_setting s;
	size_t n;

	path = set != NULL
		   ? strdup(set)
		   : hostfile_path("XDG_CONFIG_HOME", ".config", "go/env");
	text = path != NULL ? hostfile_read(path, &n) : NULL;
	while (text != NULL && hostfile_line(&l, text)) {
		if (!hostfile_setting(l.s, l.len, '=', &s))
			continue;
		if (hostfile_key_is(&s, "GOPROXY") && !said->proxy) {
			proxy_list(
			    o, s.value, s.value_len, PRESET_CONFIGURED, path);
			said->proxy = true;
		}
		if (hostfile_key_is(&s, "GOSUMDB") && !said->database) {
			database(
			    o, s.value, s.value_len, PRESET_CONFIGURED, path);
			said->database = true;
		}
	}
}

/* What go itself says of what nobody set. */
static void
ask(struct preset *o, struct said *said)
{
	static char *const argv[] = {"go", "env", "GOPROXY", "GOSUMDB", NULL};
	struct hostfile_line l = {0};
	autofree char *text = NULL;
	size_t n;

	if (o->where->root != NULL || (said->proxy && said->database))
		return;
	text = hostfile_ask(argv, &n);
	if (text == NULL)
		return;
	if (hostfile_line(&l, text) && !said->proxy) {
		proxy_list(o, l.s, l.len, PRESET_BUILT_IN, "go env GOPROXY");
		said->proxy = true;
	}
	if (hostfile_line(&l, text) && !said->database)
		database(o, l.s, l.len, PRESET_BUILT_IN, "go env GOSUMDB");
}

void
preset_go(struct preset *o)
{
	struct said said = {0};

	variables(o, &said);
	read_env(o, &said);
	ask(o, &said);
	if (!said.proxy)
		preset_note(o,
		    "no proxy is configured, and no go is installed that "
		    "would tell its own; name one by GOPROXY");
}
