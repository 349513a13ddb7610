// SPDX-License-Identifier: ISC
// What a policy says of commands: its rules, and what lines come to.
#include <string.h>
#include "src/cli/explain_command.h"

#define ORIGIN_MAX 300

/* For a terminal: what it would obey is shown as a question mark. */
static void
put_clean(const char *s, FILE *out)
{
	for (; *s != '\0'; s++)
		fputc((unsigned char)*s < ' ' || *s == 0x7f ? '?' : *s, out);
}

static void
put_rule(const struct command_rule *r, FILE *out)
{
	const char *quote = strchr(r->pattern, ' ') != NULL ? "\"" : "";

	fprintf(out, "command %s %s%s%s",
	    command_says_name((enum command_says)r->says), quote, r->pattern,
	    quote);
}

static void
origin_of(const struct command_rule *r, const char *file, char *out)
{
	if (r->origin == COMMAND_FROM_POLICY)
		snprintf(out, ORIGIN_MAX, "%s:%u", file, (unsigned)r->line);
	else if (r->origin == COMMAND_FROM_OPTION)
		snprintf(out, ORIGIN_MAX, "--allow-command");
	else
		snprintf(out, ORIGIN_MAX, "the shipped commands.policy:%u",
		    (unsigned)r->line);
}

void
explain_command_rules(const struct policy *p, const char *file, FILE *out)
{
	char origin[ORIGIN_MAX];
	uint32_t i;

	for (i = 0; i < p->command.n; i++) {
		origin_of(&p->command.rule[i], file, origin);
		put_rule(&p->command.rule[i], out);
		fprintf(out, "    # %s\n", origin);
	}
}

void
explain_command(
    const struct policy *p, const char *file, const char *line, FILE *out)
{
	char origin[ORIGIN_MAX];
	struct command_answer a;

	command_judge(&p->command, line, strlen(line), &a);
	put_clean(line, out);
	fprintf(out, ": %s (%s): ", approve_verdict_name(a.verdict),
	    approve_category_name(a.category));
	if (a.reason != COMMAND_BY_APPROVED && strcmp(a.part, line) != 0) {
		put_clean(a.part, out);
		fputs(": ", out);
	}
	if (a.has_rule && a.reason != COMMAND_BY_APPROVED) {
		origin_of(&a.rule, file, origin);
		put_rule(&a.rule, out);
		fprintf(out, "    # %s\n", origin);
	} else {
		fprintf(out, "%s\n", command_reason_text(a.reason));
	}
}

static void
put(struct json_object *o, const char *name, const char *value)
{
	json_object_object_add(o, name, json_object_new_string(value));
}

struct json_object *
explain_command_json(const struct policy *p, const char *file, const char *line)
{
	struct json_object *o = json_object_new_object();
	char origin[ORIGIN_MAX];
	struct command_answer a;

	command_judge(&p->command, line, strlen(line), &a);
	put(o, "command", line);
	put(o, "verdict", approve_verdict_name(a.verdict));
	put(o, "category", approve_category_name(a.category));
	put(o, "reason", command_reason_word(a.reason));
	put(o, "part", a.part);
	json_object_object_add(
	    o, "parts", json_object_new_int64((int64_t)a.nparts));
	if (a.has_rule) {
		origin_of(&a.rule, file, origin);
		put(o, "says",
		    command_says_name((enum command_says)a.rule.says));
		put(o, "pattern", a.rule.pattern);
		put(o, "origin", origin);
	}
	return o;
}
