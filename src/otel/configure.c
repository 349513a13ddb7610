// SPDX-License-Identifier: ISC
// What a collector is told, as the environment says it.
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "jail/base/fd.h"
#include "src/agent/text.h"
#include "src/otel/exporter.h"
#include "src/otel/spans.h"

#define TIMEOUT_MS     10000
#define TIMEOUT_MAX_MS 600000

static const char *
variable(const char *name)
{
	const char *v = getenv(name);

	return v != NULL && *v != '\0' ? v : NULL;
}

static bool
is_on(const char *name)
{
	const char *v = variable(name);

	return v != NULL && strcasecmp(v, "true") == 0;
}

static int
check_url(const char *name, const char *url, struct err *e)
{
	if (strncmp(url, "http://", 7) == 0 || strncmp(url, "https://", 8) == 0)
		return 0;
	return err_set(e, ERR_USAGE, 0,
	    "%s=%.100s: an address begins with http:// or https://", name, url);
}

/* One signal's address: its own variable, else the common one's, and path. */
static int
address(const char *own, const char *path, char **out, struct err *e)
{
	const char *base = variable("OTEL_EXPORTER_OTLP_ENDPOINT");
	const char *url = variable(own);
	struct text t = {0};
	size_t n;

	*out = NULL;
	if (url != NULL) {
		*out = mem_dup(url);
		return check_url(own, url, e);
	}
	if (base == NULL)
		return 0;
	n = strlen(base);
	while (n > 0 && base[n - 1] == '/')
		n--;
	text_add(&t, base, n);
	text_str(&t, path);
	*out = text_take(&t);
	return check_url("OTEL_EXPORTER_OTLP_ENDPOINT", base, e);
}

/* %XX, in place, as values of W3C baggage have it. */
static void
unescape(char *s)
{
	char hex[3] = "", *to = s, *end;
	long c;

	for (; *s != '\0'; s++) {
		if (s[0] == '%' && s[1] != '\0' && s[2] != '\0') {
			memcpy(hex, s + 1, 2);
			c = strtol(hex, &end, 16);
			if (*end == '\0' && c > 0) {
				*to++ = (char)c;
				s += 2;
				continue;
			}
		}
		*to++ = *s;
	}
	*to = '\0';
}

static char *
trimmed(char *s)
{
	size_t n;

	s += strspn(s, " \t");
	n = strlen(s);
	while (n > 0 && strchr(" \t", s[n - 1]) != NULL)
		s[--n] = '\0';
	return s;
}

/* Each KEY=VALUE between commas. */
static int
pairs(const char *name,
    int (*take)(struct exporter *, const char *key, const char *value),
    struct exporter *x, struct err *e)
{
	const char *list = variable(name);
	autofree char *copy = mem_dup(list != NULL ? list : "");
	char *rest = copy, *one, *value;

	while ((one = strsep(&rest, ",")) != NULL) {
		one = trimmed(one);
		if (*one == '\0')
			continue;
		value = strchr(one, '=');
		if (value == NULL || value == one)
			return err_set(e, ERR_USAGE, 0,
			    "%s: write it as NAME=VALUE,NAME=VALUE", name);
		*value++ = '\0';
		unescape(value);
		if (take(x, trimmed(one), trimmed(value)) != 0)
			return err_set(e, ERR_USAGE, 0,
			    "%s: more than %d, or a line end in one", name,
			    EXPORTER_HEADERS);
	}
	return 0;
}

static int
take_header(struct exporter *x, const char *key, const char *value)
{
	struct text t = {0};
	size_t i;

	for (i = 0; i < EXPORTER_HEADERS && x->header[i] != NULL; i++)
		;
	if (i == EXPORTER_HEADERS || strpbrk(key, "\r\n:") != NULL ||
	    strpbrk(value, "\r\n") != NULL)
		return -1;
	text_printf(&t, "%s: %s", key, value);
	x->header[i] = text_take(&t);
	return 0;
}

static int
take_attribute(struct exporter *x, const char *key, const char *value)
{
	spans_put(x->resource, key, value);
	return 0;
}

static int
take_timeout(struct exporter *x, struct err *e)
{
	const char *v = variable("OTEL_EXPORTER_OTLP_TIMEOUT");
	char *end;
	long ms;

	x->timeout_ms = TIMEOUT_MS;
	if (v == NULL)
		return 0;
	ms = strtol(v, &end, 10);
	if (*end != '\0' || ms < 1 || ms > TIMEOUT_MAX_MS)
		return err_set(e, ERR_USAGE, 0,
		    "OTEL_EXPORTER_OTLP_TIMEOUT=%.40s: milliseconds, 1 to %d",
		    v, TIMEOUT_MAX_MS);
	x->timeout_ms = (uint64_t)ms;
	return 0;
}

int
exporter_configure(struct exporter *x, struct err *e)
{
	static const char capture[] =
	    "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT";
	const char *service = variable("OTEL_SERVICE_NAME");
	int r = 0;

	memset(x, 0, sizeof(*x));
	if (is_on("OTEL_SDK_DISABLED"))
		return 0;
	if (address("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "/v1/traces",
		&x->traces, e) != 0 ||
	    address("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "/v1/metrics",
		&x->metrics, e) != 0)
		r = -1;
	if (r == 0 && x->traces == NULL && x->metrics == NULL)
		return 0;
	x->resource = json_object_new_array();
	spans_put(x->resource, "service.name",
	    service != NULL ? service : "stockade");
	spans_put(x->resource, "service.version", PACKAGE_VERSION);
	if (r == 0 &&
	    (pairs("OTEL_RESOURCE_ATTRIBUTES", take_attribute, x, e) != 0 ||
		pairs("OTEL_EXPORTER_OTLP_HEADERS", take_header, x, e) != 0 ||
		take_timeout(x, e) != 0))
		r = -1;
	x->content = is_on(capture);
	// It may hold a key; no command inherits it.
	unsetenv("OTEL_EXPORTER_OTLP_HEADERS");
	if (r != 0)
		exporter_free(x);
	return r == 0 ? 1 : -1;
}

void
exporter_free(struct exporter *x)
{
	size_t i;

	free(x->traces);
	free(x->metrics);
	for (i = 0; i < EXPORTER_HEADERS; i++)
		free(x->header[i]);
	json_object_put(x->resource);
	memset(x, 0, sizeof(*x));
}
