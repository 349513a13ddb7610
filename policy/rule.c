// SPDX-License-Identifier: ISC
// One rule of the network: whether its values are what a text could have
// said, and the text that says it.
#include <stdio.h>
#include <string.h>
#include "policy/address.h"
#include "policy/egress.h"
#include "policy/hostname.h"

static bool
all_zero(const void *p, size_t n)
{
	const uint8_t *b = p;

	while (n > 0 && b[n - 1] == 0)
		n--;
	return n == 0;
}

/* Terminated, and nothing behind the end. */
static bool
is_text(const char *s, size_t size)
{
	size_t n = strnlen(s, size);

	return n < size && all_zero(s + n, size - n);
}

const char *
egress_name_fault(
    enum net_verdict verdict, enum net_kind kind, const char *name)
{
	size_t n = strlen(name);

	if (strcmp(name, "localhost") == 0 ||
	    (n > 10 && strcmp(name + n - 10, ".localhost") == 0))
		return "is the sandbox itself, inside: a service on the host's "
		       "loopback is spelled host:PORT";
	if (strcmp(name, EGRESS_LOOPBACK) == 0)
		return "alone means the host's loopback: it has nothing below";
	if (verdict == NET_ALLOW && kind != NET_NAME &&
	    strchr(name, '.') == NULL)
		return "is everything below one label, which anybody can "
		       "register: name more of it, or say \"net open\"";
	return NULL;
}

static bool
sound_name(const struct spec_net_rule *r)
{
	char normal[SPEC_NET_HOST_MAX];
	const char *why;

	if (r->prefix != 0 || !all_zero(r->addr, sizeof(r->addr)) ||
	    !is_text(r->host, sizeof(r->host)))
		return false;
	if (hostname_normal(r->host, strlen(r->host), normal, &why) != 0 ||
	    strcmp(normal, r->host) != 0)
		return false;
	return egress_name_fault((enum net_verdict)r->verdict,
		   (enum net_kind)r->kind, r->host) == NULL;
}

bool
egress_prefix_clean(const uint8_t addr[16], unsigned prefix)
{
	unsigned bit;

	for (bit = prefix; bit < 128; bit++)
		if ((addr[bit / 8] & 0x80 >> bit % 8) != 0)
			return false;
	return prefix <= 128;
}

static bool
sound_ports(const struct spec_net_rule *r)
{
	bool none = r->port_first == 0 && r->port_last == 0;

	// A service of the host is opened one by one; open is open.
	if (r->kind == NET_LOOPBACK && r->verdict != NET_DENY)
		return r->port_first != 0 && r->port_first <= r->port_last &&
		       r->port_last - r->port_first < EGRESS_LOOPBACK_PORTS;
	if (r->kind == NET_EVERYTHING && r->verdict == NET_ALLOW)
		return none;
	return none || (r->port_first != 0 && r->port_first <= r->port_last);
}

static bool
is_preset_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
	       c == '_';
}

/* Who says it, and under which name. */
static bool
sound_origin(const struct spec_net_rule *r)
{
	const char *p = r->preset;

	if (r->origin >= NET_ORIGIN__COUNT || !is_text(p, sizeof(r->preset)))
		return false;
	if ((r->origin == NET_FROM_PRESET) != (*p != '\0'))
		return false;
	while (*p != '\0' && is_preset_char(*p))
		p++;
	return *p == '\0';
}

/* The place, as its kind has it. */
static bool
sound_place(const struct spec_net_rule *r)
{
	switch (r->kind) {
	case NET_NAME:
	case NET_SUBDOMAINS:
	case NET_DOMAIN:
		return sound_name(r);
	case NET_CIDR:
		return all_zero(r->host, sizeof(r->host)) &&
		       egress_prefix_clean(r->addr, r->prefix);
	case NET_LOOPBACK:
	case NET_EVERYTHING:
		return r->prefix == 0 && all_zero(r->host, sizeof(r->host)) &&
		       all_zero(r->addr, sizeof(r->addr));
	default:
		return false;
	}
}

