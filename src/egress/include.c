// SPDX-License-Identifier: ISC
// Included texts of rules, read breadth first: each once, none within itself.
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "jail/base/fd.h"
#include "policy/protected.h"
#include "src/egress/hostfile.h"
#include "src/egress/include.h"

#ifndef PRESETS_DIR
#	define PRESETS_DIR "/etc/stockade/presets"
#endif

/* The work: p's includes are the queue, the trail's sources what was read. */
struct reading {
	struct policy *p;
	const char *file;
	const struct preset_where *where;
	struct include_trail *t;
	int parent[POLICY_INCLUDES_MAX]; // source that has include i; or -1
	size_t known;			 // includes whose parent is set
};

/* "FILE:LINE:COLUMN" of include i; its end, if it is long. */
static void
place(const struct reading *r, uint32_t i, char *out, size_t size)
{
	const struct policy_include *in = &r->p->include[i];
	const char *name = r->file != NULL ? r->file : "--net";
	size_t n;

	if (r->parent[i] >= 0)
		name = r->t->source[r->parent[i]].name;
	n = strlen(name);
	snprintf(out, size, "%s%s:%u:%u", n > 90 ? "..." : "",
	    n > 90 ? name + n - 90 : name, (unsigned)in->line,
	    (unsigned)in->column);
}

static int
fault(const struct reading *r, uint32_t i, int errnum, const char *what,
    struct err *e)
{
	char at[128];

	place(r, i, at, sizeof(at));
	return err_set(e, ERR_POLICY, errnum, "%s: include %s%.60s: %s", at,
	    r->p->include[i].preset != 0 ? "preset:" : "",
	    r->p->include[i].name, what);
}

static int
no_memory(struct err *e)
{
	return err_set(e, ERR_SYSTEM, ENOMEM, "read what a policy includes");
}

/* The name of a file as it is to be opened. */
static char *
file_path(const struct reading *r, uint32_t i)
{
	const char *name = r->p->include[i].name, *base = r->file, *slash;
	char *path;

	if (r->parent[i] >= 0)
		base = r->t->source[r->parent[i]].name;
	slash = base != NULL ? strrchr(base, '/') : NULL;
	if (name[0] == '/' || slash == NULL)
		return strdup(name);
	if (asprintf(&path, "%.*s/%s", (int)(slash - base), base, name) < 0)
		return NULL;
	return path;
}

/*
 * A source anew, as a child of the include's own. 1: read before, so that
 * nothing is to be done; -1: it is one of its own ancestors.
 */
static int
add_source(struct reading *r, uint32_t i, char *name, struct err *e)
{
	struct include_trail *t = r->t;
	struct include_source *s = &t->source[t->nsources];
	int up, depth = 1;
	size_t j;

	for (up = r->parent[i]; up >= 0; up = t->source[up].parent, depth++) {
		if (strcmp(t->source[up].name, name) == 0) {
			free(name);
			return fault(r, i, 0, "it includes itself", e);
		}
	}
	if (depth > INCLUDE_DEPTH_MAX) {
		free(name);
		return fault(
		    r, i, 0, "more than 8 texts, one within the other", e);
	}
	for (j = 0; j < t->nsources; j++) {
		if (strcmp(t->source[j].name, name) == 0) {
			free(name);
			return 1;
		}
	}
	*s = (struct include_source){.name = name,
	    .parent = r->parent[i],
	    .line = r->p->include[i].line};
	// What a preset's file includes belongs to that preset.
	if (r->p->include[i].preset != 0)
		memcpy(s->preset, r->p->include[i].name, sizeof(s->preset));
	else if (r->parent[i] >= 0)
		memcpy(s->preset, t->source[r->parent[i]].preset,
		    sizeof(s->preset));
	s->preset[sizeof(s->preset) - 1] = '\0';
	t->nsources++;
	return 0;
}

/* Parses a source's text; rules and includes it brings are its own. */
static int
parse(struct reading *r, struct err *e)
{
	size_t s = r->t->nsources - 1;
	const struct include_source *src = &r->t->source[s];
	const char *name = src->name;
	uint32_t first = r->p->spec.net.n;
	struct policy_fault f;
	size_t n = strlen(name);

	if (policy_parse_rules(src->text, strlen(src->text),
		src->preset[0] != '\0' ? src->preset : NULL, r->p, &f) != 0)
		return err_set(e, ERR_POLICY, 0, "%s%s:%u:%u: %s",
		    n > 90 ? "..." : "", n > 90 ? name + n - 90 : name,
		    (unsigned)f.line, (unsigned)f.column, f.text);
	for (; first < r->p->spec.net.n; first++)
		r->t->of_rule[first] = (uint8_t)(s + 1);
	for (; r->known < r->p->nincludes; r->known++)
		r->parent[r->known] = (int)s;
	return 0;
}

