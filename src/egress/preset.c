// SPDX-License-Identifier: ISC
// Presets: their table, and how hosts and URLs become lines of rules.
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "policy/destination.h"
#include "src/egress/preset.h"

static const struct preset_info infos[] = {
    {"apt", "Debian's package sources, mirrors and proxies", preset_apt},
    {"pip", "the package indexes of pip and uv", preset_pip},
    {"npm", "the registries of npm", preset_npm},
    {"cargo", "the registries of cargo", preset_cargo},
    {"go", "the module proxy and checksum database of go", preset_go},
    {"git", "the remotes of the workspace's repository", preset_git},
    {"model", "the server of the model in use", preset_model},
};

static const struct {
	const char *name;
	unsigned port;
} schemes[] = {
    {"https", 443},
    {"http", 80},
    {"ssh", 22},
    {"git", 9418},
    {"ftp", 21},
};

const struct preset_info *
preset_info_at(size_t i)
{
	return i < sizeof(infos) / sizeof(infos[0]) ? &infos[i] : NULL;
}

void
preset_free(struct preset *o)
{
	if (o->rules != NULL)
		fclose(o->rules);
	if (o->told != NULL)
		fclose(o->told);
	free(o->text);
	free(o->notes);
	memset(o, 0, sizeof(*o));
}

static int
finish(struct preset *o)
{
	if (o->nrules == 0 && ftell(o->told) == 0)
		preset_note(o, "nothing is configured");
	if (fflush(o->rules) == 0 && fflush(o->told) == 0)
		return 0;
	preset_free(o);
	errno = ENOMEM;
	return -1;
}

int
preset_make(
    struct preset *o, const char *name, const struct preset_where *where)
{
	static const struct preset_where nothing;
	const struct preset_info *info;
	size_t i;

	memset(o, 0, sizeof(*o));
	for (i = 0; (info = preset_info_at(i)) != NULL; i++)
		if (strcmp(info->name, name) == 0)
			break;
	if (info == NULL) {
		errno = ENOENT;
		return -1;
	}
	o->name = info->name;
	o->where = where != NULL ? where : &nothing;
	o->rules = open_memstream(&o->text, &o->len);
	o->told = open_memstream(&o->notes, &o->notes_len);
	if (o->rules == NULL || o->told == NULL) {
		preset_free(o);
		errno = ENOMEM;
		return -1;
	}
	info->fill(o);
	return finish(o);
}

void
preset_note(struct preset *o, const char *fmt, ...)
{
	va_list ap;

	fprintf(o->told, "preset:%s: ", o->name);
	va_start(ap, fmt);
	vfprintf(o->told, fmt, ap);
	va_end(ap);
	fputc('\n', o->told);
}

/* A comment that cannot be more than one. */
static void
comment(FILE *f, const char *from)
{
	fputs(" # ", f);
	for (; *from != '\0'; from++)
		fputc(*from >= 0x20 && *from < 0x7f ? *from : '?', f);
	fputc('\n', f);
}

static bool
loopback(const char *host, size_t len)
{
	return (len == 9 && strncasecmp(host, "localhost", 9) == 0) ||
	       (len > 4 && strncmp(host, "127.", 4) == 0) ||
	       (len == 3 && strncmp(host, "::1", 3) == 0);
}

void
preset_host(struct preset *o, const char *host, size_t len, unsigned port,
    const char *flags, const char *from)
{
	bool v6 = len > 0 && memchr(host, ':', len) != NULL;
	struct spec_net_rule r = {.verdict = NET_ALLOW};
	struct policy_fault f;
	char line[300], said[400];
	struct word w = {.s = line, .line = 1, .column = 1};

	if (loopback(host, len)) {
		preset_note(o,
		    "%s names a server on the host's loopback: inside it is "
		    "host:%u, which \"net allow host:%u\" allows",
		    from, port, port);
		return;
	}
	snprintf(line, sizeof(line), v6 ? "[%.*s]:%u" : "%.*s:%u",
	    (int)(len < 280 ? len : 280), host, port);
	w.len = strlen(line);
	if (destination_parse(&w, &r, &f) != 0 ||
	    (r.kind != NET_NAME && r.kind != NET_CIDR)) {
		preset_note(o, "%s: no host can be made of it", from);
		return;
	}
	snprintf(said, sizeof(said), "net allow %s%s #", line, flags);
	fflush(o->rules);
	if (o->text != NULL && strstr(o->text, said) != NULL)
		return;
	fprintf(o->rules, "net allow %s%s", line, flags);
	comment(o->rules, from);
	o->nrules++;
}

/* The port of the scheme that s begins with, and what follows its //. */
static unsigned
scheme_port(const char *s, size_t len, size_t *skip)
{
	const char *at = memmem(s, len, "://", 3), *plus;
	size_t n, i;

	if (at == NULL)
		return 0;
	*skip = (size_t)(at - s) + 3;
	// sparse+https, git+ssh: how, and by what.
	plus = memrchr(s, '+', (size_t)(at - s));
	s = plus != NULL ? plus + 1 : s;
	n = (size_t)(at - s);
	for (i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (strlen(schemes[i].name) == n &&
		    strncasecmp(schemes[i].name, s, n) == 0)
			return schemes[i].port;
	return 0;
}

/* host[:port], an IPv6 address in brackets, without the user before it. */
static void
authority(struct preset *o, const char *s, size_t len, unsigned port,
    const char *flags, const char *from)
{
	const char *at = memrchr(s, '@', len), *end = s + len, *colon;
	unsigned long said = port;
	char *rest;

	s = at != NULL ? at + 1 : s;
	colon = memrchr(s, ':', (size_t)(end - s));
	if (s < end && *s == '[') {
		at = memchr(s, ']', (size_t)(end - s));
		if (at == NULL)
			return;
		colon = at + 1 < end && at[1] == ':' ? at + 1 : NULL;
		s++;
		end = at;
	} else if (colon != NULL) {
		end = colon;
	}
	if (colon != NULL && colon[1] >= '0' && colon[1] <= '9')
		said = strtoul(colon + 1, &rest, 10);
	if (said < 1 || said > 65535)
		return;
	preset_host(o, s, (size_t)(end - s), (unsigned)said, flags, from);
}

void
preset_url(struct preset *o, const char *url, size_t len, const char *flags,
    const char *from)
{
	size_t skip = 0, n;
	unsigned port = scheme_port(url, len, &skip);

	if (port == 0)
		return;
	for (n = skip;
	     n < len && strchr("/?#\"' \t\r\n,|;)}<>", url[n]) == NULL; n++)
		;
	if (n > skip)
		authority(o, url + skip, n - skip, port, flags, from);
}

void
preset_urls(struct preset *o, const char *s, size_t len, const char *flags,
    const char *from)
{
	const char *end = s + len, *at = s, *start;

	while ((at = memmem(at, (size_t)(end - at), "://", 3)) != NULL) {
		for (start = at; start > s; start--)
			if (start[-1] != '+' &&
			    (unsigned)(start[-1] | 0x20) - 'a' > 25U)
				break;
		preset_url(o, start, (size_t)(end - start), flags, from);
		at += 3;
	}
}

bool
preset_variable(struct preset *o, const char *name)
{
	const char *value = getenv(name);

	if (value == NULL || *value == '\0')
		return false;
	preset_urls(o, value, strlen(value), PRESET_CONFIGURED, name);
	return true;
}

char *
preset_path(const struct preset *o, const char *path)
{
	const char *root = o->where->root != NULL ? o->where->root : "";
	char *all;

	return asprintf(&all, "%s%s", root, path) < 0 ? NULL : all;
}
