// SPDX-License-Identifier: ISC
// address: text there and back, ranges, and the class of each special range at
// its first and last address and beside them.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "policy/address.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static int
parse(const char *s, uint8_t a[16])
{
	size_t len = strlen(s);
	char *exact = malloc(len > 0 ? len : 1);
	int r;

	assert_non_null(exact);
	memcpy(exact, s, len);
	r = address_parse(exact, len, a);
	free(exact);
	return r;
}

static void
test_text(void **state)
{
	/* as written, as it is written back */
	static const char *const rows[][2] = {
	    {"0.0.0.0", "0.0.0.0"},
	    {"127.0.0.1", "127.0.0.1"},
	    {"255.255.255.255", "255.255.255.255"},
	    {"::ffff:192.0.2.1", "192.0.2.1"},
	    {"::ffff:c000:201", "192.0.2.1"},
	    {"::", "::"},
	    {"::1", "::1"},
	    {"1::", "1::"},
	    {"0:0:0:0:0:0:0:0", "::"},
	    {"2001:db8::1", "2001:db8::1"},
	    {"2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
	    {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
	    {"2001:db8:0:0:1:1:1:1", "2001:db8::1:1:1:1"},
	    {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
	    {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
	    {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
	    {"::1.2.3.4", "::102:304"},
	    {"1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"},
	    {"ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
	};
	char text[ADDRESS_TEXT_MAX];
	uint8_t a[16], again[16];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		if (parse(rows[i][0], a) != 0)
			fail_msg("%s was refused", rows[i][0]);
		address_format(a, text);
		assert_int_equal(parse(text, again), 0);
		assert_memory_equal(a, again, 16);
		assert_string_equal(text, rows[i][1]);
	}
}

static void
test_refused(void **state)
{
	static const char *const rows[] = {"", ".", "1", "1.2", "1.2.3",
	    "1.2.3.", "1.2.3.4.", ".1.2.3.4", "1.2.3.4.5", "1..2.3",
	    "1.2.3.256", "1.2.3.1000", "01.2.3.4", "1.2.3.00", "0x7f.0.0.1",
	    "0177.0.0.1", "2130706433", "127.1", "1.2.3.4 ", " 1.2.3.4",
	    "1.2.3.-4", "1.2.3.+4", "1.2.3.4/32", "1.2.3.4:80", ":",
	    ":::", "1:", ":1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
	    "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1::2::3",
	    "12345::", "g::", "::1%lo", "fe80::1%1", "[::1]", "::1.2.3",
	    "::1.2.3.4.5", "::1.2.3.4:1",
	    "1.2.3.4::", "1:1.2.3.4::", "1.2.3.4::1", "1:2:3:4:5:6:7:1.2.3.4",
	    "::01.2.3.4", "::ffff:127.1", "1:2:3:4:5:6:7:", "::-1", "localhost",
	    "00000000000000000000000000000000000000000000:1"};
	uint8_t a[16], untouched[16];
	size_t i;

	(void)state;
	memset(untouched, 0x5a, 16);
	for (i = 0; i < COUNT(rows); i++) {
		memset(a, 0x5a, 16);
		if (parse(rows[i], a) != -1)
			fail_msg("\"%s\" was taken", rows[i]);
		assert_memory_equal(a, untouched, 16);
	}
	assert_int_equal(address_parse("1.2.3\0004", 7, a), -1);
}

static void
test_within(void **state)
{
	uint8_t net[16], a[16];

	(void)state;
	assert_int_equal(parse("10.16.0.0", net), 0);
	assert_int_equal(parse("10.31.255.255", a), 0);
	assert_true(address_is_v4(a));
	assert_true(address_within(a, net, 96 + 12));
	assert_false(address_within(a, net, 96 + 13));
	assert_true(address_within(a, net, 0));
	assert_true(address_within(net, net, 128));
	assert_false(address_within(a, net, 128));
	assert_false(address_within(net, net, 129));
	assert_int_equal(parse("::10.31.255.255", a), 0);
	assert_false(address_within(a, net, 96 + 12));
	assert_true(address_within(a, net, 80));
	assert_false(address_is_v4(a));
}

struct class_row {
	const char *text, *class;
};

static const struct class_row classes[] = {
    {"0.0.0.0", "unspecified"},
    {"0.0.0.1", "reserved"},
    {"0.255.255.255", "reserved"},
    {"1.0.0.0", "public"},
    {"9.255.255.255", "public"},
    {"10.0.0.0", "private"},
    {"10.255.255.255", "private"},
    {"11.0.0.0", "public"},
    {"100.63.255.255", "public"},
    {"100.64.0.0", "shared"},
    {"100.100.100.200", "metadata"},
    {"100.127.255.255", "shared"},
    {"100.128.0.0", "public"},
    {"126.255.255.255", "public"},
    {"127.0.0.0", "loopback"},
    {"127.255.255.255", "loopback"},
    {"128.0.0.0", "public"},
    {"168.63.129.16", "metadata"},
    {"168.63.129.17", "public"},
    {"169.253.255.255", "public"},
    {"169.254.0.0", "link-local"},
    {"169.254.169.254", "metadata"},
    {"169.254.170.2", "metadata"},
    {"169.254.170.23", "metadata"},
    {"169.254.42.42", "metadata"},
    {"169.254.0.23", "metadata"},
    {"169.254.169.253", "link-local"},
    {"169.254.255.255", "link-local"},
    {"169.255.0.0", "public"},
    {"172.15.255.255", "public"},
    {"172.16.0.0", "private"},
    {"172.31.255.255", "private"},
    {"172.32.0.0", "public"},
    {"191.255.255.255", "public"},
    {"192.0.0.0", "reserved"},
    {"192.0.0.192", "metadata"},
    {"192.0.0.255", "reserved"},
    {"192.0.1.0", "public"},
    {"192.0.2.0", "reserved"},
    {"192.0.2.255", "reserved"},
    {"192.0.3.0", "public"},
    {"192.88.99.1", "reserved"},
    {"192.88.100.0", "public"},
    {"192.167.255.255", "public"},
    {"192.168.0.0", "private"},
    {"192.168.255.255", "private"},
    {"192.169.0.0", "public"},
    {"198.17.255.255", "public"},
    {"198.18.0.0", "reserved"},
    {"198.19.255.255", "reserved"},
    {"198.20.0.0", "public"},
    {"198.51.100.1", "reserved"},
    {"198.51.101.0", "public"},
    {"203.0.113.255", "reserved"},
    {"203.0.114.0", "public"},
    {"223.255.255.255", "public"},
    {"224.0.0.1", "multicast"},
    {"239.255.255.255", "multicast"},
    {"240.0.0.0", "reserved"},
    {"255.255.255.255", "reserved"},
    /* IPv6 */
    {"::", "unspecified"},
    {"::1", "loopback"},
    {"::2", "reserved"},
    {"100::1", "reserved"},
    {"1fff:ffff::", "reserved"},
    {"2000::", "public"},
    {"2001::1", "reserved"},
    {"2001:1ff:ffff::1", "reserved"},
    {"2001:200::1", "public"},
    {"2001:10::1", "reserved"},
    {"2001:20::1", "reserved"},
    {"2001:db8::1", "reserved"},
    {"2001:db9::1", "public"},
    {"2606:4700::1", "public"},
    {"3ffe:ffff::", "public"},
    {"3fff::1", "reserved"},
    {"3fff:fff:ffff::", "reserved"},
    {"3fff:1000::", "public"},
    {"4000::", "reserved"},
    {"5f00::1", "reserved"},
    {"fbff::1", "reserved"},
    {"fc00::1", "private"},
    {"fdff:ffff::1", "private"},
    {"fd00:ec2::254", "metadata"},
    {"fd00:ec2::23", "metadata"},
    {"fd00:ec2::255", "private"},
    {"fd20:ce::254", "metadata"},
    {"fd00:c1::a9fe:a9fe", "metadata"},
    {"fd00:42::42", "metadata"},
    {"fe00::1", "reserved"},
    {"fe80::1", "link-local"},
    {"fe80::a9fe:a9fe", "metadata"},
    {"febf:ffff::1", "link-local"},
    {"fec0::1", "private"},
    {"feff::1", "private"},
    {"ff02::1", "multicast"},
    {"ffff::", "multicast"},
    /* IPv4 in IPv6: mapped, compatible, translated */
    {"::ffff:8.8.8.8", "public"},
    {"::ffff:127.0.0.1", "loopback"},
    {"::ffff:a9fe:a9fe", "metadata"},
    {"::8.8.8.8", "reserved"},
    {"::127.0.0.1", "loopback"},
    {"::ffff:0:10.0.0.1", "private"},
    {"::ffff:0:8.8.8.8", "reserved"},
    {"::fffe:8.8.8.8", "reserved"},
    /* NAT64, its local use, 6to4, Teredo (xor), ISATAP */
    {"64:ff9b::8.8.8.8", "public"},
    {"64:ff9b::10.0.0.1", "private"},
    {"64:ff9b::169.254.169.254", "metadata"},
    {"64:ff9b:0:0:0:1:8.8.8.8", "reserved"},
    {"64:ff9b:1::8.8.8.8", "reserved"},
    {"64:ff9b:1::10.0.0.1", "reserved"},
    {"2002:7f00:1::1", "loopback"},
    {"2002:a9fe:a9fe::", "metadata"},
    {"2002:808:808::1", "reserved"},
    {"2003::1", "public"},
    {"2001::80ff:fffe", "loopback"},
    {"2001::5601:5601", "metadata"},
    {"2001:0:808:808::f7f7:f7f7", "reserved"},
    {"2606:4700::5efe:10.0.0.1", "private"},
    {"2606:4700::200:5efe:127.0.0.1", "loopback"},
    {"2606:4700::5efe:8.8.8.8", "public"},
    {"2606:4700::400:5efe:10.0.0.1", "public"},
};

static void
test_classes(void **state)
{
	const char *want, *got;
	uint8_t a[16];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(classes); i++) {
		want = classes[i].class;
		if (parse(classes[i].text, a) != 0)
			fail_msg("%s was refused", classes[i].text);
		got = address_class_name(address_classify(a));
		if (strcmp(got, want) != 0)
			fail_msg("%s is %s", classes[i].text, got);
	}
}

/* An IPv4 address is held as it is read from its text. */
static void
test_v4(void **state)
{
	static const uint8_t v4[4] = {192, 0, 2, 255};
	uint8_t held[ADDRESS_BYTES], read[ADDRESS_BYTES];

	(void)state;
	memset(held, 0xaa, sizeof(held));
	address_from_v4(held, v4);
	assert_int_equal(address_parse("192.0.2.255", 11, read), 0);
	assert_memory_equal(held, read, sizeof(held));
	assert_true(address_is_v4(held));
	held[0] = 1;
	assert_false(address_is_v4(held));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_text),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_within),
	    cmocka_unit_test(test_v4),
	    cmocka_unit_test(test_classes),
	};

	return cmocka_run_group_tests_name("address", tests, NULL, NULL);
}