static int
read_file(struct reading *r, uint32_t i, char *path, struct err *e)
{
	char *text;
	size_t len;
	int added;

	if (path == NULL)
		return no_memory(e);
	text = hostfile_read(path, &len);
	if (text == NULL) {
		free(path);
		return fault(r, i, errno, "it cannot be read", e);
	}
	added = strlen(text) != len ? fault(r, i, 0, "it has a NUL byte", e)
				    : add_source(r, i, path, e);
	if (strlen(text) != len)
		free(path);
	if (added != 0) {
		free(text);
		return added < 0 ? -1 : 0;
	}
	r->t->source[r->t->nsources - 1].text = text;
	return parse(r, e);
}

static int
keep_notes(struct include_trail *t, const char *notes, struct err *e)
{
	char *all;

	if (*notes == '\0')
		return 0;
	if (asprintf(&all, "%s%s", t->notes != NULL ? t->notes : "", notes) < 0)
		return no_memory(e);
	free(t->notes);
	t->notes = all;
	return 0;
}

static int
no_preset(const struct reading *r, uint32_t i, struct err *e)
{
	const struct preset_info *info;
	char what[160] = "there is none of that name, but for";
	size_t j, n = strlen(what);

	for (j = 0; (info = preset_info_at(j)) != NULL; j++)
		n += (size_t)snprintf(what + n, sizeof(what) - n, "%s %s",
		    j > 0 ? "," : "", info->name);
	return fault(r, i, 0, what, e);
}

static int
read_built_in(struct reading *r, uint32_t i, struct err *e)
{
	const char *preset = r->p->include[i].name;
	struct preset o;
	char *name = NULL;
	int added = -1, rc = -1;

	if (preset_make(&o, preset, r->where) != 0)
		return errno == ENOENT ? no_preset(r, i, e) : no_memory(e);
	if (asprintf(&name, "preset:%s", preset) < 0)
		no_memory(e);
	else
		added = add_source(r, i, name, e);
	if (added == 0) {
		r->t->source[r->t->nsources - 1].text = strdup(o.text);
		rc = r->t->source[r->t->nsources - 1].text == NULL
			 ? no_memory(e)
			 : keep_notes(r->t, o.notes, e);
	}
	preset_free(&o);
	if (added != 0)
		return added < 0 ? -1 : 0;
	return rc == 0 ? parse(r, e) : rc;
}

/* The user's file of that name, the administrator's, or what we know. */
static int
read_preset(struct reading *r, uint32_t i, struct err *e)
{
	const char *root = r->where->root != NULL ? r->where->root : "";
	char below[sizeof("stockade/presets/") + 32], *path;

	snprintf(
	    below, sizeof(below), "stockade/presets/%s", r->p->include[i].name);
	path = hostfile_path("XDG_CONFIG_HOME", ".config", below);
	if (path != NULL && access(path, F_OK) == 0)
		return read_file(r, i, path, e);
	free(path);
	if (asprintf(
		&path, "%s" PRESETS_DIR "/%s", root, r->p->include[i].name) < 0)
		return no_memory(e);
	if (access(path, F_OK) == 0)
		return read_file(r, i, path, e);
	free(path);
	return read_built_in(r, i, e);
}

int
include_expand(struct policy *p, const char *file,
    const struct preset_where *where, struct include_trail *t, struct err *e)
{
	struct preset_where here =
	    where != NULL ? *where : (struct preset_where){0};
	struct reading r = {.p = p, .file = file, .where = &here, .t = t};
	struct policy_fault f;
	uint32_t i;
	int rc = 0;

	memset(t, 0, sizeof(*t));
	here.writable = protected_open(&p->spec, ".git/config");
	for (; r.known < p->nincludes; r.known++)
		r.parent[r.known] = -1;
	for (i = 0; i < p->nincludes && rc == 0; i++)
		rc = p->include[i].preset != 0
			 ? read_preset(&r, i, e)
			 : read_file(&r, i, file_path(&r, i), e);
	if (rc != 0)
		return -1;
	if (policy_expect(p, &f) != 0 || policy_expect_commands(p, &f) != 0)
		return err_set(e, ERR_POLICY, 0, "%.100s:%u:%u: %s",
		    file != NULL ? file : "--net", (unsigned)f.line,
		    (unsigned)f.column, f.text);
	return 0;
}

void
include_free(struct include_trail *t)
{
	size_t i;

	for (i = 0; i < t->nsources; i++) {
		free(t->source[i].name);
		free(t->source[i].text);
	}
	free(t->notes);
	memset(t, 0, sizeof(*t));
}
