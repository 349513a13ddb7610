// SPDX-License-Identifier: ISC
// The output of a command on its way to a model.
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include "jail/base/fd.h"
#include "src/agent/outflow.h"

#define TOLD (TRUNCATE_HEAD + TRUNCATE_TAIL) // what is told without a cut

static void
file_path(char path[OUTFLOW_PATH_MAX], unsigned number)
{
	snprintf(path, OUTFLOW_PATH_MAX, "/tmp/output-%u.txt", number);
}

/* A new file inside; without one the model has the two ends. */
static void
file_open(struct outflow *o)
{
	unsigned number = ++o->env->outputs;
	char old[OUTFLOW_PATH_MAX];
	struct err e;

	if (number > OUTFLOW_FILES) {
		file_path(old, number - OUTFLOW_FILES);
		(void)!box_unlink(o->env->box, old, &e);
	}
	file_path(o->path, number);
	o->fd = box_open(o->env->box, o->path,
	    O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0644, &e);
	if (o->fd < 0) {
		o->path[0] = '\0';
		o->full = true;
	}
}

static void
file_write(struct outflow *o, const char *p, size_t n)
{
	size_t room = OUTFLOW_FILE_MAX - (size_t)o->written;

	if (o->full)
		return;
	// Whole lines, if any: what is cut off is not to look like one.
	if (n > room) {
		o->full = true;
		n = room;
		while (n > 0 && p[n - 1] != '\n')
			n--;
	}
	if (fd_write_all(o->fd, p, n) < 0)
		o->full = true;
	else
		o->written += n;
}

/* The ring's bytes in their order, in two pieces. */
static const char *
ring(const struct outflow *o, size_t *first)
{
	*first = o->tail_len < TRUNCATE_TAIL ? 0 : o->tail_at;
	return o->tail;
}

static void
file_add(struct outflow *o, const char *p, size_t n)
{
	const char *r;
	size_t at;

	if (o->total + n <= TOLD)
		return;
	if (o->fd < 0 && !o->full) {
		file_open(o);
		// It could all have been told until now.
		r = ring(o, &at);
		file_write(o, text_of(&o->head), o->head.len);
		file_write(o, r + at, o->tail_len - at);
		file_write(o, r, at);
	}
	file_write(o, p, n);
}

static void
keep(struct outflow *o, const char *p, size_t n)
{
	size_t k = TRUNCATE_HEAD - o->head.len;

	file_add(o, p, n);
	o->total += n;
	if (o->log != NULL)
		testlog_add(o->log, p, n);
	if (k > n)
		k = n;
	text_add(&o->head, p, k);
	for (p += k, n -= k; n > 0; p += k, n -= k) {
		k = TRUNCATE_TAIL - o->tail_at;
		if (k > n)
			k = n;
		memcpy(o->tail + o->tail_at, p, k);
		o->tail_at = (o->tail_at + k) % TRUNCATE_TAIL;
		if (o->tail_len < TRUNCATE_TAIL)
			o->tail_len += k;
	}
}

void
outflow_begin(
    struct outflow *o, struct tool_env *env, struct testlog_reader *log)
{
	memset(o, 0, sizeof(*o));
	o->env = env;
	o->log = log;
	o->fd = -1;
	o->redact.by = env->redactor;
	clean_begin(&o->clean, CLEAN_OUTPUT);
}

void
outflow_add(void *arg, const char *data, size_t len)
{
	autotext struct text clean = {0}, sure = {0};
	struct outflow *o = arg;

	clean_add(&o->clean, &clean, data, len);
	redact_add(&o->redact, &sure, text_of(&clean), clean.len);
	keep(o, text_of(&sure), sure.len);
}

static void
tell_file(const struct outflow *o, struct text *out)
{
	if (o->path[0] == '\0')
		return;
	text_printf(out, "[%s of it in %s, for read_file or grep]\n",
	    o->written < o->total ? "the beginning" : "all", o->path);
}

bool
outflow_end(struct outflow *o, struct text *out)
{
	autotext struct text clean = {0}, sure = {0}, tail = {0};
	struct truncate_ends ends;
	const char *r;
	size_t at;

	clean_end(&o->clean, &clean);
	redact_add(&o->redact, &sure, text_of(&clean), clean.len);
	redact_end(&o->redact, &sure);
	keep(o, text_of(&sure), sure.len);
	r = ring(o, &at);
	text_add(&tail, r + at, o->tail_len - at);
	text_add(&tail, r, at);
	ends = (struct truncate_ends){
	    text_of(&o->head), tail.p, o->head.len, tail.len, o->total};
	truncate_ends(out, CLEAN_OUTPUT, &ends);
	if (out->len > 0 && out->p[out->len - 1] != '\n')
		text_char(out, '\n');
	tell_file(o, out);
	outflow_free(o);
	return o->total > TOLD;
}

void
outflow_free(struct outflow *o)
{
	fd_close(&o->fd);
	text_free(&o->head);
	text_free(&o->redact.held);
}
