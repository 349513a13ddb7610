// SPDX-License-Identifier: ISC
// Any bytes as a conversation.
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/script.h"

enum {
	KINDS = 4, // of descriptors
	ROWS = 64,
};

uint8_t
script_byte(struct script *s)
{
	if (s->n == 0)
		return 0;
	s->n--;
	return *s->p++;
}

static const struct wire_info *
row(struct script *s)
{
	const struct wire_info *w, *rows[ROWS];
	unsigned i, n = 0;

	for (i = 0; (w = wire_info_at(i)) != NULL; i++)
		if ((w->way & s->ways) != 0 && n < ROWS)
			rows[n++] = w;
	return rows[script_byte(s) % n];
}

static int
descriptor(unsigned kind)
{
	static int fds[KINDS];
	int pair[2];

	if (fds[0] == 0) {
		fds[0] = open("/usr", O_PATH | O_DIRECTORY | O_CLOEXEC);
		fds[1] = memfd_create("fuzz", MFD_CLOEXEC | MFD_ALLOW_SEALING);
		fds[2] = open("/dev/null", O_RDWR | O_CLOEXEC);
		FUZZ_ASSERT(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC,
				0, pair) == 0);
		fds[3] = pair[0];
		close(pair[1]);
	}
	return fds[kind];
}

static void
patch(struct script *s, struct raw *r)
{
	unsigned at = script_byte(s);
	uint8_t value;

	at |= (unsigned)script_byte(s) << 8;
	value = script_byte(s);
	if (at < r->size)
		((uint8_t *)r)[at] = value;
	else
		r->size = at % (sizeof(r->h) + sizeof(r->body));
}

static void
one(struct script *s, struct raw *r, int *fd)
{
	uint8_t wrong, seq;
	unsigned i;

	raw_right(r, row(s));
	if (s->seed != NULL)
		s->seed(r);
	wrong = script_byte(s);
	if ((wrong & 3) == 1)
		r->nfds++;
	else if ((wrong & 3) == 2)
		r->nfds = 0;
	*fd = descriptor(wrong >> 2 & 3);
	if ((wrong & 16) != 0) {
		seq = script_byte(s);
		r->h.seq = seq;
	}
	for (i = 0; i < (unsigned)wrong >> 5; i++)
		patch(s, r);
}

void
script_say(struct script *s, int sock, unsigned most)
{
	struct raw r;
	unsigned i;
	int fd;

	// Nobody reads yet: what does not fit is not said.
	FUZZ_ASSERT(fcntl(sock, F_SETFL, O_NONBLOCK) == 0);
	for (i = 0; i < most && s->n > 0; i++) {
		one(s, &r, &fd);
		// An empty one would look like the end.
		if (r.size == 0)
			r.size = 1;
		if (raw_send(sock, &r, fd) != 0)
			break;
	}
}

unsigned
script_files(void)
{
	// The script's own are there from now on.
	(void)descriptor(0);
	return raw_open_files();
}
