// SPDX-License-Identifier: ISC
// The model's plan: a checklist, as text and as steps.
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "src/agent/plan.h"

static const char *const marks[] = {
    [PLAN_TODO] = "[ ]", [PLAN_DOING] = "[>]", [PLAN_DONE] = "[x]"};
static const char *const status[] = {[PLAN_TODO] = "pending",
    [PLAN_DOING] = "in_progress",
    [PLAN_DONE] = "done"};

/* Behind what makes an item of a list: "- ", "* ", "12. ". */
static const char *
skip_item(const char *p, const char *end)
{
	const char *q;

	while (p < end && isspace((unsigned char)*p))
		p++;
	if (end - p > 1 && (*p == '-' || *p == '*') && p[1] == ' ')
		return p + 2;
	for (q = p; q < end && isdigit((unsigned char)*q); q++)
		;
	if (q > p && end - q > 1 && (*q == '.' || *q == ')') && q[1] == ' ')
		return q + 2;
	return p;
}

/* The step of one line; false if its mark is none. */
static bool
read_mark(const char **p, const char *end, enum plan_state *state)
{
	int i;

	*state = PLAN_TODO;
	if (end - *p < 3 || **p != '[' || (*p)[2] != ']')
		return true;
	for (i = PLAN_TODO; i <= PLAN_DONE; i++)
		if (tolower((unsigned char)(*p)[1]) == marks[i][1]) {
			*state = (enum plan_state)i;
			*p += 3;
			return true;
		}
	return false;
}

static int
read_step(
    struct plan *p, const char *line, const char *end, struct text *complaint)
{
	enum plan_state state;
	struct text t = {0};
	const char *s = skip_item(line, end);

	while (end > s && isspace((unsigned char)end[-1]))
		end--;
	if (s == end)
		return 0;
	if (!read_mark(&s, end, &state)) {
		text_printf(complaint,
		    "\"%.*s\" is no mark: [ ] is to do, [>] is being done, "
		    "[x] is done",
		    3, s);
		return -1;
	}
	while (s < end && *s == ' ')
		s++;
	if (s == end || end - s > PLAN_STEP_MAX || p->n == PLAN_STEPS_MAX) {
		text_printf(complaint,
		    "a plan has %d steps at most, each of 1 to %d bytes",
		    PLAN_STEPS_MAX, PLAN_STEP_MAX);
		return -1;
	}
	text_add(&t, s, (size_t)(end - s));
	p->step[p->n++] = (struct plan_step){state, text_take(&t)};
	return 0;
}

int
plan_read(struct plan *p, const char *text, struct text *complaint)
{
	struct plan new = {0};
	const char *nl;
	int r = 0;

	for (; *text != '\0' && r == 0; text = *nl != '\0' ? nl + 1 : nl) {
		nl = strchrnul(text, '\n');
		r = read_step(&new, text, nl, complaint);
	}
	if (r == 0 && new.n == 0) {
		text_str(complaint, "a plan has at least one step");
		r = -1;
	}
	if (r < 0) {
		plan_free(&new);
		return -1;
	}
	plan_free(p);
	*p = new;
	return 0;
}

void
plan_say(const struct plan *p, struct text *out)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		text_printf(
		    out, "%s %s\n", marks[p->step[i].state], p->step[i].text);
}

struct json_object *
plan_json(const struct plan *p)
{
	struct json_object *all = json_object_new_array(), *one;
	size_t i;

	for (i = 0; i < p->n; i++) {
		one = json_object_new_object();
		json_object_object_add(
		    one, "step", json_object_new_string(p->step[i].text));
		json_object_object_add(one, "status",
		    json_object_new_string(status[p->step[i].state]));
		json_object_array_add(all, one);
	}
	return all;
}

size_t
plan_done(const struct plan *p)
{
	size_t i, n = 0;

	for (i = 0; i < p->n; i++)
		n += p->step[i].state == PLAN_DONE;
	return n;
}

void
plan_free(struct plan *p)
{
	while (p->n > 0)
		free(p->step[--p->n].text);
}
