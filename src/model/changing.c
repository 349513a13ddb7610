// SPDX-License-Identifier: ISC
// What differs between two runs of the same thing, replaced by its name.
#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "src/model/buf.h"
#include "src/model/changing.h"

/*
 * A text, and a place in it. What lies before the place is looked up in what
 * was made of it: so naming twice is the same as naming once.
 */
struct at {
	const char *s;
	size_t n, i;
	struct buf out;
};

static char
peek(const struct at *a, size_t k)
{
	return a->i + k < a->n ? a->s[a->i + k] : '\0';
}

static char
before(const struct at *a, size_t k)
{
	return a->out.len >= k ? a->out.p[a->out.len - k] : '\0';
}

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t
digits(const struct at *a, size_t from)
{
	size_t k = from;

	while (is_digit(peek(a, k)))
		k++;
	return k - from;
}

/* Whether form is here, from k on; '#' is a digit, 'A' and 'a' letters. */
static size_t
shape(const struct at *a, size_t k, const char *form)
{
	size_t i;

	for (i = 0; form[i] != '\0'; i++) {
		unsigned char c = (unsigned char)peek(a, k + i);

		if (form[i] == '#'   ? !isdigit(c)
		    : form[i] == 'A' ? !isupper(c)
		    : form[i] == 'a' ? !islower(c)
				     : c != (unsigned char)form[i])
			return 0;
	}
	return i;
}

/* /tmp/pytest-of-NAME/pytest-N: what follows is the test's own. */
static size_t
pytest_dir(const struct at *a, size_t k)
{
	size_t n;

	if (shape(a, k, "pytest-of-") == 0)
		return 0;
	while (peek(a, k) != '/' && peek(a, k) > ' ')
		k++;
	if (shape(a, k, "/pytest-") == 0)
		return 0;
	n = digits(a, k + 8);
	return n > 0 ? k + 8 + n : 0;
}

/* tmp and eight more: Python's way. */
static size_t
python_name(const struct at *a, size_t k)
{
	size_t i;

	if (shape(a, k, "tmp") == 0)
		return 0;
	for (i = k + 3; i < k + 11; i++)
		if (!is_word(peek(a, i)) || isupper((unsigned char)peek(a, i)))
			return 0;
	return is_word(peek(a, i)) ? 0 : i;
}

/* Six letters and digits that no one would type: mkstemp's way. */
static bool
is_random(const struct at *a, size_t from, size_t to)
{
	bool digit = false, upper = false, lower = false;
	size_t k;

	for (k = from; k < to; k++) {
		unsigned char c = (unsigned char)peek(a, k);

		digit = digit || isdigit(c);
		upper = upper || (isupper(c) && k > from);
		lower = lower || islower(c);
	}
	return to - from >= 6 &&
	       ((digit && (upper || lower)) || (upper && lower));
}

static size_t
match_tmp(const struct at *a)
{
	size_t k = shape(a, 0, "/tmp/"), from, n;

	if (k == 0 || is_word(before(a, 1)) || before(a, 1) == '.')
		return 0;
	n = pytest_dir(a, k);
	if (n == 0)
		n = python_name(a, k);
	while (n == 0 && (is_word(peek(a, k)) || peek(a, k) == '.' ||
			     peek(a, k) == '-')) {
		from = k;
		while (isalnum((unsigned char)peek(a, k)))
			k++;
		if (is_random(a, from, k))
			n = k;
		if (k == from)
			k++;
	}
	return n;
}

static size_t
match_address(const struct at *a)
{
	size_t k = shape(a, 0, "0x");

	if (k == 0 || is_word(before(a, 1)))
		return 0;
	while (isxdigit((unsigned char)peek(a, k)))
		k++;
	return k >= 2 + 9 && k <= 2 + 16 && !is_word(peek(a, k)) ? k : 0;
}

/* .123 after a number: its length, or 0. */
static size_t
fraction(const struct at *a, size_t k)
{
	size_t n = peek(a, k) == '.' ? digits(a, k + 1) : 0;

	return n > 0 ? n + 1 : 0;
}

/* 12:43:19, 1:02:03.5 */
static size_t
clock_at(const struct at *a, size_t k)
{
	size_t n = shape(a, k, "##:##:##");

	if (n == 0)
		n = shape(a, k, "#:##:##");
	if (n == 0)
		return 0;
	n += fraction(a, k + n);
	return is_word(peek(a, k + n)) && peek(a, k + n) != 'Z' ? 0 : n;
}

static size_t
match_clock(const struct at *a)
{
	size_t n;

	if (is_word(before(a, 1)) || before(a, 1) == ':')
		return 0;
	n = clock_at(a, 0);
	return peek(a, n) == ':' ? 0 : n;
}

static size_t
match_date(const struct at *a)
{
	size_t n = shape(a, 0, "####-##-##");

	return is_word(before(a, 1)) || is_word(peek(a, n)) ? 0 : n;
}

