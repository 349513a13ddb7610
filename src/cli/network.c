// SPDX-License-Identifier: ISC
// What whoever runs a sandbox does about its network.
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "jail/base/fd.h"
#include "policy/egress.h"
#include "src/box/edge.h"
#include "src/cli/always.h"
#include "src/box/state.h"
#include "src/cli/network.h"

enum {
	ANSWER_MS = 58000, // the broker's patience is ASK_WAIT_MS: 60000
};

static bool
wanted(const struct network_config *c)
{
	return c->likely || c->ask || c->npublish > 0;
}

int
network_prepare(
    const struct network_config *c, const char *workspace, struct err *e)
{
	return wanted(c) ? store_prepare(workspace, e) : 0;
}

unsigned
network_writable(const struct network_config *c,
    char room[NETWORK_WRITABLE_MAX][STORE_PATH_MAX],
    const char *out[NETWORK_WRITABLE_MAX])
{
	autofree char *real = NULL;
	struct err ignored;
	unsigned n = 0;

	if (wanted(c) && state_dir("egress", room[n], &ignored) == 0) {
		out[n] = room[n];
		n++;
	}
	if ((c->ask || c->listen) && c->policy_path != NULL)
		real = realpath(c->policy_path, NULL);
	if (real != NULL && strlen(real) < STORE_PATH_MAX) {
		snprintf(room[n], STORE_PATH_MAX, "%s", dirname(real));
		out[n] = room[n];
		n++;
	}
	return n;
}

static void
say(const struct network *n, const char *what, const struct err *e)
{
	fprintf(stderr, "%s: %s: %s\n", n->config->who, what, e->text);
}

// Who works inside could write it: what it says now was not said by a person.
static bool
policy_inside(const struct network *n)
{
	autofree char *real = realpath(n->config->policy_path, NULL);
	size_t len = strlen(n->workspace);

	return real == NULL || (strncmp(real, n->workspace, len) == 0 &&
				   (real[len] == '/' || len == 1));
}

static enum wire_verdict
keep_always(struct network *n, const struct wire_ask *q)
{
	autofree struct policy *scratch = malloc(sizeof(*scratch));
	char line[EGRESS_RULE_TEXT_MAX];
	struct err e;

	if (scratch == NULL || always_write(n->config->policy_path, q,
				   &n->spec->net, scratch, line, &e) != 0)
		say(n, "allowed for this session only", &e);
	else
		fprintf(stderr, "%s: `%s' is in %s from now on\n",
		    n->config->who, line, n->config->policy_path);
	return WIRE_ALLOW_SESSION;
}

// The broker's question, to the terminal.
static enum wire_verdict
ask(void *arg, const struct wire_ask *q)
{
	struct network *n = arg;
	const struct network_config *c = n->config;
	char program[512];
	enum ask_said said;

	if (c->terminal != NULL)
		c->terminal(c->arg, true);
	said = ask_person(&n->terminal, q,
	    ask_program(q->inode, program, sizeof(program)) == 0 ? program
								 : NULL,
	    ANSWER_MS);
	if (c->terminal != NULL)
		c->terminal(c->arg, false);
	if (c->answered != NULL)
		c->answered(c->arg, q, said);
	switch (said) {
	case ASK_SAID_ONCE:
		return WIRE_ALLOW_ONCE;
	case ASK_SAID_SESSION:
		return WIRE_ALLOW_SESSION;
	case ASK_SAID_ALWAYS:
		return keep_always(n, q);
	case ASK_SAID_DENY:
		return WIRE_DENY_SESSION;
	case ASK_SAID_NOTHING:
		break;
	}
	return WIRE_DENY_ONCE;
}

// The rest: what no other rule decides.
static int
add_rest(struct spec_net *net, enum net_verdict verdict, struct err *e)
{
	struct spec_net_rule *r;
	uint32_t i;

	for (i = 0; i < net->n; i++)
		if (net->rule[i].kind == NET_EVERYTHING)
			return 0;
	if (net->n == SPEC_NET_MAX)
		return err_set(e, ERR_LIMIT, 0,
		    "the policy has %u rules of the network: no room for one "
		    "more",
		    net->n);
	r = &net->rule[net->n++];
	memset(r, 0, sizeof(*r));
	r->verdict = (uint16_t)verdict;
	r->kind = NET_EVERYTHING;
	r->origin = NET_FROM_OPTION;
	return 0;
}

// Options that make no sense without a network bring one.
static int
complete(const struct network_config *c, struct spec_net *net, struct err *e)
{
	if (c->ask)
		return add_rest(net, NET_ASK, e);
	if (c->npublish > 0 && net->n == 0)
		return add_rest(net, NET_DENY, e);
	return 0;
}

