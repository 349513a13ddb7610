// SPDX-License-Identifier: ISC
// ceiling: what is admitted, what is not, and the words of each refusal.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include "policy/policy.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct policy ceiling, asked;
static struct policy_refusal r;

static void
parse(struct policy *p, const char *text)
{
	struct policy_fault f;

	if (policy_parse(text, strlen(text), p, &f) != 0)
		fail_msg("%s: %u:%u: %s", text, f.line, f.column, f.text);
}

static bool
admit(const char *most, const char *ask)
{
	policy_init_empty(&ceiling);
	parse(&ceiling, most);
	policy_init(&asked);
	parse(&asked, ask);
	memset(&r, 'x', sizeof(r));
	return policy_admit(&ceiling, &asked.spec, &r);
}

static void
admitted(const char *most, const char *ask)
{
	if (!admit(most, ask))
		fail_msg("%s: %s", r.item, r.reason);
	assert_string_equal(r.item, "");
	assert_string_equal(r.reason, "");
}

static void
refused(const char *most, const char *ask, const char *why)
{
	char got[300];

	assert_false(admit(most, ask));
	snprintf(got, sizeof(got), "%s: %s", r.item, r.reason);
	assert_string_equal(got, why);
}

static void
test_limits(void **state)
{
	(void)state;
	admitted("", "");
	admitted("", "limit memory none limit time none mount rw /opt");
	admitted("limit memory none", "limit memory none");
	admitted("limit memory 2G", "limit memory 2G");
	admitted("limit memory 2G", "limit memory 1G");
	refused("limit memory 2G", "limit memory 2147483649",
	    "limit memory: asked for 2147483649, allowed is 2G: ask for 2G or "
	    "less");
	refused("limit memory 2G", "limit memory none",
	    "limit memory: asked for none, allowed is 2G: ask for 2G or less");
	// The default, not named by the request, is asked for too.
	refused("limit memory 1G", "",
	    "limit memory: asked for 4G, allowed is 1G: ask for 1G or less");
	refused("limit time 90s", "limit time 2m",
	    "limit time: asked for 2m, allowed is 90s: ask for 90s or less");
	refused("limit pids 10", "limit pids 11",
	    "limit pids: asked for 11, allowed is 10: ask for 10 or less");
}

/* Each limit is looked at, not only those that tests think of. */
static void
test_every_limit(void **state)
{
	const struct spec_limit_info *l;
	char item[80];
	int i;

	(void)state;
	for (i = 0; i < LIMIT__COUNT; i++) {
		l = spec_limit_info((enum spec_limit)i);
		snprintf(item, sizeof(item), "limit %s", l->name);
		policy_init_empty(&ceiling);
		policy_init(&asked);
		ceiling.spec.limit[i] = l->max - 1;
		asked.spec.limit[i] = l->max - 1;
		assert_true(policy_admit(&ceiling, &asked.spec, &r));
		asked.spec.limit[i] = l->max;
		assert_false(policy_admit(&ceiling, &asked.spec, &r));
		assert_string_equal(r.item, item);
		asked.spec.limit[i] = 0;
		assert_false(policy_admit(&ceiling, &asked.spec, &r));
		assert_string_equal(r.item, item);
		// Beyond its range even without a ceiling.
		ceiling.spec.limit[i] = 0;
		asked.spec.limit[i] = l->max + 1;
		assert_false(policy_admit(&ceiling, &asked.spec, &r));
		assert_string_equal(r.item, item);
		assert_non_null(strstr(r.reason, "out of range"));
		asked.spec.limit[i] = UINT64_MAX;
		assert_false(policy_admit(&ceiling, &asked.spec, &r));
	}
}

static void
test_mounts(void **state)
{
	static const char most[] = "mount ro /opt\nmount rw /srv/a\n"
				   "mount ro /srv/a/secret";

	(void)state;
	admitted(most, "");
	admitted(most, "mount ro /opt");
	admitted(most, "mount ro /opt/x/y /mnt/y");
	admitted(most, "mount rw /srv/a mount ro /srv/a/b/c");
	// Lines add up: a wider rw is not taken back by a ro beneath it.
	admitted(most, "mount rw /srv/a/secret");
	admitted("mount ro /opt mount rw /opt", "mount rw /opt/x");
	admitted("mount rw /", "mount rw /opt/x");
	refused(most, "mount rw /opt/x",
	    "mount /opt/x: asked for rw, allowed is ro: ask for \"mount ro\"");
	refused(most, "mount ro /optional",
	    "mount /optional: asked for ro, allowed is nothing: no mount line "
	    "of the ceiling covers it");
	refused(most, "mount ro /opt mount rw /srv",
	    "mount /srv: asked for rw, allowed is nothing: no mount line of "
	    "the ceiling covers it");
	// What counts is the source, wherever it is to be seen inside.
	refused(most, "mount ro /home/x /opt/x",
	    "mount /home/x: asked for ro, allowed is nothing: no mount line "
	    "of the ceiling covers it");
}

struct row {
	uint32_t writable;
	const char *src, *dst, *why;
};

