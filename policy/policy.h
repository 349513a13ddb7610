/* SPDX-License-Identifier: ISC */
/*
 * A policy: what a text file may say, as one plain struct; and whether a
 * spec is admitted by the administrator's maximum.
 *
 * The grammar (stockade.policy(5)) is the same for a user's policy and for
 * the ceiling. In a ceiling `limit X V` is the greatest value a request may
 * ask for, and `mount ro|rw DIR` allows mounts of DIR and of all below it;
 * a ceiling without any mount line allows every mount.
 */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include "policy/edits.h"
#include "policy/command.h"
#include "policy/spec.h"

#define POLICY_TEXT_MAX 262144 /* bytes of a text; longer is a fault */

/*
 * What an agent run may spend; the helper has no use for it.
 * field, text name, unit, default, smallest, greatest, what it bounds.
 * 0 means "none" wherever a value may stand.
 */
#define BUDGET_TABLE(X)                                                  \
	X(turns, "turns", SPEC_UNIT_COUNT, 40, 1, 1000000,               \
	    "requests to the model")                                     \
	X(tokens, "tokens", SPEC_UNIT_COUNT, 0, 1, 1000000000000,        \
	    "tokens of the model, input and output together")            \
	X(time_ms, "time", SPEC_UNIT_MS, 1800000, 1000, 31536000000,     \
	    "wall time of the run")                                      \
	X(cost_micro, "cost", SPEC_UNIT_MONEY, 0, 1, 1000000000000,      \
	    "what the requests cost, in dollars by the table of prices") \
	X(calls, "tool-calls", SPEC_UNIT_COUNT, 0, 1, 1000000,           \
	    "calls of tools")                                            \
	X(input, "input-tokens", SPEC_UNIT_COUNT, 0, 1, 1000000000000,   \
	    "tokens that the model reads")                               \
	X(output, "output-tokens", SPEC_UNIT_COUNT, 0, 1, 1000000000000, \
	    "tokens that the model writes")

struct policy_budget {
#define X(field, name, unit, def, min, max, what) uint64_t field;
	BUDGET_TABLE(X)
#undef X
};

#define POLICY_BOXES	      16   /* of one user, where no line says */
#define POLICY_BOXES_MAX      4096 /* that a line can say */
#define POLICY_WORKSPACES_MAX 16

/* What the helper's service allows; only a ceiling says it. */
struct policy_service {
	uint32_t boxes;	      /* of one user at a time; 0: POLICY_BOXES */
	uint32_t nworkspaces; /* 0: every directory */
	char workspace[POLICY_WORKSPACES_MAX][SPEC_PATH_MAX];
};

/*
 * `include`: another text whose rules belong here, too. The parser collects
 * them; who may open files reads them by policy_parse_rules().
 */
#define POLICY_INCLUDES_MAX 32

struct policy_include {
	uint32_t line, column;
	uint32_t preset;	  /* 1: name is one of a preset; 0: a file's */
	char name[SPEC_PATH_MAX]; /* as written */
};

#define POLICY_PROVIDER_MAX 24
#define POLICY_MODEL_MAX    128

/* `expect`: what the rules must say of one destination. */
#define POLICY_EXPECTS_MAX 64
#define POLICY_PLACE_MAX   272

struct policy_expect {
	uint32_t line, column;
	uint32_t verdict; /* enum net_verdict */
	uint16_t port;
	uint8_t addr[16];	      /* of a literal */
	char host[SPEC_NET_HOST_MAX]; /* normal; "": a literal */
};

/* `redact`: what an agent strikes out of all that it tells, beside what has
   the form of a secret. The text is an extended regular expression, which
   who has a matcher checks. */
#define POLICY_REDACTS_MAX    32
#define POLICY_REDACT_ERE_MAX 256

struct policy_redact {
	uint32_t line, column;
	char ere[POLICY_REDACT_ERE_MAX];
};

/* `weakened-tests`: a run whose difference does that to tests. */
enum policy_weakened {
	WEAKENED_REPORT, /* the summary says so */
	WEAKENED_REFUSE, /* and it is not green */
};

/* The same of a line of shell. */
#define POLICY_LINE_MAX 512 /* its bytes, terminator included */

struct policy_expect_command {
	uint32_t line, column;
	uint32_t verdict; /* enum net_verdict */
	char text[POLICY_LINE_MAX];
};

