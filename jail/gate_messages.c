// SPDX-License-Identifier: ISC
// What the kernel is told to make a gate: rtnetlink for links, addresses and
// routes, nf_tables for the one rule. Constant, but for a descriptor.
#include <arpa/inet.h>
#include <net/if.h>
#include <string.h>
#include <linux/if_link.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include "jail/gate_messages.h"

#define TABLE "stockade"
#define CHAIN "gate"

enum {
	LO = 1,		// its index, in every namespace
	HTTP = 80,	// what a rule without a port means
	HTTPS = 443,	// likewise
	NO_ADDRESS = 1, // IN6_ADDR_GEN_MODE_NONE
	MAKE = NLM_F_CREATE | NLM_F_EXCL,
	DPORT_OFFSET = 2, // in the header of TCP
	MANGLE = -150,	  // before anything is routed
	RANGE_MAX = 16,	  // ports of one rule
};

// GATE_ADDRESS and GATE_BOX_ADDRESS.
static const uint8_t gate_address[4] = {192, 0, 2, 1};
static const uint8_t box_address[4] = {192, 0, 2, 2};

// One queue: a veth would make as many as the machine has processors, each of
// which takes time and memory.
static void
put_queues(struct netlink *n)
{
	netlink_put_u32(n, IFLA_NUM_TX_QUEUES, 1);
	netlink_put_u32(n, IFLA_NUM_RX_QUEUES, 1);
}

// The index is ours to choose, and needs no asking for. Not 2: modules that
// are loaded on a host put tunnels into every new namespace.
static void
put_veth(struct netlink *n, int box)
{
	const struct ifinfomsg link = {.ifi_index = GATE_LINK};
	uint32_t info, data, peer;

	netlink_begin(n, RTM_NEWLINK, MAKE, GATE_STEP_VETH);
	netlink_family(n, &link, sizeof(link));
	netlink_put_text(n, IFLA_IFNAME, "eth0");
	put_queues(n);
	info = netlink_nest(n, IFLA_LINKINFO);
	netlink_put_text(n, IFLA_INFO_KIND, "veth");
	data = netlink_nest(n, IFLA_INFO_DATA);
	peer = netlink_nest(n, VETH_INFO_PEER);
	netlink_family(n, &link, sizeof(link));
	netlink_put_text(n, IFLA_IFNAME, "eth0");
	put_queues(n);
	netlink_put_u32(n, IFLA_NET_NS_FD, (uint32_t)box);
	netlink_unnest(n, peer);
	netlink_unnest(n, data);
	netlink_unnest(n, info);
	netlink_end(n);
}

// Before it is up, or it would have one already.
static void
put_plain(struct netlink *n, uint32_t step)
{
	const struct ifinfomsg link = {.ifi_index = GATE_LINK};
	uint32_t families, six;

	netlink_begin(n, RTM_NEWLINK, 0, step);
	netlink_family(n, &link, sizeof(link));
	families = netlink_nest(n, IFLA_AF_SPEC);
	six = netlink_nest(n, AF_INET6);
	netlink_put_u8(n, IFLA_INET6_ADDR_GEN_MODE, NO_ADDRESS);
	netlink_unnest(n, six);
	netlink_unnest(n, families);
	netlink_end(n);
}

static void
put_up(struct netlink *n, int index, uint32_t step)
{
	const struct ifinfomsg link = {
	    .ifi_index = index,
	    .ifi_flags = IFF_UP,
	    .ifi_change = IFF_UP,
	};

	netlink_begin(n, RTM_NEWLINK, 0, step);
	netlink_family(n, &link, sizeof(link));
	netlink_end(n);
}

static void
put_address(struct netlink *n, const uint8_t addr[4], uint32_t step)
{
	const struct ifaddrmsg a = {
	    .ifa_family = AF_INET,
	    .ifa_prefixlen = GATE_PREFIX,
	    .ifa_index = GATE_LINK,
	};

	netlink_begin(n, RTM_NEWADDR, MAKE, step);
	netlink_family(n, &a, sizeof(a));
	netlink_put(n, IFA_LOCAL, addr, 4);
	netlink_put(n, IFA_ADDRESS, addr, 4);
	netlink_end(n);
}

