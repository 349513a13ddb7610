// SPDX-License-Identifier: ISC
// What secrets look like. Issuers give them prefixes so that they can be
// found; some end in a checksum, so that nothing else is taken for one.
#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>
#include "src/agent/redact_forms.h"

enum set {
	ALNUM,
	URLSAFE, // and - _
	HEX,
	CAPITAL, // A-Z 0-9
	DASHED,	 // alphanumeric and -
	UNDER,	 // alphanumeric and _
};

static bool
in_set(enum set set, char c)
{
	unsigned char u = (unsigned char)c;

	switch (set) {
	case ALNUM:
		return u < 128 && isalnum(u);
	case URLSAFE:
		return u < 128 && (isalnum(u) || u == '-' || u == '_');
	case HEX:
		return u < 128 && isxdigit(u);
	case CAPITAL:
		return (u >= 'A' && u <= 'Z') || (u >= '0' && u <= '9');
	case DASHED:
		return u < 128 && (isalnum(u) || u == '-');
	case UNDER:
		return u < 128 && (isalnum(u) || u == '_');
	}
	return false;
}

static size_t
run_of(enum set set, const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && in_set(set, p[i]))
		i++;
	return i;
}

double
redact_entropy(const char *p, size_t n)
{
	unsigned count[256] = {0};
	double sum = 0, share;
	size_t i;

	for (i = 0; i < n; i++)
		count[(unsigned char)p[i]]++;
	for (i = 0; i < 256; i++)
		if (count[i] > 0) {
			share = (double)count[i] / (double)n;
			sum -= share * log2(share);
		}
	return sum;
}

/* Letters and digits, and not a pattern or a word. */
static bool
by_chance(const char *p, size_t n)
{
	bool digit = false, letter = false;
	size_t i;

	for (i = 0; i < n; i++) {
		digit |= isdigit((unsigned char)p[i]) != 0;
		letter |= isalpha((unsigned char)p[i]) != 0;
	}
	return digit && letter && redact_entropy(p, n) >= 3.0;
}

static uint32_t
crc32_of(const char *p, size_t n)
{
	uint32_t crc = 0xffffffff;
	int bit;

	while (n-- > 0) {
		crc ^= (unsigned char)*p++;
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (0xedb88320 & -(crc & 1));
	}
	return ~crc;
}

/* The last six characters are the CRC-32 of those before, in base 62. */
static bool
checked(const char *p, size_t n)
{
	static const char digits[] =
	    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	uint32_t crc = crc32_of(p, n - 6);
	int i;

	for (i = 1; i <= 6; i++, crc /= 62)
		if (p[n - (size_t)i] != digits[crc % 62])
			return false;
	return true;
}

