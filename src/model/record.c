// SPDX-License-Identifier: ISC
// Writing a transcript, each turn durable before it is acted on.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/model/field.h"
#include "src/model/record.h"
#include "src/model/transcript.h"

struct record {
	int fd;
	off_t end; /* of the last whole line */
	struct json_object *before;
};

static const char magic[] = "{\"stockade_transcript\":";

/* Somebody else's file is not ours to empty. */
static int
check_ours(int fd, const char *path, struct err *e)
{
	char head[sizeof(magic) - 1];
	struct stat st;

	if (fstat(fd, &st) == -1)
		return err_set(e, ERR_SESSION, errno, "%s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_SESSION, 0,
		    "cannot record to %s: not a regular file", path);
	if (st.st_size == 0)
		return 0;
	if (pread(fd, head, sizeof(head), 0) != (ssize_t)sizeof(head) ||
	    memcmp(head, magic, sizeof(head)) != 0)
		return err_set(e, ERR_SESSION, 0,
		    "will not overwrite %s: it is not a transcript", path);
	return 0;
}

/* One line, whole and on the disk, or not there at all. */
static int
put_line(struct record *r, struct json_object *o, const struct keys *k,
    struct err *e)
{
	autofree char *line = NULL;
	const char *text;
	int sys;
	size_t n;

	text = field_text(o, &n);
	line = malloc(n + 1);
	if (line == NULL)
		return err_set(e, ERR_SESSION, ENOMEM, "transcript");
	memcpy(line, text, n);
	line[n] = '\n';
	if (k != NULL)
		keys_redact(k, line, n);
	if (fd_write_all(r->fd, line, n + 1) == -1 || fdatasync(r->fd) == -1) {
		sys = errno;
		if (ftruncate(r->fd, r->end) == 0)
			(void)lseek(r->fd, r->end, SEEK_SET);
		return err_set(e, ERR_SESSION, sys, "write the transcript");
	}
	r->end += (off_t)n + 1;
	return 0;
}

static int
put_header(
    struct record *r, const char *provider, const char *model, struct err *e)
{
	struct json_object *o = json_object_new_object();
	int ret;

	json_object_object_add(
	    o, "stockade_transcript", json_object_new_int(TRANSCRIPT_VERSION));
	field_put_str(o, "provider", provider);
	field_put_str(o, "model", model);
	ret = put_line(r, o, NULL, e);
	json_object_put(o);
	return ret;
}

struct record *
record_open(
    const char *path, const char *provider, const char *model, struct err *e)
{
	struct record *r = calloc(1, sizeof(*r));

	if (r == NULL) {
		err_set(e, ERR_SESSION, ENOMEM, "transcript");
		return NULL;
	}
	r->fd = open(
	    path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
	if (r->fd == -1) {
		err_set(e, ERR_SESSION, errno, "record to %s", path);
		goto fail;
	}
	if (check_ours(r->fd, path, e) == -1)
		goto fail;
	if (ftruncate(r->fd, 0) == -1) {
		err_set(e, ERR_SESSION, errno, "record to %s", path);
		goto fail;
	}
	if (put_header(r, provider, model, e) == 0)
		return r;
fail:
	record_close(r);
	return NULL;
}

int
record_turn(struct record *r, const struct model_request *q,
    const struct model_response *a, const struct keys *k, struct err *e)
{
	struct json_object *line = json_object_new_object();
	struct json_object *now = transcript_canonical(q);
	int ret;

	json_object_object_add(
	    line, "request", transcript_pack(r->before, now));
	json_object_object_add(line, "response", transcript_put_response(a));
	ret = put_line(r, line, k, e);
	json_object_put(line);
	if (ret == -1) {
		json_object_put(now);
		return -1;
	}
	json_object_put(r->before);
	r->before = now;
	return 0;
}

void
record_close(struct record *r)
{
	if (r == NULL)
		return;
	fd_close(&r->fd);
	json_object_put(r->before);
	free(r);
}
