/* SPDX-License-Identifier: ISC */
/*
 * One run of the agent: everything it holds, from start to summary.
 */
#ifndef SRC_AGENT_RUN_H
#define SRC_AGENT_RUN_H

#include "src/agent/approve.h"
#include "src/agent/budget.h"
#include "src/agent/checkpoints.h"
#include "src/agent/choice.h"
#include "src/agent/compact.h"
#include "src/agent/config.h"
#include "src/agent/events.h"
#include "src/agent/exit.h"
#include "src/agent/guard.h"
#include "src/agent/guide.h"
#include "src/agent/redact.h"
#include "src/agent/resume.h"
#include "src/agent/show.h"
#include "src/agent/snapshot.h"
#include "src/agent/tool.h"
#include "src/agent/weaken.h"
#include "src/box/way_in.h"
#include "src/cli/network.h"
#include "src/otel/otel.h"
#include "src/keep/audit.h"

/* What signals a run has heard. */
struct run_signals {
	volatile sig_atomic_t stop;    /* ends a request or a command */
	volatile sig_atomic_t presses; /* of Ctrl-C, in a session */
	volatile sig_atomic_t over;    /* it is all to end */
	bool session; /* Ctrl-C stops what is under way, and no more */
};

/* A person who watches a run, and has more to say in it than a task. */
struct run_ui {
	/* A call begins, and has ended. */
	void (*call)(void *arg, const char *title);
	void (*result)(void *arg, const char *title, struct json_object *input,
	    const struct tool_result *t);
	/* Some time went by. */
	void (*tick)(void *arg);
	/* Whether the workspace is another than when the task began. */
	bool (*changed)(void *arg);
	/* A question is, or was, on the terminal. */
	void (*terminal)(void *arg, bool ours);
	void *arg;
};

struct run {
	const struct config *config;
	struct run_signals *signals;
	const struct run_ui *ui; /* NULL: it has one task, and no person */
	struct policy policy;
	struct way_in way;
	struct tool_env env;
	struct approve approve;
	struct network_config network_config;
	struct network network;
	struct tool_network tool_network;
	uint64_t network_asked;	       /* questions about the network */
	volatile sig_atomic_t *reload; /* rises to have the policy read */
	struct choice choice;
	struct prices *prices;
	FILE *wire; /* of --debug; NULL: none */
	struct model *model;
	struct session session;
	struct resume resume;
	struct events events;
	struct show show;
	struct budget budget;
	enum budget_item spent; /* that ended it; BUDGET__COUNT: none */
	struct guard guard;
	struct guide guide;
	char *last_file; /* that a model without tools wrote; or NULL */
	struct json_object *tools, *messages;
	struct compact compact;
	struct model_usage usage; /* of all turns */
	struct snapshot *start;
	struct checkpoints checkpoints;
	struct audit audit;
	bool audited;		      /* it is open */
	struct otel *otel;	      /* who is told; NULL: nobody */
	uint64_t test_runs;	      /* after the first */
	unsigned long tests_first;    /* how many there were at the start */
	struct testlog tests;	      /* of the last run; without names */
	struct weaken weaken;	      /* what the difference does to them */
	uint64_t flips;		      /* passes that were not confirmed */
	struct redactor redactor;     /* of secrets, in what is told */
	uint64_t green_ms;	      /* from start to green; 0: never */
	uint64_t first_ms;	      /* that the first test run took */
	uint64_t print, print_tested; /* of the workspace; see round.c */
	struct {
		bool changes; /* a call may have changed files */
		bool tested;  /* a call ran the tests */
		bool failed;  /* the last of them did */
		bool verdict; /* which said something new */
	} round;	      /* what the calls of a turn came to */
	bool stopped;	      /* a call was, and the turn goes on */
	bool acted;	      /* since it rose last, in a session */
	bool dirty;	      /* something ran since the last test run */
	bool green;	      /* at the last test run */
	bool cut_told;	      /* that a server reads less than it is sent */
	bool unverified;      /* it ended well, but nothing could prove it */
};

/*
 * Observe, act, reflect, again: until the tests are green or something ends
 * it. *e says why, for every end but green.
 */
enum agent_exit loop_run(struct run *r, struct err *e);

/* Strikes our own key, and what looks like anybody's secret, out of a text. */
void loop_redact(struct run *r, struct text *t);
/* Somebody sits there, sees what happens, and may be asked. */
bool net_on_terminal(const struct config *c);
/* What the run wants of the network; and the sandbox, with it. */
void net_configure(struct run *r, bool (*stopped)(void),
    int (*reread)(void *arg, struct policy *p, struct err *e));
int net_start(struct run *r, struct err *e) MUST_CHECK;

/* What the run has changed in the workspace up to now, as a diff. */
int run_difference(struct run *r, struct text *diff, struct snapshot_changes *c,
    struct err *e) MUST_CHECK;
/* Says on screen, in the session and as an event how it ended, and prints the
   diff. Returns the exit status. */
enum agent_exit
summary_end(struct run *r, enum agent_exit status, const struct err *why);

#endif
