// SPDX-License-Identifier: ISC
// The session file: one JSON object a line, on disk before the run goes on.
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/session/session.h"
#include "src/agent/text.h"

#define LOAD_MAX (256u << 20)

/* Home of the user we are; NULL if there is none. */
static const char *
home_dir(void)
{
	const char *home = getenv("HOME");
	const struct passwd *pw;
	struct stat st;

	// Who came by sudo, or gave up root, may still have root's $HOME.
	if (home != NULL && home[0] == '/' &&
	    (stat(home, &st) < 0 || st.st_uid == geteuid()))
		return home;
	pw = getpwuid(geteuid());
	return pw != NULL ? pw->pw_dir : NULL;
}

char *
session_dir(const char *given, struct err *e)
{
	const char *state = getenv("XDG_STATE_HOME"), *home;
	struct text t = {0};

	if (given != NULL)
		return mem_dup(given);
	if (state != NULL && state[0] == '/') {
		text_printf(&t, "%s/stockade/sessions", state);
	} else if ((home = home_dir()) != NULL && home[0] == '/') {
		text_printf(&t, "%s/.local/state/stockade/sessions", home);
	} else {
		err_set(e, ERR_SESSION, 0,
		    "no place for the session file: set XDG_STATE_HOME or "
		    "HOME, "
		    "or give --session-dir");
		return NULL;
	}
	return text_take(&t);
}

int
session_make_dirs(const char *dir, struct err *e)
{
	autofree char *path = mem_dup(dir);
	char *p;

	for (p = path + 1; p[-1] != '\0'; p++) {
		if (*p != '/' && *p != '\0')
			continue;
		char kept = *p;

		*p = '\0';
		if (mkdir(path, 0700) < 0 && errno != EEXIST)
			return err_set(e, ERR_SESSION, errno,
			    "make directory %.120s", path);
		*p = kept;
	}
	return 0;
}

static int
make_id(struct session *s, struct err *e)
{
	uint32_t noise;
	struct tm tm;
	struct timespec now;
	size_t n;

	if (getrandom(&noise, sizeof(noise), 0) != sizeof(noise))
		return err_set(e, ERR_SESSION, errno, "random number");
	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	n = strftime(s->id, sizeof(s->id), "%Y%m%d-%H%M%S-", &tm);
	// To the millisecond, so that names sort as the runs began.
	snprintf(s->id + n, sizeof(s->id) - n, "%03u-%08x",
	    (unsigned)(now.tv_nsec / 1000000), noise);
	return 0;
}

int
session_open(struct session *s, const char *dir, struct err *e)
{
	struct text path = {0};

	memset(s, 0, sizeof(*s));
	s->fd = -1;
	if (session_make_dirs(dir, e) < 0 || make_id(s, e) < 0)
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

static int
read_all(int fd, struct text *t, struct err *e)
{
	char buf[65536];
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(e, ERR_SESSION, errno, "read");
		text_add(t, buf, (size_t)n);
		if (t->len > LOAD_MAX)
			return err_set(e, ERR_SESSION, 0, "longer than %u MiB",
			    LOAD_MAX >> 20);
	}
	return 0;
}

struct json_object *
session_load(int fd, struct err *e)
{
	autotext struct text t = {0};
	struct json_object *all, *one;
	char *p, *end, *nl;
	unsigned int line = 0;

	if (read_all(fd, &t, e) < 0)
		return NULL;
	all = json_object_new_array();
	for (p = t.p, end = p + t.len; p < end; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		if (nl == NULL)
			break; // cut: the step it tells of did not complete
		*nl = '\0';
		line++;
		one = json_tokener_parse(p);
		if (!json_object_is_type(one, json_type_object)) {
			json_object_put(one);
			json_object_put(all);
			err_set(e, ERR_SESSION, 0,
			    "line %u is not a JSON object", line);
			return NULL;
		}
		json_object_array_add(all, one);
	}
	return all;
}
