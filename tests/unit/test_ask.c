// SPDX-License-Identifier: ISC
// ask: one question a destination, a bound on the open ones, time-outs, and
// answers that are kept.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include "jail/egress/ask.h"

static struct egress_question
by_name(const char *name, uint16_t port)
{
	return (struct egress_question){.name = name, .port = port};
}

static enum ask_state
begin(struct ask *a, const char *name, uint64_t now, uint32_t *id, bool *is_new,
    enum reason *why)
{
	struct egress_question q = by_name(name, 443);

	return ask_begin(a, &q, now, id, is_new, why);
}

static int
setup(void **state)
{
	struct ask *a = ask_new();

	assert_non_null(a);
	ask_attach(a, true);
	*state = a;
	return 0;
}

static int
teardown(void **state)
{
	ask_free(*state);
	return 0;
}

static void
test_headless(void **state)
{
	struct ask *a = *state;
	enum reason why;
	uint32_t id, waiting;
	bool is_new;

	assert_int_equal(
	    begin(a, "a.example", 0, &waiting, &is_new, &why), ASK_WAIT);
	ask_attach(a, false);
	// Who waited is told, too: the person went away.
	assert_int_equal(ask_look(a, waiting, 0, &why), ASK_REFUSED);
	assert_int_equal(why, REASON_ASK_HEADLESS);
	assert_int_equal(
	    begin(a, "b.example", 0, &id, &is_new, &why), ASK_REFUSED);
	assert_int_equal(why, REASON_ASK_HEADLESS);
	assert_false(is_new);
	assert_int_equal(ask_patience(a, 0), -1);
	assert_false(ask_answer(a, waiting, WIRE_ALLOW_ONCE));
}

static void
test_one_question(void **state)
{
	static const uint8_t addr[16] = {[10] = 0xff, [11] = 0xff, 1, 2, 3, 4};
	struct ask *a = *state;
	struct egress_question q;
	uint32_t first, id;
	enum reason why;
	bool is_new;
	int i;

	assert_int_equal(
	    begin(a, "a.example", 0, &first, &is_new, &why), ASK_WAIT);
	assert_true(is_new);
	for (i = 0; i < 500; i++) {
		assert_int_equal(
		    begin(a, "a.example", 1, &id, &is_new, &why), ASK_WAIT);
		assert_false(is_new);
		assert_int_equal(id, first);
	}
	q = by_name("a.example", 80); // another port is another destination
	assert_int_equal(ask_begin(a, &q, 0, &id, &is_new, &why), ASK_WAIT);
	assert_true(is_new && id != first);
	q = (struct egress_question){.addr = addr, .port = 443};
	assert_int_equal(ask_begin(a, &q, 0, &id, &is_new, &why), ASK_WAIT);
	assert_true(is_new);
	assert_int_equal(ask_begin(a, &q, 0, &id, &is_new, &why), ASK_WAIT);
	assert_false(is_new);
	assert_int_equal(ask_look(a, first, 2, &why), ASK_WAIT);
}

static void
test_once(void **state)
{
	struct ask *a = *state;
	uint32_t id, again;
	enum reason why;
	bool is_new;

	begin(a, "a.example", 0, &id, &is_new, &why);
	assert_true(ask_answer(a, id, WIRE_ALLOW_ONCE));
	assert_false(ask_answer(a, id, WIRE_DENY_ONCE)); // too late
	// All that waited for it learn the answer, whenever they look.
	assert_int_equal(ask_look(a, id, 5, &why), ASK_ALLOWED);
	assert_int_equal(ask_look(a, id, ASK_WAIT_MS * 2, &why), ASK_ALLOWED);
	assert_int_equal(
	    begin(a, "a.example", 9, &again, &is_new, &why), ASK_WAIT);
	assert_true(is_new && again != id);
	assert_true(ask_answer(a, again, WIRE_DENY_ONCE));
	assert_int_equal(ask_look(a, again, 9, &why), ASK_REFUSED);
	assert_int_equal(why, REASON_ASK_DENIED);
	assert_int_equal(
	    begin(a, "a.example", 9, &again, &is_new, &why), ASK_WAIT);
	assert_true(is_new);
}

