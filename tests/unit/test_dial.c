// SPDX-License-Identifier: ISC
// Which addresses may be dialled, and in which order.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "jail/egress/dial.h"
#include "jail/egress/own.h"

static struct own own = {.whole = true};

static void
parse(const char *text, uint8_t a[16])
{
	assert_int_equal(address_parse(text, strlen(text), a), 0);
}

// What kind of rule leads there: n(ame), p(rivate), e(xact and private),
// l(oopback).
static void
test_refusal(void **state)
{
	static const struct {
		const char *addr;
		const char *may; // which of npel
	} rows[] = {
	    {"25.0.0.1", "npe"},
	    {"2a00:25::1", "npe"},
	    {"10.0.0.1", "pe"},
	    {"100.64.0.1", "pe"},
	    {"169.254.1.1", "pe"},
	    {"fc00::1", "pe"},
	    {"fe80::1", "pe"},
	    {"198.18.0.1", "pe"},
	    {"169.254.169.254", "e"},
	    {"127.0.0.1", "l"},
	    {"127.9.9.9", "l"},
	    {"::1", "l"},
	    {"::ffff:127.0.0.1", "l"},
	    {"25.0.0.9", "l"},	      // the host's own
	    {"64:ff9b::1900:9", "l"}, // the same, by a gateway
	    {"64:ff9b::1900:1", "npe"},
	    {"0.0.0.0", ""},
	    {"::", ""},
	    {"224.0.0.1", ""},
	    {"ff02::1", ""},
	};
	static const char kinds[] = "npel";
	uint8_t a[16];
	size_t i, k;

	(void)state;
	parse("25.0.0.9", own.addr[0]);
	own.n = 1;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (k = 0; k < 4; k++) {
			struct dial_may may = {
			    .own = &own,
			    .private = k == 1 || k == 2,
			    .exact = k == 2,
			    .loopback = k == 3,
			};
			bool want = strchr(rows[i].may, kinds[k]) != NULL;

			parse(rows[i].addr, a);
			if ((dial_refusal(&may, a) == REASON_NONE) != want)
				fail_msg("%s, %c", rows[i].addr, kinds[k]);
		}
	// While one's own are not known, nothing is known to be another's.
	own.whole = false;
	parse("25.0.0.1", a);
	assert_int_equal(
	    dial_refusal(&(struct dial_may){.own = &own}, a), REASON_OWN);
	own.whole = true;
}

static void
test_choose(void **state)
{
	static const char *const got[] = {"2a00:25::1", "10.0.0.1",
	    "2a00:25::2", "25.0.0.1", "2a00:25::3", "25.0.0.2", "25.0.0.3"};
	static const char *const want[] = {"2a00:25::1", "25.0.0.1",
	    "2a00:25::2", "25.0.0.2", "2a00:25::3", "25.0.0.3"};
	struct dial_may may = {.own = &own};
	struct resolved r = {.n = 7};
	char text[ADDRESS_TEXT_MAX];
	unsigned i;

	(void)state;
	for (i = 0; i < 7; i++)
		parse(got[i], r.addr[i]);
	assert_int_equal(dial_choose(&may, &r), REASON_NONE);
	assert_int_equal(r.n, 6);
	for (i = 0; i < 6; i++) {
		address_format(r.addr[i], text);
		assert_string_equal(text, want[i]);
	}
	r.n = 1;
	parse("10.0.0.1", r.addr[0]);
	assert_int_equal(dial_choose(&may, &r), REASON_PRIVATE);
	assert_int_equal(r.n, 0);
	assert_int_equal(dial_choose(&may, &r), REASON_RESOLVE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_refusal),
	    cmocka_unit_test(test_choose),
	};

	return cmocka_run_group_tests_name("dial", tests, NULL, NULL);
}
