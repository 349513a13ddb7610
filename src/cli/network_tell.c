// SPDX-License-Identifier: ISC
// What became of a sandbox's network: for people, and as JSON.
#include <inttypes.h>
#include <json-c/json.h>
#include <stdio.h>
#include <string.h>
#include "src/box/edge.h"
#include "src/cli/network.h"

enum {
	TOLD_MAX = 20, // refusals on stderr
};

void
network_sentence(const struct edge_refusal *r, char out[NETWORK_SENTENCE_MAX])
{
	char times[48] = "", rule[320] = "";

	if (r->count - r->told > 1)
		snprintf(times, sizeof(times), " (%" PRIu64 " times)",
		    r->count - r->told);
	if (r->rule[0] != '\0')
		snprintf(rule, sizeof(rule), "; `%s' would", r->rule);
	snprintf(out, NETWORK_SENTENCE_MAX, "%s%s%s:%u%s: %s (%s)%s",
	    strchr(r->host, ':') != NULL ? "[" : "", r->host,
	    strchr(r->host, ':') != NULL ? "]" : "", r->port, times,
	    reason_text(r->reason), reason_word(r->reason), rule);
}

void
network_report(struct network *n)
{
	char text[NETWORK_SENTENCE_MAX];
	struct edge_refusal *r;
	size_t i, count;

	if (n->box == NULL || box_edge(n->box) == NULL)
		return;
	r = edge_refusals(box_edge(n->box), &count);
	for (i = 0; i < count && i < TOLD_MAX; i++) {
		network_sentence(&r[i], text);
		fprintf(stderr, "stockade: refused %s\n", text);
	}
	if (count > TOLD_MAX)
		fprintf(stderr,
		    "stockade: and %zu destinations more: stockade egress log "
		    "%s\n",
		    count - TOLD_MAX, n->store.run);
}

static void
add_number(struct json_object *o, const char *key, uint64_t v)
{
	json_object_object_add(o, key, json_object_new_uint64(v));
}

static void
add_text(struct json_object *o, const char *key, const char *v)
{
	json_object_object_add(o, key, json_object_new_string(v));
}

static struct json_object *
violation(const struct edge_refusal *r)
{
	struct json_object *o = json_object_new_object();

	add_text(o, "host", r->host);
	add_number(o, "port", r->port);
	add_text(o, "reason", reason_word(r->reason));
	add_text(o, "text", reason_text(r->reason));
	add_number(o, "count", r->count);
	if (r->rule[0] != '\0')
		add_text(o, "rule", r->rule);
	return o;
}

static struct json_object *
gate(const struct network *n, struct edge *g)
{
	const struct wire_totals *t = edge_totals(g);
	struct json_object *o = json_object_new_object();
	const char *mode = box_gate(n->box);

	add_text(o, "mode", mode != NULL ? mode : "none");
	add_number(o, "generation", t->generation);
	add_number(o, "allowed", t->allowed);
	add_number(o, "refused", t->refused);
	add_number(o, "names", t->names);
	add_number(o, "bytes_up", t->bytes_up);
	add_number(o, "bytes_down", t->bytes_down);
	add_number(o, "untold", edge_untold(g));
	json_object_object_add(
	    o, "complete", json_object_new_boolean(!n->gone && !n->incomplete));
	add_text(o, "run", n->store.run);
	add_text(o, "records", n->store.path);
	return o;
}

void
network_json(const struct network *n, struct json_object *o)
{
	struct json_object *all = json_object_new_array(), *none;
	struct edge *g = n->box != NULL ? box_edge(n->box) : NULL;
	struct edge_refusal *r;
	size_t i, count = 0;

	if (g == NULL) {
		none = json_object_new_object();
		add_text(none, "mode", "none");
		json_object_object_add(o, "gate", none);
		json_object_object_add(o, "violations", all);
		return;
	}
	r = edge_refusals(g, &count);
	for (i = 0; i < count; i++)
		json_object_array_add(all, violation(&r[i]));
	json_object_object_add(o, "gate", gate(n, g));
	json_object_object_add(o, "violations", all);
}