static void
test_session(void **state)
{
	struct ask *a = *state;
	uint32_t id;
	enum reason why;
	bool is_new;

	begin(a, "a.example", 0, &id, &is_new, &why);
	assert_true(ask_answer(a, id, WIRE_ALLOW_SESSION));
	begin(a, "b.example", 0, &id, &is_new, &why);
	assert_true(ask_answer(a, id, WIRE_DENY_SESSION));
	assert_int_equal(
	    begin(a, "a.example", 1, &id, &is_new, &why), ASK_ALLOWED);
	assert_int_equal(
	    begin(a, "b.example", 1, &id, &is_new, &why), ASK_REFUSED);
	assert_int_equal(why, REASON_ASK_DENIED);
	// It was said of these alone, and stays said when nobody is there.
	assert_int_equal(
	    begin(a, "x.a.example", 1, &id, &is_new, &why), ASK_WAIT);
	ask_attach(a, false);
	assert_int_equal(
	    begin(a, "a.example", 1, &id, &is_new, &why), ASK_ALLOWED);
}

static void
test_timeout(void **state)
{
	struct ask *a = *state;
	uint32_t id, later;
	enum reason why;
	bool is_new;

	begin(a, "a.example", 1000, &id, &is_new, &why);
	begin(a, "b.example", 3000, &later, &is_new, &why);
	assert_int_equal(ask_patience(a, 1000), ASK_WAIT_MS);
	assert_int_equal(ask_look(a, id, 999 + ASK_WAIT_MS, &why), ASK_WAIT);
	assert_int_equal(
	    ask_look(a, id, 1000 + ASK_WAIT_MS, &why), ASK_REFUSED);
	assert_int_equal(why, REASON_ASK_TIMEOUT);
	// Whoever saw that it was too late: all that wait for it must look.
	assert_int_equal(ask_patience(a, 1000 + ASK_WAIT_MS), 0);
	assert_int_equal(ask_patience(a, 1000 + ASK_WAIT_MS), 2000);
	// Nobody looks any more: it is not waited for without end.
	assert_int_equal(ask_patience(a, 1000 + 2 * ASK_WAIT_MS), 0);
	assert_int_equal(ask_patience(a, 1000 + 2 * ASK_WAIT_MS), -1);
	assert_false(ask_answer(a, id, WIRE_ALLOW_SESSION));
	assert_int_equal(
	    begin(a, "a.example", 70000, &id, &is_new, &why), ASK_WAIT);
	assert_true(is_new);
}

static void
test_flood(void **state)
{
	struct ask *a = *state;
	uint32_t id[ASK_OPEN_MAX], more;
	char name[32];
	enum reason why;
	bool is_new;
	int i;

	for (i = 0; i < ASK_OPEN_MAX; i++) {
		snprintf(name, sizeof(name), "n%d.example", i);
		assert_int_equal(
		    begin(a, name, 0, &id[i], &is_new, &why), ASK_WAIT);
	}
	assert_int_equal(
	    begin(a, "one.more", 0, &more, &is_new, &why), ASK_REFUSED);
	assert_int_equal(why, REASON_ASK_FLOOD);
	// Those that are open still take others in.
	assert_int_equal(
	    begin(a, "n3.example", 0, &more, &is_new, &why), ASK_WAIT);
	assert_int_equal(more, id[3]);
	assert_true(ask_answer(a, id[0], WIRE_DENY_ONCE));
	assert_int_equal(
	    begin(a, "one.more", 0, &more, &is_new, &why), ASK_WAIT);
	assert_int_equal(
	    begin(a, "x.more", 0, &more, &is_new, &why), ASK_REFUSED);
	// Time makes room, too.
	assert_int_equal(
	    begin(a, "x.more", ASK_WAIT_MS, &more, &is_new, &why), ASK_WAIT);
}

/* So many that places are used again: an old answer is never another's. */
static void
test_many(void **state)
{
	struct ask *a = *state;
	uint32_t first, id;
	enum reason why;
	char name[32];
	bool is_new;
	int i;

	begin(a, "a.example", 0, &first, &is_new, &why);
	assert_true(ask_answer(a, first, WIRE_ALLOW_ONCE));
	for (i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "n%d.example", i);
		assert_int_equal(
		    begin(a, name, 1, &id, &is_new, &why), ASK_WAIT);
		assert_true(is_new);
		assert_true(ask_answer(a, id,
		    i % 2 == 0 ? WIRE_DENY_SESSION : WIRE_ALLOW_SESSION));
	}
	assert_int_equal(ask_look(a, first, 1, &why), ASK_REFUSED);
	// The last thousand are known, and each for what was said.
	for (i = 4000; i < 5000; i++) {
		snprintf(name, sizeof(name), "n%d.example", i);
		assert_int_equal(begin(a, name, 1, &id, &is_new, &why),
		    i % 2 == 0 ? ASK_REFUSED : ASK_ALLOWED);
	}
	assert_int_equal(ask_look(a, 0, 1, &why), ASK_REFUSED);
	assert_false(ask_answer(a, 0, WIRE_ALLOW_ONCE));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_headless, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_one_question, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_once, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_session, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_timeout, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_flood, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_many, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