/* Specs that no text makes, as a hostile peer would send them. */
static void
test_unsound(void **state)
{
	static const struct row rows[] = {
	    {2, "/opt/x", "/opt/x", "mount 1 is malformed"},
	    {0, "", "/opt/x", "clean paths"},
	    {0, "/opt/x", "", "clean paths"},
	    {0, "opt/x", "/opt/x", "clean paths"},
	    {0, "/opt/../etc", "/opt/x", "clean paths"},
	    {0, "/opt/x", "/opt/../etc", "clean paths"},
	    {0, "/opt/x", "/mnt//x", "clean paths"},
	    {0, "/opt/x", "/mnt/x\n", "clean paths"},
	    {0, "/opt/x", "/", "at /, which is the sandbox's root"},
	    {0, "/opt/x", "/etc/passwd", "at /etc/passwd, which has the"},
	    {0, "/opt/x", "/proc", "which is the sandbox's own process"},
	    {0, "/opt/x", "/workspace", "which is the workspace"},
	};
	struct spec_mount *m = &asked.spec.mount[0];
	size_t i;

	(void)state;
	policy_init_empty(&ceiling);
	for (i = 0; i < COUNT(rows); i++) {
		policy_init(&asked);
		asked.spec.nmounts = 1;
		m->writable = rows[i].writable;
		snprintf(m->src, sizeof(m->src), "%s", rows[i].src);
		snprintf(m->dst, sizeof(m->dst), "%s", rows[i].dst);
		assert_false(policy_admit(&ceiling, &asked.spec, &r));
		assert_int_equal(strncmp(r.item, "mount ", 6), 0);
		if (strstr(r.reason, rows[i].why) == NULL)
			fail_msg("row %zu: %s", i, r.reason);
	}
}

static void
test_unterminated(void **state)
{
	struct spec_mount *m = &asked.spec.mount[0];
	int i;

	(void)state;
	policy_init_empty(&ceiling);
	for (i = 0; i < 3; i++) {
		policy_init(&asked);
		asked.spec.nmounts = 1;
		memset(m->src, i != 1 ? '/' : 0, sizeof(m->src));
		memset(m->dst, i != 0 ? '/' : 0, sizeof(m->dst));
		assert_false(policy_admit(&ceiling, &asked.spec, &r));
		assert_string_equal(r.reason, "mount 1 is malformed");
		assert_non_null(memchr(r.item, '\0', sizeof(r.item)));
	}
	memset(m, 0, sizeof(*m));
	assert_false(policy_admit(&ceiling, &asked.spec, &r));
	assert_string_equal(r.item, "mount 1");
}

static void
test_count(void **state)
{
	uint32_t i;

	(void)state;
	policy_init_empty(&ceiling);
	policy_init(&asked);
	for (i = 0; i < SPEC_MOUNTS_MAX; i++) {
		snprintf(asked.spec.mount[i].src, SPEC_PATH_MAX, "/s");
		snprintf(asked.spec.mount[i].dst, SPEC_PATH_MAX, "/d%u", i);
	}
	asked.spec.nmounts = SPEC_MOUNTS_MAX;
	assert_true(policy_admit(&ceiling, &asked.spec, &r));
	snprintf(asked.spec.mount[9].dst, SPEC_PATH_MAX, "/d3");
	assert_false(policy_admit(&ceiling, &asked.spec, &r));
	assert_string_equal(r.reason, "it would hide mount 4");
	asked.spec.nmounts = SPEC_MOUNTS_MAX + 1;
	assert_false(policy_admit(&ceiling, &asked.spec, &r));
	assert_string_equal(r.item, "mounts");
	asked.spec.nmounts = UINT32_MAX;
	assert_false(policy_admit(&ceiling, &asked.spec, &r));
	assert_string_equal(r.reason, "asked for 4294967295, allowed are 32");
}

/* Long and odd names: cut, terminated, fit for a terminal. */
static void
test_item(void **state)
{
	struct spec_mount *m = &asked.spec.mount[0];
	size_t i;

	(void)state;
	policy_init_empty(&ceiling);
	policy_init(&asked);
	asked.spec.nmounts = 1;
	memset(m, 0, sizeof(*m));
	memset(m->src, 'x', sizeof(m->src) - 1);
	memcpy(m->src, "/\x1b[2\x7f\xff", 6);
	assert_false(policy_admit(&ceiling, &asked.spec, &r));
	assert_int_equal(strlen(r.item), sizeof(r.item) - 1);
	for (i = 0; r.item[i] != '\0'; i++)
		assert_in_range(r.item[i], 0x20, 0x7e);
	assert_int_equal(strncmp(r.item, "mount /?[2??xxx", 15), 0);
	// A long place must not push the reason out.
	snprintf(m->src, sizeof(m->src), "/s");
	memset(m->dst, 'x', sizeof(m->dst) - 1);
	memcpy(m->dst, "/etc/", 5);
	assert_false(policy_admit(&ceiling, &asked.spec, &r));
	assert_non_null(strstr(r.reason, "the sandbox's own settings"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_every_limit),
	    cmocka_unit_test(test_mounts),
	    cmocka_unit_test(test_unsound),
	    cmocka_unit_test(test_unterminated),
	    cmocka_unit_test(test_count),
	    cmocka_unit_test(test_item),
	};

	return cmocka_run_group_tests_name("ceiling", tests, NULL, NULL);
}
