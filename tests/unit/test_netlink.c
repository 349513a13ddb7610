// SPDX-License-Identifier: ISC
// The writer of netlink messages, and what a gate is made with: libnl-3 reads
// what we write, and must find what we meant.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <linux/if_link.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include "jail/gate_messages.h"
#include "jail/netlink.h"

#define NAMES_MAX 256

// The i-th message, as libnl walks them; or NULL.
static struct nlmsghdr *
message(const struct netlink *n, unsigned i)
{
	struct nlmsghdr *h = (struct nlmsghdr *)(uintptr_t)n->data;
	int left = (int)n->used;

	for (; nlmsg_ok(h, left); h = nlmsg_next(h, &left))
		if (i-- == 0)
			return h;
	assert_int_equal(left, 0); // nothing behind the last one
	return NULL;
}

static unsigned
messages(const struct netlink *n)
{
	unsigned i = 0;

	while (message(n, i) != NULL)
		i++;
	return i;
}

static void
test_attributes(void **state)
{
	const uint8_t odd[5] = {1, 2, 3, 4, 5};
	struct nlattr *tb[16], *in[16];
	struct netlink n;
	uint32_t nest;

	(void)state;
	netlink_init(&n);
	netlink_begin(&n, 77, NLM_F_ACK, 9);
	netlink_family(&n, "head", 4);
	netlink_put(&n, 1, odd, sizeof(odd));
	netlink_put_u8(&n, 2, 200);
	netlink_put_u32(&n, 3, 0x01020304);
	netlink_put_be32(&n, 4, 0x01020304);
	nest = netlink_nest(&n, 5);
	netlink_put_text(&n, 6, "text");
	netlink_unnest(&n, nest);
	netlink_put(&n, 7, "", 0);
	netlink_end(&n);
	assert_false(n.overflow);
	assert_int_equal(n.last, 9);
	assert_int_equal(messages(&n), 1);
	assert_int_equal(message(&n, 0)->nlmsg_type, 77);
	assert_int_equal(
	    message(&n, 0)->nlmsg_flags, NLM_F_REQUEST | NLM_F_ACK);
	assert_int_equal(message(&n, 0)->nlmsg_seq, 9);
	assert_memory_equal(nlmsg_data(message(&n, 0)), "head", 4);
	assert_int_equal(nlmsg_parse(message(&n, 0), 4, tb, 15, NULL), 0);
	assert_int_equal(nla_len(tb[1]), 5);
	assert_memory_equal(nla_data(tb[1]), odd, 5);
	assert_int_equal(nla_get_u8(tb[2]), 200);
	assert_int_equal(nla_get_u32(tb[3]), 0x01020304);
	assert_int_equal(nla_get_u32(tb[4]), htonl(0x01020304));
	assert_true(nla_is_nested(tb[5]));
	assert_int_equal(nla_parse_nested(in, 15, tb[5], NULL), 0);
	assert_string_equal(nla_get_string(in[6]), "text");
	assert_int_equal(nla_len(in[6]), 5);
	assert_int_equal(nla_len(tb[7]), 0);
}

// What does not fit is noted, and nothing is written beyond the end.
static void
test_overflow(void **state)
{
	static const uint8_t much[NETLINK_MAX];
	struct {
		struct netlink n;
		uint8_t after[64];
	} b;
	size_t len;

	(void)state;
	for (len = NETLINK_MAX - 64; len <= NETLINK_MAX; len++) {
		memset(&b, 0x5a, sizeof(b));
		netlink_init(&b.n);
		netlink_begin(&b.n, 1, 0, 1);
		netlink_put(&b.n, 1, much, len);
		netlink_end(&b.n);
		assert_int_equal(b.n.overflow,
		    NLMSG_HDRLEN + NLA_HDRLEN + NLMSG_ALIGN(len) > NETLINK_MAX);
		assert_true(b.n.used <= NETLINK_MAX);
		assert_int_equal(b.after[0], 0x5a);
		// Nor may a nest that was begun too late be ended.
		netlink_unnest(&b.n, netlink_nest(&b.n, 2));
		netlink_put_u32(&b.n, 3, 1);
		netlink_end(&b.n);
		assert_int_equal(b.after[0], 0x5a);
	}
	netlink_init(&b.n);
	netlink_put(&b.n, 1, much, SIZE_MAX - 8);
	assert_true(b.n.overflow);
}

// A link's message: its index, and its attributes.
static const struct ifinfomsg *
link_of(struct nlmsghdr *h, struct nlattr *tb[IFLA_MAX + 1])
{
	assert_int_equal(h->nlmsg_type, RTM_NEWLINK);
	assert_int_equal(
	    nlmsg_parse(h, sizeof(struct ifinfomsg), tb, IFLA_MAX, NULL), 0);
	return nlmsg_data(h);
}

