// SPDX-License-Identifier: ISC
// Text to checked value, and back: numbers with units, paths, names.
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include "policy/paths.h"
#include "policy/scan.h"

enum {
	MONEY_UNIT = 1000000, /* of a dollar */
	MONEY_DIGITS = 6
};

struct unit {
	const char *name;
	uint64_t factor;
};

/* How one kind of number is written. units ends with name NULL. */
struct kind {
	struct unit units[6]; /* ascending */
	const char *bare;     /* phrase for a number without unit */
	const char *wrong;    /* phrase for anything else */
};

static const struct kind kinds[] = {
    [SPEC_UNIT_MS] = {{{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000},
			  {NULL, 0}},
	"has no unit: add ms, s, m or h, as in 10s",
	"is not a duration: write it as 300ms, 10s, 5m or 1h"},
    [SPEC_UNIT_BYTES] = {{{"", 1}, {"K", UINT64_C(1) << 10},
			     {"M", UINT64_C(1) << 20}, {"G", UINT64_C(1) << 30},
			     {"T", UINT64_C(1) << 40}, {NULL, 0}},
	NULL, "is not a size: write it as 512, 64K, 1M, 2G or 3T"},
    [SPEC_UNIT_COUNT] = {{{"", 1}, {NULL, 0}}, NULL,
	"is not a count: write a whole number, as in 128"},
    [SPEC_UNIT_PERCENT] = {{{"%", 1}, {NULL, 0}},
	"has no unit: add %, as in 150%",
	"is not a share of a core: write it as 50% or 150%"},
    [SPEC_UNIT_RATE] = {{{"/s", 1}, {"K/s", UINT64_C(1) << 10},
			    {"M/s", UINT64_C(1) << 20},
			    {"G/s", UINT64_C(1) << 30}, {NULL, 0}},
	"has no unit: add /s, K/s, M/s or G/s, as in 10M/s",
	"is not a rate: write it as 512/s, 64K/s, 10M/s or 1G/s"},
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Reads the digits that s starts with; *n says how many there are. */
static int
digits(const char *s, size_t len, size_t *n, uint64_t *v, const char **why)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < len && is_digit(s[i]); i++) {
		if (__builtin_mul_overflow(sum, 10, &sum) ||
		    __builtin_add_overflow(sum, s[i] - '0', &sum)) {
			*why = "is too large a number";
			return -1;
		}
	}
	// Some would read 010 as eight: nobody has to guess here.
	if (i > 1 && s[0] == '0') {
		*why = "starts with a needless 0";
		return -1;
	}
	*n = i;
	*v = sum;
	return 0;
}

static const struct unit *
find_unit(const struct kind *k, const char *s, size_t len)
{
	const struct unit *u;

	for (u = k->units; u->name != NULL; u++)
		if (strlen(u->name) == len && memcmp(u->name, s, len) == 0)
			return u;
	return NULL;
}

static int
number(const struct kind *k, const char *s, size_t len, uint64_t *v,
    const char **why)
{
	const struct unit *u;
	uint64_t sum, all;
	size_t n;

	if (digits(s, len, &n, &sum, why) != 0)
		return -1;
	u = n > 0 ? find_unit(k, s + n, len - n) : NULL;
	if (u == NULL) {
		*why = k->wrong;
		if (n > 0 && n == len)
			*why = k->bare;
		else if (n > 0 && s[n] == '.')
			*why = "is not a whole number; use a smaller unit";
		return -1;
	}
	if (__builtin_mul_overflow(sum, u->factor, &all)) {
		*why = "is too large a number";
		return -1;
	}
	*v = all;
	return 0;
}

int
scan_count(const char *s, size_t len, uint64_t *v, const char **why)
{
	return number(&kinds[SPEC_UNIT_COUNT], s, len, v, why);
}

int
scan_size(const char *s, size_t len, uint64_t *v, const char **why)
{
	return number(&kinds[SPEC_UNIT_BYTES], s, len, v, why);
}

int
scan_duration(const char *s, size_t len, uint64_t *v, const char **why)
{
	return number(&kinds[SPEC_UNIT_MS], s, len, v, why);
}

int
scan_percent(const char *s, size_t len, uint64_t *v, const char **why)
{
	return number(&kinds[SPEC_UNIT_PERCENT], s, len, v, why);
}

int
scan_rate(const char *s, size_t len, uint64_t *v, const char **why)
{
	return number(&kinds[SPEC_UNIT_RATE], s, len, v, why);
}

