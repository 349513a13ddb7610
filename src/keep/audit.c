// SPDX-License-Identifier: ISC
// The audit log: one line a record, bound to the line before it.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/egress/read.h"
#include "src/keep/audit.h"

enum {
	LINE_MAX_BYTES = 32768, // of a record
	TAIL = 2 * LINE_MAX_BYTES,
	TEXT_MAX = 2000, // of one field
	NAME = 32,
};

/* What is at the end of a file, for who goes on with it. */
struct tail {
	char prev[KEEP_HEX]; // of its last record's line
	uint64_t seq;
	size_t torn; // bytes after that
	char piece[KEEP_HEX];
};

int
audit_prepare(char path[STATE_PATH_MAX], struct err *e)
{
	return state_dir("audit", path, e) != 0 ? -1 : state_make_dir(path, e);
}

int
audit_open(struct audit *a, struct err *e)
{
	a->dir = -1;
	if (audit_prepare(a->path, e) != 0)
		return -1;
	a->dir = open(a->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (a->dir < 0)
		return err_set(e, ERR_SESSION, errno, "open %.150s", a->path);
	return 0;
}

void
audit_close(struct audit *a)
{
	fd_close(&a->dir);
}

static void
digest(const char *data, size_t n, char out[KEEP_HEX])
{
	uint8_t sum[KEEP_DIGEST];
	SHA2_CTX x;

	SHA256Init(&x);
	SHA256Update(&x, (const uint8_t *)data, n);
	SHA256Final(sum, &x);
	keep_hex(sum, out);
}

/* The last record of n bytes of text, and what is torn behind it. */
static void
find_last(const char *text, size_t n, struct tail *t)
{
	const char *end = text + n, *line = end, *nl;
	struct json_object *o;

	t->torn = n;
	while (line > text) {
		// The line that ends at `end', if it is one.
		nl = line - 1;
		while (nl > text && nl[-1] != '\n')
			nl--;
		o = read_record(nl, (size_t)(line - nl));
		if (o != NULL) {
			t->seq = read_number(o, "seq");
			digest(nl, (size_t)(line - nl), t->prev);
			t->torn = (size_t)(end - line);
			json_object_put(o);
			return;
		}
		line = nl;
	}
}

static int
read_tail(int fd, struct tail *t)
{
	autofree char *text = malloc(TAIL + 1);
	struct stat st;
	off_t from;
	ssize_t n;

	memset(t, 0, sizeof(*t));
	memset(t->prev, '0', KEEP_HEX - 1);
	if (text == NULL || fstat(fd, &st) != 0)
		return -1;
	from = st.st_size > TAIL ? st.st_size - TAIL : 0;
	n = pread(fd, text, TAIL, from);
	if (n < 0)
		return -1;
	find_last(text, (size_t)n, t);
	if (t->torn == 0)
		return 0;
	// Ended, so that it is a line of its own, and told of by its hash.
	if (text[n - 1] != '\n') {
		text[n++] = '\n';
		t->torn++;
		if (fd_write_all(fd, "\n", 1) != 0)
			return -1;
	}
	digest(text + (size_t)n - t->torn, t->torn, t->piece);
	return 0;
}

static void
put(struct json_object *o, const char *key, const char *value)
{
	json_object_object_add(o, key, json_object_new_string(value));
}

static struct json_object *
begin(struct tail *t, const char *event)
{
	struct json_object *o = json_object_new_object();
	char day[32], stamp[64];
	struct timespec ts;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &ts);
	gmtime_r(&ts.tv_sec, &tm);
	strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(stamp, sizeof(stamp), "%s.%06ldZ", day, ts.tv_nsec / 1000);
	json_object_object_add(o, "seq", json_object_new_uint64(++t->seq));
	put(o, "ts", stamp);
	put(o, "prev", t->prev);
	put(o, "event", event);
	return o;
}

