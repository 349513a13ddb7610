// SPDX-License-Identifier: ISC
// Finds where a file of records is continued.
#include <errno.h>
#include <inttypes.h>
#include <sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/egress/line.h"
#include "jail/egress/tail.h"

enum {
	LOOK = 4 * LINE_BYTES, // a line, and what failures in a row may leave
};

void
tail_hash(const void *p, size_t n, uint8_t out[TAIL_HASH])
{
	SHA2_CTX c;

	SHA256Init(&c);
	SHA256Update(&c, p, n);
	SHA256Final(out, &c);
}

// Of p[0..n) with a newline, which it may have.
static void
hash_line(const char *p, size_t n, uint8_t out[TAIL_HASH])
{
	SHA2_CTX c;

	SHA256Init(&c);
	SHA256Update(&c, (const uint8_t *)p, n);
	if (p[n - 1] != '\n')
		SHA256Update(&c, (const uint8_t *)"\n", 1);
	SHA256Final(out, &c);
}

// The number of a line of ours: every one begins like this.
static bool
number_of(const char *p, size_t n, uint64_t *seq)
{
	char head[64];
	size_t len = n < sizeof(head) - 1 ? n : sizeof(head) - 1;

	memcpy(head, p, len);
	head[len] = '\0';
	return sscanf(head, "{\"v\":1,\"seq\":%" SCNu64 ",", seq) == 1;
}

// Where the line that ends at end begins.
static size_t
begin_of(const char *p, size_t end)
{
	size_t at = end > 0 ? end - 1 : 0; // its own newline is not sought

	while (at > 0 && p[at - 1] != '\n')
		at--;
	return at;
}

// buf[0..n) is the file's end, and all of it if first.
static int
look(const char *buf, size_t n, bool first, struct tail *t, struct err *e)
{
	size_t at, len, end = n;

	for (; end > 0; end = at) {
		at = begin_of(buf, end);
		len = end - at - (buf[end - 1] == '\n');
		if (line_whole(buf + at, len) &&
		    number_of(buf + at, len, &t->seq)) {
			hash_line(buf + at, end - at, t->prev);
			t->newline = buf[end - 1] != '\n';
			t->seq++;
			break;
		}
	}
	if (end == 0 && !first)
		return err_set(e, ERR_LIMIT, 0,
		    "the records do not end in a line of ours");
	t->torn = end < n;
	t->open = t->torn && buf[n - 1] != '\n';
	if (t->torn)
		hash_line(buf + end, n - end, t->piece);
	return 0;
}

int
tail_read(int fd, struct tail *t, struct err *e)
{
	autofree char *buf = NULL;
	struct stat st;
	size_t want, got = 0;
	off_t from;
	ssize_t n;

	memset(t, 0, sizeof(*t));
	t->seq = 1;
	if (fstat(fd, &st) != 0)
		return err_set(e, ERR_SYSTEM, errno, "look at the records");
	buf = malloc(LOOK);
	if (buf == NULL)
		return err_set(e, ERR_SYSTEM, ENOMEM, "read the records");
	want = st.st_size < LOOK ? (size_t)st.st_size : LOOK;
	from = st.st_size - (off_t)want;
	while (got < want) {
		n = pread(fd, buf + got, want - got, from + (off_t)got);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_set(e, ERR_SYSTEM, n < 0 ? errno : EIO,
			    "read the records");
		got += (size_t)n;
	}
	return look(buf, got, from == 0, t, e);
}