static void
check_veth(struct nlmsghdr *h, int box)
{
	struct nlattr *tb[IFLA_MAX + 1], *info[IFLA_INFO_MAX + 1];
	struct nlattr *data[VETH_INFO_MAX + 1], *peer[IFLA_MAX + 1];
	const struct ifinfomsg *l = link_of(h, tb), *other;
	struct nlattr *p;

	assert_int_equal(
	    h->nlmsg_flags, NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL);
	assert_int_equal(l->ifi_index, GATE_LINK);
	assert_string_equal(nla_get_string(tb[IFLA_IFNAME]), "eth0");
	assert_int_equal(
	    nla_parse_nested(info, IFLA_INFO_MAX, tb[IFLA_LINKINFO], NULL), 0);
	assert_string_equal(nla_get_string(info[IFLA_INFO_KIND]), "veth");
	assert_int_equal(
	    nla_parse_nested(data, VETH_INFO_MAX, info[IFLA_INFO_DATA], NULL),
	    0);
	p = data[VETH_INFO_PEER];
	other = nla_data(p);
	assert_int_equal(other->ifi_index, GATE_LINK);
	assert_int_equal(nla_parse(peer, IFLA_MAX,
			     (void *)((char *)nla_data(p) + sizeof(*other)),
			     nla_len(p) - (int)sizeof(*other), NULL),
	    0);
	assert_string_equal(nla_get_string(peer[IFLA_IFNAME]), "eth0");
	assert_int_equal(nla_get_u32(peer[IFLA_NET_NS_FD]), box);
	assert_int_equal(nla_get_u32(peer[IFLA_NUM_TX_QUEUES]), 1);
}

static void
check_plain(struct nlmsghdr *h)
{
	struct nlattr *tb[IFLA_MAX + 1], *af[AF_MAX];
	struct nlattr *six[IFLA_INET6_MAX + 1];
	const struct ifinfomsg *l = link_of(h, tb);

	assert_int_equal(l->ifi_index, GATE_LINK);
	assert_int_equal(l->ifi_change, 0); // it is not up yet
	assert_int_equal(
	    nla_parse_nested(af, AF_MAX - 1, tb[IFLA_AF_SPEC], NULL), 0);
	assert_int_equal(
	    nla_parse_nested(six, IFLA_INET6_MAX, af[AF_INET6], NULL), 0);
	assert_int_equal(
	    nla_get_u8(six[IFLA_INET6_ADDR_GEN_MODE]), IN6_ADDR_GEN_MODE_NONE);
}

static void
check_up(struct nlmsghdr *h, int index)
{
	struct nlattr *tb[IFLA_MAX + 1];
	const struct ifinfomsg *l = link_of(h, tb);

	assert_int_equal(l->ifi_index, index);
	assert_int_equal(l->ifi_flags, IFF_UP);
	assert_int_equal(l->ifi_change, IFF_UP);
}

static void
check_address(struct nlmsghdr *h, const char *text)
{
	struct nlattr *tb[IFA_MAX + 1];
	const struct ifaddrmsg *a = nlmsg_data(h);

	assert_int_equal(h->nlmsg_type, RTM_NEWADDR);
	assert_int_equal(nlmsg_parse(h, sizeof(*a), tb, IFA_MAX, NULL), 0);
	assert_int_equal(a->ifa_family, AF_INET);
	assert_int_equal(a->ifa_prefixlen, 30);
	assert_int_equal(a->ifa_index, GATE_LINK);
	assert_int_equal(nla_len(tb[IFA_LOCAL]), 4);
	assert_int_equal(nla_get_u32(tb[IFA_LOCAL]), inet_addr(text));
	assert_int_equal(nla_get_u32(tb[IFA_ADDRESS]), inet_addr(text));
}

static const struct rtmsg *
route_of(struct nlmsghdr *h, struct nlattr *tb[RTA_MAX + 1])
{
	const struct rtmsg *r = nlmsg_data(h);

	assert_int_equal(h->nlmsg_type, RTM_NEWROUTE);
	assert_int_equal(nlmsg_parse(h, sizeof(*r), tb, RTA_MAX, NULL), 0);
	assert_int_equal(r->rtm_family, AF_INET);
	assert_int_equal(r->rtm_dst_len, 0);
	// In table local it would shadow the link's own subnet.
	assert_int_equal(r->rtm_table, RT_TABLE_MAIN);
	return r;
}

