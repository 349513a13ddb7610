// SPDX-License-Identifier: ISC
// From a base URL, as people write it, to the address of a request.
#include <stdio.h>
#include <string.h>
#include "src/model/call.h"

static bool
ends_with(const char *s, size_t n, const char *end)
{
	size_t m = strlen(end);

	return n >= m && memcmp(s + n - m, end, m) == 0;
}

/* Host and port without what stands before an '@': it may be a password. */
static void
take_host(char *to, size_t size, const char *from, size_t n)
{
	const char *at = memrchr(from, '@', n);

	if (at != NULL) {
		n -= (size_t)(at + 1 - from);
		from = at + 1;
	}
	snprintf(to, size, "%.*s", (int)n, from);
}

/* Where the host begins; NULL if this is no URL of ours. */
static const char *
host_of(const char *base)
{
	const char *host = NULL;

	if (strncmp(base, "https://", 8) == 0)
		host = base + 8;
	else if (strncmp(base, "http://", 7) == 0)
		host = base + 7;
	return host != NULL && *host != '\0' && *host != '/' ? host : NULL;
}

static bool
has_odd_character(const char *base)
{
	for (; *base != '\0'; base++)
		if (*base <= ' ' || *base >= 0x7f || *base == '?' ||
		    *base == '#')
			return true;
	return false;
}

int
call_set_url(struct call *c, const char *base, struct err *e)
{
	const struct dialect *d = c->dialect;
	const char *host, *own, *version = "";
	char own_host[sizeof(c->host)];
	size_t n, host_len;
	int r;

	if (base == NULL)
		base = d->base_url;
	host = host_of(base);
	if (host == NULL)
		return err_set(e, ERR_USAGE, 0,
		    "a base URL begins with https://host or http://host");
	if (has_odd_character(base))
		return err_set(e, ERR_USAGE, 0,
		    "the base URL has a character it cannot have");
	n = strlen(base);
	while (n > 0 && base[n - 1] == '/')
		n--;
	host_len = strcspn(host, "/");
	take_host(c->host, sizeof(c->host), host, host_len);
	// By custom one provider's base URL ends with the version, the
	// other's does not; people mix them up, and both mean the same.
	if (!ends_with(base, n, d->version_path) &&
	    (!d->version_in_base || host + host_len >= base + n))
		version = d->version_path;
	r = snprintf(
	    c->url, sizeof(c->url), "%.*s%s%s", (int)n, base, version, d->path);
	if (r < 0 || (size_t)r >= sizeof(c->url))
		return err_set(e, ERR_USAGE, 0, "the base URL is too long");
	own = strstr(d->base_url, "://") + 3;
	take_host(own_host, sizeof(own_host), own, strcspn(own, "/"));
	c->own_server = strcmp(c->host, own_host) == 0;
	return 0;
}
