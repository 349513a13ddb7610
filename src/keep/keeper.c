// SPDX-License-Identifier: ISC
// The client of stockade-keeper, and the sandbox that it lives in.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "jail/base/fd.h"
#include "src/box/pipe.h"
#include "src/box/sibling.h"
#include "src/keep/inside/ops.h"
#include "src/keep/keeper.h"

#define PROGRAM "stockade-keeper"
#define INSIDE	"/tmp/" PROGRAM

enum {
	BUFFER = 1 << 18, // holds an entry, or a piece, as a whole
};

void
keeper_spec(struct spec *spec, const struct spec *like)
{
	uint64_t most;
	int i;

	spec_init(spec);
	spec->limit[LIMIT_MEMORY] = 256 << 20;
	spec->limit[LIMIT_PIDS] = 16;
	spec->limit[LIMIT_TMP] = 16 << 20;
	spec->limit[LIMIT_BACKGROUND] = 1;
	for (i = 0; like != NULL && i < LIMIT__COUNT; i++) {
		most = like->limit[i];
		if (most != 0 && (spec->limit[i] == 0 || spec->limit[i] > most))
			spec->limit[i] = most;
	}
}

static int
put_program(struct keeper *kp, struct err *e)
{
	char path[PATH_MAX];
	autofree char *buf = malloc(BUFFER);
	autoclose int from = -1, to = -1;
	ssize_t n;

	sibling_find(PROGRAM, path, sizeof(path));
	from = open(path, O_RDONLY | O_CLOEXEC);
	if (from < 0 || buf == NULL)
		return err_set(e, ERR_EXEC, errno, "%.180s", path);
	to = box_open(kp->box, INSIDE, O_WRONLY | O_CREAT | O_EXCL, 0755, e);
	if (to < 0)
		return -1;
	while ((n = read(from, buf, BUFFER)) > 0)
		if (fd_write_all(to, buf, (size_t)n) != 0)
			return err_set(e, ERR_FILE, errno, "write " INSIDE);
	return n < 0 ? err_set(e, ERR_EXEC, errno, "read %.180s", path) : 0;
}

static int
start_program(struct keeper *kp, struct err *e)
{
	char *argv[] = {(char[]){INSIDE}, NULL};
	int in[2] = {-1, -1}, out[2] = {-1, -1}, rc, pty = -1;
	struct box_command c = {.argv = argv, .envp = box_default_env};

	if (pipe_make(in) != 0)
		return err_set(e, ERR_SYSTEM, errno, "pipe");
	if (pipe_make(out) != 0) {
		close(in[0]);
		close(in[1]);
		return err_set(e, ERR_SYSTEM, errno, "pipe");
	}
	c.stdio[0] = in[0];
	c.stdio[1] = c.stdio[2] = out[1];
	rc = box_exec(kp->box, &c, &kp->cmd, &pty, e);
	close(in[0]);
	close(out[1]);
	kp->to = in[1];
	kp->from = out[0];
	return rc;
}

/* Another sandbox for the same workspace, by the way that is open to us. */
static int
come_in(struct keeper *kp, const struct way_in *w, struct box *beside,
    struct err *e)
{
	if (beside == NULL)
		return w->helper;
	if (w->kind != WAY_IN_SERVICE) {
		kp->helper = box_further(beside, e);
		return kp->helper;
	}
	// The service counts who comes, and makes one sandbox for each.
	if (way_in_by(&kp->own, w->path, NULL, true, e) != 0)
		return -1;
	kp->came_again = true;
	return kp->own.helper;
}

int
keeper_open(struct keeper *kp, const struct way_in *w, struct box *beside,
    const struct spec *spec, struct err *e)
{
	int helper;

	*kp = (struct keeper){.helper = -1, .to = -1, .from = -1};
	kp->buf = malloc(BUFFER);
	if (kp->buf == NULL)
		return err_set(e, ERR_SYSTEM, ENOMEM, "begin " PROGRAM);
	helper = come_in(kp, w, beside, e);
	if (helper < 0 || box_start(&kp->box, helper,
			      kp->came_again ? kp->own.workspace : w->workspace,
			      spec, e) != 0)
		return -1;
	if (put_program(kp, e) != 0 || start_program(kp, e) != 0)
		return -1;
	return 0;
}

void
keeper_close(struct keeper *kp)
{
	fd_close(&kp->to);
	fd_close(&kp->from);
	box_end(kp->box);
	kp->box = NULL;
	fd_close(&kp->helper);
	if (kp->came_again)
		way_in_close(&kp->own);
	kp->came_again = false;
	free(kp->buf);
	kp->buf = NULL;
}

static int
gone(struct err *e)
{
	return err_set(e, ERR_GONE, 0, PROGRAM " ended before its time");
}

static int
say(struct keeper *kp, const void *data, size_t n, struct err *e)
{
	if (fd_write_all(kp->to, data, n) == 0)
		return 0;
	return errno == EPIPE ? gone(e)
			      : err_set(e, ERR_SYSTEM, errno, "tell " PROGRAM);
}

/* Reads until want bytes are there, or at least one more than there were. */
static int
fill(struct keeper *kp, size_t want, struct err *e)
{
	ssize_t n;

	if (kp->at > 0) {
		memmove(kp->buf, kp->buf + kp->at, kp->len - kp->at);
		kp->len -= kp->at;
		kp->at = 0;
	}
	do {
		if (kp->len == BUFFER)
			return err_set(
			    e, ERR_PROTOCOL, 0, PROGRAM " says too much");
		n = read(kp->from, kp->buf + kp->len, BUFFER - kp->len);
		if (n < 0 && errno != EINTR)
			return err_set(e, ERR_SYSTEM, errno, "read " PROGRAM);
		if (n < 0 && kp->stop != NULL && *kp->stop != 0)
			return err_set(e, ERR_INTERRUPTED, 0, "stopped");
		if (n == 0)
			return gone(e);
		kp->len += n > 0 ? (size_t)n : 0;
	} while (kp->len < want);
	return 0;
}

