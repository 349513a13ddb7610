/* SPDX-License-Identifier: ISC */
/*
 * A statement of a policy text, split into words, and what each kind of it
 * does to the policy that is being read.
 */
#ifndef POLICY_STATEMENT_H
#define POLICY_STATEMENT_H

#include <stddef.h>
#include <stdint.h>
#include "policy/policy.h"
#include "policy/words.h"

#define STATEMENT_ARGS_MAX SPEC_ITEMS_MAX

struct statement {
	struct word head; /* the directive */
	struct word arg[STATEMENT_ARGS_MAX];
	size_t nargs;
};

/* A named number: a limit, a budget, and where it goes. */
struct statement_setting {
	const char *name;
	enum spec_unit unit;
	uint64_t min, max;
	uint64_t *value;
	uint32_t *line; /* that set it; or 0 */
};

/* A policy in the making: it replaces the real one once all is read. */
struct draft {
	struct policy p;
	uint32_t limit_line[LIMIT__COUNT]; /* that set it; or 0 */
	uint32_t choice_line[CHOICE__COUNT];
	uint32_t approve_line[APPROVE__COUNT];
	uint32_t root_line;
	uint32_t weakened_line;
	uint32_t boxes_line;
	uint32_t model_line, provider_line;
	struct {
#define X(field, name, unit, def, min, max, what) uint32_t field;
		BUDGET_TABLE(X)
#undef X
	} budget_line;
	struct {
#define X(field, name, unit, def, min, max, what) uint32_t field;
		EDITS_TABLE(X)
#undef X
	} edits_line;
	enum net_origin net_origin; /* of the rules read */
	struct policy_fault *f;	    /* filled by whoever returns -1 */
};

/*
 * Each is given as many words as its form has. Returns 0; or -1 and the
 * draft is of no more use.
 */
int statement_limit(struct draft *d, const struct statement *st)
    __attribute__((warn_unused_result));
int statement_mount(struct draft *d, const struct statement *st)
    __attribute__((warn_unused_result));
int statement_budget(struct draft *d, const struct statement *st)
    __attribute__((warn_unused_result));
int statement_choice(struct draft *d, const struct statement *st)
    __attribute__((warn_unused_result));
int statement_list(struct draft *d, const struct statement *st)
    __attribute__((warn_unused_result));
int statement_command(struct draft *d, const struct statement *st)
    __attribute__((warn_unused_result));
int statement_root(struct draft *d, const struct statement *st)
    __attribute__((warn_unused_result));
int statement_service(struct draft *d, const struct statement *st)
    __attribute__((warn_unused_result));
int statement_net(struct draft *d, const struct statement *st)
    __attribute__((warn_unused_result));
int statement_model(struct draft *d, const struct statement *st)
    __attribute__((warn_unused_result));
int statement_include(struct draft *d, const struct statement *st)
    __attribute__((warn_unused_result));
int statement_expect(struct draft *d, const struct statement *st)
    __attribute__((warn_unused_result));
int statement_redact(struct draft *d, const struct statement *st)
    __attribute__((warn_unused_result));
int statement_weakened(struct draft *d, const struct statement *st)
    __attribute__((warn_unused_result));
int statement_edit(struct draft *d, const struct statement *st)
    __attribute__((warn_unused_result));
/* NAME VALUE, the first of its name. */
int statement_set_once(struct draft *d, const struct statement_setting *s,
    const struct statement *st) __attribute__((warn_unused_result));
int statement_approve(struct draft *d, const struct statement *st)
    __attribute__((warn_unused_result));
/* `expect VERDICT command LINE`. */
int statement_expect_command(struct draft *d, const struct statement *st,
    uint32_t verdict) __attribute__((warn_unused_result));
/* One word of a list. */
int statement_item(struct draft *d, enum spec_list_id id, const struct word *w)
    __attribute__((warn_unused_result));
/* A draft that begins with what is in *p. */
void statement_draft(
    struct draft *d, const struct policy *p, struct policy_fault *f);
/*
 * A word that is none of n names: fills *f with that, and with the one that
 * was likely meant. Returns -1.
 */
int statement_unknown(struct policy_fault *f, const struct word *w,
    const char *what, const char *const *names, size_t n);

#endif
