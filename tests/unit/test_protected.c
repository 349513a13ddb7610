// SPDX-License-Identifier: ISC
// What of a workspace is protected, and what a policy opens of it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "policy/protected.h"

static struct spec the_spec;

static void
opened_by_name_and_below(void **state)
{
	static const struct {
		const char *item, *path;
		bool open;
	} t[] = {
	    {".git", ".git", true},
	    {".git", ".git/hooks", true},
	    {".git", ".git/modules/a/config", true},
	    {".git", ".github", false},
	    {".git", "sub/.git", false},
	    {".git/hooks", ".git/hooks", true},
	    {".git/hooks", ".git", false},
	    {".git/hooks", ".git/hooks2", false},
	    {"sub/.git", "sub/.git/config", true},
	    {"sub/.git", ".git/config", false},
	    {"other", "", false},
	};
	struct spec_list *l = &the_spec.list[LIST_UNPROTECT];
	size_t i;

	(void)state;
	spec_init(&the_spec);
	assert_false(protected_open(&the_spec, ".git"));
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		l->n = 2;
		snprintf(l->item[0], SPEC_ITEM_MAX, "something/else");
		snprintf(l->item[1], SPEC_ITEM_MAX, "%s", t[i].item);
		if (protected_open(&the_spec, t[i].path) != t[i].open)
			fail_msg("unprotect %s: %s", t[i].item, t[i].path);
	}
}

// What is walked to must be walkable: relative, clean, and not too long.
static void
tables_are_clean(void **state)
{
	const struct protected_path *const tables[] = {
	    protected_workspace, protected_gitdir};
	const struct protected_path *p;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++)
		for (p = tables[i]; p->path != NULL; p++)
			assert_null(spec_item_fault(
			    LIST_PROTECT, p->path, strlen(p->path)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(opened_by_name_and_below),
	    cmocka_unit_test(tables_are_clean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
