// SPDX-License-Identifier: ISC
// What was typed before: a line of the file each, line ends written \n.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "src/agent/text.h"
#include "src/term/history.h"

static void
keep(struct history *h, const char *p, size_t len)
{
	struct text t = {0};

	if (h->n == HISTORY_MAX) {
		free(h->entry[0]);
		memmove(&h->entry[0], &h->entry[1],
		    (HISTORY_MAX - 1) * sizeof(h->entry[0]));
		h->n--;
	}
	text_add(&t, p, len);
	h->entry[h->n++] = text_take(&t);
}

/* One line of the file, as it was typed. */
static void
take_line(struct history *h, const char *p, size_t len)
{
	autotext struct text t = {0};
	size_t i;

	for (i = 0; i < len; i++) {
		if (p[i] == '\\' && i + 1 < len && p[i + 1] == 'n') {
			text_char(&t, '\n');
			i++;
		} else if (p[i] == '\\' && i + 1 < len && p[i + 1] == '\\') {
			text_char(&t, '\\');
			i++;
		} else if (p[i] != '\0') {
			text_char(&t, p[i]);
		}
	}
	if (t.len > 0)
		keep(h, t.p, t.len);
}

static void
put_line(struct text *out, const char *s)
{
	for (; *s != '\0'; s++)
		if (*s == '\n')
			text_str(out, "\\n");
		else if (*s == '\\')
			text_str(out, "\\\\");
		else
			text_char(out, *s);
	text_char(out, '\n');
}

/* The end of the file, from a line's beginning. */
static int
read_all(int fd, off_t size, struct text *out, struct err *e)
{
	char buf[65536];
	ssize_t n;

	if (size > (off_t)HISTORY_FILE_MAX &&
	    lseek(fd, -(off_t)HISTORY_FILE_MAX, SEEK_END) < 0)
		return err_set(e, ERR_FILE, errno, "read the history");
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		text_add(out, buf, (size_t)n);
	return n < 0 ? err_set(e, ERR_FILE, errno, "read the history") : 0;
}

static size_t
take_all(struct history *h, const struct text *t, bool cut)
{
	const char *p = text_of(t), *end = p + t->len, *nl;
	size_t lines = 0;

	if (cut && (nl = memchr(p, '\n', t->len)) != NULL)
		p = nl + 1;
	for (; p < end; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		if (nl == NULL)
			nl = end;
		take_line(h, p, (size_t)(nl - p));
		lines++;
	}
	return lines;
}

/*
 * The file anew, with what is kept. Under a name of our own until it is
 * whole: another session may read meanwhile.
 */
static void
shorten(struct history *h)
{
	autotext struct text t = {0};
	autoclose int fd = -1;
	char temp[100];
	size_t i;

	snprintf(temp, sizeof(temp), "%.60s.%ld", h->name, (long)getpid());
	fd = openat(h->dir, temp,
	    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return;
	for (i = 0; i < h->n; i++)
		put_line(&t, h->entry[i]);
	if (fd_write_all(fd, text_of(&t), t.len) != 0 ||
	    renameat(h->dir, temp, h->dir, h->name) != 0)
		unlinkat(h->dir, temp, 0);
}

static int
read_file(struct history *h, struct err *e)
{
	autoclose int fd = openat(
	    h->dir, h->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	autotext struct text t = {0};
	struct stat st;

	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return err_set(e, ERR_FILE, errno, "open the history");
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) ||
	    st.st_uid != geteuid())
		return err_set(e, ERR_FILE, 0,
		    "the history is no plain file of yours; it is left alone");
	if (read_all(fd, st.st_size, &t, e) < 0)
		return -1;
	if (take_all(h, &t, st.st_size > (off_t)HISTORY_FILE_MAX) >
		2u * HISTORY_MAX ||
	    st.st_size > (off_t)HISTORY_FILE_MAX)
		shorten(h);
	return 0;
}

int
history_open(
    struct history *h, const char *dir, const char *name, struct err *e)
{
	memset(h, 0, sizeof(*h));
	h->name = name;
	h->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (h->dir < 0)
		return err_set(e, ERR_FILE, errno, "open %.150s", dir);
	if (read_file(h, e) < 0) {
		fd_close(&h->dir);
		return -1;
	}
	return 0;
}

void
history_add(struct history *h, const char *s)
{
	autotext struct text t = {0};
	autoclose int fd = -1;

	if (*s == '\0' || *s == ' ' ||
	    (h->n > 0 && strcmp(h->entry[h->n - 1], s) == 0))
		return;
	keep(h, s, strlen(s));
	if (h->dir < 0)
		return;
	put_line(&t, s);
	fd = openat(h->dir, h->name,
	    O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
	    0600);
	// A history that a full disk has not taken is no reason to stop.
	if (fd >= 0)
		(void)!fd_write_all(fd, t.p, t.len);
}

size_t
history_find(const struct history *h, const char *what, size_t from)
{
	if (from > h->n)
		from = h->n;
	while (from-- > 0)
		if (strstr(h->entry[from], what) != NULL)
			return from;
	return h->n;
}

void
history_close(struct history *h)
{
	while (h->n > 0)
		free(h->entry[--h->n]);
	fd_close(&h->dir);
}
