// SPDX-License-Identifier: ISC
// A private store of content by its digest: written, synced, then named.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/keep/store.h"

enum {
	PIECE = 65536,
	OBJECT_PATH = 16 + KEEP_HEX,
	SYNC_EACH_MAX = 64, // more are synced with their file system at once
	TREE_MAX = 1 << 30,
};

int
keep_open(struct keep *k, const char *path, bool make, struct err *e)
{
	static const char *const dirs[] = {"objects", "tmp", "sessions"};
	size_t i;

	*k = (struct keep){.dir = -1, .lock = -1};
	snprintf(k->path, sizeof(k->path), "%s", path);
	if (make && state_make_dir(path, e) != 0)
		return -1;
	k->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (k->dir < 0)
		return err_set(e, ERR_SESSION, errno, "open %.150s", path);
	for (i = 0; make && i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		if (mkdirat(k->dir, dirs[i], 0700) == 0 || errno == EEXIST)
			continue;
		err_set(e, ERR_SESSION, errno, "make %.150s/%s", path, dirs[i]);
		keep_close(k);
		return -1;
	}
	k->lock = openat(k->dir, "lock",
	    O_RDWR | O_CLOEXEC | O_NOFOLLOW | (make ? O_CREAT : 0), 0600);
	if (k->lock >= 0)
		return 0;
	err_set(e, ERR_SESSION, errno, "open %.150s/lock", path);
	keep_close(k);
	return -1;
}

void
keep_close(struct keep *k)
{
	fd_close(&k->dir);
	fd_close(&k->lock);
	free(k->pending);
	k->pending = NULL;
	k->npending = 0;
}

int
keep_lock(struct keep *k, bool exclusive, struct err *e)
{
	while (flock(k->lock, exclusive ? LOCK_EX : LOCK_SH) != 0)
		if (errno != EINTR)
			return err_set(
			    e, ERR_SESSION, errno, "lock %.150s", k->path);
	return 0;
}

static void
object_path(const char hex[KEEP_HEX], char out[OBJECT_PATH])
{
	snprintf(out, OBJECT_PATH, "objects/%.2s/%s", hex, hex + 2);
}

/* Until it is on disk; nobody else's. */
static void
temp_path(const char hex[KEEP_HEX], char out[OBJECT_PATH])
{
	snprintf(out, OBJECT_PATH, "tmp/%u-%s", (unsigned)getpid(), hex);
}

/* What was put for something that then was not done. */
static void
drop_pending(struct keep *k)
{
	char name[OBJECT_PATH];

	while (k->npending > 0) {
		temp_path(k->pending[--k->npending], name);
		(void)unlinkat(k->dir, name, 0);
	}
}

void
keep_unlock(struct keep *k)
{
	drop_pending(k);
	(void)flock(k->lock, LOCK_UN);
}