// Everything is local: what is sent anywhere is for a socket here. In table
// main: in table local it would shadow the link's own subnet as soon as there
// is any rule of routing.
static void
put_anyip(struct netlink *n)
{
	const struct rtmsg r = {
	    .rtm_family = AF_INET,
	    .rtm_table = RT_TABLE_MAIN,
	    .rtm_protocol = RTPROT_BOOT,
	    .rtm_scope = RT_SCOPE_HOST,
	    .rtm_type = RTN_LOCAL,
	};

	netlink_begin(n, RTM_NEWROUTE, MAKE | NLM_F_ACK, GATE_STEP_ANYIP);
	netlink_family(n, &r, sizeof(r));
	netlink_put_u32(n, RTA_OIF, LO);
	netlink_end(n);
}

static void
put_default(struct netlink *n)
{
	const struct rtmsg r = {
	    .rtm_family = AF_INET,
	    .rtm_table = RT_TABLE_MAIN,
	    .rtm_protocol = RTPROT_BOOT,
	    .rtm_scope = RT_SCOPE_UNIVERSE,
	    .rtm_type = RTN_UNICAST,
	};

	netlink_begin(n, RTM_NEWROUTE, MAKE | NLM_F_ACK, GATE_STEP_BOX_ROUTE);
	netlink_family(n, &r, sizeof(r));
	netlink_put(n, RTA_GATEWAY, gate_address, 4);
	netlink_put_u32(n, RTA_OIF, GATE_LINK);
	netlink_end(n);
}

// An expression of a rule; what it consists of comes until end_expr.
struct expr {
	uint32_t elem, data;
};

static struct expr
begin_expr(struct netlink *n, const char *name)
{
	struct expr x;

	x.elem = netlink_nest(n, NFTA_LIST_ELEM);
	netlink_put_text(n, NFTA_EXPR_NAME, name);
	x.data = netlink_nest(n, NFTA_EXPR_DATA);
	return x;
}

static void
end_expr(struct netlink *n, struct expr x)
{
	netlink_unnest(n, x.data);
	netlink_unnest(n, x.elem);
}

static void
put_meta(struct netlink *n, uint32_t key)
{
	struct expr x = begin_expr(n, "meta");

	netlink_put_be32(n, NFTA_META_KEY, key);
	netlink_put_be32(n, NFTA_META_DREG, NFT_REG_1);
	end_expr(n, x);
}

static void
put_cmp(struct netlink *n, uint32_t op, const void *v, size_t len)
{
	struct expr x = begin_expr(n, "cmp");
	uint32_t data;

	netlink_put_be32(n, NFTA_CMP_SREG, NFT_REG_1);
	netlink_put_be32(n, NFTA_CMP_OP, op);
	data = netlink_nest(n, NFTA_CMP_DATA);
	netlink_put(n, NFTA_DATA_VALUE, v, len);
	netlink_unnest(n, data);
	end_expr(n, x);
}

static void
put_dport(struct netlink *n)
{
	struct expr x = begin_expr(n, "payload");

	netlink_put_be32(n, NFTA_PAYLOAD_DREG, NFT_REG_1);
	netlink_put_be32(n, NFTA_PAYLOAD_BASE, NFT_PAYLOAD_TRANSPORT_HEADER);
	netlink_put_be32(n, NFTA_PAYLOAD_OFFSET, DPORT_OFFSET);
	netlink_put_be32(n, NFTA_PAYLOAD_LEN, sizeof(uint16_t));
	end_expr(n, x);
}

// To that port of any address: without one the kernel looks for a listener on
// the link's own address, or on every address, which ours is.
static void
put_tproxy(struct netlink *n, uint16_t port)
{
	struct expr x = begin_expr(n, "immediate");
	uint32_t data;

	netlink_put_be32(n, NFTA_IMMEDIATE_DREG, NFT_REG_1);
	data = netlink_nest(n, NFTA_IMMEDIATE_DATA);
	netlink_put(n, NFTA_DATA_VALUE, &port, sizeof(port));
	netlink_unnest(n, data);
	end_expr(n, x);
	x = begin_expr(n, "tproxy");
	netlink_put_be32(n, NFTA_TPROXY_FAMILY, NFPROTO_IPV4);
	netlink_put_be32(n, NFTA_TPROXY_REG_PORT, NFT_REG_1);
	end_expr(n, x);
}

static void
begin_nft(struct netlink *n, uint16_t type, uint16_t flags, uint16_t subsystem)
{
	const struct nfgenmsg g = {
	    .nfgen_family = subsystem != 0 ? AF_UNSPEC : NFPROTO_IPV4,
	    .version = NFNETLINK_V0,
	    .res_id = htons(subsystem),
	};

	if (subsystem == 0)
		type = (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | type);
	netlink_begin(n, type, flags, GATE_STEP_RULES);
	netlink_family(n, &g, sizeof(g));
}

