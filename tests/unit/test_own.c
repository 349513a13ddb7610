// SPDX-License-Identifier: ISC
// The host's own addresses, from what the kernel says, and from what it would
// never say.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include "jail/base/fd.h"
#include "jail/egress/own.h"

struct message {
	struct nlmsghdr h;
	struct ifaddrmsg a;
	struct rtattr r;
	uint8_t addr[4];
};

static struct message
message(uint16_t type, uint8_t last)
{
	return (struct message){
	    .h = {.nlmsg_len = sizeof(struct message), .nlmsg_type = type},
	    .a = {.ifa_family = AF_INET},
	    .r = {8, IFA_LOCAL},
	    .addr = {25, 0, 0, last},
	};
}

static bool
is(struct own *o, const char *text)
{
	uint8_t a[16];

	assert_int_equal(address_parse(text, strlen(text), a), 0);
	return own_is(o, a);
}

static void
test_dump(void **state)
{
	static struct own o = {.dumping = true};
	struct {
		struct message m[2];
		struct nlmsghdr done;
	} all = {
	    .m = {message(RTM_NEWADDR, 1), message(RTM_NEWADDR, 2)},
	    .done = {sizeof(struct nlmsghdr), NLMSG_DONE, 0, 0, 0},
	};

	(void)state;
	own_read(&o, &all, sizeof(all));
	assert_true(o.whole);
	assert_int_equal(o.n, 2);
	assert_true(is(&o, "25.0.0.1") && is(&o, "25.0.0.2"));
	assert_false(is(&o, "25.0.0.3"));
	// A change: until it is known, all is.
	all.m[0] = message(RTM_DELADDR, 1);
	own_read(&o, &all.m[0], sizeof(all.m[0]));
	assert_false(o.whole);
	assert_true(is(&o, "25.0.0.3"));
}

static void
test_torn(void **state)
{
	static struct own o;
	struct message m = message(RTM_NEWADDR, 1);
	uint32_t len;

	(void)state;
	o.dumping = true;
	for (len = 0; len < sizeof(m); len++) {
		m.h.nlmsg_len = len;
		own_read(&o, &m, sizeof(m));
		own_read(&o, &m, len);
	}
	m.h.nlmsg_len = sizeof(m);
	m.r.rta_len = 200;
	own_read(&o, &m, sizeof(m));
	m.r.rta_len = 7;
	own_read(&o, &m, sizeof(m));
	assert_int_equal(o.n, 0);
}

// The machine's loopback is there, wherever this runs.
static void
test_kernel(void **state)
{
	static struct own o;
	struct loop l;
	struct err e;

	(void)state;
	assert_int_equal(loop_init(&l, &e), 0);
	assert_int_equal(own_open(&o, &l, &e), 0);
	assert_true(o.whole);
	assert_false(is(&o, "203.0.113.77"));
	fd_close(&o.source.fd);
	loop_free(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_dump),
	    cmocka_unit_test(test_torn),
	    cmocka_unit_test(test_kernel),
	};

	return cmocka_run_group_tests_name("own", tests, NULL, NULL);
}
