// SPDX-License-Identifier: ISC
// API keys: taken and wiped where they are, held in one mapping, struck out.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/model/keys.h"

enum {
	PAGE = 4 * KEYS_MAX * KEYS_LENGTH_MAX
};

int
keys_open(struct keys *k, struct err *e)
{
	void *p;

	memset(k, 0, sizeof(*k));
	p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return err_set(e, ERR_SYSTEM, errno, "memory for the key");
	k->page = p;
	// The first is what we promise. The others may be more than a
	// kernel or a limit grants, and each is of use alone.
	if (madvise(p, PAGE, MADV_DONTDUMP) == -1) {
		err_set(e, ERR_SYSTEM, errno, "keep the key out of cores");
		keys_close(k);
		return -1;
	}
	(void)madvise(p, PAGE, MADV_WIPEONFORK);
	(void)mlock(p, PAGE);
	return 0;
}

void
keys_close(struct keys *k)
{
	if (k->page != NULL) {
		explicit_bzero(k->page, PAGE);
		munmap(k->page, PAGE);
	}
	memset(k, 0, sizeof(*k));
}

/* A string's copy in the mapping; NULL if it is full. */
static char *
put(struct keys *k, const char *a, size_t na, const char *b, size_t nb)
{
	char *to = k->page + k->used;

	if (na + nb >= PAGE - k->used)
		return NULL;
	memcpy(to, a, na);
	memcpy(to + na, b, nb);
	to[na + nb] = '\0';
	k->used += na + nb + 1;
	return to;
}

/*
 * Takes n bytes as a key, without the white space around them. A control
 * character within would end the header that the key goes into.
 */
static int
add(struct keys *k, const char *p, size_t n, const char **key, struct err *e)
{
	size_t i;

	while (n > 0 && memchr(" \t\r\n", p[n - 1], 4) != NULL)
		n--;
	while (n > 0 && memchr(" \t\r\n", *p, 4) != NULL) {
		p++;
		n--;
	}
	if (n == 0)
		return 0;
	if (n > KEYS_LENGTH_MAX || k->n == KEYS_MAX)
		return err_set(e, ERR_USAGE, 0, "the key is too long");
	for (i = 0; i < n; i++)
		if (p[i] <= ' ' || p[i] >= 0x7f)
			return err_set(e, ERR_USAGE, 0,
			    "the key has a character that no key has");
	*key = put(k, p, n, "", 0);
	if (*key == NULL)
		return err_set(e, ERR_USAGE, 0, "the keys are too long");
	k->key[k->n].text = *key;
	k->key[k->n++].len = n;
	return 0;
}

int
keys_from_variable(
    struct keys *k, const char *name, const char **key, struct err *e)
{
	char *value = getenv(name);
	int r;

	*key = NULL;
	if (value == NULL)
		return 0;
	r = add(k, value, strlen(value), key, e);
	explicit_bzero(value, strlen(value));
	unsetenv(name);
	return r == -1 ? err_prefix(e, "%s", name) : 0;
}

/* Bytes of fd up to size, or -1. */
static ssize_t
slurp(int fd, char *buf, size_t size)
{
	size_t n = 0;
	ssize_t r;

	while (n < size) {
		r = read(fd, buf + n, size - n);
		if (r == -1 && errno == EINTR)
			continue;
		if (r == -1)
			return -1;
		if (r == 0)
			break;
		n += (size_t)r;
	}
	return (ssize_t)n;
}

int
keys_from_file(
    struct keys *k, const char *path, const char **key, struct err *e)
{
	char buf[KEYS_LENGTH_MAX + 64];
	autoclose int fd = -1;
	struct stat st;
	ssize_t n;
	int r;

	*key = NULL;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd == -1 || fstat(fd, &st) == -1)
		return err_set(e, ERR_USAGE, errno, "key file %s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(
		    e, ERR_USAGE, 0, "key file %s is not a regular file", path);
	if ((st.st_mode & 077) != 0)
		return err_set(e, ERR_USAGE, 0,
		    "key file %s can be used by others; chmod 600 it", path);
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return err_set(e, ERR_USAGE, 0,
		    "key file %s belongs to somebody else", path);
	n = slurp(fd, buf, sizeof(buf));
	if (n == -1)
		return err_set(e, ERR_USAGE, errno, "key file %s", path);
	r = add(k, buf, (size_t)n, key, e);
	explicit_bzero(buf, sizeof(buf));
	if (r == -1)
		return err_prefix(e, "key file %s", path);
	if (*key == NULL)
		return err_set(e, ERR_USAGE, 0, "key file %s is empty", path);
	return 0;
}

int
keys_line(struct keys *k, const char *prefix, const char *key,
    const char **line, struct err *e)
{
	*line = put(k, prefix, strlen(prefix), key, strlen(key));
	if (*line == NULL)
		return err_set(e, ERR_USAGE, 0, "the keys are too long");
	return 0;
}

size_t
keys_redact(const struct keys *k, char *buf, size_t len)
{
	size_t i, found = 0;
	char *at;

	for (i = 0; i < k->n; i++) {
		size_t n = k->key[i].len;

		if (n < KEYS_LENGTH_SECRET)
			continue;
		at = buf;
		while ((at = memmem(at, len - (size_t)(at - buf),
			    k->key[i].text, n)) != NULL) {
			memset(at, '*', n);
			at += n;
			found++;
		}
	}
	return found;
}