static void
put_table(struct netlink *n)
{
	uint32_t hook;

	begin_nft(n, NFT_MSG_NEWTABLE, NLM_F_CREATE, 0);
	netlink_put_text(n, NFTA_TABLE_NAME, TABLE);
	netlink_end(n);
	begin_nft(n, NFT_MSG_NEWCHAIN, NLM_F_CREATE, 0);
	netlink_put_text(n, NFTA_CHAIN_TABLE, TABLE);
	netlink_put_text(n, NFTA_CHAIN_NAME, CHAIN);
	hook = netlink_nest(n, NFTA_CHAIN_HOOK);
	netlink_put_be32(n, NFTA_HOOK_HOOKNUM, NF_INET_PRE_ROUTING);
	netlink_put_be32(n, NFTA_HOOK_PRIORITY, (uint32_t)MANGLE);
	netlink_unnest(n, hook);
	netlink_put_text(n, NFTA_CHAIN_TYPE, "filter");
	netlink_end(n);
}

// iif eth0 meta l4proto tcp tcp dport != 53 tproxy to :9000
static void
put_rule(struct netlink *n)
{
	const uint32_t link = GATE_LINK;
	const uint16_t dns = htons(GATE_DNS_PORT);
	const uint8_t tcp = IPPROTO_TCP;
	uint32_t list;

	begin_nft(
	    n, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND | NLM_F_ACK, 0);
	netlink_put_text(n, NFTA_RULE_TABLE, TABLE);
	netlink_put_text(n, NFTA_RULE_CHAIN, CHAIN);
	list = netlink_nest(n, NFTA_RULE_EXPRESSIONS);
	put_meta(n, NFT_META_IIF);
	put_cmp(n, NFT_CMP_EQ, &link, sizeof(link));
	put_meta(n, NFT_META_L4PROTO);
	put_cmp(n, NFT_CMP_EQ, &tcp, sizeof(tcp));
	put_dport(n);
	put_cmp(n, NFT_CMP_NEQ, &dns, sizeof(dns));
	put_tproxy(n, htons(GATE_PORT));
	netlink_unnest(n, list);
	netlink_end(n);
}

static uint32_t
add_port(uint16_t *list, uint32_t n, uint32_t port)
{
	uint32_t i;

	// Port 53 has listeners of its own.
	if (port == 0 || port == GATE_DNS_PORT || n == GATE_PORTS_MAX)
		return n;
	for (i = 0; i < n; i++)
		if (list[i] == port)
			return n;
	list[n] = (uint16_t)port;
	return n + 1;
}

// Few, since each is a socket: a wide range is not among them.
uint32_t
gate_ports(const struct spec_net *net, uint16_t port[GATE_PORTS_MAX])
{
	const struct spec_net_rule *r;
	uint32_t i, p, n = 0;

	n = add_port(port, n, GATE_PROXY_PORT);
	n = add_port(port, n, HTTPS);
	n = add_port(port, n, HTTP);
	for (i = 0; i < net->n; i++) {
		r = &net->rule[i];
		if (r->verdict == NET_DENY ||
		    r->port_last - r->port_first >= RANGE_MAX)
			continue;
		for (p = r->port_first; p <= r->port_last; p++)
			n = add_port(port, n, p);
	}
	return n;
}

void
gate_links(struct netlink *n, int box)
{
	netlink_init(n);
	put_veth(n, box);
	put_plain(n, GATE_STEP_PLAIN);
	put_up(n, GATE_LINK, GATE_STEP_UP);
	put_up(n, LO, GATE_STEP_LO);
	put_address(n, gate_address, GATE_STEP_ADDRESS);
	put_anyip(n);
}

void
gate_box_links(struct netlink *n)
{
	netlink_init(n);
	put_plain(n, GATE_STEP_BOX_PLAIN);
	put_up(n, GATE_LINK, GATE_STEP_BOX_UP);
	put_address(n, box_address, GATE_STEP_BOX_ADDRESS);
	put_default(n);
}

void
gate_rules(struct netlink *n)
{
	netlink_init(n);
	begin_nft(n, NFNL_MSG_BATCH_BEGIN, 0, NFNL_SUBSYS_NFTABLES);
	netlink_end(n);
	put_table(n);
	put_rule(n);
	begin_nft(n, NFNL_MSG_BATCH_END, 0, NFNL_SUBSYS_NFTABLES);
	netlink_end(n);
}
