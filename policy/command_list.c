// SPDX-License-Identifier: ISC
// The rules about commands that a policy has before it says anything, and
// what all of it is called.
#include <stdio.h>
#include <string.h>
#include "policy/command.h"

struct shipped {
	enum command_says says;
	uint32_t line;
	const char *pattern;
};

/* Made of policy/profiles/commands.policy. */
static const struct shipped shipped[] = {
#include "policy/commands.h"
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

bool
command_default(uint32_t i, struct command_rule *r)
{
	if (i >= COUNT(shipped))
		return false;
	r->says = (uint16_t)shipped[i].says;
	r->origin = COMMAND_FROM_DEFAULT;
	r->line = shipped[i].line;
	snprintf(r->pattern, sizeof(r->pattern), "%s", shipped[i].pattern);
	return true;
}

const char *
approve_category_name(enum approve_category c)
{
	static const char *const names[] = {
#define X(id, name, def, what) name,
	    APPROVE_TABLE(X)
#undef X
	};

	return names[c];
}

const char *
approve_verdict_name(enum approve_verdict v)
{
	static const char *const names[] = {"auto", "notify", "ask", "deny"};

	return names[v];
}

const char *
command_says_name(enum command_says s)
{
	static const char *const names[] = {
	    "allow", "auto", "ask", "deny", "network", "install"};

	return names[s];
}

const char *
command_reason_text(enum command_reason r)
{
	static const char *const texts[] = {
#define X(id, word, what) what,
	    COMMAND_REASON_TABLE(X)
#undef X
	};

	return texts[r];
}

const char *
command_reason_word(enum command_reason r)
{
	static const char *const words[] = {
#define X(id, word, what) word,
	    COMMAND_REASON_TABLE(X)
#undef X
	};

	return words[r];
}

const char *
command_why(const struct command_answer *a, char out[COMMAND_WHY_MAX])
{
	static const char *const of[] = {
	    "", " of an option", " of the shipped list"};
	const struct command_rule *r = &a->rule;
	char line[24] = "";

	if (!a->has_rule) {
		snprintf(
		    out, COMMAND_WHY_MAX, "%s", command_reason_text(a->reason));
		return out;
	}
	if (r->line != 0)
		snprintf(line, sizeof(line), " (line %u)", (unsigned)r->line);
	snprintf(out, COMMAND_WHY_MAX, "\"command %s %s\"%s%s says so",
	    command_says_name((enum command_says)r->says), r->pattern,
	    of[r->origin], line);
	return out;
}
