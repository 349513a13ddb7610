// SPDX-License-Identifier: ISC
// HOST[:PORT] of a rule: what kind of place it is, and what it must not be.
#include <string.h>
#include "policy/address.h"
#include "policy/destination.h"
#include "policy/hostname.h"
#include "policy/scan.h"

/* A destination taken apart; s stands in the text. */
struct parts {
	const char *host, *prefix, *port; /* NULL: not said */
	size_t host_len, prefix_len, port_len;
	bool v6; /* host stood in brackets */
};

static int
fault(struct policy_fault *f, const struct word *w, const char *why)
{
	char show[WORDS_SHOW_MAX];

	return words_fault(f, w, "%s %s", words_show(w, show), why);
}

/* What people write who mean something else. */
static const char *
mistaken(const struct word *w)
{
	size_t i, colons = 0;

	if (w->len == 0)
		return "is empty";
	for (i = 0; i < w->len; i++) {
		if ((unsigned char)w->s[i] >= 0x80)
			return "is not ASCII: write the name's A-label "
			       "(xn--...), which idn2(1) prints";
		if (i + 3 <= w->len && memcmp(w->s + i, "://", 3) == 0)
			return "is a URL: a rule is HOST[:PORT], as in "
			       "example.com:443";
		if (w->s[i] == '@')
			return "names a user: a rule is HOST[:PORT]";
		colons += w->s[i] == ':';
	}
	if (w->s[0] != '[' && colons > 1)
		return "has more than one colon: an IPv6 address stands in "
		       "brackets, as in [2001:db8::]/32:443";
	return NULL;
}

/* From at to the end: [/PREFIX][:PORT]. */
static const char *
split_rest(const char *at, const char *end, struct parts *p)
{
	const char *colon;

	if (at < end && *at == '/') {
		p->prefix = at + 1;
		colon = memchr(at, ':', (size_t)(end - at));
		at = colon != NULL ? colon : end;
		p->prefix_len = (size_t)(at - p->prefix);
	}
	if (at == end)
		return NULL;
	if (*at != ':')
		return "has something behind its bracket: the form is "
		       "[ADDRESS]/PREFIX:PORT";
	p->port = at + 1;
	p->port_len = (size_t)(end - p->port);
	return NULL;
}

static const char *
split(const struct word *w, struct parts *p)
{
	const char *end = w->s + w->len, *at;

	memset(p, 0, sizeof(*p));
	p->host = w->s;
	p->v6 = w->s[0] == '[';
	if (p->v6) {
		p->host++;
		at = memchr(w->s, ']', w->len);
		if (at == NULL)
			return "has no ] after its address";
		p->host_len = (size_t)(at - p->host);
		return split_rest(at + 1, end, p);
	}
	for (at = w->s; at < end && *at != '/' && *at != ':'; at++)
		;
	p->host_len = (size_t)(at - w->s);
	return split_rest(at, end, p);
}

static bool
scan_port(const char *s, size_t len, uint16_t *port)
{
	const char *why;
	uint64_t v = 0;

	if (scan_count(s, len, &v, &why) != 0 || v < 1 || v > 65535)
		return false;
	*port = (uint16_t)v;
	return true;
}

static const char *
set_ports(const struct parts *p, struct spec_net_rule *r)
{
	const char *dash;
	size_t n;

	if (p->port == NULL)
		return NULL;
	if (p->port_len == 1 && p->port[0] == '*') {
		r->port_first = 1;
		r->port_last = 65535;
		return NULL;
	}
	dash = memchr(p->port, '-', p->port_len);
	n = dash != NULL ? (size_t)(dash - p->port) : p->port_len;
	if (!scan_port(p->port, n, &r->port_first))
		return "has no port behind its colon: 1 to 65535, A-B, or *";
	r->port_last = r->port_first;
	if (dash == NULL)
		return NULL;
	if (!scan_port(dash + 1, p->port_len - n - 1, &r->port_last) ||
	    r->port_last < r->port_first)
		return "has no range of ports behind its colon, as in "
		       "8000-8100";
	return NULL;
}

/* The prefix, in bits of 128, of an address that takes `all` of them. */
static const char *
set_prefix(const struct parts *p, unsigned all, struct spec_net_rule *r)
{
	const char *why;
	uint64_t v = all;

	if (p->prefix != NULL &&
	    (scan_count(p->prefix, p->prefix_len, &v, &why) != 0 || v > all))
		return all == 32 ? "has no prefix behind its /: 0 to 32"
				 : "has no prefix behind its /: 0 to 128";
	r->prefix = (uint16_t)(v + 128 - all);
	if (!egress_prefix_clean(r->addr, r->prefix))
		return "has bits set behind its prefix: write the range's "
		       "first address";
	return NULL;
}