bool
keep_has(const struct keep *k, const uint8_t digest[KEEP_DIGEST])
{
	char hex[KEEP_HEX], path[OBJECT_PATH];

	keep_hex(digest, hex);
	temp_path(hex, path);
	if (faccessat(k->dir, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return true;
	object_path(hex, path);
	return faccessat(k->dir, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

int
keep_get(const struct keep *k, const uint8_t digest[KEEP_DIGEST], struct err *e)
{
	char hex[KEEP_HEX], path[OBJECT_PATH];
	uint8_t sum[KEEP_DIGEST];
	static char piece[PIECE];
	autoclose int fd = -1;
	SHA2_CTX x;
	ssize_t n;

	keep_hex(digest, hex);
	object_path(hex, path);
	fd = openat(k->dir, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return err_set(
		    e, ERR_SESSION, errno, "%.120s/%s", k->path, path);
	SHA256Init(&x);
	while ((n = read(fd, piece, sizeof(piece))) > 0)
		SHA256Update(&x, (const uint8_t *)piece, (size_t)n);
	SHA256Final(sum, &x);
	if (n < 0 || lseek(fd, 0, SEEK_SET) != 0)
		return err_set(
		    e, ERR_SESSION, errno, "%.120s/%s", k->path, path);
	if (memcmp(sum, digest, sizeof(sum)) != 0)
		return err_set(e, ERR_SESSION, 0,
		    "%.120s/%s is damaged: it is not what its name says",
		    k->path, path);
	return take_fd(&fd);
}

/* Here, on its way here, or here and damaged: then it is mended. */
static bool
is_whole(const struct keep *k, const uint8_t digest[KEEP_DIGEST])
{
	char hex[KEEP_HEX], path[OBJECT_PATH];
	struct err ignored;
	int fd;

	keep_hex(digest, hex);
	temp_path(hex, path);
	if (faccessat(k->dir, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return true;
	if (!keep_has(k, digest))
		return false;
	fd = keep_get(k, digest, &ignored);
	if (fd < 0)
		return false;
	close(fd);
	return true;
}

int
keep_blob_begin(struct keep *k, struct keep_blob *b, struct err *e)
{
	static unsigned count;

	do {
		snprintf(b->temp, sizeof(b->temp), "tmp/new-%u-%u",
		    (unsigned)getpid(), count++);
		b->fd = openat(k->dir, b->temp,
		    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	} while (b->fd < 0 && errno == EEXIST);
	if (b->fd < 0)
		return err_set(
		    e, ERR_SESSION, errno, "write in %.150s", k->path);
	SHA256Init(&b->sum);
	return 0;
}

int
keep_blob_add(struct keep *k, struct keep_blob *b, const void *data, size_t len,
    struct err *e)
{
	if (fd_write_all(b->fd, data, len) != 0)
		return err_set(
		    e, ERR_SESSION, errno, "write in %.150s", k->path);
	SHA256Update(&b->sum, data, len);
	k->written += len;
	return 0;
}

void
keep_blob_drop(struct keep *k, struct keep_blob *b)
{
	fd_close(&b->fd);
	(void)unlinkat(k->dir, b->temp, 0);
}

int
keep_blob_end(struct keep *k, struct keep_blob *b, uint8_t digest[KEEP_DIGEST],
    struct err *e)
{
	char hex[KEEP_HEX], temp[OBJECT_PATH], (*more)[KEEP_HEX];

	SHA256Final(digest, &b->sum);
	if (is_whole(k, digest)) {
		keep_blob_drop(k, b);
		return 0;
	}
	fd_close(&b->fd);
	keep_hex(digest, hex);
	temp_path(hex, temp);
	if ((k->npending & (k->npending - 1)) == 0) {
		more = reallocarray(k->pending,
		    k->npending != 0 ? 2 * k->npending : 1, sizeof(*more));
		if (more == NULL) {
			keep_blob_drop(k, b);
			return err_set(e, ERR_SYSTEM, ENOMEM, "keep content");
		}
		k->pending = more;
	}
	if (renameat(k->dir, b->temp, k->dir, temp) != 0) {
		keep_blob_drop(k, b);
		return err_set(
		    e, ERR_SESSION, errno, "write in %.150s", k->path);
	}
	memcpy(k->pending[k->npending++], hex, KEEP_HEX);
	return 0;
}

int
keep_put(struct keep *k, const void *data, size_t len,
    uint8_t digest[KEEP_DIGEST], struct err *e)
{
	struct keep_blob b;

	if (keep_blob_begin(k, &b, e) != 0)
		return -1;
	if (keep_blob_add(k, &b, data, len, e) != 0) {
		keep_blob_drop(k, &b);
		return -1;
	}
	return keep_blob_end(k, &b, digest, e);
}

static int
sync_one(struct keep *k, const char *name)
{
	autoclose int fd = openat(k->dir, name, O_RDONLY | O_CLOEXEC);

	return fd >= 0 && fsync(fd) == 0 ? 0 : -1;
}

/* From tmp/ to where it belongs. */
static int
name_one(struct keep *k, const char hex[KEEP_HEX])
{
	char temp[OBJECT_PATH], path[OBJECT_PATH], dir[16];

	temp_path(hex, temp);
	snprintf(dir, sizeof(dir), "objects/%.2s", hex);
	object_path(hex, path);
	if (mkdirat(k->dir, dir, 0700) != 0 && errno != EEXIST)
		return -1;
	return renameat(k->dir, temp, k->dir, path);
}

static int
sync_pending(struct keep *k)
{
	char name[OBJECT_PATH];
	size_t i;

	// A wait for each is long where there are many, and one for the whole
	// file system where somebody else writes a lot.
	if (k->npending > SYNC_EACH_MAX)
		return syncfs(k->dir);
	for (i = 0; i < k->npending; i++) {
		temp_path(k->pending[i], name);
		if (sync_one(k, name) != 0)
			return -1;
	}
	return 0;
}

static int
sync_names(struct keep *k)
{
	char name[OBJECT_PATH];
	size_t i;

	if (k->npending > SYNC_EACH_MAX)
		return syncfs(k->dir);
	for (i = 0; i < k->npending; i++) {
		snprintf(name, sizeof(name), "objects/%.2s", k->pending[i]);
		if (sync_one(k, name) != 0)
			return -1;
	}
	return k->npending > 0 ? sync_one(k, "objects") : 0;
}

int
keep_settle(struct keep *k, struct err *e)
{
	int failed = sync_pending(k);
	size_t i;

	for (i = 0; failed == 0 && i < k->npending; i++)
		failed = name_one(k, k->pending[i]);
	if (failed != 0 || sync_names(k) != 0)
		return err_set(
		    e, ERR_SESSION, errno, "write in %.150s", k->path);
	k->npending = 0;
	return 0;
}

int
keep_put_tree(struct keep *k, const struct keep_tree *t,
    uint8_t digest[KEEP_DIGEST], struct err *e)
{
	size_t len;
	autofree char *text = tree_write(t, &len);

	if (text == NULL)
		return err_set(e, ERR_SYSTEM, ENOMEM, "keep a tree");
	return keep_put(k, text, len, digest, e);
}

int
keep_get_tree(const struct keep *k, const uint8_t digest[KEEP_DIGEST],
    struct keep_tree *t, struct err *e)
{
	autoclose int fd = keep_get(k, digest, e);
	autofree char *text = NULL;
	struct stat st;
	size_t done = 0;
	ssize_t n = 1;

	*t = (struct keep_tree){0};
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) != 0 || st.st_size > TREE_MAX ||
	    (text = malloc((size_t)st.st_size + 1)) == NULL)
		return err_set(e, ERR_SYSTEM, ENOMEM, "read a tree");
	for (; n > 0 && done < (size_t)st.st_size; done += (size_t)n)
		n = read(fd, text + done, (size_t)st.st_size - done);
	if (n < 0)
		return err_set(e, ERR_SESSION, errno, "read a tree");
	return tree_read(t, text, done, e);
}
