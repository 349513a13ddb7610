// SPDX-License-Identifier: ISC
// The session file: one JSON object a line, on disk before the run goes on.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/agent/text.h"
#include "src/session/lines.h"
#include "src/session/session.h"

char *
session_dir(const char *given, struct err *e)
{
	char path[STATE_PATH_MAX];

	if (given != NULL)
		return mem_dup(given);
	if (state_dir("sessions", path, e) == 0)
		return mem_dup(path);
	err_prefix(e, "--session-dir would name a place");
	return NULL;
}

int
session_open(struct session *s, const char *dir, struct err *e)
{
	struct text path = {0};

	memset(s, 0, sizeof(*s));
	s->fd = -1;
	if (state_make_dir(dir, e) < 0 || state_run_name(s->id, e) < 0)
		return -1;
	text_printf(&path, "%s/%s.jsonl", dir, s->id);
	s->path = text_take(&path);
	s->fd = open(s->path,
	    O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
	    0600);
	if (s->fd < 0) {
		err_set(e, ERR_SESSION, errno, "create %.120s", s->path);
		session_close(s);
		return -1;
	}
	(void)!flock(s->fd, LOCK_EX | LOCK_NB); // see session_busy()
	return 0;
}

int
session_append(struct session *s, const char *line, size_t len, struct err *e)
{
	autotext struct text whole = {0};
	int saved;

	text_add(&whole, line, len);
	text_char(&whole, '\n');
	if (fd_write_all(s->fd, whole.p, whole.len) < 0) {
		saved = errno;
		// Half a line must not be continued by the next one.
		(void)!ftruncate(s->fd, s->good);
		return err_set(e, ERR_SESSION, saved, "write %.120s", s->path);
	}
	if (fdatasync(s->fd) < 0 && errno != EINVAL && errno != EROFS)
		return err_set(e, ERR_SESSION, errno, "sync %.120s", s->path);
	s->good += (off_t)whole.len;
	return 0;
}

void
session_close(struct session *s)
{
	fd_close(&s->fd);
	free(s->path);
	s->path = NULL;
}

bool
session_busy(int fd)
{
	if (flock(fd, LOCK_SH | LOCK_NB) < 0)
		return errno == EWOULDBLOCK;
	flock(fd, LOCK_UN);
	return false;
}

/* The name of the file without directory and suffix. */
static int
name_from(struct session *s, const char *path, struct err *e)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash != NULL ? slash + 1 : path;
	size_t n = strlen(base);

	if (n > 6 && strcmp(base + n - 6, ".jsonl") == 0)
		n -= 6;
	if (n == 0 || n >= sizeof(s->id))
		return err_set(
		    e, ERR_SESSION, 0, "%.120s is no session's name", base);
	memcpy(s->id, base, n);
	s->id[n] = '\0';
	return 0;
}

static int
no_line(void *arg, char *s, size_t len, struct err *e)
{
	(void)arg, (void)s, (void)len, (void)e;
	return 0;
}

/* Ours alone, a regular file, and whole to its last line. */
static int
take_over(struct session *s, bool *torn, struct err *e)
{
	struct lines_end end;
	struct stat st;

	if (fstat(s->fd, &st) < 0 || !S_ISREG(st.st_mode))
		return err_set(e, ERR_SESSION, 0, "it is no regular file");
	// A file system without locks cannot tell; then nobody can.
	if (flock(s->fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK)
		return err_set(e, ERR_SESSION, 0,
		    "a run still writes it; wait for its end, or fork it");
	if (lines_each(s->fd, no_line, NULL, &end, e) < 0)
		return -1;
	s->good = end.good;
	*torn = end.torn;
	if (end.torn && ftruncate(s->fd, end.good) < 0)
		return err_set(
		    e, ERR_SESSION, errno, "take its last line away, cut");
	return 0;
}

int
session_reopen(struct session *s, const char *path, bool *torn, struct err *e)
{
	memset(s, 0, sizeof(*s));
	s->fd = -1;
	if (name_from(s, path, e) < 0)
		return -1;
	s->path = mem_dup(path);
	s->fd =
	    open(path, O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (s->fd < 0) {
		err_set(e, ERR_SESSION, errno, "open %.120s", path);
	} else if (take_over(s, torn, e) == 0) {
		return 0;
	} else {
		err_prefix(e, "session %.120s", path);
	}
	session_close(s);
	return -1;
}

static int
copy_line(void *arg, char *line, size_t len, struct err *e)
{
	struct session *s = arg;

	line[len] = '\n'; // its own end
	if (fd_write_all(s->fd, line, len + 1) < 0)
		return err_set(e, ERR_SESSION, errno, "write %.120s", s->path);
	s->good += (off_t)len + 1;
	return 0;
}

int
session_fork(
    struct session *s, const char *dir, const char *path, struct err *e)
{
	autoclose int from = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (from < 0)
		return err_set(e, ERR_SESSION, errno, "open %.120s", path);
	if (session_open(s, dir, e) < 0)
		return -1;
	if (lines_each(from, copy_line, s, NULL, e) == 0 &&
	    (fdatasync(s->fd) == 0 || errno == EINVAL || errno == EROFS))
		return 0;
	err_prefix(e, "fork %.120s", path);
	unlink(s->path);
	session_close(s);
	return -1;
}

static int
load_line(void *arg, char *s, size_t len, struct err *e)
{
	struct json_object *one = lines_parse(s, len, e);

	if (one == NULL)
		return -1;
	json_object_array_add(arg, one);
	return 0;
}

struct json_object *
session_load(int fd, struct err *e)
{
	struct json_object *all = json_object_new_array();

	if (lines_each(fd, load_line, all, NULL, e) == 0)
		return all;
	json_object_put(all);
	return NULL;
}
