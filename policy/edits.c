// SPDX-License-Identifier: ISC
// Which files may be changed: globs against a path of the workspace.
#include <string.h>
#include "policy/edits.h"

void
edits_init(struct edit_rules *r)
{
#define X(field, name, unit, def, min, max, what) r->field = (def);
	EDITS_TABLE(X)
#undef X
	r->nglobs = 0;
}

void
edits_copy(struct edit_rules *to, const struct edit_rules *from)
{
#define X(field, name, unit, def, min, max, what) to->field = from->field;
	EDITS_TABLE(X)
#undef X
	to->nglobs = from->nglobs;
	memcpy(to->glob, from->glob, from->nglobs * sizeof(to->glob[0]));
}

/* The length of the class at s, with its brackets; 0: it does not end. */
static size_t
class_length(const char *s, size_t len)
{
	size_t i = 1;

	if (i < len && (s[i] == '!' || s[i] == '^'))
		i++;
	// A bracket that comes first is one of the characters.
	for (i++; i < len; i++)
		if (s[i] == ']')
			return i + 1;
	return 0;
}

/* One name of a glob; the last one may be empty. */
static const char *
name_fault(const char *s, size_t len, bool last)
{
	if (len == 0 && !last)
		return "has an empty name";
	if ((len == 1 && s[0] == '.') || (len == 2 && memcmp(s, "..", 2) == 0))
		return "has . or .. for a name";
	return NULL;
}

const char *
edits_glob_fault(const char *s, size_t len)
{
	const char *why = NULL;
	size_t i, n, name = 0;

	if (len == 0)
		return "is empty";
	if (len >= EDITS_GLOB_MAX)
		return "is too long: at most 255 bytes";
	if (s[0] == '/')
		return "must be relative to the workspace: leave the first / "
		       "out";
	for (i = 0; i <= len && why == NULL; i += n) {
		n = 1;
		if (i == len || s[i] == '/') {
			why = name_fault(s + name, i - name, i == len);
			name = i + 1;
		} else if (s[i] == '[') {
			n = class_length(s + i, len - i);
			why = n == 0 ? "has a [ without its ]" : NULL;
		}
	}
	return why;
}

static bool
in_class(const char *p, size_t len, unsigned char c)
{
	bool inverse = p[1] == '!' || p[1] == '^', found = false;
	size_t i = inverse ? 2 : 1;

	for (; i < len - 1; i++) {
		unsigned char low = (unsigned char)p[i], high = low;

		if (i + 2 < len - 1 && p[i + 1] == '-') {
			high = (unsigned char)p[i + 2];
			i += 2;
		}
		found = found || (c >= low && c <= high);
	}
	return found != inverse;
}

/* The bytes of the pattern that match the character at s; 0: none does. */
static size_t
one(const char *p, const char *s)
{
	size_t n;

	if (*s == '\0' || *p == '\0')
		return 0;
	if (*p == '?')
		return *s != '/';
	if (*p != '[')
		return *p == *s;
	n = class_length(p, strlen(p));
	return n != 0 && *s != '/' && in_class(p, n, (unsigned char)*s) ? n : 0;
}

/* Its bytes, of UTF-8 or of nothing. */
static size_t
character(const char *s)
{
	size_t n = 1;

	while (((unsigned char)s[n] & 0xc0) == 0x80)
		n++;
	return n;
}

/* Where the wildcard before p would take one character more; NULL: nowhere. */
static const char *
further(const char *s, bool names)
{
	const char *slash;

	if (*s == '\0')
		return NULL;
	if (!names)
		return s + 1;
	slash = strchr(s, '/');
	return slash != NULL ? slash + 1 : NULL;
}

/*
 * Pattern and path, and where to go on if it does not match from there. One *
 * and one ** are remembered, the last ones: what an earlier one would take
 * more, a later one can take as well. So the work is bounded by the product
 * of the lengths.
 */
struct matching {
	const char *begin, *p, *s;
	const char *star, *star_s; /* behind a *, and what it has taken */
	const char *deep, *deep_s; /* the same of ** */
	bool names;		   /* which takes whole names */
};

static bool
take_wildcard(struct matching *m)
{
	if (*m->p != '*')
		return false;
	if (m->p[1] != '*') {
		m->star = ++m->p;
		m->star_s = m->s;
		return true;
	}
	// "**/": any number of whole names, none as well
	m->names = m->p[2] == '/' && (m->p == m->begin || m->p[-1] == '/');
	m->p += 2 + m->names;
	m->deep = m->p;
	m->deep_s = m->s;
	m->star = NULL;
	return true;
}

/* A wildcard takes one more; false: none can. */
static bool
go_back(struct matching *m)
{
	if (m->star != NULL && *m->star_s != '\0' && *m->star_s != '/') {
		m->s = ++m->star_s;
		m->p = m->star;
		return true;
	}
	if (m->deep == NULL)
		return false;
	m->deep_s = further(m->deep_s, m->names);
	m->s = m->deep_s;
	m->p = m->deep;
	m->star = NULL;
	return m->s != NULL;
}

static bool
matches(const char *p, const char *s)
{
	struct matching m = {.begin = p, .p = p, .s = s};
	size_t n;

	for (;;) {
		if (*m.p == '\0' && (*m.s == '\0' || *m.s == '/'))
			return true;
		if (take_wildcard(&m))
			continue;
		n = one(m.p, m.s);
		if (n != 0) {
			m.s += *m.p == '?' || *m.p == '[' ? character(m.s) : 1;
			m.p += n;
		} else if (!go_back(&m)) {
			return false;
		}
	}
}

bool
edits_match(const char *glob, const char *path)
{
	char pattern[EDITS_GLOB_MAX];
	size_t len = strnlen(glob, sizeof(pattern));

	if (len == 0 || len == sizeof(pattern))
		return false;
	if (glob[len - 1] == '/')
		len--;
	memcpy(pattern, glob, len);
	pattern[len] = '\0';
	if (strchr(pattern, '/') != NULL || strstr(pattern, "**") != NULL)
		return matches(pattern, path);
	// A name: in any directory.
	for (; path != NULL; path = strchr(path, '/')) {
		path += *path == '/';
		if (matches(pattern, path))
			return true;
	}
	return false;
}

bool
edits_may(const struct edit_rules *r, const char *path, int *rule)
{
	bool only = false;
	uint32_t i;

	*rule = -1;
	for (i = 0; i < r->nglobs; i++) {
		only = only || r->glob[i].deny == 0;
		if ((*rule >= 0 && r->glob[i].deny == 0) ||
		    !edits_match(r->glob[i].text, path))
			continue;
		*rule = (int)i;
		if (r->glob[i].deny != 0)
			return false;
	}
	return *rule >= 0 || !only;
}