// Each message has the number of its step; the last one asks for an answer,
// and no other does.
static void
check_steps(const struct netlink *n, uint32_t first, uint32_t last)
{
	uint32_t i;

	assert_false(n->overflow);
	assert_int_equal(messages(n), last - first + 1);
	assert_int_equal(n->last, last);
	for (i = first; i <= last; i++) {
		assert_int_equal(message(n, i - first)->nlmsg_seq, i);
		assert_int_equal(
		    (message(n, i - first)->nlmsg_flags & NLM_F_ACK) != 0,
		    i == last);
	}
}

static void
test_gate_links(void **state)
{
	struct nlattr *tb[RTA_MAX + 1];
	const struct rtmsg *r;
	struct netlink n;

	(void)state;
	gate_links(&n, 12345);
	check_steps(&n, GATE_STEP_VETH, GATE_STEP_ANYIP);
	check_veth(message(&n, 0), 12345);
	check_plain(message(&n, 1));
	check_up(message(&n, 2), GATE_LINK);
	check_up(message(&n, 3), 1);
	check_address(message(&n, 4), GATE_ADDRESS);
	r = route_of(message(&n, 5), tb);
	assert_int_equal(r->rtm_type, RTN_LOCAL);
	assert_int_equal(r->rtm_scope, RT_SCOPE_HOST);
	assert_int_equal(nla_get_u32(tb[RTA_OIF]), 1);
	assert_null(tb[RTA_GATEWAY]);
}

static void
test_box_links(void **state)
{
	struct nlattr *tb[RTA_MAX + 1];
	const struct rtmsg *r;
	struct netlink n;

	(void)state;
	gate_box_links(&n);
	check_steps(&n, GATE_STEP_BOX_PLAIN, GATE_STEP_BOX_ROUTE);
	check_plain(message(&n, 0));
	check_up(message(&n, 1), GATE_LINK);
	check_address(message(&n, 2), GATE_BOX_ADDRESS);
	r = route_of(message(&n, 3), tb);
	assert_int_equal(r->rtm_type, RTN_UNICAST);
	assert_int_equal(nla_get_u32(tb[RTA_GATEWAY]), inet_addr(GATE_ADDRESS));
	assert_int_equal(nla_get_u32(tb[RTA_OIF]), GATE_LINK);
}

static void
check_nft(struct nlmsghdr *h, uint16_t type, bool batch)
{
	const struct nfgenmsg *g = nlmsg_data(h);

	assert_int_equal(
	    h->nlmsg_type, batch ? type : NFNL_SUBSYS_NFTABLES << 8 | type);
	assert_int_equal(g->version, NFNETLINK_V0);
	assert_int_equal(g->nfgen_family, batch ? AF_UNSPEC : NFPROTO_IPV4);
	assert_int_equal(g->res_id, htons(batch ? NFNL_SUBSYS_NFTABLES : 0));
}

// The names of a rule's expressions, in order, a space behind each; and one
// of them.
static struct nlattr *
expressions(struct nlattr *list, char *names, unsigned want)
{
	struct nlattr *a, *tb[NFTA_EXPR_MAX + 1], *found = NULL;
	unsigned i = 0;
	size_t at = 0;
	int left;

	*names = '\0';
	nla_for_each_nested(a, list, left)
	{
		assert_int_equal(nla_type(a), NFTA_LIST_ELEM);
		assert_int_equal(
		    nla_parse_nested(tb, NFTA_EXPR_MAX, a, NULL), 0);
		at += (size_t)snprintf(names + at, NAMES_MAX - at, "%s ",
		    nla_get_string(tb[NFTA_EXPR_NAME]));
		assert_true(at < NAMES_MAX);
		if (i++ == want)
			found = tb[NFTA_EXPR_DATA];
	}
	return found;
}

static uint32_t
number(struct nlattr *expr, int attr)
{
	struct nlattr *tb[16];

	assert_int_equal(nla_parse_nested(tb, 15, expr, NULL), 0);
	return ntohl(nla_get_u32(tb[attr]));
}

static void
value(struct nlattr *expr, int attr, const void *want, int len)
{
	struct nlattr *tb[16], *in[16];

	assert_int_equal(nla_parse_nested(tb, 15, expr, NULL), 0);
	assert_int_equal(nla_parse_nested(in, 15, tb[attr], NULL), 0);
	assert_int_equal(nla_len(in[NFTA_DATA_VALUE]), len);
	assert_memory_equal(nla_data(in[NFTA_DATA_VALUE]), want, (size_t)len);
}

