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

#define WEB_TOKEN_MAX 8192
#define NAME_LONGEST  128
#define VALUE_MAX     512

static bool
in_set(enum redact_set set, char c)
{
	unsigned char u = (unsigned char)c;

	switch (set) {
	case REDACT_ALNUM:
		return u < 128 && isalnum(u);
	case REDACT_URLSAFE:
		return u < 128 && (isalnum(u) || u == '-' || u == '_');
	case REDACT_HEX:
		return u < 128 && isxdigit(u);
	case REDACT_CAPITAL:
		return (u >= 'A' && u <= 'Z') || (u >= '0' && u <= '9');
	case REDACT_DASHED:
		return u < 128 && (isalnum(u) || u == '-');
	case REDACT_UNDER:
		return u < 128 && (isalnum(u) || u == '_');
	}
	return false;
}

/* A run of n bytes at most: who looks for one at each place must not go
   through the rest of the line each time. */
static size_t
run_of(enum redact_set set, const char *p, size_t n)
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

static const struct redact_form forms[] = {
    {"Anthropic key", "sk-ant-", REDACT_URLSAFE, 32, 256, by_chance},
    {"OpenRouter key", "sk-or-v1-", REDACT_HEX, 64, 64, by_chance},
    {"OpenAI key", "sk-proj-", REDACT_URLSAFE, 32, 256, by_chance},
    {"OpenAI key", "sk-svcacct-", REDACT_URLSAFE, 32, 256, by_chance},
    {"OpenAI key", "sk-admin-", REDACT_URLSAFE, 32, 256, by_chance},
    {"API key", "sk-", REDACT_ALNUM, 32, 64, by_chance},
    {"Google key", "AIza", REDACT_URLSAFE, 35, 35, by_chance},
    {"Google secret", "GOCSPX-", REDACT_URLSAFE, 28, 28, by_chance},
    {"AWS key id", "AKIA", REDACT_CAPITAL, 16, 16, by_chance},
    {"AWS key id", "ASIA", REDACT_CAPITAL, 16, 16, by_chance},
    {"GitHub token", "ghp_", REDACT_ALNUM, 36, 36, checked},
    {"GitHub token", "gho_", REDACT_ALNUM, 36, 36, checked},
    {"GitHub token", "ghu_", REDACT_ALNUM, 36, 36, checked},
    {"GitHub token", "ghs_", REDACT_ALNUM, 36, 36, checked},
    {"GitHub token", "ghr_", REDACT_ALNUM, 36, 36, checked},
    {"GitHub token", "github_pat_", REDACT_UNDER, 82, 82, by_chance},
    {"GitLab token", "glpat-", REDACT_URLSAFE, 20, 64, by_chance},
    {"GitLab token", "gldt-", REDACT_URLSAFE, 20, 64, by_chance},
    {"GitLab token", "glrt-", REDACT_URLSAFE, 20, 64, by_chance},
    {"Slack token", "xoxb-", REDACT_DASHED, 24, 128, by_chance},
    {"Slack token", "xoxp-", REDACT_DASHED, 24, 128, by_chance},
    {"Slack token", "xoxa-", REDACT_DASHED, 24, 128, by_chance},
    {"Slack token", "xoxs-", REDACT_DASHED, 24, 128, by_chance},
    {"Slack token", "xapp-", REDACT_DASHED, 24, 160, by_chance},
    {"npm token", "npm_", REDACT_ALNUM, 36, 36, checked},
    {"PyPI token", "pypi-AgE", REDACT_URLSAFE, 50, 512, by_chance},
    {"Stripe key", "sk_live_", REDACT_ALNUM, 24, 128, by_chance},
    {"Stripe key", "rk_live_", REDACT_ALNUM, 24, 128, by_chance},
    {"Stripe secret", "whsec_", REDACT_ALNUM, 32, 64, by_chance},
    {"Hugging Face token", "hf_", REDACT_ALNUM, 34, 40, by_chance},
    {"Groq key", "gsk_", REDACT_ALNUM, 52, 52, by_chance},
    {"xAI key", "xai-", REDACT_ALNUM, 80, 80, by_chance},
    {"Replicate token", "r8_", REDACT_ALNUM, 37, 40, by_chance},
    {"DigitalOcean token", "dop_v1_", REDACT_HEX, 64, 64, by_chance},
    {"Shopify token", "shpat_", REDACT_HEX, 32, 32, by_chance},
    {"Vault token", "hvs.", REDACT_URLSAFE, 24, 256, by_chance},
    {"age key", "AGE-SECRET-KEY-1", REDACT_CAPITAL, 58, 58, NULL},
};

const struct redact_form *
redact_form_at(size_t i)
{
	return i < sizeof(forms) / sizeof(forms[0]) ? &forms[i] : NULL;
}