bool
egress_rule_sound(const struct spec_net_rule *r)
{
	if (r->verdict >= NET_VERDICT__COUNT || r->reserved != 0 ||
	    (r->flags & ~NET_FLAG__ALL) != 0)
		return false;
	// What is refused has nothing granted.
	if (r->verdict == NET_DENY && r->flags != 0)
		return false;
	return sound_ports(r) && sound_origin(r) && sound_place(r);
}

static void
range_text(const struct spec_net_rule *r, char out[ADDRESS_TEXT_MAX + 8])
{
	char addr[ADDRESS_TEXT_MAX];
	bool v4;

	address_format(r->addr, addr);
	v4 = strchr(addr, ':') == NULL && r->prefix >= 96;
	if (v4 && r->prefix == 128)
		snprintf(out, ADDRESS_TEXT_MAX + 8, "%s", addr);
	else if (v4)
		snprintf(
		    out, ADDRESS_TEXT_MAX + 8, "%s/%u", addr, r->prefix - 96u);
	else if (r->prefix == 128)
		snprintf(out, ADDRESS_TEXT_MAX + 8, "[%s]", addr);
	else
		snprintf(out, ADDRESS_TEXT_MAX + 8, "[%s]/%u", addr,
		    (unsigned)r->prefix);
}

static void
host_text(const struct spec_net_rule *r, char out[SPEC_NET_HOST_MAX + 4])
{
	char range[ADDRESS_TEXT_MAX + 8] = "*";
	const char *stars = "", *host = r->host;

	switch (r->kind) {
	case NET_SUBDOMAINS:
		stars = "*.";
		break;
	case NET_DOMAIN:
		stars = "**.";
		break;
	case NET_CIDR:
		range_text(r, range);
		host = range;
		break;
	case NET_LOOPBACK:
		host = EGRESS_LOOPBACK;
		break;
	case NET_EVERYTHING:
		host = range;
		break;
	default:
		break;
	}
	snprintf(out, SPEC_NET_HOST_MAX + 4, "%s%.*s", stars,
	    SPEC_NET_HOST_MAX - 1, host);
}

static void
port_text(const struct spec_net_rule *r, char out[16])
{
	out[0] = '\0';
	if (r->port_first == 0)
		return;
	if (r->port_first == 1 && r->port_last == 65535)
		snprintf(out, 16, ":*");
	else if (r->port_first == r->port_last)
		snprintf(out, 16, ":%u", (unsigned)r->port_first);
	else
		snprintf(out, 16, ":%u-%u", (unsigned)r->port_first,
		    (unsigned)r->port_last);
}

void
egress_rule_text(const struct spec_net_rule *r, char out[EGRESS_RULE_TEXT_MAX])
{
	static const char *const verdicts[] = {"deny", "ask", "allow"};
	const char *verdict = verdicts[r->verdict % NET_VERDICT__COUNT];
	char host[SPEC_NET_HOST_MAX + 4], port[16];

	host_text(r, host);
	port_text(r, port);
	if (r->kind == NET_EVERYTHING && r->verdict == NET_ALLOW)
		snprintf(out, EGRESS_RULE_TEXT_MAX, "net open");
	else
		snprintf(out, EGRESS_RULE_TEXT_MAX, "net %s %s%s", verdict,
		    host, port);
	snprintf(out + strlen(out), EGRESS_RULE_TEXT_MAX - strlen(out),
	    "%s%s%s%s", (r->flags & NET_RAW) != 0 ? " raw" : "",
	    (r->flags & NET_PRIVATE) != 0 ? " private" : "",
	    (r->flags & NET_NO_SNI) != 0 ? " no-sni" : "",
	    (r->flags & NET_ECH_DENY) != 0 ? " ech=deny" : "");
}
