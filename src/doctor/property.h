/* SPDX-License-Identifier: ISC */
/*
 * The properties of a sandbox, one row each: what it is, since which kernel,
 * how a trial is judged, what mends it.
 */
#ifndef SRC_DOCTOR_PROPERTY_H
#define SRC_DOCTOR_PROPERTY_H

#include "src/doctor/mend.h"
#include "src/doctor/trial.h"

enum state {
	STATE_PRESENT,
	STATE_DEGRADED, /* held, by less than it could be */
	STATE_MISSING,
	STATE_UNTRIED, /* no sandbox to try it in; or nothing to try it with */
};

struct finding {
	enum state state;
	const char *by; /* what holds it; "-" if nothing does */
	char detail[80];
	struct mend_about mend; /* MEND_NONE where all is well */
};

struct property;
typedef void
judge_fn(const struct trial *t, const struct property *p, struct finding *f);

#define PROPERTY_ASKS_MAX 6

struct property {
	const char *group; /* "namespaces" */
	const char *name;  /* stable: scripts know it */
	const char *what;  /* what was tried, as a phrase */
	const char *by; /* what holds it, usually; NULL: as the helper says */
	const char *since; /* Linux; "-" for any; NULL: as its limit */
	judge_fn *judge;
	int arg; /* enum probe_id, trial_ns or spec_limit, as judge wants */
	int also[PROPERTY_ASKS_MAX]; /* more probes, ended by 0 */
	enum mend_kind mend;
};

/* Ends with name NULL. */
extern const struct property properties[];
/* Judges one row. */
void property_find(
    const struct trial *t, const struct property *p, struct finding *f);
/* The first Linux that has it; "-" for any. */
const char *property_since(const struct property *p);
const char *state_name(enum state state);

/* The judges, in judge.c, judge_asked.c, judge_gate.c, judge_limit.c. */
judge_fn judge_sandbox, judge_namespace, judge_refused, judge_allowed,
    judge_status, judge_setuid, judge_groups, judge_own_ids, judge_ownership,
    judge_landlock, judge_secrets, judge_processes, judge_leftovers,
    judge_cgroup, judge_clean, judge_limit, judge_gate, judge_gate_rules,
    judge_commands, judge_root, judge_noexec, judge_strict;

#endif