static int
number(struct keeper *kp, uint32_t *v, struct err *e)
{
	if (kp->len - kp->at < sizeof(*v) && fill(kp, sizeof(*v), e) != 0)
		return -1;
	memcpy(v, kp->buf + kp->at, sizeof(*v));
	kp->at += sizeof(*v);
	return 0;
}

int
keeper_scan(struct keeper *kp, const char *const *skip, struct keep_tree *t,
    struct err *e)
{
	char type = 0;
	ptrdiff_t n = 0;

	*t = (struct keep_tree){0};
	if (say(kp, "S", 1, e) != 0)
		return -1;
	for (; skip != NULL && *skip != NULL; skip++)
		if (say(kp, *skip, strlen(*skip) + 1, e) != 0)
			return -1;
	if (say(kp, "", 1, e) != 0)
		return -1;
	while (type != KEEP_END) {
		n = tree_parse(t, kp->buf + kp->at, kp->len - kp->at, &type);
		if (n > 0)
			kp->at += (size_t)n;
		if (n < 0 || (n == 0 && fill(kp, 1, e) != 0))
			break;
	}
	if (type == KEEP_END) {
		tree_sort(t);
		return 0;
	}
	tree_free(t);
	return n < 0 ? err_set(e, ERR_PROTOCOL, 0,
			   "the workspace could not be looked at")
		     : -1;
}

int
keeper_ask(struct keeper *kp, const char *path, struct err *e)
{
	if (say(kp, (char[]){KEEPER_READ}, 1, e) != 0)
		return -1;
	return say(kp, path, strlen(path) + 1, e);
}

int
keeper_piece(struct keeper *kp, const char **data, size_t *n, struct err *e)
{
	uint32_t v, why;

	*n = 0;
	if (number(kp, &v, e) != 0)
		return -1;
	if (v == KEEPER_FAILED)
		return number(kp, &why, e) != 0 ? -1 : 1;
	if (v > KEEPER_PIECE_MAX)
		return err_set(e, ERR_PROTOCOL, 0, PROGRAM " says too much");
	if (kp->len - kp->at < v && fill(kp, v, e) != 0)
		return -1;
	*data = kp->buf + kp->at;
	*n = v;
	kp->at += v;
	return 0;
}

static int
answered(struct keeper *kp, struct err *e)
{
	uint32_t v;

	if (number(kp, &v, e) != 0)
		return -1;
	return v > INT_MAX ? gone(e) : (int)v;
}

/* first may be NULL. */
static int
order(struct keeper *kp, char op, const char *first, const char *path,
    struct err *e)
{
	if (say(kp, &op, 1, e) != 0 ||
	    (first != NULL && say(kp, first, strlen(first) + 1, e) != 0) ||
	    say(kp, path, strlen(path) + 1, e) != 0)
		return -1;
	return 0;
}

static int
change(struct keeper *kp, char op, const char *first, const char *path,
    struct err *e)
{
	if (order(kp, op, first, path, e) != 0)
		return -1;
	return answered(kp, e);
}

static int
with_mode(
    struct keeper *kp, char op, uint32_t mode, const char *path, struct err *e)
{
	char text[16];

	snprintf(text, sizeof(text), "%o", (unsigned)mode);
	return change(kp, op, text, path, e);
}

int
keeper_unlink(struct keeper *kp, const char *path, struct err *e)
{
	return change(kp, KEEPER_UNLINK, NULL, path, e);
}

int
keeper_rmdir(struct keeper *kp, const char *path, struct err *e)
{
	return change(kp, KEEPER_RMDIR, NULL, path, e);
}

int
keeper_mode(struct keeper *kp, const char *path, uint32_t mode, struct err *e)
{
	return with_mode(kp, KEEPER_MODE, mode, path, e);
}

int
keeper_dir(struct keeper *kp, const char *path, uint32_t mode, struct err *e)
{
	return with_mode(kp, KEEPER_DIR, mode, path, e);
}

int
keeper_fifo(struct keeper *kp, const char *path, uint32_t mode, struct err *e)
{
	return with_mode(kp, KEEPER_FIFO, mode, path, e);
}

int
keeper_link(
    struct keeper *kp, const char *path, const char *target, struct err *e)
{
	return change(kp, KEEPER_LINK, target, path, e);
}

int
keeper_file(struct keeper *kp, const char *path, uint32_t mode, int content,
    struct err *e)
{
	autofree char *piece = malloc(KEEPER_PIECE_MAX);
	char text[16];
	uint32_t n;
	ssize_t k;

	snprintf(text, sizeof(text), "%o", (unsigned)mode);
	if (piece == NULL)
		return err_set(e, ERR_SYSTEM, ENOMEM, "restore a file");
	if (order(kp, KEEPER_FILE, text, path, e) != 0)
		return -1;
	do {
		k = read(content, piece, KEEPER_PIECE_MAX);
		if (k < 0)
			return err_set(e, ERR_SESSION, errno, "read the store");
		n = (uint32_t)k;
		if (say(kp, &n, sizeof(n), e) != 0 || say(kp, piece, n, e) != 0)
			return -1;
	} while (k > 0);
	return answered(kp, e);
}

int
keeper_sync(struct keeper *kp, struct err *e)
{
	if (say(kp, (char[]){KEEPER_SYNC}, 1, e) != 0)
		return -1;
	return answered(kp, e);
}