/* Takes o. */
static int
write_record(int fd, struct tail *t, struct json_object *o)
{
	const char *s = json_object_to_json_string_ext(
	    o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	char *line = NULL;
	int n = asprintf(&line, "%s\n", s), rc = -1;

	json_object_put(o);
	if (n < 0)
		return -1;
	if (n > LINE_MAX_BYTES)
		errno = EMSGSIZE;
	else
		rc = fd_write_all(fd, line, (size_t)n);
	digest(line, (size_t)n, t->prev);
	free(line);
	return rc;
}

static int
is_month(const struct dirent *d)
{
	return strlen(d->d_name) == sizeof("2026-01.jsonl") - 1 &&
	       strcmp(d->d_name + 7, ".jsonl") == 0;
}

/* The hash that the newest file before this one, with a record, ends with. */
static void
before_this(const struct audit *a, const char *name, char out[KEEP_HEX])
{
	struct dirent **all = NULL;
	int i, n = scandirat(a->dir, ".", &all, is_month, alphasort);
	struct tail t = {0};

	memset(out, '0', KEEP_HEX - 1);
	out[KEEP_HEX - 1] = '\0';
	for (i = n - 1; i >= 0; i--) {
		if (t.seq == 0 && strcmp(all[i]->d_name, name) < 0) {
			autoclose int fd = openat(a->dir, all[i]->d_name,
			    O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

			// What is torn there is read, and not mended.
			if (fd >= 0)
				(void)!read_tail(fd, &t);
		}
		free(all[i]);
	}
	free(all);
	if (t.seq > 0)
		memcpy(out, t.prev, KEEP_HEX);
}

/* The first of a file, whatever it tells, says what it goes on from. */
static void
put_after(const struct audit *a, const struct tail *t, const char *name,
    struct json_object *o)
{
	char before[KEEP_HEX];

	if (t->seq != 1)
		return;
	before_this(a, name, before);
	put(o, "after", before);
}

static int
add_locked(struct audit *a, int fd, const char *name, const char *event,
    const char *session, struct json_object *what)
{
	struct json_object *o;
	struct tail t;

	if (read_tail(fd, &t) != 0)
		return -1;
	if (t.torn > 0) {
		o = begin(&t, "repair");
		put_after(a, &t, name, o);
		put(o, "torn", t.piece);
		if (write_record(fd, &t, o) != 0)
			return -1;
	}
	o = begin(&t, event);
	put_after(a, &t, name, o);
	json_object_object_add(o, "uid", json_object_new_uint64(geteuid()));
	if (session != NULL)
		put(o, "session", session);
	if (what != NULL) {
		json_object_object_foreach(what, key, value)
		{
			json_object_object_add(o, key, json_object_get(value));
		}
	}
	return write_record(fd, &t, o) == 0 && fsync(fd) == 0 ? 0 : -1;
}

int
audit_add(struct audit *a, const char *event, const char *session,
    struct json_object *what, struct err *e)
{
	autoclose int fd = -1;
	time_t now = time(NULL);
	char name[NAME];
	struct tm tm;
	int rc = -1;

	if (a->dir < 0) {
		json_object_put(what);
		return 0;
	}
	gmtime_r(&now, &tm);
	strftime(name, sizeof(name), "%Y-%m.jsonl", &tm);
	fd = openat(a->dir, name,
	    O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	// Others write, too, and each line needs the one before it.
	if (fd >= 0 && flock(fd, LOCK_EX) == 0)
		rc = add_locked(a, fd, name, event, session, what);
	if (rc != 0)
		err_set(e, ERR_SESSION, errno, "write the audit log %.120s/%s",
		    a->path, name);
	json_object_put(what);
	return rc;
}

static const struct {
	const char *type, *event;
	const char *fields[14];
} kinds[] = {
    {"start", "run-start",
	{"version", "workspace", "task", "test", "gen_ai.provider.name",
	    "gen_ai.request.model"}},
    {"end", "run-end",
	{"reason", "exit_status", "tests_green", "turns", "wall_ms", "cost_usd",
	    "error"}},
    {"approval", "approval",
	{"what", "gen_ai.tool.name", "verdict", "rule", "answer", "by",
	    "reason", "command", "files", "host", "port"}},
    {"refused", "network-refused", {"host", "port", "reason", "count", "rule"}},
    {"checkpoint", "checkpoint", {"n", "why", "tree", "error"}},
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

bool
audit_wants(const char *type)
{
	size_t i;

	for (i = 0; i < KINDS; i++)
		if (strcmp(kinds[i].type, type) == 0)
			return true;
	return false;
}

/* A copy, of bounded length if it is text. */
static struct json_object *
copy(struct json_object *v)
{
	const char *s;
	size_t n;

	if (!json_object_is_type(v, json_type_string))
		return json_object_get(v);
	s = json_object_get_string(v);
	n = (size_t)json_object_get_string_len(v);
	// Cut where a character begins.
	if (n > TEXT_MAX)
		for (n = TEXT_MAX;
		     n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80; n--)
			continue;
	return json_object_new_string_len(s, (int)n);
}

int
audit_event(
    struct audit *a, const char *session, const char *line, struct err *e)
{
	struct json_object *o = json_tokener_parse(line), *what, *v;
	size_t i, k;
	int rc = 0;

	for (i = 0; i < KINDS; i++)
		if (strcmp(kinds[i].type, read_text(o, "type")) == 0)
			break;
	if (i < KINDS) {
		what = json_object_new_object();
		for (k = 0; kinds[i].fields[k] != NULL; k++)
			if (json_object_object_get_ex(
				o, kinds[i].fields[k], &v))
				json_object_object_add(
				    what, kinds[i].fields[k], copy(v));
		rc = audit_add(a, kinds[i].event, session, what, e);
	}
	json_object_put(o);
	return rc;
}