/* What follows the whole dollars: nothing, or a point and digits. */
static int
cents(const char *s, size_t len, uint64_t *part, const char **why)
{
	uint64_t unit = MONEY_UNIT;
	size_t i;

	*part = 0;
	*why = "is not an amount of dollars: write it as 2, 0.50 or 12.25";
	if (len == 0)
		return 0;
	if (len == 1 || s[0] != '.')
		return -1;
	for (i = 1; i < len; i++) {
		if (!is_digit(s[i]))
			return -1;
		unit /= 10;
		*part += unit * (uint64_t)(s[i] - '0');
	}
	// What is too small to count would be taken for nothing.
	if (len <= 1 + MONEY_DIGITS)
		return 0;
	*why = "has more than six digits behind the point";
	return -1;
}

int
scan_money(const char *s, size_t len, uint64_t *v, const char **why)
{
	uint64_t whole, part, sum;
	size_t n;

	if (digits(s, len, &n, &whole, why) != 0 ||
	    cents(s + n, len - n, &part, why) != 0)
		return -1;
	if (n == 0)
		return -1;
	if (__builtin_mul_overflow(whole, MONEY_UNIT, &sum) ||
	    __builtin_add_overflow(sum, part, &sum)) {
		*why = "is too large a number";
		return -1;
	}
	*v = sum;
	return 0;
}

int
scan_value(enum spec_unit unit, const char *s, size_t len, uint64_t *v,
    const char **why)
{
	if (len == 4 && memcmp(s, "none", 4) == 0) {
		*v = 0;
		return 0;
	}
	if (unit == SPEC_UNIT_MONEY)
		return scan_money(s, len, v, why);
	return number(&kinds[unit], s, len, v, why);
}

int
scan_path(const char *s, size_t len, char *buf, size_t size, const char **why)
{
	const char *fault = paths_fault(s, len);

	if (fault == NULL && len >= size)
		fault = "is too long for its place";
	if (fault != NULL) {
		*why = fault;
		return -1;
	}
	memcpy(buf, s, len);
	buf[len] = '\0';
	return 0;
}

static bool
is_name_char(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
	       is_digit(c);
}

int
scan_env_name(const char *s, size_t len, const char **why)
{
	size_t i;

	for (i = 0; i < len && is_name_char(s[i]); i++)
		;
	if (len == 0)
		*why = "has no name before the =";
	else if (is_digit(s[0]))
		*why = "starts with a digit";
	else if (i < len)
		*why = "is not a name: use letters, digits and _";
	else if (len > SCAN_NAME_MAX)
		*why = "is too long for a name (255 bytes at most)";
	else
		return 0;
	return -1;
}

int
scan_env(const char *s, size_t len, size_t *name_len, const char **why)
{
	const char *eq = len > 0 ? memchr(s, '=', len) : NULL;

	if (eq == NULL) {
		*why = "has no =: write NAME=VALUE";
		return -1;
	}
	if (scan_env_name(s, (size_t)(eq - s), why) != 0)
		return -1;
	if (memchr(s, '\0', len) != NULL) {
		*why = "has a NUL byte";
		return -1;
	}
	*name_len = (size_t)(eq - s);
	return 0;
}

/* Two digits behind the point, or as many as it takes. */
static void
format_money(uint64_t v, char buf[SCAN_FORMAT_MAX])
{
	int digits = MONEY_DIGITS;
	uint64_t part = v % MONEY_UNIT;

	for (; digits > 2 && part % 10 == 0; digits--)
		part /= 10;
	snprintf(buf, SCAN_FORMAT_MAX, "%" PRIu64 ".%0*" PRIu64, v / MONEY_UNIT,
	    digits, part);
}

void
scan_format(enum spec_unit unit, uint64_t v, char buf[SCAN_FORMAT_MAX])
{
	const struct unit *u, *best;

	if (v == 0) {
		snprintf(buf, SCAN_FORMAT_MAX, "none");
		return;
	}
	if (unit == SPEC_UNIT_MONEY) {
		format_money(v, buf);
		return;
	}
	best = kinds[unit].units;
	for (u = best; u->name != NULL; u++)
		if (v % u->factor == 0)
			best = u;
	snprintf(buf, SCAN_FORMAT_MAX, "%" PRIu64 "%s", v / best->factor,
	    best->name);
}