struct policy {
	struct spec spec;
	struct policy_budget budget;
	enum policy_weakened weakened_tests;
	struct policy_service service;
	struct edit_rules edits;
	/*
	 * A ceiling is read: a mount line is a directory allowed, without a
	 * place inside (dst stays empty); a budget is a fault.
	 */
	bool ceiling;
	/* The model that a run asks; "": nobody says. */
	char provider[POLICY_PROVIDER_MAX], model[POLICY_MODEL_MAX];
	uint32_t nincludes, nexpects, nredacts;
	struct policy_include include[POLICY_INCLUDES_MAX];
	struct policy_expect expect[POLICY_EXPECTS_MAX];
	struct command_rules command; /* never a ceiling's */
	uint32_t nexpects_command;
	struct policy_expect_command expect_command[POLICY_EXPECTS_MAX];
	struct policy_redact redact[POLICY_REDACTS_MAX];
};

/* Where a text is wrong and how to mend it. line and column start at 1. */
struct policy_fault {
	uint32_t line, column;
	char text[200]; /* one sentence, names the offending word */
};

/* *to = *from, but for room beyond a count, which is not written to. */
void policy_copy(struct policy *to, const struct policy *from);
/* Defaults of a run. */
void policy_init(struct policy *p);
/* Nothing set, and ceiling is true: what a ceiling is read over. */
void policy_init_empty(struct policy *p);

/*
 * Reads text of len bytes over *p: what the text does not name stays as it
 * was. On a fault returns -1, *p is untouched and *f is filled. Expectations
 * are checked if nothing is included; else that is left to who reads that.
 */
int policy_parse(const char *text, size_t len, struct policy *p,
    struct policy_fault *f) __attribute__((warn_unused_result));
/* One `limit` as NAME=VALUE, the form of the command line. As above. */
int policy_parse_limit(const char *text, struct policy *p,
    struct policy_fault *f) __attribute__((warn_unused_result));
/*
 * One rule over *p as the command line says it: "open", "preset:NAME", or a
 * verdict, "=", HOST[:PORT] and flags after commas. As above.
 */
int policy_parse_net(const char *text, struct policy *p, struct policy_fault *f)
    __attribute__((warn_unused_result));
/*
 * One category as CATEGORY=VERDICT, which replaces the policy's; and one
 * pattern of commands that are approved, which is added to the policy's: what
 * a policy asks about or denies, it still does. As above.
 */
int policy_parse_approve(const char *text, struct policy *p,
    struct policy_fault *f) __attribute__((warn_unused_result));
int policy_parse_command(const char *text, struct policy *p,
    struct policy_fault *f) __attribute__((warn_unused_result));
/*
 * An included text over *p: net and include lines alone. preset is the name
 * that its rules bear, or NULL: a file's, which are the policy's own. What it
 * includes is added to *p's. As above, but that nothing expected is checked.
 */
int policy_parse_rules(const char *text, size_t len, const char *preset,
    struct policy *p, struct policy_fault *f)
    __attribute__((warn_unused_result));

struct egress_question;

/* Whether the rules say what is expected. -1: *f tells of the first fault. */
int policy_expect(const struct policy *p, struct policy_fault *f)
    __attribute__((warn_unused_result));
/*
 * Whether its commands come to what is expected of them: apart, as the helper
 * has no use for what judges them. As above.
 */
int policy_expect_commands(const struct policy *p, struct policy_fault *f)
    __attribute__((warn_unused_result));
/* An expectation as the question that it is; *q refers to *x. */
void policy_expect_question(
    const struct policy_expect *x, struct egress_question *q);

/* Why a spec is refused: which item, and a sentence. */
struct policy_refusal {
	char item[64];	  /* "limit memory", "mount /opt/x" (cut if long) */
	char reason[200]; /* asked for, allowed, what to do */
};

/*
 * True if the spec is sound (values in range, paths clean and terminated,
 * places fit to mount on) and the ceiling admits it; else *r says what is
 * not. Sources are compared as text: whoever opened one gives the path that
 * the descriptor really has, for a link may lead out of what is allowed.
 */
bool policy_admit(const struct policy *ceiling, const struct spec *spec,
    struct policy_refusal *r);
/* The same of a workspace in the service, by the path it really has. */
bool policy_admit_workspace(
    const struct policy *ceiling, const char *path, struct policy_refusal *r);

#endif
