// SPDX-License-Identifier: ISC
// setting: choices, lists and the root, in a policy and against a ceiling.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "policy/policy.h"

static struct policy p, ceiling;
static struct policy_fault f;
static struct policy_refusal r;

static void
good(struct policy *into, const char *text)
{
	if (policy_parse(text, strlen(text), into, &f) != 0)
		fail_msg("%s: %u:%u: %s", text, f.line, f.column, f.text);
}

static void
bad(const char *text, const char *fault)
{
	char got[300];

	assert_int_equal(policy_parse(text, strlen(text), &p, &f), -1);
	snprintf(got, sizeof(got), "%u:%u: %s", f.line, f.column, f.text);
	assert_string_equal(got, fault);
}

/* Every word of every choice, by its own name. */
static void
test_choices(void **state)
{
	char text[100];
	uint32_t c, v;

	(void)state;
	for (c = 0; c < CHOICE__COUNT; c++)
		for (v = 0; spec_choice_word(c, v) != NULL; v++) {
			policy_init(&p);
			assert_int_equal(p.spec.choice[c], 0);
			snprintf(text, sizeof(text), "%s %s",
			    spec_choice_name(c), spec_choice_word(c, v));
			good(&p, text);
			assert_int_equal(p.spec.choice[c], v);
		}
	bad("seccomp strickt",
	    "1:9: unknown seccomp \"strickt\"; did you mean \"strict\"?");
	bad("proc full\nproc subset",
	    "2:1: \"proc\" is set twice: first on line 1");
}

static void
test_lists(void **state)
{
	const struct spec_list *l;

	(void)state;
	policy_init(&p);
	good(&p, "command allow python3 /usr/bin/git\ncommand allow \"mount\"");
	l = &p.spec.list[LIST_COMMAND];
	assert_int_equal(l->n, 3);
	assert_string_equal(l->item[0], "python3");
	assert_string_equal(l->item[1], "/usr/bin/git");
	assert_string_equal(l->item[2], "mount");
	good(&p, "protect ci/deploy.sh .env unprotect .git/config");
	assert_int_equal(p.spec.list[LIST_PROTECT].n, 2);
	assert_string_equal(p.spec.list[LIST_UNPROTECT].item[0], ".git/config");
	bad("protect /etc",
	    "1:9: protect: \"/etc\" must be relative to the workspace");
	bad("protect a/../b",
	    "1:9: protect: \"a/../b\" has a \"..\" component");
	bad("command allow bin/x",
	    "1:15: command: \"bin/x\" must be a name, or "
	    "an absolute path");
	bad("command alow x",
	    "1:9: unknown verdict \"alow\"; did you mean \"allow\"?");
	bad("command allow", "1:1: \"command\" lacks a word; the form is: "
			     "command allow|auto|ask|deny|network|install "
			     "WORDS..., or: command defaults none");
}

static void
test_many(void **state)
{
	char text[SPEC_ITEMS_MAX * 20] = "";
	size_t at = 0;
	int i;

	(void)state;
	for (i = 0; i < SPEC_ITEMS_MAX; i++)
		at += (size_t)snprintf(
		    text + at, sizeof(text) - at, "protect p%d\n", i);
	policy_init(&p);
	good(&p, text);
	assert_int_equal(p.spec.list[LIST_PROTECT].n, SPEC_ITEMS_MAX);
	bad("protect x", "1:9: more than 64 words of \"protect\"");
}

static void
test_root(void **state)
{
	(void)state;
	policy_init(&p);
	assert_string_equal(p.spec.root, "");
	good(&p, "root /srv/trees/bookworm");
	assert_string_equal(p.spec.root, "/srv/trees/bookworm");
	bad("root /a\nroot /b", "2:1: \"root\" is set twice: first on line 1");
	bad("root /",
	    "1:6: \"/\" is the host's own root; leave the line out to "
	    "use the host's system");
}

static void
refused(const char *most, const char *ask, const char *why)
{
	char got[300];

	policy_init_empty(&ceiling);
	good(&ceiling, most);
	policy_init(&p);
	good(&p, ask);
	memset(&r, 0, sizeof(r));
	snprintf(got, sizeof(got), "%s",
	    policy_admit(&ceiling, &p.spec, &r) ? "" : r.item);
	if (r.reason[0] != '\0')
		snprintf(got + strlen(got), sizeof(got) - strlen(got), ": %s",
		    r.reason);
	assert_string_equal(got, why);
}

static void
test_ceiling(void **state)
{
	(void)state;
	refused(
	    "", "proc subset unprotect .git/hooks root /a command allow x", "");
	refused("seccomp strict", "",
	    "seccomp: asked for default, allowed is strict: ask for "
	    "\"seccomp strict\"");
	refused("seccomp strict", "seccomp strict", "");
	refused("proc hidepid", "proc subset", "");
	refused("unprotect .git/hooks", "unprotect .git/hooks", "");
	refused("unprotect .git/hooks", "unprotect .git/config",
	    "unprotect .git/config: no unprotect line of the ceiling names it: "
	    "leave it protected");
	refused("root /srv", "root /srv/a", "");
	refused("root /srv", "root /srv2",
	    "root: asked for /srv2, allowed is what lies beneath /srv");
	policy_init_empty(&p);
	bad("command allow x",
	    "1:1: a ceiling has no commands: they belong in a policy");
	bad("protect x",
	    "1:1: a ceiling says what may be unprotected; all else "
	    "stays protected");
}

/* A spec need not come from a text. */
static void
test_unsound(void **state)
{
	(void)state;
	policy_init_empty(&ceiling);
	policy_init(&p);
	p.spec.choice[CHOICE_PROC] = PROC__COUNT;
	assert_false(policy_admit(&ceiling, &p.spec, &r));
	assert_string_equal(r.reason, "there is no choice 3");
	policy_init(&p);
	p.spec.list[LIST_PROTECT].n = 1;
	p.spec.list[LIST_PROTECT].item[0][0] = '\0';
	assert_false(policy_admit(&ceiling, &p.spec, &r));
	assert_string_equal(r.reason, "word 1 is empty");
	memset(p.spec.list[LIST_PROTECT].item[0], 'a', SPEC_ITEM_MAX);
	assert_false(policy_admit(&ceiling, &p.spec, &r));
	assert_string_equal(r.reason, "word 1 is too long");
	p.spec.list[LIST_PROTECT].n = SPEC_ITEMS_MAX + 1;
	assert_false(policy_admit(&ceiling, &p.spec, &r));
	policy_init(&p);
	memset(p.spec.root, '/', SPEC_PATH_MAX);
	assert_false(policy_admit(&ceiling, &p.spec, &r));
	snprintf(p.spec.root, sizeof(p.spec.root), "a/b");
	assert_false(policy_admit(&ceiling, &p.spec, &r));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_choices),
	    cmocka_unit_test(test_lists),
	    cmocka_unit_test(test_many),
	    cmocka_unit_test(test_root),
	    cmocka_unit_test(test_ceiling),
	    cmocka_unit_test(test_unsound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