static const struct form {
	const char *kind, *prefix;
	enum set set;
	size_t min, max; // bytes after the prefix
	bool (*fits)(const char *p, size_t n);
} forms[] = {
    {"Anthropic key", "sk-ant-", URLSAFE, 32, 256, by_chance},
    {"OpenRouter key", "sk-or-v1-", HEX, 64, 64, by_chance},
    {"OpenAI key", "sk-proj-", URLSAFE, 32, 256, by_chance},
    {"OpenAI key", "sk-svcacct-", URLSAFE, 32, 256, by_chance},
    {"OpenAI key", "sk-admin-", URLSAFE, 32, 256, by_chance},
    {"API key", "sk-", ALNUM, 32, 64, by_chance},
    {"Google key", "AIza", URLSAFE, 35, 35, by_chance},
    {"Google secret", "GOCSPX-", URLSAFE, 28, 28, by_chance},
    {"AWS key id", "AKIA", CAPITAL, 16, 16, by_chance},
    {"AWS key id", "ASIA", CAPITAL, 16, 16, by_chance},
    {"GitHub token", "ghp_", ALNUM, 36, 36, checked},
    {"GitHub token", "gho_", ALNUM, 36, 36, checked},
    {"GitHub token", "ghu_", ALNUM, 36, 36, checked},
    {"GitHub token", "ghs_", ALNUM, 36, 36, checked},
    {"GitHub token", "ghr_", ALNUM, 36, 36, checked},
    {"GitHub token", "github_pat_", UNDER, 82, 82, by_chance},
    {"GitLab token", "glpat-", URLSAFE, 20, 64, by_chance},
    {"GitLab token", "gldt-", URLSAFE, 20, 64, by_chance},
    {"GitLab token", "glrt-", URLSAFE, 20, 64, by_chance},
    {"Slack token", "xoxb-", DASHED, 24, 128, by_chance},
    {"Slack token", "xoxp-", DASHED, 24, 128, by_chance},
    {"Slack token", "xoxa-", DASHED, 24, 128, by_chance},
    {"Slack token", "xoxs-", DASHED, 24, 128, by_chance},
    {"Slack token", "xapp-", DASHED, 24, 160, by_chance},
    {"npm token", "npm_", ALNUM, 36, 36, checked},
    {"PyPI token", "pypi-AgE", URLSAFE, 50, 512, by_chance},
    {"Stripe key", "sk_live_", ALNUM, 24, 128, by_chance},
    {"Stripe key", "rk_live_", ALNUM, 24, 128, by_chance},
    {"Stripe secret", "whsec_", ALNUM, 32, 64, by_chance},
    {"Hugging Face token", "hf_", ALNUM, 34, 40, by_chance},
    {"Groq key", "gsk_", ALNUM, 52, 52, by_chance},
    {"xAI key", "xai-", ALNUM, 80, 80, by_chance},
    {"Replicate token", "r8_", ALNUM, 37, 40, by_chance},
    {"DigitalOcean token", "dop_v1_", HEX, 64, 64, by_chance},
    {"Shopify token", "shpat_", HEX, 32, 32, by_chance},
    {"Vault token", "hvs.", URLSAFE, 24, 256, by_chance},
    {"age key", "AGE-SECRET-KEY-1", CAPITAL, 58, 58, NULL},
};

/* Three parts in base64url, the first two of which begin as {" does. */
static size_t
web_token(const char *p, size_t n)
{
	size_t a, b, c;

	if (n < 3 || memcmp(p, "eyJ", 3) != 0)
		return 0;
	a = run_of(URLSAFE, p, n);
	if (a < 16 || a + 4 > n || memcmp(p + a, ".eyJ", 4) != 0)
		return 0;
	b = a + 1 + run_of(URLSAFE, p + a + 1, n - a - 1);
	if (b - a < 10 || b == n || p[b] != '.')
		return 0;
	c = run_of(URLSAFE, p + b + 1, n - b - 1);
	return c < 16 ? 0 : b + 1 + c;
}

/* SG.22.43 */
static size_t
sendgrid(const char *p, size_t n)
{
	if (n < 69 || memcmp(p, "SG.", 3) != 0 ||
	    run_of(URLSAFE, p + 3, n - 3) != 22 || p[25] != '.' ||
	    run_of(URLSAFE, p + 26, n - 26) != 43)
		return 0;
	return 69;
}

struct redact_found
redact_token(const char *p, size_t n)
{
	const struct form *f;
	size_t i, at, len;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		f = &forms[i];
		at = strlen(f->prefix);
		if (n < at + f->min || memcmp(p, f->prefix, at) != 0)
			continue;
		len = run_of(f->set, p + at, n - at);
		if (len >= f->min && len <= f->max &&
		    (f->fits == NULL || f->fits(p + at, len)))
			return (struct redact_found){f->kind, 0, at + len};
	}
	len = web_token(p, n);
	if (len > 0)
		return (struct redact_found){"JSON web token", 0, len};
	len = sendgrid(p, n);
	if (len > 0)
		return (struct redact_found){"SendGrid key", 0, len};
	return (struct redact_found){0};
}

