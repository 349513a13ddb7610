// SPDX-License-Identifier: ISC
// wire: every row of the table, right and in each way wrong, over a real
// socket; and after each refusal no descriptor is left.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "jail/wire/wire.h"
#include "tests/unit/raw.h"

#define ALL_WAYS     1023u
#define PASS_PIDFD   76 /* SO_PASSPIDFD, Linux 6.5 */
#define HASH_VERSION 1
#define HASH	     UINT64_C(0x02c2415f425c53ff)

struct pair {
	int here, there; /* there is where wire_recv listens */
	int file;	 /* something to pass */
};

static int
setup(void **state)
{
	static struct pair p;
	int sv[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sv) != 0)
		return -1;
	p.here = sv[0];
	p.there = sv[1];
	p.file = open("/dev/null", O_RDONLY | O_CLOEXEC);
	*state = &p;
	return p.file < 0 ? -1 : 0;
}

static int
teardown(void **state)
{
	struct pair *p = *state;

	fd_close(&p->here);
	fd_close(&p->there);
	fd_close(&p->file);
	return 0;
}

static void
refused(
    const struct pair *p, const struct raw *r, unsigned ways, const char *what)
{
	const struct wire_info *w = wire_info(r->h.type);
	unsigned i, before = raw_open_files();
	struct wire_msg m;
	struct err e = {0};
	int rc;

	assert_int_equal(raw_send(p->here, r, p->file), 0);
	rc = wire_recv(p->there, ways, MSG_DONTWAIT, &m, &e);
	if (rc != -1 || e.code != ERR_PROTOCOL || e.sys_errno != 0)
		fail_msg("%s: %s: answer %d, code %u, errno %d",
		    w != NULL ? w->name : "?", what, rc, e.code, e.sys_errno);
	for (i = 0; i < WIRE_FDS_MAX; i++)
		assert_int_equal(m.fds[i], -1);
	if (raw_open_files() != before)
		fail_msg("%s: %s: a descriptor is left",
		    w != NULL ? w->name : "?", what);
}

static void
taken(const struct pair *p, const struct raw *r, unsigned ways)
{
	const struct wire_info *w = wire_info(r->h.type);
	unsigned i, before = raw_open_files();
	struct wire_msg m;
	struct err e = {0};

	assert_int_equal(raw_send(p->here, r, p->file), 0);
	if (wire_recv(p->there, ways, MSG_DONTWAIT, &m, &e) != 1)
		fail_msg("%s: %s", w->name, e.text);
	assert_memory_equal(&m.h, &r->h, sizeof(m.h));
	assert_memory_equal(&m.u, r->body, w->len);
	for (i = 0; i < WIRE_FDS_MAX; i++) {
		assert_true(i < w->nfds ? m.fds[i] >= 0 : m.fds[i] == -1);
		if (m.fds[i] >= 0)
			assert_int_equal(fcntl(m.fds[i], F_GETFD), FD_CLOEXEC);
	}
	assert_int_equal(raw_open_files(), before + w->nfds);
	wire_msg_close(&m);
	assert_int_equal(raw_open_files(), before);
}

#define EACH_ROW(w) \
	for (unsigned row_ = 0; (w = wire_info_at(row_)) != NULL; row_++)

static void
test_rows(void **state)
{
	const struct wire_info *w;
	struct raw r;
	unsigned bit;

	EACH_ROW(w)
	{
		raw_right(&r, w);
		taken(*state, &r, w->way);
		taken(*state, &r, ALL_WAYS);
		refused(*state, &r, ALL_WAYS & ~(unsigned)w->way, "other ways");
		refused(*state, &r, 0, "no way");
		for (bit = 1; bit < ALL_WAYS; bit <<= 1)
			if ((w->way & bit) != 0)
				taken(*state, &r, bit);
			else
				refused(*state, &r, bit, "one wrong way");
	}
}

