// SPDX-License-Identifier: ISC
// Changes to files, right before they are made: where they really are, what
// the edit lines say of them, and the difference for who is asked.
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "policy/scan.h"
#include "src/agent/diff.h"
#include "src/agent/run.h"

enum {
	SHOWN_LINES = 14, // of a difference that nobody is asked about
	NAMED = 5,	  // files, in a complaint
};

static void
files_free(struct approve_files *f)
{
	size_t i;

	for (i = 0; i < f->n; i++)
		free(f->path[i]);
	free(f->path);
}

/* Where a descriptor of the sandbox leads, as seen inside. */
static bool
place_of(int fd, struct text *out)
{
	char link[64], real[PATH_MAX];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, real, sizeof(real));
	if (n <= 0 || (size_t)n == sizeof(real) || real[0] != '/')
		return false;
	text_add(out, real, (size_t)n);
	return true;
}

/* No empty names, in place. */
static void
squeeze(char *path)
{
	char *to = path;

	for (; *path != '\0'; path++)
		if (path[0] != '/' || (path[1] != '/' && path[1] != '\0'))
			*to++ = *path;
	*to = '\0';
}

/*
 * The path without links, as far as it is there; 0, or 1 if it cannot be
 * found out. What is not there yet must have no name that leads upwards.
 */
static int
real_path(struct box *b, const char *path, struct text *out, struct err *e)
{
	autotext struct text full = {0};
	autofree char *probe = NULL;
	char *slash;

	text_printf(
	    &full, "%s%s", path[0] == '/' ? "" : SPEC_WORKSPACE "/", path);
	squeeze(full.p);
	for (probe = mem_dup(full.p); *probe != '\0'; *slash = '\0') {
		autoclose int fd = box_open(b, probe, O_RDONLY, 0, e);

		if (fd >= 0 && !place_of(fd, out))
			return 1;
		if (fd >= 0) {
			text_str(out, full.p + strlen(probe));
			return 0;
		}
		if (e->code != ERR_FILE)
			return -1;
		slash = strrchr(probe, '/');
		if (e->sys_errno != ENOENT || slash == NULL ||
		    strcmp(slash, "/..") == 0 || strcmp(slash, "/.") == 0)
			return 1;
	}
	return 1;
}

/* The path below the workspace; NULL: it lies elsewhere. */
static const char *
below_workspace(const char *real)
{
	static const char root[] = SPEC_WORKSPACE "/";

	return strncmp(real, root, sizeof(root) - 1) == 0
		   ? real + sizeof(root) - 1
		   : NULL;
}

static bool
is_changed(const struct approve *a, const char *path)
{
	size_t i;

	for (i = 0; i < a->nchanged; i++)
		if (strcmp(a->changed[i], path) == 0)
			return true;
	return false;
}

static void
note_changed(struct approve *a, const char *path)
{
	if (is_changed(a, path))
		return;
	if (a->nchanged == a->cap) {
		a->cap = a->cap == 0 ? 16 : 2 * a->cap;
		a->changed = mem_grow(a->changed, a->cap, sizeof(*a->changed));
	}
	a->changed[a->nchanged++] = mem_dup(path);
}

static void
forget_changed(struct approve *a)
{
	while (a->nchanged > 0)
		free(a->changed[--a->nchanged]);
}

/* Refused by a rule about files: the model can do something about it. */
static int
against(
    struct run *r, struct tool_result *res, const char *path, const char *why)
{
	r->approve.denied++;
	snprintf(r->approve.last, sizeof(r->approve.last), "%.80s: %.110s",
	    path, why);
	text_printf(&res->content,
	    "Not done: %s: %s. Nothing was changed. The rules are the user's: "
	    "keep to them, or say at the end what the task needs.",
	    path, why);
	text_printf(&res->summary, "not done: %s", why);
	res->is_error = true;
	return 1;
}

/* Which glob forbids a path, as a phrase; false: none does. */
static bool
forbidden(const struct edit_rules *x, const char *path, char why[400])
{
	int rule;

	if (edits_may(x, path, &rule))
		return false;
	if (rule >= 0)
		snprintf(why, 400, "\"edit deny %s\" (line %u) forbids it",
		    x->glob[rule].text, (unsigned)x->glob[rule].line);
	else
		snprintf(why, 400,
		    "no \"edit allow\" line of the policy "
		    "names it");
	return true;
}

/* One file against the edit lines: 0, 1 or -1 as the gate. */
static int
check_one(struct run *r, const struct tool_change *c,
    struct approve_files *files, struct tool_result *res, struct err *e)
{
	const struct edit_rules *x = &r->policy.edits;
	autotext struct text real = {0};
	char why[400], max[SCAN_FORMAT_MAX];
	const char *path;
	int rc = real_path(r->env.box, c->path, &real, e);

	if (rc < 0)
		return -1;
	if (rc > 0 && x->nglobs > 0)
		return against(
		    r, res, c->path, "where it leads cannot be found out");
	if (c->is != NULL && x->file_size != 0 && c->is->len > x->file_size) {
		scan_format(SPEC_UNIT_BYTES, x->file_size, max);
		snprintf(why, sizeof(why),
		    "it would have %zu bytes, and \"edit file-size %s\" allows "
		    "no more",
		    c->is->len, max);
		return against(r, res, c->path, why);
	}
	path = rc == 0 ? below_workspace(real.p) : NULL;
	if (path != NULL && forbidden(x, path, why))
		return against(r, res, c->path, why);
	files->path[files->n++] = mem_dup(path != NULL ? path : c->path);
	if (path != NULL)
		note_changed(&r->approve, path);
	return 0;
}