/* What stands in examples and templates for a password. */
static bool
is_placeholder(const char *p, size_t n)
{
	static const char *const words[] = {"password", "passwd", "pass",
	    "secret", "token", "xxx", "xxxx", "changeme", "example", "user",
	    "PASSWORD", "redacted", "hunter2", NULL};
	size_t i;

	if (n == 0 || strchr("$<{*%[", *p) != NULL)
		return true;
	for (i = 0; words[i] != NULL; i++)
		if (strlen(words[i]) == n && strncasecmp(p, words[i], n) == 0)
			return true;
	for (i = 1; i < n; i++)
		if (p[i] != p[0])
			return false;
	return true; // one character again and again
}

struct redact_found
redact_url(const char *p, size_t n)
{
	size_t i, colon = 0;

	for (i = 3; i < n && i < 512; i++) {
		if (p[i] == '@')
			break;
		if (p[i] == ':' && colon == 0)
			colon = i;
		if (isspace((unsigned char)p[i]) ||
		    strchr("/?#\"'<>\\`|()", p[i]) != NULL)
			return (struct redact_found){0};
	}
	if (i == n || i == 512 || colon == 0 ||
	    is_placeholder(p + colon + 1, i - colon - 1))
		return (struct redact_found){0};
	return (struct redact_found){"password", colon + 1, i};
}

static const char *const names[] = {"password", "passwd", "secret", "token",
    "api_key", "apikey", "api-key", "access_key", "accesskey", "access-key",
    "secret_key", "secretkey", "secret-key", "private_key", "auth_key",
    "client_secret", "bearer", "credentials", "credential", NULL};

/* Length of such a name that a longer name ends with; 0: it does not. */
static size_t
secret_name(const char *p, size_t n)
{
	size_t len = run_of(URLSAFE, p, n), i, k;

	for (i = 0; names[i] != NULL; i++) {
		k = strlen(names[i]);
		if (len >= k && strncasecmp(p + len - k, names[i], k) == 0)
			return len;
	}
	return 0;
}

static size_t
value_run(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n &&
	       (in_set(URLSAFE, p[i]) || strchr("+/=.~", p[i]) != NULL) &&
	       p[i] != '\0')
		i++;
	return i;
}

/* As good as chance: not a word, a path, a version or a number. */
static bool
is_random(const char *p, size_t n)
{
	unsigned upper = 0, lower = 0, digit = 0, other = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		upper += isupper((unsigned char)p[i]) != 0;
		lower += islower((unsigned char)p[i]) != 0;
		digit += isdigit((unsigned char)p[i]) != 0;
		other += strchr("-_./", p[i]) != NULL;
	}
	if (digit < 2 || upper + lower < 2 || other > n / 6)
		return false;
	if (run_of(HEX, p, n) == n)
		return n >= 32 && redact_entropy(p, n) >= 3.2;
	return redact_entropy(p, n) >= 3.8;
}

/* Length of what stands between a name and its value; 0: nothing does. */
static size_t
between(const char *p, size_t n)
{
	size_t i = 0;
	bool assigns = false;

	while (i < n && i < 12 && p[i] != '\0' &&
	       strchr("\"' \t:=>", p[i]) != NULL) {
		assigns |= p[i] == ':' || p[i] == '=';
		i++;
	}
	return assigns ? i : 0;
}

struct redact_found
redact_assigned(const char *p, size_t n)
{
	size_t name = secret_name(p, n), i, len;

	if (name == 0)
		return (struct redact_found){0};
	i = between(p + name, n - name);
	// "token abc" is prose, but "Bearer abc" is a header.
	if (i == 0 && name == 6 && n > 7 && strncasecmp(p, "bearer ", 7) == 0)
		i = 1;
	if (i == 0)
		return (struct redact_found){0};
	i += name;
	len = value_run(p + i, n - i);
	if (len < 20 || len > 512 || !is_random(p + i, len))
		return (struct redact_found){0};
	return (struct redact_found){"secret", i, i + len};
}
