// SPDX-License-Identifier: ISC
// The lines of an HTTP/1 head (RFC 9112), taken apart strictly.
#include <string.h>
#include <strings.h>
#include "jail/egress/head_line.h"
#include "policy/address.h"
#include "policy/hostname.h"

static bool
is_space(char c)
{
	return c == ' ' || c == '\t';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* What names of methods and fields are made of. */
static bool
is_token_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       is_digit(c) || (c != '\0' && strchr("!#$%&'*+-.^_`|~", c));
}

static bool
is_token(struct part s)
{
	size_t i;

	for (i = 0; i < s.n && is_token_char(s.p[i]); i++)
		;
	return s.n > 0 && i == s.n;
}

static struct part
trim(struct part s)
{
	while (s.n > 0 && is_space(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

/* What stands before byte c, or all; rest then begins after it. */
static struct part
take_until(struct part *rest, char c, bool *found)
{
	const char *at = memchr(rest->p, c, rest->n);
	struct part s = *rest;

	*found = at != NULL;
	if (at != NULL)
		s.n = (size_t)(at - rest->p);
	rest->p += s.n + *found;
	rest->n -= s.n + *found;
	return s;
}

struct part
part_line(struct part *rest)
{
	bool found;
	struct part s = take_until(rest, '\n', &found);

	if (s.n > 0 && s.p[s.n - 1] == '\r')
		s.n--;
	return s;
}

bool
part_element(struct part *rest, struct part *element)
{
	bool found;

	while (rest->n > 0) {
		*element = trim(take_until(rest, ',', &found));
		if (element->n > 0)
			return true;
	}
	return false;
}

bool
part_is(struct part a, const char *b)
{
	return a.n == strlen(b) && strncasecmp(a.p, b, a.n) == 0;
}

bool
part_same(struct part a, struct part b)
{
	return a.n == b.n && strncasecmp(a.p, b.p, a.n) == 0;
}

bool
part_starts(struct part a, const char *prefix)
{
	size_t n = strlen(prefix);

	return a.n >= n && strncasecmp(a.p, prefix, n) == 0;
}

/*
 * No space and no control. Beyond ASCII is taken, though no URI has it: some
 * programs send a path as it was typed, and no name is read from there.
 */
static bool
is_target(struct part s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f ||
		    s.p[i] == '#')
			return false;
	return s.n > 0;
}

const char *
request_line_read(struct part line, struct request_line *r)
{
	bool found;

	r->method = take_until(&line, ' ', &found);
	r->target = take_until(&line, ' ', &found);
	if (!is_token(r->method) || !is_target(r->target))
		return "has a first line that is not well formed";
	// The version's letters have one case.
	if (line.n != 8 || memcmp(line.p, "HTTP/1.", 7) != 0 ||
	    (line.p[7] != '0' && line.p[7] != '1'))
		return "is of no version that is known here";
	r->minor = line.p[7] == '1';
	return NULL;
}

static bool
has_control(struct part s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (((unsigned char)s.p[i] < ' ' && s.p[i] != '\t') ||
		    s.p[i] == 0x7f)
			return true;
	return false;
}

const char *
field_line_read(struct part line, struct field_line *f)
{
	bool found;

	if (line.n > 0 && is_space(line.p[0]))
		return "has a field that is folded over two lines";
	f->name = take_until(&line, ':', &found);
	if (f->name.n > 0 && is_space(f->name.p[f->name.n - 1]))
		return "has white space before a colon";
	if (!found || !is_token(f->name))
		return "has a field without a name";
	f->value = trim(line);
	return has_control(line) ? "has a control byte in a field" : NULL;
}

/* 1 to 65535. */
static const char *
read_port(struct part s, uint16_t *port)
{
	unsigned v = 0;
	size_t i;

	for (i = 0; i < s.n && i < 5 && is_digit(s.p[i]); i++)
		v = v * 10 + (unsigned)(s.p[i] - '0');
	if (i == 0 || i < s.n || v == 0 || v > 65535 || s.p[0] == '0')
		return "names a port that is none";
	*port = (uint16_t)v;
	return NULL;
}

/* [ADDRESS6]; rest is what stands after it. */
static const char *
read_bracket(struct part *rest, struct authority *a)
{
	struct part s;
	bool found;

	rest->p++;
	rest->n--;
	s = take_until(rest, ']', &found);
	if (!found || memchr(s.p, ':', s.n) == NULL ||
	    address_parse(s.p, s.n, a->addr) != 0)
		return "names an address that is none";
	a->literal = true;
	return NULL;
}

static const char *
read_name(struct part s, struct authority *a)
{
	const char *why;

	// What else could be an address is no name, see hostname_normal().
	a->literal = memchr(s.p, ':', s.n) == NULL &&
		     address_parse(s.p, s.n, a->addr) == 0;
	if (!a->literal && hostname_normal(s.p, s.n, a->host, &why) != 0)
		return "names a host that is none";
	return NULL;
}

const char *
authority_read(struct part s, struct authority *a)
{
	const char *fault;
	struct part name;
	bool port;

	memset(a, 0, sizeof(*a));
	if (memchr(s.p, '@', s.n) != NULL)
		return "names a user with the host";
	if (s.n > 0 && s.p[0] == '[') {
		fault = read_bracket(&s, a);
		name = take_until(&s, ':', &port);
		if (fault == NULL && name.n > 0)
			fault = "names an address that is none";
	} else {
		name = take_until(&s, ':', &port);
		fault = read_name(name, a);
	}
	if (fault == NULL && a->literal)
		address_format(a->addr, a->host);
	if (fault == NULL && port)
		fault = read_port(s, &a->port);
	return fault;
}