static void
test_header(void **state)
{
	static const uint16_t versions[] = {0, 2, 0x100, 0x101, 0xffff};
	const struct wire_info *w;
	struct raw r;
	size_t i;

	EACH_ROW(w)
	{
		for (i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
			raw_right(&r, w);
			r.h.version = versions[i];
			refused(*state, &r, ALL_WAYS, "version");
		}
		for (i = 0; i < 16; i++) {
			raw_right(&r, w);
			r.h.reserved = (uint16_t)(1u << i);
			refused(*state, &r, ALL_WAYS, "reserved bit");
		}
		for (i = 1; i < sizeof(r.h); i++) {
			raw_right(&r, w);
			r.size = i;
			refused(*state, &r, ALL_WAYS, "part of a header");
		}
	}
}

static void
test_unknown_types(void **state)
{
	unsigned type, known = 0, rows = 0;
	const struct wire_info *w;
	struct raw r;

	EACH_ROW(w)
	rows++;
	for (type = 0; type <= 0xffff; type++) {
		if (wire_info((uint16_t)type) != NULL) {
			known++;
			continue;
		}
		raw_right(&r, wire_info(WIRE_GO));
		r.h.type = (uint16_t)type;
		if (type < 300 || type > 0xff00)
			refused(*state, &r, ALL_WAYS, "unknown type");
	}
	/* No number stands twice. */
	assert_int_equal(known, rows);
}

static void
test_lengths(void **state)
{
	static const long off[] = {-1, 1, -4, 4, 64};
	const struct wire_info *w;
	struct raw r;
	size_t i;

	EACH_ROW(w)
	{
		for (i = 0; i < sizeof(off) / sizeof(off[0]); i++) {
			raw_right(&r, w);
			r.size += (size_t)off[i];
			refused(*state, &r, ALL_WAYS, "size");
			r.h.len += (uint32_t)off[i];
			refused(*state, &r, ALL_WAYS, "size and len");
			raw_right(&r, w);
			r.h.len += (uint32_t)off[i];
			refused(*state, &r, ALL_WAYS, "len");
		}
		raw_right(&r, w);
		r.size = sizeof(r.h);
		refused(*state, &r, ALL_WAYS, "only a header");
		r.h.len = 0;
		refused(*state, &r, ALL_WAYS, "only a header that says so");
		raw_right(&r, w);
		r.h.len = UINT32_MAX;
		refused(*state, &r, ALL_WAYS, "greatest len");
		raw_right(&r, w);
		r.size = sizeof(r.h) + sizeof(union wire_body) + 1;
		refused(*state, &r, ALL_WAYS, "more than any message");
	}
}

static void
test_descriptors(void **state)
{
	static const unsigned counts[] = {
	    0, 1, 2, 3, 4, 5, 6, 13, 14, 15, 16, 60, RAW_FDS_MOST};
	const struct wire_info *w;
	struct raw r;
	size_t i;

	EACH_ROW(w)
	{
		for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
			if (counts[i] == w->nfds)
				continue;
			raw_right(&r, w);
			r.nfds = counts[i];
			refused(*state, &r, ALL_WAYS, "descriptors");
			r.h.nfds = (uint16_t)counts[i];
			refused(*state, &r, ALL_WAYS, "descriptors, said so");
			raw_right(&r, w);
			r.h.nfds = (uint16_t)counts[i];
			refused(*state, &r, ALL_WAYS, "nfds");
		}
	}
}

static void
bad_name(const struct pair *p, const struct raw_part *part)
{
	const struct wire_info *w = wire_info(part->type);
	struct raw r;
	char *at = r.body + part->at;

	raw_right(&r, w);
	memset(at, 0, part->size);
	if (part->kind == TEXT)
		taken(p, &r, ALL_WAYS);
	else
		refused(p, &r, ALL_WAYS, "empty");
	at[part->size - 1] = 'x';
	refused(p, &r, ALL_WAYS, "empty, then the last byte");
	memset(at, 'x', part->size);
	refused(p, &r, ALL_WAYS, "unterminated");
	at[part->size - 1] = '\0';
	taken(p, &r, ALL_WAYS);
	at[part->size - 2] = '\0';
	at[part->size - 1] = 'x';
	refused(p, &r, ALL_WAYS, "last byte behind the end");
	raw_right(&r, w);
	memcpy(at, "/a", 2);
	at[3] = '\xff';
	refused(p, &r, ALL_WAYS, "first byte behind the end");
}