/* 2026-11-20T12:43:19Z, 2026-11-20 12:43:19.5+01:00 */
static size_t
match_stamp(const struct at *a)
{
	size_t k = shape(a, 0, "####-##-##"), n;

	if (k == 0 || is_word(before(a, 1)) ||
	    (peek(a, k) != 'T' && peek(a, k) != ' '))
		return 0;
	n = clock_at(a, k + 1);
	if (n == 0)
		return 0;
	k += 1 + n;
	if (peek(a, k) == 'Z')
		return k + 1;
	if (peek(a, k) != '+' && peek(a, k) != '-')
		return k;
	n = shape(a, k + 1, "##:##");
	if (n == 0)
		n = shape(a, k + 1, "####");
	return n > 0 ? k + 1 + n : k;
}

/* Fri Nov 20 12:43:19 2026 +0000, Fri Nov 20 12:43:19 UTC 2026 */
static size_t
match_ctime(const struct at *a)
{
	size_t k = shape(a, 0, "Aaa Aaa "), n;

	if (k == 0 || is_word(before(a, 1)))
		return 0;
	k += peek(a, k) == ' ' ? 1 : 0;
	n = digits(a, k);
	if (n < 1 || n > 2 || peek(a, k + n) != ' ')
		return 0;
	k += n + 1;
	n = clock_at(a, k);
	if (n == 0)
		return 0;
	k += n;
	n = shape(a, k, " AAA");
	if (shape(a, k + n, " ####") > 0)
		k += n + 5;
	n = shape(a, k, " +####");
	return k + (n > 0 ? n : shape(a, k, " -####"));
}

/* The length of a unit of time at k; of a short time, if fine. */
static size_t
unit(const struct at *a, size_t k, bool fine)
{
	static const struct {
		const char *name;
		bool fine;
	} units[] = {{"ms", true}, {"us", true}, {"ns", true},
	    {"\xc2\xb5s", true}, {"msec", true}, {"usec", true}, {"s", false},
	    {"sec", false}, {"secs", false}, {"second", false},
	    {"seconds", false}};
	size_t i, n;

	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (fine && !units[i].fine)
			continue;
		n = strlen(units[i].name);
		if (a->i + k + n <= a->n &&
		    memcmp(a->s + a->i + k, units[i].name, n) == 0 &&
		    !is_word(peek(a, k + n)))
			return n;
	}
	return 0;
}

/*
 * 0.03s, 0.12 seconds, 12 ms. A whole number of seconds is as a rule a
 * setting ("limit 300s"), and stays.
 */
static size_t
match_duration(const struct at *a)
{
	size_t k = digits(a, 0), f, n;

	if (k == 0 || is_word(before(a, 1)) || before(a, 1) == '.')
		return 0;
	f = fraction(a, k);
	k += f;
	k += peek(a, k) == ' ' ? 1 : 0;
	n = unit(a, k, f == 0);
	return n > 0 ? k + n : 0;
}

/* pid 123, PID: 123, ==123== */
static size_t
match_pid(const struct at *a)
{
	size_t n = digits(a, 0), b = 1;

	if (n == 0 || is_word(before(a, 1)))
		return 0;
	if (before(a, 1) == '=' && before(a, 2) == '=' && shape(a, n, "==") > 0)
		return n;
	while (
	    before(a, b) == ' ' || before(a, b) == ':' || before(a, b) == '=')
		b++;
	if (b == 1 || a->out.len < b + 2 || is_word(before(a, b + 3)))
		return 0;
	return strncasecmp(a->out.p + a->out.len - b - 2, "pid", 3) == 0 ? n
									 : 0;
}

/* The first that matches, counts: the longer forms come first. */
static const struct rule {
	const char *name;
	size_t (*match)(const struct at *a); /* its length, or 0 */
} rules[] = {
    {"{TMP}", match_tmp},
    {"{ADDR}", match_address},
    {"{TIME}", match_stamp},
    {"{TIME}", match_ctime},
    {"{DATE}", match_date},
    {"{TIME}", match_clock},
    {"{DURATION}", match_duration},
    {"{PID}", match_pid},
};

/* The rule that matches here, its length in *n; or NULL. */
static const struct rule *
rule_at(const struct at *a, size_t *n)
{
	size_t i;

	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		*n = rules[i].match(a);
		if (*n > 0)
			return &rules[i];
	}
	return NULL;
}

char *
changing_named(const char *text, size_t n, size_t *len)
{
	struct at a = {.s = text, .n = n};
	const struct rule *r;
	size_t taken;

	// So that there is something even of nothing.
	if (buf_add(&a.out, "", 0, SIZE_MAX) == -1)
		return NULL;
	while (a.i < n) {
		r = rule_at(&a, &taken);
		if (r == NULL)
			taken = 1;
		if (buf_add(&a.out, r != NULL ? r->name : text + a.i,
			r != NULL ? strlen(r->name) : 1, SIZE_MAX) == -1) {
			buf_free(&a.out);
			return NULL;
		}
		a.i += taken;
	}
	*len = a.out.len;
	return a.out.p;
}