/* Over the cap: what was noted of this call is taken back. */
static int
check_count(
    struct run *r, size_t before, const char *path, struct tool_result *res)
{
	struct approve *a = &r->approve;
	uint64_t most = r->policy.edits.files;
	char why[160];

	if (most == 0 || a->nchanged <= most || a->nchanged == before)
		return 0;
	snprintf(why, sizeof(why),
	    "with it %zu files would be changed in this run, and \"edit files "
	    "%" PRIu64 "\" allows no more",
	    a->nchanged, most);
	while (a->nchanged > before)
		free(a->changed[--a->nchanged]);
	return against(r, res, path, why);
}

static struct diff_side
side(const struct text *t)
{
	if (t == NULL)
		return (struct diff_side){0};
	return (struct diff_side){text_of(t), t->len, 0644};
}

static void
put_difference(const struct tool_change *c, struct text *out)
{
	struct diff_side a = side(c->was), b = side(c->is);
	struct diff_count ignored = {0};

	if (c->unknown)
		text_printf(out,
		    "# %s is there: no text, or too much to show; "
		    "it would be %s\n",
		    c->path, c->is == NULL ? "deleted" : "replaced by:");
	if (c->unknown)
		a = (struct diff_side){0};
	if (b.data != NULL && diff_is_binary(b.data, b.len))
		text_printf(
		    out, "# %s: %zu bytes that are no text\n", c->path, b.len);
	else
		diff_file(out, c->path, &a, &b, &ignored);
}

/* What happens unasked, shown in short; what was there may be a secret. */
static void
show_difference(struct run *r, struct text *diff)
{
	const char *p, *nl;
	unsigned n = 0;

	loop_redact(r, diff);
	p = text_of(diff);

	for (; *p != '\0' && n < SHOWN_LINES; p = *nl != '\0' ? nl + 1 : nl) {
		nl = strchrnul(p, '\n');
		// The names of the file are on the screen already.
		if (strncmp(p, "diff --git", 10) == 0 ||
		    strncmp(p, "--- ", 4) == 0 || strncmp(p, "+++ ", 4) == 0)
			continue;
		show_line(&r->show,
		    *p == '+'	? SHOW_GREEN
		    : *p == '-' ? SHOW_RED
				: SHOW_DIM,
		    "    | %.*s", (int)(nl - p > 200 ? 200 : nl - p), p);
		n++;
	}
	if (*p != '\0')
		show_line(&r->show, SHOW_DIM, "    | ...");
}

static int
decide(struct run *r, const struct tool *t, const struct tool_change *c,
    const struct approve_files *files, struct tool_result *res, struct err *e)
{
	autotext struct text diff = {0}, what = {0};
	struct approve_decision d;
	struct approve_question q = {.category = "write",
	    .tool = t->name,
	    .is_diff = true,
	    .session = files->n == 1 ? "changes to this file"
				     : "changes to these files"};
	size_t i;

	approve_by_category(r, APPROVE_WRITE, &d);
	if (d.verdict == APPROVE_AUTO)
		return 0;
	for (i = 0; i < files->n; i++)
		put_difference(&c[i], &diff);
	if (d.verdict == APPROVE_NOTIFY)
		show_difference(r, &diff);
	if (files->n == 1)
		text_printf(&what, "change %s", c[0].path);
	else
		text_printf(&what, "change %zu files", files->n);
	q.what = what.p;
	q.text = text_of(&diff);
	q.len = diff.len;
	q.rule = d.why;
	return approve_decide(r, &d, &q, files, res, e);
}

int
approve_write(void *arg, const struct tool *t, const struct tool_change *c,
    size_t n, struct tool_result *res, struct err *e)
{
	struct run *r = arg;
	struct approve_files files = {mem_alloc(n + 1, sizeof(char *)), 0};
	size_t i, before = r->approve.nchanged;
	int rc = 0;

	for (i = 0; i < n && rc == 0; i++)
		rc = check_one(r, &c[i], &files, res, e);
	if (rc == 0 && n > 0)
		rc = check_count(r, before, c[n - 1].path, res);
	if (rc == 0 && n > 0)
		rc = decide(r, t, c, &files, res, e);
	if (rc != 0)
		while (r->approve.nchanged > before)
			free(r->approve.changed[--r->approve.nchanged]);
	files_free(&files);
	return rc;
}

struct seen {
	struct run *r;
	struct text names; /* against the globs */
	size_t n;
};

static void
see(void *arg, const char *path)
{
	struct seen *s = arg;
	char why[400];

	note_changed(&s->r->approve, path);
	if (!forbidden(&s->r->policy.edits, path, why))
		return;
	if (s->n++ < NAMED)
		text_printf(
		    &s->names, "%s%s: %s", s->n > 1 ? "; " : "", path, why);
}

int
approve_look(struct run *r, struct text *out, struct err *e)
{
	const struct edit_rules *x = &r->policy.edits;
	struct seen s = {.r = r};
	struct snapshot *now;

	if (x->nglobs == 0 && x->files == 0)
		return 0;
	now = snapshot_take(r->env.box, r->start, r->env.stop, e);
	if (now == NULL)
		return -1;
	forget_changed(&r->approve);
	snapshot_changed(r->start, now, see, &s);
	snapshot_free(now);
	if (s.n > 0)
		text_printf(out, "%s%s", text_of(&s.names),
		    s.n > NAMED ? "; and others" : "");
	if (x->files != 0 && r->approve.nchanged > x->files)
		text_printf(out,
		    "%s%zu files are changed, and \"edit files %" PRIu64
		    "\" allows no more",
		    s.n > 0 ? "; " : "", r->approve.nchanged, x->files);
	text_free(&s.names);
	return 0;
}