static void
check_rule(struct nlattr *list)
{
	const uint32_t link = GATE_LINK;
	const uint16_t dns = htons(53), port = htons(GATE_PORT);
	const uint8_t tcp = 6;
	struct nlattr *x;
	char names[NAMES_MAX];

	assert_int_equal(
	    number(expressions(list, names, 0), NFTA_META_KEY), NFT_META_IIF);
	assert_string_equal(
	    names, "meta cmp meta cmp payload cmp immediate tproxy ");
	value(expressions(list, names, 1), NFTA_CMP_DATA, &link, 4);
	assert_int_equal(number(expressions(list, names, 2), NFTA_META_KEY),
	    NFT_META_L4PROTO);
	value(expressions(list, names, 3), NFTA_CMP_DATA, &tcp, 1);
	x = expressions(list, names, 4);
	assert_int_equal(
	    number(x, NFTA_PAYLOAD_BASE), NFT_PAYLOAD_TRANSPORT_HEADER);
	assert_int_equal(number(x, NFTA_PAYLOAD_OFFSET), 2);
	assert_int_equal(number(x, NFTA_PAYLOAD_LEN), 2);
	x = expressions(list, names, 5);
	assert_int_equal(number(x, NFTA_CMP_OP), NFT_CMP_NEQ);
	value(x, NFTA_CMP_DATA, &dns, 2);
	value(expressions(list, names, 6), NFTA_IMMEDIATE_DATA, &port, 2);
	x = expressions(list, names, 7);
	assert_int_equal(number(x, NFTA_TPROXY_FAMILY), NFPROTO_IPV4);
	assert_int_equal(number(x, NFTA_TPROXY_REG_PORT), NFT_REG_1);
}

static void
test_rules(void **state)
{
	struct nlattr *tb[16], *hook[16];
	struct netlink n;

	(void)state;
	gate_rules(&n);
	assert_false(n.overflow);
	assert_int_equal(messages(&n), 5);
	check_nft(message(&n, 0), NFNL_MSG_BATCH_BEGIN, true);
	check_nft(message(&n, 1), NFT_MSG_NEWTABLE, false);
	check_nft(message(&n, 2), NFT_MSG_NEWCHAIN, false);
	assert_int_equal(
	    nlmsg_parse(message(&n, 2), sizeof(struct nfgenmsg), tb, 15, NULL),
	    0);
	assert_string_equal(nla_get_string(tb[NFTA_CHAIN_TYPE]), "filter");
	assert_int_equal(
	    nla_parse_nested(hook, 15, tb[NFTA_CHAIN_HOOK], NULL), 0);
	assert_int_equal(
	    ntohl(nla_get_u32(hook[NFTA_HOOK_HOOKNUM])), NF_INET_PRE_ROUTING);
	assert_int_equal(
	    (int32_t)ntohl(nla_get_u32(hook[NFTA_HOOK_PRIORITY])), -150);
	check_nft(message(&n, 3), NFT_MSG_NEWRULE, false);
	assert_int_equal(
	    nlmsg_parse(message(&n, 3), sizeof(struct nfgenmsg), tb, 15, NULL),
	    0);
	assert_true((message(&n, 3)->nlmsg_flags & NLM_F_ACK) != 0);
	check_rule(tb[NFTA_RULE_EXPRESSIONS]);
	check_nft(message(&n, 4), NFNL_MSG_BATCH_END, true);
	assert_int_equal(message(&n, 4)->nlmsg_flags, NLM_F_REQUEST);
}

static void
test_ports(void **state)
{
	static struct spec_net net;
	uint16_t port[GATE_PORTS_MAX];
	uint32_t i, n;

	(void)state;
	net.n = 0;
	assert_int_equal(gate_ports(&net, port), 3);
	assert_int_equal(port[0], GATE_PROXY_PORT);
	net.n = 5;
	for (i = 0; i < net.n; i++)
		net.rule[i].verdict = NET_ALLOW;
	net.rule[0].port_first = net.rule[0].port_last = 22;
	net.rule[1].port_first = net.rule[1].port_last = 53; // has its own
	net.rule[2].port_first = 1, net.rule[2].port_last = 65535; // too wide
	net.rule[3].port_first = net.rule[3].port_last = 25;
	net.rule[3].verdict = NET_DENY;
	net.rule[4].port_first = 440, net.rule[4].port_last = 443;
	n = gate_ports(&net, port);
	assert_int_equal(n, 7);
	assert_int_equal(port[3], 22);
	assert_int_equal(port[6], 442); // 443 is there
	// No more than there is room for.
	net.n = SPEC_NET_MAX;
	for (i = 0; i < net.n; i++) {
		net.rule[i].verdict = NET_ASK;
		net.rule[i].port_first = net.rule[i].port_last =
		    (uint16_t)(1000 + i);
	}
	assert_int_equal(gate_ports(&net, port), GATE_PORTS_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_attributes),
	    cmocka_unit_test(test_overflow),
	    cmocka_unit_test(test_gate_links),
	    cmocka_unit_test(test_box_links),
	    cmocka_unit_test(test_rules),
	    cmocka_unit_test(test_ports),
	};

	return cmocka_run_group_tests_name("netlink", tests, NULL, NULL);
}