static void
bad_bits(const struct pair *p, const struct raw_part *part)
{
	const struct wire_info *w = wire_info(part->type);
	struct raw r;
	size_t i;

	for (i = 0; i < part->size * 8; i++) {
		raw_right(&r, w);
		r.body[part->at + i / 8] = (char)(1 << i % 8);
		if (part->kind == BOOL && i == 0)
			taken(p, &r, ALL_WAYS);
		else
			refused(p, &r, ALL_WAYS, part->name);
	}
}

static void
bad_by(const struct pair *p, const struct raw_part *part)
{
	uint32_t v;
	struct raw r;
	size_t i;

	for (i = 0; i < part->size; i += sizeof(v)) {
		raw_right(&r, wire_info(part->type));
		for (v = 0; v <= WIRE_BY__COUNT; v++) {
			memcpy(r.body + part->at + i, &v, sizeof(v));
			if (v < WIRE_BY__COUNT)
				taken(p, &r, ALL_WAYS);
			else
				refused(p, &r, ALL_WAYS, part->name);
		}
		v = UINT32_MAX;
		memcpy(r.body + part->at + i, &v, sizeof(v));
		refused(p, &r, ALL_WAYS, part->name);
	}
}

/* One limit, or none; a set of them. */
static void
bad_limits(const struct pair *p, const struct raw_part *part)
{
	const struct wire_info *w = wire_info(part->type);
	const uint64_t most = part->kind == ONE ? LIMIT__COUNT
			      : part->kind == PORT
				  ? 65535
				  : (UINT64_C(1) << LIMIT__COUNT) - 1;
	const uint64_t values[] = {
	    0, 1, most, most + 1, part->kind == SET ? UINT64_MAX : UINT32_MAX};
	struct raw r;
	size_t i;

	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		raw_right(&r, w);
		memcpy(r.body + part->at, &values[i], part->size);
		if (values[i] <= most)
			taken(p, &r, ALL_WAYS);
		else
			refused(p, &r, ALL_WAYS, part->name);
	}
}

static void
test_bodies(void **state)
{
	const struct wire_info *w;
	static const uint16_t any[] = {WIRE_FINISH, WIRE_RELEASE, WIRE_SIGNAL,
	    WIRE_CHOICE, WIRE_NET_SWAP, WIRE_SWAPPED, WIRE_VERDICT,
	    WIRE_TOTALS};
	const struct raw_part *part;
	struct raw r;
	size_t i;

	for (part = raw_parts; part->name != NULL; part++)
		switch (part->kind) {
		case NAME:
		case TEXT:
			bad_name(*state, part);
			break;
		case BY:
			bad_by(*state, part);
			break;
		case ONE:
		case SET:
		case PORT:
			bad_limits(*state, part);
			break;
		case ZERO:
		case BOOL:
			bad_bits(*state, part);
			break;
		}
	/* Only these hold nothing but numbers that any value may have. */
	EACH_ROW(w)
	{
		raw_right(&r, w);
		memset(r.body, 0xff, w->len);
		for (i = 0; i < sizeof(any) / sizeof(any[0]); i++)
			if (w->type == any[i])
				break;
		if (i < sizeof(any) / sizeof(any[0]))
			taken(*state, &r, ALL_WAYS);
		else
			refused(*state, &r, ALL_WAYS, "all ones");
	}
}

static void
test_foreign(void **state)
{
	const struct pair *p = *state;
	const int one = 1, zero = 0;
	struct raw r;

	/* Who made the pair may have set anything on our end of it. */
	raw_right(&r, wire_info(WIRE_EXEC));
	assert_int_equal(
	    setsockopt(p->there, SOL_SOCKET, SO_TIMESTAMP, &one, sizeof(one)),
	    0);
	refused(p, &r, ALL_WAYS, "a time stamp beside it");
	assert_int_equal(
	    setsockopt(p->there, SOL_SOCKET, SO_TIMESTAMP, &zero, sizeof(zero)),
	    0);
	taken(p, &r, ALL_WAYS);
	if (setsockopt(p->there, SOL_SOCKET, PASS_PIDFD, &one, sizeof(one)) !=
	    0)
		return;
	refused(p, &r, ALL_WAYS, "a pidfd beside it");
	raw_right(&r, wire_info(WIRE_HELLO));
	refused(p, &r, ALL_WAYS, "a pidfd beside one without descriptors");
}