static int
port_of(const char *text, size_t len, uint16_t *port)
{
	uint32_t v = 0;
	size_t i;

	for (i = 0; i < len && i < 6 && text[i] >= '0' && text[i] <= '9'; i++)
		v = v * 10 + (uint32_t)(text[i] - '0');
	*port = (uint16_t)v;
	return len > 0 && i == len && v > 0 && v <= UINT16_MAX ? 0 : -1;
}

static int
publish_one(struct network *n, const char *text, struct err *e)
{
	uint16_t inside, host, bound;
	size_t len = strcspn(text, ":");
	const char *at = text[len] == ':' ? text + len + 1 : text;

	if (port_of(text, len, &inside) != 0 ||
	    port_of(at, at == text ? len : strlen(at), &host) != 0)
		return err_set(e, ERR_USAGE, 0,
		    "--publish %.40s: say PORT or PORT:HOSTPORT, each a number "
		    "from 1 to 65535",
		    text);
	if (box_publish(n->box, inside, host, &bound, e) != 0)
		return -1;
	fprintf(stderr, "%s: port %u inside is at 127.0.0.1:%u\n",
	    n->config->who, inside, bound);
	return 0;
}

static int
stand(struct network *n, struct err *e)
{
	const struct network_config *c = n->config;
	unsigned i;

	if (box_edge(n->box) == NULL)
		return 0;
	n->generation = 1;
	if (n->terminal.tty.fd >= 0 &&
	    edge_attach(box_edge(n->box), ask, n, e) != 0)
		return -1;
	for (i = 0; i < c->npublish; i++)
		if (publish_one(n, c->publish[i], e) != 0)
			return -1;
	return 0;
}

int
network_start(struct network *n, const struct network_config *c,
    struct spec *spec, const struct network_start *s, struct err *e)
{
	struct box_net net = {.records = -1};
	char run[STORE_RUN_MAX] = "";

	memset(n, 0, sizeof(*n));
	n->config = c;
	n->spec = spec;
	n->store.fd = n->terminal.tty.fd = -1;
	snprintf(n->workspace, sizeof(n->workspace), "%s", s->workspace_path);
	if (complete(c, &spec->net, e) != 0)
		return -1;
	if (spec->net.n > 0) {
		if (s->run != NULL)
			snprintf(run, sizeof(run), "%s", s->run);
		else if (state_run_name(run, e) != 0)
			return -1;
		if (((c->ask || c->listen) &&
			tty_open(&n->terminal.tty, e) != 0 && c->ask) ||
		    store_open(&n->store, run, e) != 0)
			return -1;
		n->terminal.always =
		    c->policy_path != NULL && !policy_inside(n);
		n->terminal.tty.stopped = c->stopped;
		net.records = n->store.fd;
		net.run = n->store.run;
	}
	if (box_start_net(&n->box, s->helper, s->workspace, spec, &net, e) != 0)
		return -1;
	return stand(n, e);
}

void
network_attend(struct network *n)
{
	struct err e;

	if (n->gone || box_attend(n->box, &e) == 0)
		return;
	n->gone = true;
	say(n, "the network is gone, and everything is refused", &e);
}

void
network_reload(struct network *n)
{
	const struct network_config *c = n->config;
	autofree struct policy *fresh = NULL;
	struct err e;

	if (box_edge(n->box) == NULL || c->reread == NULL)
		return;
	fresh = calloc(1, sizeof(*fresh));
	if (fresh == NULL)
		err_set(&e, ERR_SYSTEM, ENOMEM, "read the policy");
	else if (c->policy_path != NULL && policy_inside(n))
		err_set(&e, ERR_POLICY, 0,
		    "%.120s lies in the workspace, where commands can write it",
		    c->policy_path);
	else if (c->reread(c->arg, fresh, &e) == 0 &&
		 complete(c, &fresh->spec.net, &e) == 0 &&
		 box_net_swap(n->box, &fresh->spec.net, &n->generation, &e) ==
		     0) {
		n->spec->net = fresh->spec.net;
		fprintf(stderr,
		    "%s: %u rules of the network, generation %u, are in "
		    "force\n",
		    c->who, n->spec->net.n, n->generation);
		return;
	}
	say(n, "the rules stay as they are", &e);
}

void
network_sync(struct network *n)
{
	struct err e;

	if (n->box == NULL || box_edge(n->box) == NULL || n->gone)
		return;
	if (edge_sync(box_edge(n->box), &e) == 0)
		return;
	n->incomplete = true;
	say(n, "not all that was refused may be told", &e);
}

void
network_end(struct network *n)
{
	store_close(&n->store);
	tty_close(&n->terminal.tty);
}
