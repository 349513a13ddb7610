// SPDX-License-Identifier: ISC
// The checkpoints of a session, an append-only list of lines.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/egress/read.h"
#include "src/keep/session.h"

#define SUFFIX ".jsonl"
#define BY     "stockade " PACKAGE_VERSION

enum {
	NAME = sizeof("sessions/") + KEEP_ID_MAX + sizeof(SUFFIX),
};

bool
keep_id_sound(const char *id)
{
	size_t n = strlen(id);

	return n > 0 && n < KEEP_ID_MAX && id[0] != '.' &&
	       strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			  "0123456789-_.") == n;
}

static int
file_of(const char *id, char name[NAME], struct err *e)
{
	if (!keep_id_sound(id))
		return err_set(
		    e, ERR_USAGE, 0, "\"%.80s\" is no name of a session", id);
	snprintf(name, NAME, "sessions/%s" SUFFIX, id);
	return 0;
}

static int
append(struct keep *k, const char *name, int flags, struct json_object *o,
    struct err *e)
{
	autoclose int fd = openat(k->dir, name,
	    O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
	autofree char *line = NULL;
	struct stat st;
	char last = '\n';
	int n;

	n = asprintf(&line, "%s\n",
	    json_object_to_json_string_ext(o, JSON_C_TO_STRING_PLAIN));
	json_object_put(o);
	if (n < 0) {
		line = NULL;
		return err_set(e, ERR_SYSTEM, ENOMEM, "write a checkpoint");
	}
	if (fd < 0 || fstat(fd, &st) != 0)
		return err_set(
		    e, ERR_SESSION, errno, "open %.100s/%.80s", k->path, name);
	// Who was killed in the middle of a line left half of it.
	if (st.st_size > 0 &&
	    (pread(fd, &last, 1, st.st_size - 1) != 1 ||
		(last != '\n' && fd_write_all(fd, "\n", 1) != 0)))
		return err_set(
		    e, ERR_SESSION, errno, "mend %.100s/%.80s", k->path, name);
	if (fd_write_all(fd, line, (size_t)n) == 0 && fsync(fd) == 0)
		return 0;
	n = errno;
	(void)!ftruncate(fd, st.st_size);
	return err_set(e, ERR_SESSION, n, "write %.100s/%.80s", k->path, name);
}

static void
put(struct json_object *o, const char *key, const char *value)
{
	json_object_object_add(o, key, json_object_new_string(value));
}

static void
put_number(struct json_object *o, const char *key, uint64_t value)
{
	json_object_object_add(o, key, json_object_new_uint64(value));
}

int
keep_session_begin(struct keep *k, const char *id, const char *path,
    int workspace, struct err *e)
{
	struct json_object *o;
	autoclose int dir = -1;
	char name[NAME];
	struct stat st;

	if (file_of(id, name, e) != 0)
		return -1;
	if (fstat(workspace, &st) != 0)
		return err_set(e, ERR_SESSION, errno, "workspace %.120s", path);
	o = json_object_new_object();
	put_number(o, "version", 1);
	put(o, "workspace", path);
	put_number(o, "dev", st.st_dev);
	put_number(o, "ino", st.st_ino);
	if (append(k, name, O_CREAT | O_EXCL, o, e) != 0)
		return -1;
	dir = openat(k->dir, "sessions", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return dir < 0 || fsync(dir) != 0
		   ? err_set(e, ERR_SESSION, errno, "sync %.150s", k->path)
		   : 0;
}

int
keep_session_add(
    struct keep *k, const char *id, struct keep_point *p, struct err *e)
{
	char name[NAME], hex[KEEP_HEX];
	struct keep_session s;
	struct json_object *o;
	time_t now = time(NULL);
	struct tm tm;

	if (file_of(id, name, e) != 0 || keep_session_load(k, id, &s, e) != 0)
		return -1;
	p->n = s.npoints > 0 ? s.v[s.npoints - 1].n + 1 : 0;
	keep_session_free(&s);
	gmtime_r(&now, &tm);
	strftime(p->time, sizeof(p->time), "%Y-%m-%dT%H:%M:%SZ", &tm);
	snprintf(p->by, sizeof(p->by), BY);
	keep_hex(p->tree, hex);
	o = json_object_new_object();
	put_number(o, "n", p->n);
	put(o, "why", p->why);
	put(o, "by", p->by);
	put(o, "time", p->time);
	put(o, "tree", hex);
	put_number(o, "files", p->files);
	put_number(o, "unkept", p->unkept);
	json_object_object_add(o, "ours", json_object_new_boolean(p->ours));
	return append(k, name, 0, o, e);
}

static bool
is_true(struct json_object *o, const char *key)
{
	struct json_object *v;

	return json_object_object_get_ex(o, key, &v) &&
	       json_object_get_boolean(v);
}

static int
take_point(struct keep_session *s, struct json_object *o)
{
	struct keep_point *p = reallocarray(s->v, s->npoints + 1, sizeof(*p));

	if (p == NULL)
		return -1;
	s->v = p;
	p += s->npoints;
	*p = (struct keep_point){.n = read_number(o, "n"),
	    .files = read_number(o, "files"),
	    .unkept = read_number(o, "unkept"),
	    .ours = is_true(o, "ours")};
	snprintf(p->why, sizeof(p->why), "%s", read_text(o, "why"));
	snprintf(p->by, sizeof(p->by), "%s", read_text(o, "by"));
	snprintf(p->time, sizeof(p->time), "%s", read_text(o, "time"));
	if (strlen(read_text(o, "tree")) == KEEP_HEX - 1 &&
	    keep_unhex(read_text(o, "tree"), p->tree) == 0)
		s->npoints++;
	return 0;
}

static int
take_line(struct keep_session *s, const char *line)
{
	struct json_object *o = json_tokener_parse(line);
	int rc = 0;

	// A piece of one, left by who was killed, tells of nothing.
	if (json_object_is_type(o, json_type_object) &&
	    s->workspace[0] == '\0') {
		snprintf(s->workspace, sizeof(s->workspace), "%s",
		    read_text(o, "workspace"));
		s->dev = read_number(o, "dev");
		s->ino = read_number(o, "ino");
	} else if (json_object_is_type(o, json_type_object)) {
		rc = take_point(s, o);
	}
	json_object_put(o);
	return rc;
}

static int
absent(const char *id, struct err *e)
{
	if (errno != ENOENT)
		return err_set(
		    e, ERR_USAGE, errno, "checkpoints of session %s", id);
	return err_set(e, ERR_USAGE, 0,
	    "no checkpoints of a session %.100s; `stockade sessions list' "
	    "tells their names",
	    id);
}

int
keep_session_load(
    const struct keep *k, const char *id, struct keep_session *s, struct err *e)
{
	autofree char *line = NULL;
	char name[NAME];
	size_t size = 0;
	ssize_t n;
	FILE *f;
	int fd;

	*s = (struct keep_session){0};
	if (file_of(id, name, e) != 0)
		return -1;
	snprintf(s->id, sizeof(s->id), "%s", id);
	fd = openat(k->dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	f = fd >= 0 ? fdopen(fd, "r") : NULL;
	if (f == NULL)
		return absent(id, e);
	while ((n = getline(&line, &size, f)) > 0)
		if (line[n - 1] == '\n' && take_line(s, line) != 0)
			break;
	fclose(f);
	if (n <= 0)
		return 0;
	keep_session_free(s);
	return err_set(e, ERR_SYSTEM, ENOMEM, "read a session");
}

int
keep_session_hold(
    const struct keep *k, const char *id, bool exclusive, struct err *e)
{
	autoclose int fd = -1;
	char name[NAME];

	if (file_of(id, name, e) != 0)
		return -1;
	fd = openat(k->dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return absent(id, e);
	if (flock(fd, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) == 0)
		return take_fd(&fd);
	return err_set(e, ERR_LIMIT, 0,
	    "session %s is at work; wait for its end, or end it", id);
}

int
keep_session_remove(struct keep *k, const char *id, struct err *e)
{
	char name[NAME];

	if (file_of(id, name, e) != 0)
		return -1;
	return unlinkat(k->dir, name, 0) == 0
		   ? 0
		   : err_set(e, ERR_SESSION, errno, "remove %.100s/%.80s",
			 k->path, name);
}

void
keep_session_free(struct keep_session *s)
{
	free(s->v);
	s->v = NULL;
	s->npoints = 0;
}

static int
is_session(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return n > sizeof(SUFFIX) - 1 && d->d_name[0] != '.' &&
	       n < KEEP_ID_MAX + sizeof(SUFFIX) - 1 &&
	       strcmp(d->d_name + n - (sizeof(SUFFIX) - 1), SUFFIX) == 0;
}

char **
keep_session_list(const struct keep *k, size_t *n)
{
	struct dirent **all = NULL;
	int i,
	    found = scandirat(k->dir, "sessions", &all, is_session, alphasort);
	char **v = found > 0 ? calloc((size_t)found, sizeof(*v)) : NULL;

	*n = 0;
	for (i = 0; i < found; i++) {
		if (v != NULL)
			v[*n] = strndup(all[i]->d_name,
			    strlen(all[i]->d_name) - (sizeof(SUFFIX) - 1));
		*n += v != NULL && v[*n] != NULL;
		free(all[i]);
	}
	free(all);
	return v;
}

void
keep_session_list_free(char **v, size_t n)
{
	while (n > 0)
		free(v[--n]);
	free(v);
}

void
keep_session_of(const struct keep *k, uint64_t dev, uint64_t ino, unsigned skip,
    char id[KEEP_ID_MAX])
{
	struct keep_session s;
	struct err ignored;
	size_t n, i;
	char **v = keep_session_list(k, &n);

	id[0] = '\0';
	for (i = n; i > 0 && id[0] == '\0'; i--) {
		if (keep_session_load(k, v[i - 1], &s, &ignored) != 0)
			continue;
		if (s.dev == dev && s.ino == ino && s.npoints > 0 &&
		    skip-- == 0)
			snprintf(id, KEEP_ID_MAX, "%s", v[i - 1]);
		keep_session_free(&s);
	}
	keep_session_list_free(v, n);
}
