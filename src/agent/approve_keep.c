// SPDX-License-Identifier: ISC
// What was said yes to for more than once: for the session in memory, for
// always in a file of the user's, by workspace and exact text.
#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/agent/approve.h"
#include "src/agent/files.h"
#include "src/session/session.h"

#define NAME	 "always.jsonl"
#define READ_MAX (4u << 20)

static bool
beneath(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	return strncmp(path, dir, n) == 0 &&
	       (path[n] == '/' || path[n] == '\0' || (n == 1 && *dir == '/'));
}

/* The same of a path, the end of which need not be there yet. */
static char *
real_so_far(const char *path)
{
	autofree char *probe = mem_dup(path);
	char *real, *slash;

	while ((real = realpath(probe, NULL)) == NULL) {
		slash = strrchr(probe, '/');
		if (slash == NULL || slash == probe)
			return mem_dup("/");
		*slash = '\0';
	}
	return real;
}

char *
approve_dir(const char *workspace)
{
	struct err ignored;
	autofree char *sessions = session_dir(NULL, &ignored);
	autofree char *inside = realpath(workspace, NULL);
	autofree char *real = NULL;
	struct text t = {0};
	char *slash = sessions != NULL ? strrchr(sessions, '/') : NULL;

	if (slash == NULL || inside == NULL)
		return NULL;
	*slash = '\0';
	real = real_so_far(sessions);
	if (beneath(real, inside))
		return NULL;
	text_printf(&t, "%s/approvals", sessions);
	return text_take(&t);
}

void
approve_remember(
    struct approve_keep *k, enum approve_kind kind, const char *text)
{
	if (approve_is_kept(k, kind, text))
		return;
	if (k->n == k->cap) {
		k->cap = k->cap == 0 ? 16 : 2 * k->cap;
		k->item = mem_grow(k->item, k->cap, sizeof(*k->item));
	}
	k->item[k->n++] = (struct approve_kept){kind, mem_dup(text)};
}

bool
approve_is_kept(
    const struct approve_keep *k, enum approve_kind kind, const char *text)
{
	size_t i;

	for (i = 0; i < k->n; i++)
		if (k->item[i].kind == kind &&
		    strcmp(k->item[i].text, text) == 0)
			return true;
	return false;
}

static const char *
member(struct json_object *o, const char *name)
{
	struct json_object *v;

	if (!json_object_object_get_ex(o, name, &v) ||
	    !json_object_is_type(v, json_type_string) ||
	    strlen(json_object_get_string(v)) !=
		(size_t)json_object_get_string_len(v))
		return NULL;
	return json_object_get_string(v);
}

/* A line that is torn, or not of this workspace, says nothing. */
static void
take_line(struct approve_keep *k, const char *line)
{
	struct json_object *o = json_tokener_parse(line);
	const char *where, *command;

	if (json_object_is_type(o, json_type_object)) {
		where = member(o, "workspace");
		command = member(o, "command");
		if (where != NULL && command != NULL &&
		    strcmp(where, k->workspace) == 0)
			approve_remember(k, APPROVE_COMMAND, command);
	}
	json_object_put(o);
}

/* Ours alone: what others could write, nobody has said yes to. */
static bool
is_ours(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	       st.st_uid == geteuid() && (st.st_mode & 022) == 0;
}

void
approve_keep_open(struct approve_keep *k, const char *workspace)
{
	autofree char *dir = approve_dir(workspace);
	autotext struct text all = {0};
	struct text path = {0};
	autoclose int fd = -1;
	struct err ignored;
	char *line, *rest;

	memset(k, 0, sizeof(*k));
	if (dir == NULL)
		return;
	text_printf(&path, "%s/%s", dir, NAME);
	k->path = text_take(&path);
	k->workspace = mem_dup(workspace);
	fd = open(k->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 || !is_ours(fd) ||
	    files_read_fd(fd, k->path, READ_MAX, &all, &ignored) < 0)
		return;
	for (line = strtok_r(all.p, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest))
		take_line(k, line);
}

static void
put(struct json_object *o, const char *name, const char *value)
{
	json_object_object_add(o, name, json_object_new_string(value));
}

/* One write(2), after a line end if what is there was torn. */
static int
append(int fd, const char *json, struct err *e)
{
	autotext struct text line = {0};
	char last = '\n';
	off_t end = lseek(fd, 0, SEEK_END);

	if (end > 0 && pread(fd, &last, 1, end - 1) == 1 && last != '\n')
		text_char(&line, '\n');
	text_printf(&line, "%s\n", json);
	if (fd_write_all(fd, line.p, line.len) < 0 || fsync(fd) < 0)
		return err_set(e, ERR_FILE, errno, "write it");
	return 0;
}

int
approve_write_always(struct approve_keep *k, const char *command, struct err *e)
{
	autofree char *dir = k->path != NULL ? mem_dup(k->path) : NULL;
	struct json_object *o;
	autoclose int fd = -1;
	char stamp[64];
	time_t now = time(NULL);
	struct tm tm;
	int rc;

	if (dir == NULL)
		return err_set(e, ERR_FILE, 0, "there is no place to keep it");
	*strrchr(dir, '/') = '\0';
	if (state_make_dir(dir, e) < 0)
		return -1;
	fd = open(k->path,
	    O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
	    0600);
	if (fd < 0)
		return err_set(e, ERR_FILE, errno, "%.150s", k->path);
	if (!is_ours(fd))
		return err_set(e, ERR_FILE, 0,
		    "%.150s is not a file that only you can write", k->path);
	gmtime_r(&now, &tm);
	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", &tm);
	o = json_object_new_object();
	put(o, "time", stamp);
	put(o, "workspace", k->workspace);
	put(o, "command", command);
	rc = append(fd,
	    json_object_to_json_string_ext(
		o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE),
	    e);
	json_object_put(o);
	if (rc == 0)
		approve_remember(k, APPROVE_COMMAND, command);
	return rc;
}

void
approve_keep_close(struct approve_keep *k)
{
	size_t i;

	for (i = 0; i < k->n; i++)
		free(k->item[i].text);
	free(k->item);
	free(k->path);
	free(k->workspace);
	memset(k, 0, sizeof(*k));
}
