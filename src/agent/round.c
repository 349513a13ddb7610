// SPDX-License-Identifier: ISC
// After the calls of a turn: did anything come of them, and do the tests pass?
#include <string.h>
#include "src/agent/loop.h"
#include "src/agent/prompt.h"

// Looking at each file of a workspace that is larger would take longer than
// what is won by it: there, a call that may have changed files has.
#define LOOKED_AT_MAX 5000
#define QUICK_MS      10000

/*
 * A number that is the same as long as the difference to the start is. What
 * commands write into caches is not looked at.
 */
static int
look(struct run *r, uint64_t *print, struct err *e)
{
	uint64_t hash = 14695981039346656037u; // FNV-1a
	autotext struct text diff = {0};
	struct snapshot_changes c = {0};
	size_t i;

	if (r->start == NULL || r->start->n > LOOKED_AT_MAX) {
		*print = r->print + 1;
		return 0;
	}
	if (run_difference(r, &diff, &c, e) < 0)
		return -1;
	for (i = 0; i < diff.len; i++)
		hash = (hash ^ (unsigned char)diff.p[i]) * 1099511628211u;
	*print = diff.len > 0 ? hash : 0;
	return 0;
}

static bool
quick(const struct run *r)
{
	if (r->config->test_each != CONFIG_TEST_AUTO)
		return r->config->test_each == CONFIG_TEST_ALWAYS;
	// Who speaks no tools cannot ask for them.
	return r->config->no_tools || r->first_ms < QUICK_MS;
}

static int
test_now(struct run *r, struct json_object *results, struct err *e)
{
	autotext struct text said = {0};
	struct tool_result t;

	if (oracle_run(r, "edit", &t, e) < 0)
		return -1;
	r->test_runs++;
	oracle_note(r, &t);
	prompt_tested(&said, &t);
	json_object_array_add(results, loop_text_block(said.p, said.len));
	tool_result_free(&t);
	return 0;
}

int
round_end(
    struct run *r, struct json_object *results, bool *progress, struct err *e)
{
	uint64_t before = r->print;

	if (r->round.changes && look(r, &r->print, e) < 0)
		return -1;
	*progress = r->print != before;
	// Tests that ran before the last change say nothing of it.
	if (r->round.tested && !r->dirty)
		r->print_tested = r->print;
	if (r->env.test != NULL && r->dirty && *progress &&
	    r->print != r->print_tested && quick(r)) {
		// What they leave behind is not the model's work.
		if (test_now(r, results, e) < 0 || look(r, &r->print, e) < 0)
			return -1;
		r->print_tested = r->print;
	}
	*progress = *progress || r->round.verdict || r->env.test == NULL;
	return 0;
}