static const char *
set_address(const struct parts *p, struct spec_net_rule *r)
{
	r->kind = NET_CIDR;
	if (!p->v6)
		return set_prefix(p, 32, r);
	if (address_is_v4(r->addr))
		return "is an IPv4 address: write it as one, as in "
		       "192.0.2.0/24:443";
	return set_prefix(p, 128, r);
}

/* What stands before a name, and what that makes of it. */
static size_t
set_stars(const char *s, size_t n, struct spec_net_rule *r)
{
	r->kind = NET_NAME;
	if (n >= 3 && memcmp(s, "**.", 3) == 0)
		r->kind = NET_DOMAIN;
	else if (n >= 2 && memcmp(s, "*.", 2) == 0)
		r->kind = NET_SUBDOMAINS;
	return r->kind == NET_DOMAIN ? 3 : r->kind == NET_SUBDOMAINS ? 2 : 0;
}

static const char *
set_name(const struct parts *p, struct spec_net_rule *r)
{
	size_t stars = set_stars(p->host, p->host_len, r);
	const char *why, *s = p->host + stars;
	size_t n = p->host_len - stars;

	if (n > 0 && memchr(s, '*', n) != NULL)
		return "has a * in another place than its front: *.example.com "
		       "is what lies below, **.example.com that and itself";
	if (p->prefix != NULL)
		return "has a /, which only addresses have: a rule is "
		       "HOST[:PORT]";
	if (hostname_normal(s, n, r->host, &why) != 0) {
		memset(r->host, 0, sizeof(r->host));
		return why;
	}
	return egress_name_fault(
	    (enum net_verdict)r->verdict, (enum net_kind)r->kind, r->host);
}

static const char *
set_loopback(const struct parts *p, struct spec_net_rule *r)
{
	r->kind = NET_LOOPBACK;
	if (p->prefix != NULL)
		return "has a /: a service of the host is host:PORT";
	if (r->verdict != NET_DENY &&
	    (r->port_first == 0 ||
		r->port_last - r->port_first >= EGRESS_LOOPBACK_PORTS))
		return "must name the service's port, as in host:5432: the "
		       "host's loopback is not opened as a whole";
	return NULL;
}

static const char *
set_everything(const struct parts *p, struct spec_net_rule *r)
{
	r->kind = NET_EVERYTHING;
	if (p->prefix != NULL)
		return "has a /, which only addresses have";
	if (r->verdict == NET_ALLOW)
		return "would open everything: say \"net open\" if that is "
		       "meant";
	return NULL;
}

static bool
host_is(const struct parts *p, const char *word)
{
	return !p->v6 && p->host_len == strlen(word) &&
	       memcmp(p->host, word, p->host_len) == 0;
}

static const char *
set_host(const struct parts *p, struct spec_net_rule *r)
{
	if (host_is(p, "*"))
		return set_everything(p, r);
	if (host_is(p, EGRESS_LOOPBACK))
		return set_loopback(p, r);
	if (address_parse(p->host, p->host_len, r->addr) == 0)
		return set_address(p, r);
	memset(r->addr, 0, sizeof(r->addr));
	if (p->v6)
		return "has no IPv6 address in its brackets";
	return set_name(p, r);
}

int
destination_parse(
    const struct word *w, struct spec_net_rule *r, struct policy_fault *f)
{
	const char *why = mistaken(w);
	struct parts p;

	if (why == NULL)
		why = split(w, &p);
	if (why == NULL)
		why = set_ports(&p, r);
	if (why == NULL)
		why = set_host(&p, r);
	return why == NULL ? 0 : fault(f, w, why);
}

int
destination_question(
    const struct word *w, struct policy_expect *x, struct policy_fault *f)
{
	// As a rule that denies: none is refused for what it would open.
	struct spec_net_rule r = {.verdict = NET_DENY};

	if (destination_parse(w, &r, f) != 0)
		return -1;
	if (r.port_first == 0 || r.port_first != r.port_last)
		return fault(f, w, "must name one port, as in example.com:443");
	x->port = r.port_first;
	switch (r.kind) {
	case NET_NAME:
		memcpy(x->host, r.host, sizeof(x->host));
		return 0;
	case NET_LOOPBACK:
		memset(x->host, 0, sizeof(x->host));
		memcpy(x->host, EGRESS_LOOPBACK, sizeof(EGRESS_LOOPBACK));
		return 0;
	case NET_CIDR:
		if (r.prefix == 128) {
			memset(x->host, 0, sizeof(x->host));
			memcpy(x->addr, r.addr, sizeof(x->addr));
			return 0;
		}
		return fault(f, w, "is a range: one address can be asked for");
	default:
		return fault(f, w, "is not one name: nothing connects to it");
	}
}
