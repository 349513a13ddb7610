// SPDX-License-Identifier: ISC
// What .gitignore files of the workspace leave out.
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include "src/agent/files.h"
#include "src/agent/ignore.h"

#define FILE_MAX_READ (256u << 10)
#define RULES_MAX     4096 // of one directory

struct rule {
	char *pattern; // with a slash before it if it is anchored
	bool keeps;    // "!": what it matches is not left out
	bool directory;
};

struct ignore_level {
	char *dir; // relative to /workspace; "" is itself
	struct rule *rule;
	size_t n;
};

/* Past the "]" of a set that begins at p; NULL: it has no end. */
static const char *
set_end(const char *p)
{
	p += p[1] == '!' || p[1] == '^' ? 2 : 1;
	if (*p == ']')
		p++;
	for (; *p != ']'; p++) {
		if (*p == '\0' || *p == '/')
			return NULL;
		if (*p == '[' && p[1] == ':' && strstr(p, ":]") != NULL)
			p = strstr(p, ":]") + 1;
		else if (*p == '\\' && p[1] != '\0')
			p++;
	}
	return p + 1;
}

/*
 * One character of a name against what stands at *pat, which is moved behind
 * it. A star is not for here.
 */
static bool
match_one(const char **pat, char c)
{
	const char *p = *pat, *end;
	char set[128], name[2] = {c, '\0'};

	if (*p == '?') {
		*pat = p + 1;
		return true;
	}
	end = *p == '[' ? set_end(p) : NULL;
	if (end != NULL && (size_t)(end - p) < sizeof(set)) {
		memcpy(set, p, (size_t)(end - p));
		set[end - p] = '\0';
		*pat = end;
		return fnmatch(set, name, 0) == 0;
	}
	if (*p == '\\' && p[1] != '\0')
		p++;
	*pat = p + 1;
	return *p == c;
}

static bool
at_end(char c)
{
	return c == '\0' || c == '/';
}

/* A name against one part of a pattern. Only the last star is gone back to:
   what the ones before it took can stay as it is. */
static bool
match_name(const char *pat, const char *name)
{
	const char *star = NULL, *back = NULL;

	while (!at_end(*name)) {
		if (*pat == '*') {
			star = ++pat;
			back = name;
		} else if (at_end(*pat) || !match_one(&pat, *name)) {
			if (star == NULL)
				return false;
			pat = star;
			name = ++back;
		} else {
			name++;
		}
	}
	while (*pat == '*')
		pat++;
	return at_end(*pat);
}

static const char *
next_part(const char *p)
{
	p = strchrnul(p, '/');
	return *p == '/' ? p + 1 : p;
}

static bool
is_any(const char *pat)
{
	return pat[0] == '*' && pat[1] == '*' && at_end(pat[2]);
}

/* The same for parts: "**" is their star. */
static bool
match_path(const char *pat, const char *path)
{
	const char *any = NULL, *back = NULL;

	while (*path != '\0') {
		if (is_any(pat)) {
			any = pat = next_part(pat);
			back = path;
			// At the end it is for what is inside: one at least.
			if (*pat == '\0')
				return true;
		} else if (*pat == '\0' || !match_name(pat, path)) {
			if (any == NULL)
				return false;
			pat = any;
			path = back = next_part(back);
		} else {
			pat = next_part(pat);
			path = next_part(path);
		}
	}
	return *pat == '\0';
}

bool
ignore_match(const char *pattern, const char *path)
{
	const char *name;

	if (*pattern == '/')
		return match_path(pattern + 1, path);
	name = strrchr(path, '/');
	return match_name(pattern, name != NULL ? name + 1 : path);
}

/* A blank at the end counts only behind a backslash. */
static size_t
trimmed(const char *p, size_t n)
{
	if (n > 0 && p[n - 1] == '\r')
		n--;
	while (n > 0 && p[n - 1] == ' ' && (n < 2 || p[n - 2] != '\\'))
		n--;
	return n;
}

static void
add_rule(struct ignore_level *l, const char *p, size_t n)
{
	struct rule r = {0};
	struct text t = {0};

	n = trimmed(p, n);
	if (n == 0 || *p == '#' || memchr(p, '\0', n) != NULL ||
	    l->n == RULES_MAX)
		return;
	if (*p == '!') {
		r.keeps = true;
		p++;
		n--;
	}
	if (n > 0 && p[n - 1] == '/') {
		r.directory = true;
		n--;
	}
	if (n == 0)
		return;
	// With a slash in it, it is meant from here on.
	if (memchr(p, '/', n) != NULL && *p != '/')
		text_char(&t, '/');
	text_add(&t, p, n);
	r.pattern = text_take(&t);
	l->rule = mem_grow(l->rule, l->n + 1, sizeof(*l->rule));
	l->rule[l->n++] = r;
}