static void
test_credentials(void **state)
{
	const struct pair *p = *state;
	struct wire_hello hello = {.version = WIRE_VERSION};
	const int one = 1;
	struct wire_msg m;
	struct raw r;
	struct err e;

	assert_int_equal(
	    wire_send(p->here, 0, WIRE_HELLO, 1, &hello, NULL, &e), 0);
	assert_int_equal(wire_recv(p->there, WIRE_A2H, 0, &m, &e), 1);
	assert_int_equal(m.cred.pid, 0);
	assert_int_equal(
	    setsockopt(p->there, SOL_SOCKET, SO_PASSCRED, &one, sizeof(one)),
	    0);
	assert_int_equal(
	    wire_send(p->here, 0, WIRE_HELLO, 2, &hello, NULL, &e), 0);
	assert_int_equal(wire_recv(p->there, WIRE_A2H, 0, &m, &e), 1);
	assert_int_equal(m.cred.pid, getpid());
	assert_int_equal(m.cred.uid, geteuid());
	assert_int_equal(m.cred.gid, getegid());
	assert_int_equal(m.h.seq, 2);
	/* Credentials take room beside the descriptors, not theirs. */
	raw_right(&r, wire_info(WIRE_EXEC));
	taken(p, &r, ALL_WAYS);
	r.nfds = WIRE_FDS_MAX + 1;
	refused(p, &r, ALL_WAYS, "one too many, and credentials");
	r.nfds = RAW_FDS_MOST;
	refused(p, &r, ALL_WAYS, "far too many, and credentials");
}

static void
test_send(void **state)
{
	const struct pair *p = *state;
	const struct wire_info *w;
	unsigned before = raw_open_files();
	struct wire_msg m;
	struct err e = {0};
	struct raw r;

	EACH_ROW(w)
	{
		const int fds[WIRE_FDS_MAX] = {
		    p->file, p->file, p->file, p->file};

		raw_right(&r, w);
		assert_int_equal(wire_send(p->here, 0, (enum wire_type)w->type,
				     99, r.body, fds, &e),
		    0);
		assert_int_equal(wire_recv(p->there, w->way, 0, &m, &e), 1);
		assert_int_equal(m.h.type, w->type);
		assert_int_equal(m.h.seq, 99);
		assert_int_equal(raw_open_files(), before + w->nfds);
		wire_msg_close(&m);
	}
	assert_int_equal(raw_open_files(), before);
}

static void
test_empty_packet(void **state)
{
	struct raw r;
	struct wire_msg m;
	struct err e;

	raw_right(&r, wire_info(WIRE_HELLO));
	r.size = 0;
	assert_int_equal(raw_send(((struct pair *)*state)->here, &r, -1), 0);
	assert_int_equal(
	    wire_recv(((struct pair *)*state)->there, ALL_WAYS, 0, &m, &e), 0);
	r.nfds = 1;
	refused(*state, &r, ALL_WAYS, "nothing but a descriptor");
	r.nfds = RAW_FDS_MOST;
	refused(*state, &r, ALL_WAYS, "nothing but descriptors");
}

