// SPDX-License-Identifier: ISC
// What the policy says of one call, before it is made.
#include <string.h>
#include "jail/base/fd.h"
#include "policy/scan.h"
#include "src/agent/clean.h"
#include "src/agent/run.h"

static void
put_clean(char *out, size_t size, const char *text)
{
	autotext struct text t = {0};

	clean_all(CLEAN_FILE, &t, text, strlen(text));
	snprintf(out, size, "%s", text_of(&t));
}

/* Which rule, and of which part: the end of a sentence. */
static void
put_why(const struct command_answer *a, struct approve_decision *d)
{
	autotext struct text t = {0};
	char why[COMMAND_WHY_MAX];

	text_str(&t, command_why(a, why));
	if (a->part[0] != '\0')
		text_printf(&t, ": %s", a->part);
	put_clean(d->why, sizeof(d->why), text_of(&t));
}

/* A pattern that --allow-command takes and a shell leaves alone. */
static bool
can_be_allowed(const struct run *r, const char *part)
{
	autofree struct policy *scratch = mem_alloc(1, sizeof(*scratch));
	struct policy_fault f;

	if (*part == '\0' || strlen(part) > 120 ||
	    part[strcspn(part, "'\"\\\n\t")] != '\0')
		return false;
	policy_copy(scratch, &r->policy);
	return policy_parse_command(part, scratch, &f) == 0;
}

/* What would allow it the next time. */
static void
put_way(const struct run *r, const struct command_answer *a,
    struct approve_decision *d)
{
	if (a->reason == COMMAND_BY_RULE)
		snprintf(d->way, sizeof(d->way), "changing that rule");
	else if (a->reason == COMMAND_BY_UNLISTED && can_be_allowed(r, a->part))
		snprintf(d->way, sizeof(d->way),
		    "--allow-command '%.120s', or --approve shell=auto",
		    a->part);
	else
		snprintf(d->way, sizeof(d->way), "--approve %s=auto",
		    approve_category_name(a->category));
}

/*
 * Which destinations may be reached is asked when they are: that holds
 * whatever a command is called, and a question about its name does not. So
 * parts that ask for being of the network have no say; the others have.
 */
static void
judge(
    const struct run *r, const struct command_line *l, struct command_answer *a)
{
	autofree struct command_rules *rules = mem_alloc(1, sizeof(*rules));

	command_rules_copy(rules, &r->policy.command);
	if (rules->approve[APPROVE_NETWORK] == APPROVE_ASK)
		rules->approve[APPROVE_NETWORK] = APPROVE_AUTO;
	command_judge_line(rules, l, a);
}

/* A line of the shell: each of its parts is judged. */
static int
shell(struct run *r, const struct tool *t, struct json_object *input,
    struct tool_result *res, struct err *e)
{
	const char *line = tool_string(input, "command", "");
	const char *cwd = tool_boolean(input, "keep_cwd") ? r->env.cwd : NULL;
	autotext struct text what = {0};
	struct approve_question q = {.tool = t->name,
	    .what = t == &tool_background_start ? "start this command"
						: "run this command",
	    .text = line,
	    .len = strlen(line),
	    .session = "this very command",
	    .always = r->approve.keep.path != NULL};
	struct command_answer a;
	struct approve_decision d = {.why = "", .way = ""};

	// What was said yes to in one place is something else in another.
	if (cwd != NULL && strcmp(cwd, SPEC_WORKSPACE) != 0) {
		text_printf(&what, "run this command in %s", cwd);
		q.what = what.p;
		q.session = NULL;
		q.always = false;
	}
	judge(r,
	    &(struct command_line){
		line, q.len, cwd, r->env.sh || r->approve.no_bash},
	    &a);
	d.verdict = a.verdict;
	d.category = a.category;
	q.category = approve_category_name(a.category);
	put_why(&a, &d);
	put_way(r, &a, &d);
	q.rule = d.why;
	if (d.verdict == APPROVE_NOTIFY)
		show_line(&r->show, SHOW_BOLD, "  %s: %s", q.category, line);
	return approve_decide(r, &d, &q, NULL, res, e);
}

/* A tool that looks: nothing to show but what it was called with. */
static int
look(struct run *r, const struct tool *t, struct json_object *input,
    struct tool_result *res, struct err *e)
{
	struct approve_decision d;
	struct approve_question q = {.category = "read",
	    .tool = t->name,
	    .what = "look at this",
	    .text = json_object_to_json_string_ext(
		input, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE),
	    .session = "this very call"};

	approve_by_category(r, APPROVE_READ, &d);
	q.len = strlen(q.text);
	q.rule = d.why;
	return approve_decide(r, &d, &q, NULL, res, e);
}

/* Changes are asked about once they are known: approve_write(). What they come
   in is looked at before. */
static int
size_of_patch(struct run *r, const struct tool *t, struct json_object *input,
    struct tool_result *res)
{
	uint64_t most = r->policy.edits.patch_size;
	size_t len = tool_length(input, "patch");
	char why[120], max[SCAN_FORMAT_MAX];

	if (t != &tool_apply_patch || most == 0 || len <= most)
		return 0;
	scan_format(SPEC_UNIT_BYTES, most, max);
	snprintf(why, sizeof(why),
	    "the patch has %zu bytes, and \"edit patch-size %s\" allows no "
	    "more",
	    len, max);
	text_printf(
	    &res->content, "Not done: %s. Send it in several parts.", why);
	text_str(&res->summary, "patch too large");
	res->is_error = true;
	return 1;
}

int
approve_call(void *arg, const struct tool *t, struct json_object *input,
    struct tool_result *res, struct err *e)
{
	struct run *r = arg;

	switch (t->category) {
	case TOOL_READ:
		return look(r, t, input, res, e);
	case TOOL_WRITE:
		return size_of_patch(r, t, input, res);
	case TOOL_SHELL:
		return shell(r, t, input, res, e);
	default: // the user's own command, or one that was approved
		return 0;
	}
}