/* Three parts in base64url, the first two of which begin as {" does. */
static size_t
web_token(const char *p, size_t n)
{
	size_t a, b, c;

	if (n < 3 || memcmp(p, "eyJ", 3) != 0)
		return 0;
	if (n > WEB_TOKEN_MAX)
		n = WEB_TOKEN_MAX;
	a = run_of(REDACT_URLSAFE, p, n < VALUE_MAX ? n : VALUE_MAX);
	if (a < 16 || a + 4 > n || memcmp(p + a, ".eyJ", 4) != 0)
		return 0;
	b = a + 1 + run_of(REDACT_URLSAFE, p + a + 1, n - a - 1);
	if (b - a < 10 || b == n || p[b] != '.')
		return 0;
	c = run_of(REDACT_URLSAFE, p + b + 1, n - b - 1);
	return c < 16 ? 0 : b + 1 + c;
}

/* SG.22.43 */
static size_t
sendgrid(const char *p, size_t n)
{
	if (n < 69 || memcmp(p, "SG.", 3) != 0 ||
	    run_of(REDACT_URLSAFE, p + 3, n - 3) != 22 || p[25] != '.' ||
	    run_of(REDACT_URLSAFE, p + 26, n - 26) != 43)
		return 0;
	return 69;
}

struct redact_found
redact_token(const char *p, size_t n)
{
	const struct redact_form *f;
	size_t i, at, len;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		f = &forms[i];
		if (*p != *f->prefix)
			continue;
		at = strlen(f->prefix);
		if (n < at + f->min || memcmp(p, f->prefix, at) != 0)
			continue;
		len = run_of(
		    f->set, p + at, n - at <= f->max ? n - at : f->max + 1);
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
    "client_secret", "account_key", "accountkey", "bearer", "credentials",
    "credential", NULL};

/* Length of such a name that a longer name ends with; 0: it does not. */
static size_t
secret_name(const char *p, size_t n)
{
	size_t len = run_of(
		   REDACT_URLSAFE, p, n < NAME_LONGEST ? n : NAME_LONGEST),
	       i, k;

	if (len == 0 ||
	    strchr("dtynrsl", tolower((unsigned char)p[len - 1])) == NULL)
		return 0; // no name ends so
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

	if (n > VALUE_MAX + 1)
		n = VALUE_MAX + 1;
	while (
	    i < n &&
	    (in_set(REDACT_URLSAFE, p[i]) || strchr("+/=.~", p[i]) != NULL) &&
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
	if (run_of(REDACT_HEX, p, n) == n)
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
	if (len < 20 || len > VALUE_MAX || !is_random(p + i, len))
		return (struct redact_found){0};
	return (struct redact_found){"secret", i, i + len};
}

static bool
token_grows(const char *p, size_t n)
{
	const struct redact_form *f;
	size_t i, at;

	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		f = &forms[i];
		if (*p != *f->prefix)
			continue;
		at = strlen(f->prefix);
		if (n > at && n - at <= f->max &&
		    memcmp(p, f->prefix, at) == 0 &&
		    run_of(f->set, p + at, n - at) == n - at)
			return true;
	}
	if (n < 4 || (memcmp(p, "eyJ", 3) != 0 && memcmp(p, "SG.", 3) != 0))
		return false;
	for (i = 0; i < n; i++)
		if (p[i] != '.' && !in_set(REDACT_URLSAFE, p[i]))
			return false;
	return true;
}

/* Where the password of a URL begins that has not come to its "@"; or n. */
static size_t
url_grows(const char *p, size_t n)
{
	size_t i, colon = 0;

	for (i = 3; i < n; i++) {
		if (p[i] == ':' && colon == 0)
			colon = i;
		if (isspace((unsigned char)p[i]) || p[i] == '\0' ||
		    strchr("@/?#\"'<>\\`|()", p[i]) != NULL)
			return n;
	}
	return colon > 0 && n < 512 ? colon + 1 : n;
}

/* Where the value begins that reaches the end; or n. */
static size_t
value_grows(const char *p, size_t n)
{
	size_t name = secret_name(p, n), i;

	if (name == 0)
		return n;
	i = between(p + name, n - name);
	if (i == 0 && name == 6 && n > 7 && strncasecmp(p, "bearer ", 7) == 0)
		i = 1;
	i += name;
	return i > name && i + value_run(p + i, n - i) == n ? i : n;
}

struct redact_found
redact_growing(const char *p, size_t n, bool start)
{
	size_t keep = n;

	if (n > 3 && memcmp(p, "://", 3) == 0)
		keep = url_grows(p, n);
	else if (start && isalpha((unsigned char)*p))
		keep = token_grows(p, n) ? 0 : value_grows(p, n);
	if (keep == n)
		return (struct redact_found){0};
	return (struct redact_found){"secret", keep, n};
}
