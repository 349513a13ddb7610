// SPDX-License-Identifier: ISC
// What a policy says of the network, rule by rule and question by question.
#include <json-c/json.h>
#include <string.h>
#include "policy/address.h"
#include "policy/egress.h"
#include "src/cli/explain.h"
#include "src/cli/explain_command.h"

#define ORIGIN_MAX 400

static const char *const verdicts[] = {"deny", "ask", "allow"};
static const char *const flag_names[] = {
    "raw", "private", "no-sni", "ech=deny"};

/* What stands behind the # of a line of a preset that we made. */
static void
comment_of(const char *text, uint32_t line, char *out, size_t size)
{
	const char *at = text;

	out[0] = '\0';
	while (at != NULL && --line > 0) {
		at = strchr(at, '\n');
		at = at != NULL ? at + 1 : NULL;
	}
	at = at != NULL ? strstr(at, " # ") : NULL;
	if (at != NULL)
		snprintf(out, size, "%.*s", (int)strcspn(at + 3, "\n"), at + 3);
}

void
explain_origin(const struct explain *x, uint32_t i, char *out, size_t size)
{
	const struct spec_net_rule *r = &x->policy->spec.net.rule[i];
	unsigned source = x->trail->of_rule[i];
	const struct include_source *s;
	char from[300];

	if (source == 0) {
		if (r->origin == NET_FROM_OPTION)
			snprintf(out, size, "--net");
		else
			snprintf(
			    out, size, "%s:%u", x->file, (unsigned)r->line);
		return;
	}
	s = &x->trail->source[source - 1];
	if (strncmp(s->name, "preset:", 7) == 0) {
		comment_of(s->text, r->line, from, sizeof(from));
		snprintf(out, size, "%s (%s)", s->name, from);
	} else if (s->preset[0] != '\0') {
		snprintf(out, size, "preset:%s (%s:%u)", s->preset, s->name,
		    (unsigned)r->line);
	} else {
		snprintf(out, size, "%s:%u", s->name, (unsigned)r->line);
	}
}

static void
decide(const struct explain *x, const struct policy_expect *q,
    struct egress_answer *a)
{
	static struct egress_policy e;
	struct egress_question question;

	e.has_ceiling = x->ceiling != NULL && x->ceiling->spec.net.n > 0;
	e.policy = x->policy->spec.net;
	if (e.has_ceiling != 0)
		e.ceiling = x->ceiling->spec.net;
	policy_expect_question(q, &question);
	egress_decide(&e, &question, a);
}

/* The deciding rule and where it stands; "" where no rule matched. */
static void
decider(const struct explain *x, const struct egress_answer *a,
    char text[EGRESS_RULE_TEXT_MAX], char origin[ORIGIN_MAX])
{
	const struct spec_net_rule *r;

	text[0] = origin[0] = '\0';
	if (a->by_ceiling)
		snprintf(origin, ORIGIN_MAX, "%s", x->ceiling_file);
	if (a->rule < 0)
		return;
	r = a->by_ceiling ? &x->ceiling->spec.net.rule[a->rule]
			  : &x->policy->spec.net.rule[a->rule];
	egress_rule_text(r, text);
	if (a->by_ceiling)
		snprintf(origin, ORIGIN_MAX, "%s:%u", x->ceiling_file,
		    (unsigned)r->line);
	else
		explain_origin(x, (uint32_t)a->rule, origin, ORIGIN_MAX);
}

/* HOST:PORT of a question. */
static void
place(const struct policy_expect *q, char *out, size_t size)
{
	char addr[ADDRESS_TEXT_MAX];
	const char *host = q->host;

	if (host[0] == '\0') {
		address_format(q->addr, addr);
		host = addr;
	}
	snprintf(out, size, strchr(host, ':') != NULL ? "[%s]:%u" : "%s:%u",
	    host, (unsigned)q->port);
}

static void
say_answer(const struct explain *x, const struct policy_expect *q, FILE *out)
{
	char text[EGRESS_RULE_TEXT_MAX], origin[ORIGIN_MAX], at[300];
	struct egress_answer a;
	size_t i;

	decide(x, q, &a);
	decider(x, &a, text, origin);
	place(q, at, sizeof(at));
	fprintf(out, "%s: %s", at, verdicts[a.verdict]);
	for (i = 0; i < sizeof(flag_names) / sizeof(flag_names[0]); i++)
		if ((a.flags & 1u << i) != 0)
			fprintf(out, " %s", flag_names[i]);
	if (text[0] != '\0')
		fprintf(out, ": %s    # %s\n", text, origin);
	else
		fprintf(out, ": %s%s%s\n", reason_text(a.reason),
		    origin[0] != '\0' ? ", " : "", origin);
}