static void
test_gone(void **state)
{
	struct pair *p = *state;
	struct wire_ok ok = {0};
	struct wire_msg m;
	struct raw r;
	struct err e = {0};

	/* Not gone: nothing said yet. */
	assert_int_equal(
	    wire_recv(p->there, ALL_WAYS, MSG_DONTWAIT, &m, &e), -1);
	assert_int_equal(e.sys_errno, EAGAIN);
	/* What it said before it went is still heard. */
	raw_right(&r, wire_info(WIRE_GO));
	assert_int_equal(raw_send(p->here, &r, p->file), 0);
	fd_close(&p->here);
	assert_int_equal(wire_recv(p->there, ALL_WAYS, 0, &m, &e), 1);
	assert_int_equal(wire_recv(p->there, ALL_WAYS, 0, &m, &e), 0);
	assert_int_equal(wire_send(p->there, 0, WIRE_GO, 0, &ok, NULL, &e), -1);
	assert_int_equal(e.code, ERR_GONE);
}

static void
test_gone_unread(void **state)
{
	struct pair *p = *state;
	struct wire_ok ok = {0};
	struct wire_msg m;
	struct err e = {0};

	/* Its end closed over what we said: the kernel says "reset", even
	 * before what it said last. */
	assert_int_equal(wire_send(p->there, 0, WIRE_GO, 0, &ok, NULL, &e), 0);
	assert_int_equal(wire_send(p->here, 0, WIRE_OK, 5, &ok, NULL, &e), 0);
	fd_close(&p->here);
	assert_int_equal(wire_recv(p->there, ALL_WAYS, 0, &m, &e), 1);
	assert_int_equal(m.h.seq, 5);
	assert_int_equal(wire_recv(p->there, ALL_WAYS, 0, &m, &e), 0);
}

static void
test_faults_of_the_socket(void **state)
{
	struct pair *p = *state;
	struct wire_ok ok = {0};
	struct wire_msg m;
	struct err e = {0};
	int rc;

	assert_int_equal(wire_recv(p->file, ALL_WAYS, 0, &m, &e), -1);
	assert_int_equal(e.code, ERR_PROTOCOL);
	assert_int_equal(e.sys_errno, ENOTSOCK);
	assert_int_equal(wire_send(p->file, 0, WIRE_GO, 0, &ok, NULL, &e), -1);
	assert_int_equal(e.code, ERR_SYSTEM);
	do
		rc =
		    wire_send(p->here, MSG_DONTWAIT, WIRE_GO, 0, &ok, NULL, &e);
	while (rc == 0);
	assert_int_equal(e.code, ERR_SYSTEM);
	assert_int_equal(e.sys_errno, EAGAIN);
}

/*
 * Programs of two builds meet: what the table says is part of the version.
 * Whoever changes the table raises WIRE_VERSION, and then this.
 */
static void
test_hash(void **state)
{
	(void)state;
	assert_int_equal(WIRE_VERSION, HASH_VERSION);
	assert_int_equal(wire_table_hash(), HASH);
	assert_null(wire_info_at(1000));
	assert_null(wire_info(WIRE_NONE));
}

/* serve.c notes a helper's message said once in a word of 64 bits. */
static void
test_table_sense(void **state)
{
	const struct wire_info *w;

	(void)state;
	EACH_ROW(w)
	{
		assert_true(w->nfds <= WIRE_FDS_MAX);
		assert_true(w->len > 0 && w->len % 4 == 0);
		assert_true(w->way != 0 && w->way <= ALL_WAYS);
		assert_true(
		    w->answer == WIRE_NONE || wire_info(w->answer) != NULL);
		assert_int_equal((w->way & WIRE_A2H) != 0, w->states != 0);
		if (w->states != 0)
			assert_true(w->type < 64);
	}
}

int
main(void)
{
#define WIRE_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
	    WIRE_TEST(test_rows),
	    WIRE_TEST(test_header),
	    WIRE_TEST(test_unknown_types),
	    WIRE_TEST(test_lengths),
	    WIRE_TEST(test_descriptors),
	    WIRE_TEST(test_bodies),
	    WIRE_TEST(test_foreign),
	    WIRE_TEST(test_credentials),
	    WIRE_TEST(test_send),
	    WIRE_TEST(test_empty_packet),
	    WIRE_TEST(test_gone),
	    WIRE_TEST(test_gone_unread),
	    WIRE_TEST(test_faults_of_the_socket),
	    cmocka_unit_test(test_hash),
	    cmocka_unit_test(test_table_sense),
	};

	return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