static void
add_file(struct ignore *g, struct ignore_level *l, const char *path)
{
	autotext struct text t = {0};
	const char *p, *end, *nl;
	struct err e;

	// What cannot be read says nothing.
	if (files_read(g->box, path, FILE_MAX_READ, &t, &e) < 0 || t.len == 0)
		return;
	for (p = t.p, end = p + t.len; p < end; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		if (nl == NULL)
			nl = end;
		add_rule(l, p, (size_t)(nl - p));
	}
}

static void
level_free(struct ignore_level *l)
{
	while (l->n > 0)
		free(l->rule[--l->n].pattern);
	free(l->rule);
	free(l->dir);
	free(l);
}

static void
push(struct ignore *g, const char *dir, size_t len)
{
	autotext struct text path = {0};
	struct ignore_level *l = mem_alloc(1, sizeof(*l));
	struct text t = {0};

	text_add(&t, dir, len);
	l->dir = text_take(&t);
	if (len == 0)
		add_file(g, l, SPEC_WORKSPACE "/.git/info/exclude");
	text_printf(&path, "%s/%s%s.gitignore", SPEC_WORKSPACE, l->dir,
	    len > 0 ? "/" : "");
	add_file(g, l, path.p);
	g->level[g->n++] = l;
}

static bool
is_above(const struct ignore_level *l, const char *path)
{
	size_t n = strlen(l->dir);

	return n == 0 || (strncmp(path, l->dir, n) == 0 && path[n] == '/');
}

/* The rules of all directories above the path. */
static void
go_to(struct ignore *g, const char *path)
{
	const char *slash;
	size_t have;

	while (g->n > 0 && !is_above(g->level[g->n - 1], path))
		level_free(g->level[--g->n]);
	if (g->n == 0)
		push(g, "", 0);
	have = strlen(g->level[g->n - 1]->dir);
	slash = path + have;
	if (*slash == '/')
		slash++;
	while (
	    (slash = strchr(slash, '/')) != NULL && g->n < IGNORE_DEPTH_MAX) {
		push(g, path, (size_t)(slash - path));
		slash++;
	}
}

bool
ignore_has(struct ignore *g, const char *path, bool directory)
{
	const struct ignore_level *l;
	const struct rule *r;
	const char *rest;
	size_t i, k;

	go_to(g, path);
	for (i = g->n; i-- > 0;) {
		l = g->level[i];
		rest = path + strlen(l->dir) + (*l->dir != '\0');
		for (k = l->n; k-- > 0;) {
			r = &l->rule[k];
			if ((directory || !r->directory) &&
			    ignore_match(r->pattern, rest))
				return !r->keeps;
		}
	}
	return false;
}

bool
ignore_has_below(struct ignore *g, const char *path, size_t from)
{
	autotext struct text above = {0};
	const char *slash = path + from;

	if (*slash == '/')
		slash++;
	while ((slash = strchr(slash, '/')) != NULL) {
		above.len = 0;
		text_add(&above, path, (size_t)(slash - path));
		if (ignore_has(g, above.p, true))
			return true;
		slash++;
	}
	return ignore_has(g, path, false);
}

bool
ignore_place(const char *path, struct text *out)
{
	const size_t n = sizeof(SPEC_WORKSPACE) - 1;
	const char *part, *next;

	text_str(out, "");
	if (*path == '/') {
		if (strncmp(path, SPEC_WORKSPACE, n) != 0 || !at_end(path[n]))
			return false;
		path += n;
	}
	for (part = path; *part != '\0'; part = next) {
		next = next_part(part);
		if (*part == '/' || (*part == '.' && at_end(part[1])))
			continue;
		if (part[0] == '.' && part[1] == '.' && at_end(part[2]))
			return false;
		if (out->len > 0)
			text_char(out, '/');
		text_add(out, part, strcspn(part, "/"));
	}
	return true;
}

void
ignore_begin(struct ignore *g, struct box *box)
{
	memset(g, 0, sizeof(*g));
	g->box = box;
}

void
ignore_free(struct ignore *g)
{
	while (g->n > 0)
		level_free(g->level[--g->n]);
}
