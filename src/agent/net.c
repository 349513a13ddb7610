// SPDX-License-Identifier: ISC
// The agent and the network: who is asked, and what model, log and screen are
// told of what was refused.
#include <inttypes.h>
#include <string.h>
#include <unistd.h>
#include "src/agent/run.h"
#include "src/box/edge.h"

enum {
	TOLD_MAX = 8, // destinations, to the model at one time
	SHOWN_MAX = 10,
};

static void
attend(void *arg)
{
	struct run *r = arg;

	network_attend(&r->network);
	if (*r->reload != 0) {
		*r->reload = 0;
		show_stream_end(&r->show);
		network_reload(&r->network);
	}
}

// A person's answer is an event as any other.
static void
answered(void *arg, const struct wire_ask *q, enum ask_said said)
{
	static const char *const words[] = {
	    [ASK_SAID_ONCE] = "once",
	    [ASK_SAID_SESSION] = "session",
	    [ASK_SAID_ALWAYS] = "always",
	    [ASK_SAID_DENY] = "deny",
	    [ASK_SAID_NOTHING] = "none",
	};
	struct run *r = arg;
	struct json_object *ev = event_new(&r->events, "approval");
	struct err ignored;

	r->network_asked++;
	put_str(ev, "what", "network");
	put_str(ev, "host", q->host);
	put_int(ev, "port", q->port);
	put_str(ev, "answer", words[said]);
	// The broker's record has it, too.
	(void)!event_emit(&r->events, ev, &ignored);
}

// The question stands on lines of its own.
static void
terminal(void *arg, bool ours)
{
	struct run *r = arg;

	if (ours)
		show_stream_end(&r->show);
	if (r->ui != NULL)
		r->ui->terminal(r->ui->arg, ours);
}

static int
tell_event(struct run *r, const struct edge_refusal *f, uint64_t count)
{
	struct json_object *ev = event_new(&r->events, "refused");
	struct err ignored;

	put_str(ev, "host", f->host);
	put_int(ev, "port", f->port);
	put_str(ev, "reason", reason_word(f->reason));
	put_int(ev, "count", count);
	if (f->rule[0] != '\0')
		put_str(ev, "rule", f->rule);
	return event_emit(&r->events, ev, &ignored);
}

// One short paragraph, after what the command wrote.
static void
refused(void *arg, struct text *out)
{
	struct run *r = arg;
	char sentence[NETWORK_SENTENCE_MAX];
	struct edge_refusal *f;
	uint64_t fresh;
	size_t i, n, told = 0;

	network_sync(&r->network);
	f = edge_refusals(box_edge(r->network.box), &n);
	for (i = 0; i < n; i++) {
		fresh = f[i].count - f[i].told;
		if (fresh == 0)
			continue;
		r->tool_network.count += fresh;
		network_sentence(&f[i], sentence);
		show_line(&r->show, SHOW_RED, "  refused %s", sentence);
		if (told < TOLD_MAX)
			text_printf(out, "%s%s",
			    told == 0 ? "\n[The network refused: " : "; ",
			    sentence);
		(void)!tell_event(r, &f[i], fresh);
		f[i].told = f[i].count;
		told++;
	}
	if (told > TOLD_MAX)
		text_printf(out, "; and %zu more", told - TOLD_MAX);
	if (told > 0)
		text_str(out,
		    ". The rules are the user's and cannot be changed from "
		    "inside: do without, or say at the end which of them the "
		    "task needs.]");
}

static void
tell(void *arg, struct json_object *event)
{
	struct run *r = arg;
	uint64_t told = r->tool_network.count;
	autotext struct text ignored = {0};

	refused(r, &ignored);
	if (told != r->tool_network.count)
		put_int(event, "refused_late", r->tool_network.count - told);
	put_int(event, "refused", r->tool_network.count);
	network_json(&r->network, event);
}

static void
show(void *arg)
{
	struct run *r = arg;
	struct edge_refusal *f;
	struct show screen;
	size_t i, n;

	show_begin(&screen, r->config->json ? NULL : stderr);
	f = edge_refusals(box_edge(r->network.box), &n);
	for (i = 0; i < n && i < SHOWN_MAX; i++)
		show_line(&screen, SHOW_RED,
		    "  refused: %s:%u, %" PRIu64 " times: %s%s%s%s", f[i].host,
		    f[i].port, f[i].count, reason_text(f[i].reason),
		    f[i].rule[0] != '\0' ? "; `" : "", f[i].rule,
		    f[i].rule[0] != '\0' ? "' would allow it" : "");
	if (n > SHOWN_MAX)
		show_line(
		    &screen, SHOW_RED, "  refused: %zu more", n - SHOWN_MAX);
	show_line(&screen, SHOW_DIM, "  network: %s", r->network.store.path);
}

bool
net_on_terminal(const struct config *c)
{
	return !c->no_ask && !c->json && !c->quiet && isatty(STDIN_FILENO) &&
	       isatty(STDERR_FILENO);
}

void
net_configure(struct run *r, bool (*stopped)(void),
    int (*reread)(void *arg, struct policy *p, struct err *e))
{
	struct network_config *n = &r->network_config;
	const struct config *c = r->config;
	size_t i;

	n->who = "stockade agent";
	n->policy_path = c->policy_file;
	n->likely = c->policy_file != NULL;
	for (i = 0; i < c->nsettings; i++)
		if (strcmp(c->setting[i].directive, "net") == 0)
			n->likely = true;
	n->listen = net_on_terminal(c);
	n->stopped = stopped;
	n->reread = reread;
	n->terminal = terminal;
	n->answered = answered;
	n->arg = r;
	for (i = 0; i < c->npublish; i++)
		n->publish[n->npublish++] = c->publish[i];
}

int
net_start(struct run *r, struct err *e)
{
	const struct network_start s = {
	    r->way.helper, r->way.workspace, r->way.path, r->session.id};
	int rc;

	if (r->policy.command.approve[APPROVE_NETWORK] == APPROVE_DENY)
		r->network_config.listen = false;
	rc = network_start(
	    &r->network, &r->network_config, &r->policy.spec, &s, e);
	r->env.box = r->network.box;
	if (rc != 0 || box_edge(r->env.box) == NULL)
		return rc;
	r->tool_network =
	    (struct tool_network){attend, refused, tell, show, r, 0};
	r->env.network = &r->tool_network;
	return 0;
}
