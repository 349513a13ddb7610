// SPDX-License-Identifier: ISC
// What the workspace was when a run left it, and in words what changed since.
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/agent/clean.h"
#include "src/agent/files.h"
#include "src/agent/since.h"

#define STATE_MAX  (256u << 20)
#define NAMES_MAX  50 // told of each kind
#define HEAD_ENDED "stockade files 1 ended"
#define HEAD_BEGUN "stockade files 1 begun"

// A record is MARK SPACE PATH NUL, MARK of so many digits. No file's name can
// hold a NUL. The mark is a check for differences, and no more: who could
// make another content for it is told of his own change.
#define MARK_DIGITS 16

char *
since_path(const char *session)
{
	size_t n = strlen(session);
	struct text t = {0};

	if (n > 6 && strcmp(session + n - 6, ".jsonl") == 0)
		n -= 6;
	text_add(&t, session, n);
	text_str(&t, ".files");
	return text_take(&t);
}

static uint64_t
mix(uint64_t hash, const void *data, size_t len)
{
	const unsigned char *p = data;

	while (len-- > 0)
		hash = (hash ^ *p++) * 1099511628211u; // FNV-1a
	return hash;
}

static uint64_t
mark_of(const struct snapshot_item *i)
{
	uint64_t hash = 14695981039346656037u;

	hash = mix(hash, &i->kind, sizeof(i->kind));
	hash = mix(hash, &i->mode, sizeof(i->mode));
	if (i->kind != WALK_FILE)
		return hash;
	hash = mix(hash, &i->size, sizeof(i->size));
	if (i->data != NULL)
		return mix(hash, i->data, i->size);
	// Too large to be read, or nobody may: its time tells.
	hash = mix(hash, &i->mtime.tv_sec, sizeof(i->mtime.tv_sec));
	return mix(hash, &i->mtime.tv_nsec, sizeof(i->mtime.tv_nsec));
}

static int
by_path(const void *a, const void *b)
{
	const struct snapshot_item *const *x = a, *const *y = b;

	return strcmp((*x)->path, (*y)->path);
}

/* The item with its content, which may be with the earlier one. */
static const struct snapshot_item *
with_content(
    const struct snapshot_item *i, const struct snapshot_item **index, size_t n)
{
	const struct snapshot_item **hit;

	if (!i->as_before || n == 0)
		return i;
	hit = bsearch(&i, index, n, sizeof(*index), by_path);
	return hit != NULL ? *hit : i;
}

static int
write_whole(const char *path, const struct text *t)
{
	autotext struct text other = {0};
	autoclose int fd = -1;

	text_printf(&other, "%s.new", path);
	unlink(other.p);
	fd = open(other.p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
	    0600);
	if (fd >= 0 && fd_write_all(fd, t->p, t->len) == 0 &&
	    rename(other.p, path) == 0)
		return 0;
	unlink(other.p);
	return -1;
}

void
since_keep(const char *session, const struct snapshot *start,
    const struct snapshot *now)
{
	autofree char *path = since_path(session);
	autofree const struct snapshot_item **then = snapshot_sorted(start);
	autofree const struct snapshot_item **is =
	    snapshot_sorted(now != NULL ? now : start);
	size_t n = now != NULL ? now->n : start->n, i;
	autotext struct text t = {0};

	text_str(&t, now != NULL ? HEAD_ENDED : HEAD_BEGUN);
	text_char(&t, '\0');
	for (i = 0; i < n; i++) {
		text_printf(&t, "%016" PRIx64 " %s",
		    mark_of(with_content(is[i], then, start->n)), is[i]->path);
		text_char(&t, '\0');
	}
	if (write_whole(path, &t) < 0)
		unlink(path); // what it says is older than what was done
}

struct names {
	const char *title;
	struct text list;
	size_t n;
};

static void
add_name(struct names *v, const char *path)
{
	autotext struct text clean = {0};
	size_t i;

	if (v->n++ >= NAMES_MAX)
		return;
	text_str(&v->list, v->n > 1 ? ", " : "");
	clean_all(CLEAN_SCREEN, &clean, path, strlen(path));
	// A name's line end would let it speak in a line of its own.
	for (i = 0; i < clean.len; i++)
		text_char(&v->list, clean.p[i] == '\n' ? '?' : clean.p[i]);
}

/* A record and what follows it; NULL at the end of what is sound. */
static const char *
record(const char *p, const char *end, char mark[MARK_DIGITS + 1],
    const char **path)
{
	size_t n = (size_t)(end - p);
	const char *nul = memchr(p, '\0', n);

	if (nul == NULL || nul - p <= MARK_DIGITS + 1)
		return NULL;
	memcpy(mark, p, MARK_DIGITS);
	mark[MARK_DIGITS] = '\0';
	*path = p + MARK_DIGITS + 1;
	return nul + 1;
}

/* Both lists are sorted by path. */
static void
compare(const char *p, const char *end, const struct snapshot *now,
    struct names v[3])
{
	autofree const struct snapshot_item **is = snapshot_sorted(now);
	char mark[MARK_DIGITS + 1], own[MARK_DIGITS + 1];
	const char *path = NULL;
	size_t i = 0;
	int order;

	p = record(p, end, mark, &path);
	while (p != NULL || i < now->n) {
		order = p == NULL     ? 1
			: i == now->n ? -1
				      : strcmp(path, is[i]->path);
		if (order == 0) {
			snprintf(
			    own, sizeof(own), "%016" PRIx64, mark_of(is[i]));
			if (strcmp(own, mark) != 0)
				add_name(&v[0], path);
		} else {
			add_name(&v[order > 0 ? 1 : 2],
			    order > 0 ? is[i]->path : path);
		}
		i += order >= 0;
		if (order <= 0)
			p = record(p, end, mark, &path);
	}
}

static void
say(struct names v[3], bool ended, struct text *out)
{
	size_t i;

	if (v[0].n + v[1].n + v[2].n == 0) {
		text_str(out, "No file of the workspace changed since.\n");
		return;
	}
	text_str(out,
	    ended ? "Since then somebody changed files of the workspace; what "
		    "you saw of them is old:\n"
		  : "That run was cut short. Compared with its beginning these "
		    "files of the workspace are others, by your own doing or "
		    "by somebody's since; look before you go on:\n");
	for (i = 0; i < 3; i++)
		if (v[i].n > 0)
			text_printf(out, "%s: %s%s\n", v[i].title,
			    text_of(&v[i].list),
			    v[i].n > NAMES_MAX ? ", and more" : "");
}

void
since_tell(const char *path, const struct snapshot *now, struct text *out)
{
	struct names v[3] = {
	    {.title = "changed"}, {.title = "new"}, {.title = "gone"}};
	autoclose int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	autotext struct text t = {0};
	struct err e;
	bool ended;
	size_t i;

	if (fd < 0 || files_read_fd(fd, path, STATE_MAX, &t, &e) < 0 ||
	    t.len < sizeof(HEAD_ENDED) ||
	    (memcmp(t.p, HEAD_ENDED, sizeof(HEAD_ENDED)) != 0 &&
		memcmp(t.p, HEAD_BEGUN, sizeof(HEAD_BEGUN)) != 0)) {
		text_str(out,
		    "What changed in the workspace since is not known: look at "
		    "a file again before you edit it.\n");
		return;
	}
	ended = memcmp(t.p, HEAD_ENDED, sizeof(HEAD_ENDED)) == 0;
	compare(t.p + sizeof(HEAD_ENDED), t.p + t.len, now, v);
	say(v, ended, out);
	for (i = 0; i < 3; i++)
		text_free(&v[i].list);
}
