// SPDX-License-Identifier: ISC
// The administrator's file: a helper built with another path for it, so that
// every kind of ceiling can be put there.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "jail/base/fd.h"
#include "tests/integration/peer.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

// As the user who may write there; the way in is another's.
static void
as_before(void (*f)(const char *, mode_t), const char *text, mode_t mode)
{
	uid_t r, e, s, now = geteuid();

	assert_int_equal(getresuid(&r, &e, &s), 0);
	assert_int_equal(seteuid(s), 0);
	f(text, mode);
	assert_int_equal(seteuid(now), 0);
}

static void
put(const char *text, mode_t mode)
{
	autoclose int fd = -1;

	unlink(CEILING_FILE);
	fd = open(CEILING_FILE, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		fail_msg("%s: %s", CEILING_FILE, strerror(errno));
	assert_int_equal(fd_write_all(fd, text, strlen(text)), 0);
	assert_int_equal(fchmod(fd, mode), 0);
}

static void
put_link(const char *text, mode_t mode)
{
	(void)mode;
	unlink(CEILING_FILE);
	assert_int_equal(symlink(text, CEILING_FILE), 0);
}

static void
take_away(const char *text, mode_t mode)
{
	(void)text;
	(void)mode;
	unlink(CEILING_FILE);
}

// A ceiling must be root's: another user can only see that it must, and
// somebody who cannot come to it cannot see it.
static int
cannot(void)
{
	uid_t r, e, s;
	struct stat st;

	assert_int_equal(getresuid(&r, &e, &s), 0);
	if (s == 0) {
		as_before(put, "", 0644);
		if (stat(CEILING_FILE, &st) == 0)
			return 0;
	}
	as_before(take_away, NULL, 0);
	print_message("# not run: no ceiling of root's can be read here\n");
	return 1;
}

static void
ask(struct peer *p, enum spec_limit limit, uint64_t value)
{
	struct wire_limit l = {.limit = limit, .value = value};
	struct wire_commit commit = {0};

	peer_start(p, 1);
	peer_begin(p);
	peer_say(p, WIRE_LIMIT, &l, NULL);
	peer_say(p, WIRE_COMMIT, &commit, NULL);
}

static void
refused(struct peer *p, const char *item, const char *asked, const char *most)
{
	peer_hear(p, WIRE_REFUSED);
	assert_string_equal(p->m.u.refused.item, item);
	if (strstr(p->m.u.refused.reason, asked) == NULL ||
	    strstr(p->m.u.refused.reason, most) == NULL)
		fail_msg("reason \"%s\"", p->m.u.refused.reason);
	peer_leave(p);
}

static void
admitted(struct peer *p)
{
	peer_hear(p, WIRE_STANDING);
	wire_msg_close(&p->m);
	peer_leave(p);
}

static void
limits(void)
{
	struct peer p;

	if (cannot())
		return;
	as_before(put, "limit memory 1G\nlimit pids 100\n", 0644);
	ask(&p, LIMIT_MEMORY, 1 << 30);
	// The default for pids is above it.
	refused(&p, "limit pids", "1024", "100");
	as_before(put, "limit memory 1G\n", 0600 | 0044);
	ask(&p, LIMIT_MEMORY, 1 << 30);
	admitted(&p);
	ask(&p, LIMIT_MEMORY, (1ULL << 30) + 1);
	refused(&p, "limit memory", "1073741825", "1G");
	ask(&p, LIMIT_MEMORY, 2ULL << 30);
	refused(&p, "limit memory", "2G", "1G");
	ask(&p, LIMIT_MEMORY, 0);
	refused(&p, "limit memory", "none", "1G");
}

static void
mount_it(struct peer *p, uint32_t writable)
{
	struct wire_mount m = {.writable = writable, .dst = "/opt/x"};
	struct wire_commit commit = {0};
	autoclose int fd = open(peer_dir(), O_PATH | O_CLOEXEC);

	snprintf(m.src, sizeof(m.src), "%s", peer_dir());
	peer_start(p, 1);
	peer_begin(p);
	peer_say(p, WIRE_MOUNT, &m, &fd);
	peer_say(p, WIRE_COMMIT, &commit, NULL);
}

static void
mounts(void)
{
	char text[256], item[65];
	struct peer p;

	if (cannot())
		return;
	snprintf(item, sizeof(item), "mount %s", peer_dir());
	snprintf(text, sizeof(text), "mount ro %s\n", peer_dir());
	as_before(put, text, 0644);
	mount_it(&p, 0);
	admitted(&p);
	mount_it(&p, 1);
	refused(&p, item, "asked for rw", "allowed is ro");
	as_before(put, "mount rw /opt\n", 0644);
	mount_it(&p, 0);
	refused(&p, item, "asked for ro", "allowed is nothing");
}

// A refusal is an answer, after which there is nothing more to say.
static void
after_a_refusal(void)
{
	struct wire_commit commit = {0};
	struct peer p;

	if (cannot())
		return;
	as_before(put, "limit memory 1M\n", 0644);
	ask(&p, LIMIT_MEMORY, 2 << 20);
	peer_hear(&p, WIRE_REFUSED);
	peer_say(&p, WIRE_COMMIT, &commit, NULL);
	peer_ended(&p, 1, "COMMIT twice");
}

static void
none(void)
{
	struct peer p;

	as_before(take_away, NULL, 0);
	ask(&p, LIMIT_MEMORY, 1ULL << 50);
	admitted(&p);
}

static void
bad_file(const char *text, mode_t mode, const char *why)
{
	struct peer p;

	as_before(put, text, mode);
	peer_start(&p, 1);
	peer_ended(&p, 3, why);
}

static void
not_roots_alone(void)
{
	static const mode_t modes[] = {0666, 0664, 0646, 0777, 0620};
	struct peer p;
	size_t i;

	if (cannot())
		return;
	for (i = 0; i < COUNT(modes) && peer_way() == PEER_ROOT; i++)
		bad_file("", modes[i], "writable by root alone");
	bad_file("", 0646, "writable by root alone");
	as_before(put_link, "/etc/passwd", 0);
	peer_start(&p, 1);
	peer_ended(&p, 3, "stockade-jail: policy:");
	as_before(put_link, "/not/there", 0);
	peer_start(&p, 1);
	peer_ended(&p, 3, "stockade-jail: policy:");
	// Not to be read is not the same as not there.
	if (peer_way() == PEER_ROOTLESS)
		bad_file("", 0600, "Permission denied");
}

// Any user: what is there and not root's is refused, never passed over.
static void
somebody_elses(void)
{
	uid_t r, e, s;

	assert_int_equal(getresuid(&r, &e, &s), 0);
	if (s == 0)
		return;
	bad_file("limit memory 1G\n", 0644, "must be root's");
}

static void
faults(void)
{
	static const struct {
		const char *text, *where, *what;
	} rows[] = {
	    {"limit memory 1G\nlimit memroy 2G\n", ":2:7:", "memroy"},
	    {"limt memory 1G\n", ":1:1:", "limt"},
	    {"\n\n  mount rx /opt\n", ":3:9:", "rx"},
	    {"limit pids many\n", ":1:12:", "many"},
	    {"mount ro /opt/../etc\n", ":1:10:", ".."},
	};
	size_t i;

	if (cannot())
		return;
	for (i = 0; i < COUNT(rows); i++) {
		bad_file(rows[i].text, 0644, rows[i].where);
		bad_file(rows[i].text, 0644, rows[i].what);
		bad_file(rows[i].text, 0644, "stockade-jail: policy:");
	}
}

static void
too_long(void)
{
	static char text[70000];

	if (cannot())
		return;
	memset(text, '#', sizeof(text) - 1);
	bad_file(text, 0644, "too large");
}

static void
clean_up(void)
{
	as_before(take_away, NULL, 0);
}

static const struct peer_test tests[] = {
    {"no ceiling allows what is sound", none},
    {"a limit above it", limits},
    {"a mount outside of it", mounts},
    {"nothing more after a refusal", after_a_refusal},
    {"a file that others may write", not_roots_alone},
    {"a file that is somebody else's", somebody_elses},
    {"faults of the text", faults},
    {"a text too long", too_long},
    {"the file goes away", clean_up},
};

int
main(void)
{
	return peer_main("ceiling file", "tests/integration/jail-ceiling",
	    tests, COUNT(tests));
}