int
explain_text(const struct explain *x, FILE *out)
{
	const struct spec_net *net = &x->policy->spec.net;
	char text[EGRESS_RULE_TEXT_MAX], origin[ORIGIN_MAX];
	uint32_t i;
	size_t j;

	if (net->n == 0)
		fprintf(out, "# no net rule: a sandbox has no network\n");
	for (i = 0; i < net->n; i++) {
		egress_rule_text(&net->rule[i], text);
		explain_origin(x, i, origin, sizeof(origin));
		fprintf(out, "%-40s # %s\n", text, origin);
	}
	if (x->ceiling != NULL && x->ceiling->spec.net.n > 0)
		fprintf(out, "# %s must allow it, too\n", x->ceiling_file);
	explain_command_rules(x->policy, x->file, out);
	for (j = 0; j < x->nquestions; j++)
		say_answer(x, &x->question[j], out);
	for (j = 0; j < x->nlines; j++)
		explain_command(x->policy, x->file, x->line[j], out);
	return fflush(out) == 0 && !ferror(out) ? 0 : -1;
}

static void
put(struct json_object *o, const char *name, const char *value)
{
	json_object_object_add(o, name, json_object_new_string(value));
}

static struct json_object *
flags_array(uint16_t flags)
{
	struct json_object *a = json_object_new_array();
	size_t i;

	for (i = 0; i < sizeof(flag_names) / sizeof(flag_names[0]); i++)
		if ((flags & 1u << i) != 0)
			json_object_array_add(
			    a, json_object_new_string(flag_names[i]));
	return a;
}

static struct json_object *
rule_object(const struct explain *x, uint32_t i)
{
	const struct spec_net_rule *r = &x->policy->spec.net.rule[i];
	struct json_object *o = json_object_new_object();
	char text[EGRESS_RULE_TEXT_MAX], origin[ORIGIN_MAX];

	egress_rule_text(r, text);
	explain_origin(x, i, origin, sizeof(origin));
	put(o, "rule", text);
	put(o, "verdict", verdicts[r->verdict]);
	put(o, "origin", origin);
	if (r->line != 0)
		json_object_object_add(
		    o, "line", json_object_new_int64(r->line));
	if (r->preset[0] != '\0')
		put(o, "preset", r->preset);
	return o;
}

static struct json_object *
answer_object(const struct explain *x, const struct policy_expect *q)
{
	struct json_object *o = json_object_new_object();
	char text[EGRESS_RULE_TEXT_MAX], origin[ORIGIN_MAX], at[300];
	struct egress_answer a;

	decide(x, q, &a);
	decider(x, &a, text, origin);
	place(q, at, sizeof(at));
	put(o, "destination", at);
	put(o, "verdict", verdicts[a.verdict]);
	put(o, "reason", reason_word(a.reason));
	json_object_object_add(
	    o, "by_ceiling", json_object_new_boolean(a.by_ceiling));
	json_object_object_add(o, "flags", flags_array(a.flags));
	if (text[0] != '\0') {
		put(o, "rule", text);
		put(o, "origin", origin);
	}
	return o;
}

int
explain_json(const struct explain *x, FILE *out)
{
	struct json_object *o = json_object_new_object();
	struct json_object *rules = json_object_new_array();
	struct json_object *answers = json_object_new_array();
	struct json_object *commands = json_object_new_array();
	uint32_t i;
	size_t j;

	for (i = 0; i < x->policy->spec.net.n; i++)
		json_object_array_add(rules, rule_object(x, i));
	for (j = 0; j < x->nquestions; j++)
		json_object_array_add(
		    answers, answer_object(x, &x->question[j]));
	for (j = 0; j < x->nlines; j++)
		json_object_array_add(commands,
		    explain_command_json(x->policy, x->file, x->line[j]));
	if (x->file != NULL)
		put(o, "policy", x->file);
	if (x->ceiling != NULL && x->ceiling->spec.net.n > 0)
		put(o, "ceiling", x->ceiling_file);
	json_object_object_add(o, "rules", rules);
	json_object_object_add(o, "answers", answers);
	json_object_object_add(o, "commands", commands);
	if (x->trail->notes != NULL)
		put(o, "notes", x->trail->notes);
	fprintf(out, "%s\n",
	    json_object_to_json_string_ext(
		o, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(o);
	return fflush(out) == 0 && !ferror(out) ? 0 : -1;
}
