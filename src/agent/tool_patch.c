// SPDX-License-Identifier: ISC
// apply_patch: a patch over several files, all of it or nothing.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "jail/base/fd.h"
#include "src/agent/diff.h"
#include "src/agent/files.h"
#include "src/agent/patch.h"
#include "src/agent/tool.h"

#define FILE_MAX (4u << 20)

static const struct tool_arg args[] = {
    {"patch", TOOL_ARG_TEXT, true, 0, 0,
	"A unified diff (---, +++ and @@ lines; git's renames, new and deleted "
	"files), or a patch between *** Begin Patch and *** End Patch"},
    {0},
};

/* A file as it was found, and as the patch leaves it. */
struct stage {
	char *path; // the patch's own
	struct text was, is;
	bool existed, exists;
	unsigned mode;	  // to give it; 0: as it is
	const char *from; // it was renamed from this path; or NULL
	bool done;
};

struct staging {
	struct tool_env *env;
	struct tool_result *r;
	struct stage *stage;
	size_t n, cap;
	struct text notes;
};

static void
staging_free(struct staging *s)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		text_free(&s->stage[i].was);
		text_free(&s->stage[i].is);
	}
	free(s->stage);
	text_free(&s->notes);
}

static int
complain(struct staging *s, const char *path, const char *words)
{
	text_printf(
	    &s->r->content, "%.200s %s. Nothing was changed.", path, words);
	s->r->is_error = true;
	return 0;
}

/* The file's content into *t; *exists tells whether there is one. */
static int
read_file(struct staging *s, const char *path, struct text *t, bool *exists,
    struct err *e)
{
	*exists = true;
	if (files_read(s->env->box, path, FILE_MAX, t, e) == 0) {
		if (diff_is_binary(text_of(t), t->len))
			return complain(s, path, "is a binary file");
		return 0;
	}
	*exists = false;
	if (e->code == ERR_FILE && e->sys_errno == ENOENT)
		return 0;
	return tool_box_failed(s->r, e);
}

/* As an earlier part of the patch left it, or as it is. */
static int
stage_of(struct staging *s, char *path, size_t *at, struct err *e)
{
	struct stage *st;
	bool exists = false;
	size_t i;

	for (i = 0; i < s->n; i++)
		if (strcmp(s->stage[i].path, path) == 0)
			break;
	*at = i;
	if (i < s->n)
		return 0;
	if (s->n == s->cap) {
		s->cap = s->cap == 0 ? 8 : 2 * s->cap;
		s->stage = mem_grow(s->stage, s->cap, sizeof(*s->stage));
	}
	st = &s->stage[s->n++];
	*st = (struct stage){.path = path};
	if (read_file(s, path, &st->was, &exists, e) != 0)
		return -1;
	st->existed = st->exists = exists;
	text_add(&st->is, text_of(&st->was), st->was.len);
	return 0;
}

static const char *
clash(const struct patch_file *f, const struct stage *st)
{
	if (f->kind == PATCH_CREATE && st->exists)
		return "is there already; change it, or delete it first";
	if (f->kind != PATCH_CREATE && !st->exists)
		return "does not exist";
	return NULL;
}

/* The content moves on to the new name. */
static int
move_stage(
    struct staging *s, const struct patch_file *f, size_t from, struct err *e)
{
	size_t to;

	if (stage_of(s, f->to, &to, e) != 0 || s->r->is_error)
		return s->r->is_error ? 0 : -1;
	if (s->stage[to].exists)
		return complain(
		    s, f->to, "is there already, and would be renamed over");
	text_free(&s->stage[to].is);
	s->stage[to].is = s->stage[from].is;
	s->stage[to].exists = true;
	s->stage[to].from = s->stage[from].path;
	s->stage[to].mode = s->stage[from].mode;
	s->stage[from].is = (struct text){0};
	s->stage[from].exists = false;
	return 0;
}

/* 0, with r->is_error if the model is to mend something; -1: over. */
static int
stage_one(struct staging *s, const struct patch_file *f, struct err *e)
{
	autotext struct text out = {0}, complaint = {0};
	const char *why;
	struct text t;
	size_t at;

	if (stage_of(s, f->path, &at, e) != 0)
		return -1;
	if (s->r->is_error)
		return 0;
	why = clash(f, &s->stage[at]);
	if (why != NULL)
		return complain(s, f->path, why);
	if (patch_apply(f, &s->stage[at].is, &out, &s->notes, &complaint) !=
	    0) {
		text_printf(&s->r->content, "%s: %s\nNothing was changed.",
		    f->path, text_of(&complaint));
		s->r->is_error = true;
		return 0;
	}
	t = s->stage[at].is;
	s->stage[at].is = out;
	out = t;
	s->stage[at].exists = f->kind != PATCH_DELETE;
	if (f->mode != 0)
		s->stage[at].mode = f->mode;
	return f->to != NULL ? move_stage(s, f, at, e) : 0;
}

static int
set_mode(struct box *b, const char *path, unsigned mode, struct err *e)
{
	autoclose int fd = box_open(b, path, O_RDONLY | O_NOFOLLOW, 0, e);
	struct stat st;

	if (fd < 0)
		return -1;
	// 0755 says: executable, for whom the file is readable.
	if (fstat(fd, &st) == 0) {
		mode_t want =
		    (st.st_mode & 0777 & ~(mode_t)0111) |
		    ((mode & 0111) != 0 ? (st.st_mode & 0444) >> 2 : 0);

		if (want == (st.st_mode & 0777) || fchmod(fd, want) == 0)
			return 0;
	}
	return err_set(e, ERR_FILE, errno, "mode of %.150s", path);
}

static bool
same(const struct stage *st)
{
	return st->exists == st->existed && st->mode == 0 &&
	       st->is.len == st->was.len &&
	       memcmp(text_of(&st->is), text_of(&st->was), st->is.len) == 0;
}

static int
write_one(struct staging *s, struct stage *st, struct err *e)
{
	struct box *b = s->env->box;
	bool created;

	if (same(st) || (!st->exists && !st->existed))
		return 0;
	st->done = true;
	if (!st->exists)
		return box_unlink(b, st->path, e);
	if (files_write(
		b, st->path, text_of(&st->is), st->is.len, &created, e) != 0)
		return -1;
	return st->mode != 0 ? set_mode(b, st->path, st->mode, e) : 0;
}

/* A renamed file keeps its mode. */
static void
keep_mode(struct staging *s, struct stage *st)
{
	struct err ignored;
	struct stat info;

	if (st->from != NULL && st->exists && st->mode == 0) {
		autoclose int fd =
		    box_open(s->env->box, st->from, O_RDONLY, 0, &ignored);

		if (fd >= 0 && fstat(fd, &info) == 0 &&
		    (info.st_mode & 0111) != 0)
			st->mode = 0755;
	}
}

static void
put_back(struct staging *s)
{
	struct err ignored;
	struct stage *st;
	bool created;
	size_t i;

	for (i = 0; i < s->n; i++) {
		st = &s->stage[i];
		if (!st->done)
			continue;
		if (!st->existed)
			(void)!box_unlink(s->env->box, st->path, &ignored);
		else
			(void)!files_write(s->env->box, st->path,
			    text_of(&st->was), st->was.len, &created, &ignored);
	}
}

/* New content first, names that go away last: a rename loses nothing. */
static int
write_all(struct staging *s, struct err *e)
{
	int exists;
	size_t i;

	for (i = 0; i < s->n; i++)
		keep_mode(s, &s->stage[i]);
	for (exists = 1; exists >= 0; exists--)
		for (i = 0; i < s->n; i++)
			if (s->stage[i].exists == (exists == 1) &&
			    write_one(s, &s->stage[i], e) != 0)
				return -1;
	return 0;
}

static void
tell(struct staging *s)
{
	struct tool_result *r = s->r;
	size_t i, n = 0;

	for (i = 0; i < s->n; i++) {
		struct stage *st = &s->stage[i];

		if (!st->done)
			continue;
		n++;
		text_printf(&r->content, "%s %s\n",
		    !st->exists	  ? "deleted"
		    : st->existed ? "changed"
				  : "created",
		    st->path);
	}
	if (n == 0)
		text_str(&r->content,
		    "The files are already as the patch would leave them.\n");
	text_add(&r->content, text_of(&s->notes), s->notes.len);
	text_printf(&r->summary, "%zu %s", n, n == 1 ? "file" : "files");
}

/* What the patch comes to, for who has to approve of it. */
static int
may_write(struct staging *s, struct err *e)
{
	autofree struct tool_change *c = mem_alloc(s->n + 1, sizeof(*c));
	size_t i, n = 0;

	for (i = 0; i < s->n; i++) {
		const struct stage *st = &s->stage[i];

		if (same(st) || (!st->exists && !st->existed))
			continue;
		c[n++] = (struct tool_change){st->path,
		    st->existed ? &st->was : NULL, st->exists ? &st->is : NULL,
		    false};
	}
	return n > 0 ? tool_may_write(s->env, &tool_apply_patch, c, n, s->r, e)
		     : 0;
}

static int
stage_all(struct staging *s, const struct patch *p, struct err *e)
{
	size_t i;
	int asked;

	for (i = 0; i < p->n && !s->r->is_error; i++)
		if (stage_one(s, &p->files[i], e) != 0)
			return -1;
	if (s->r->is_error) {
		s->r->summary.len = 0;
		text_str(&s->r->summary, "does not apply");
		return 0;
	}
	asked = may_write(s, e);
	if (asked != 0)
		return asked < 0 ? -1 : 0;
	s->r->changes = true;
	if (write_all(s, e) == 0) {
		tell(s);
		return 0;
	}
	put_back(s);
	return tool_box_failed(s->r, e);
}

static int
run(struct tool_env *env, struct json_object *input, struct tool_result *r,
    struct err *e)
{
	struct staging s = {.env = env, .r = r};
	struct patch p;
	int rc;

	if (patch_read(tool_string(input, "patch", ""),
		tool_length(input, "patch"), &p, &r->content) != 0) {
		text_str(&r->content, ". Nothing was changed.");
		text_str(&r->summary, "not a patch");
		r->is_error = true;
		return 0;
	}
	rc = stage_all(&s, &p, e);
	staging_free(&s);
	patch_free(&p);
	return rc;
}

const struct tool tool_apply_patch = {"apply_patch",
    "Applies a patch to one or several files: all of it, or nothing. Lines of "
    "context are matched where the patch says or at the nearest place; what "
    "was found elsewhere or with other white space is told.",
    args, NULL, TOOL_WRITE, run};
