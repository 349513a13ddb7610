/* SPDX-License-Identifier: ISC */
/*
 * A throw-away sandbox with small limits, everything that is to be refused
 * asked for in it, and what came of it: nothing is judged here.
 */
#ifndef SRC_DOCTOR_TRIAL_H
#define SRC_DOCTOR_TRIAL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "jail/base/err.h"
#include "policy/spec.h"
#include "src/box/box.h"
#include "src/box/way_in.h"
#include "src/doctor/probes.h"

enum answer_word {
	ANSWER_NONE, /* not asked */
	ANSWER_ALLOWED,
	ANSWER_REFUSED, /* text: the errno */
	ANSWER_KILLED,	/* text: the signal */
	ANSWER_VALUE,	/* text: as said */
};

struct answer {
	enum answer_word word;
	char text[200];
};

enum trial_ns {
	TRIAL_NS_USER,
	TRIAL_NS_MNT,
	TRIAL_NS_PID,
	TRIAL_NS_NET,
	TRIAL_NS_IPC,
	TRIAL_NS_UTS,
	TRIAL_NS_CGROUP,
	TRIAL_NS_TIME,
	TRIAL_NS__COUNT
};

/* How a command that exceeded something ended. */
struct ending {
	bool ran;
	struct box_result result;
	uint64_t total; /* bytes it wrote */
	bool output_exceeded;
	char text[64]; /* what it wrote, the beginning */
};

/* A sandbox with one rule of the network. */
struct gate_trial {
	bool bounded; /* a ceiling has rules of its own */
	bool tried;
	bool stands;
	struct err err; /* why not */
	bool ports;	/* without nf_tables */
	bool refused;	/* what the rule does not list */
	bool named;	/* there was an address for what it lists... */
	bool reached;	/* ...which led there */
};

/* A further sandbox, with something asked for that a policy can. */
struct asked_trial {
	bool tried;
	bool stands;
	struct err err; /* why not, or what failed in it; code 0: nothing */
};

/* One with command rules: exit statuses, as a shell tells them. */
struct commands_trial {
	struct asked_trial box;
	const char *allowed; /* a program of the system; NULL: none was found */
	const char *other;   /* another, that runs without rules */
	char loader[256];    /* that other's; "": it has none that runs it */
	int allowed_status, other_status;
	int allowed_loaded, other_loaded; /* the same by the loader */
};

/* One with a system of our own. */
struct root_trial {
	bool libraries; /* not tried, as the probe would want some there */
	struct asked_trial box;
	struct answer tree;
};

/* One with `seccomp strict' and `workspace noexec'. */
struct tight_trial {
	struct asked_trial box;
	struct answer answer[PROBE__COUNT];
};

struct trial {
	enum way_in_kind way;
	bool privileged; /* the helper is: not rootless */
	uid_t uid;	 /* whom we became */
	bool stands;
	struct err err;		  /* why it does not */
	struct err trouble;	  /* what went wrong later; code 0: nothing */
	struct spec spec;	  /* what was asked for */
	unsigned kernel_landlock; /* the ABI the kernel offers us */
	struct box_facts facts;
	enum box_by by[LIMIT__COUNT];
	struct answer answer[PROBE__COUNT];
	char ns_own[TRIAL_NS__COUNT][32];
	/* If no sandbox stands: errno of making each alone, 0 if it can be. */
	int ns_errno[TRIAL_NS__COUNT];
	struct answer control[PROBE__COUNT]; /* the same asked outside */
	bool made;			     /* a file in the workspace... */
	uid_t made_uid;			     /* ...belongs to */
	bool peer;			     /* a command's id on the host */
	uid_t peer_uid;
	struct answer reopen;
	char cgroup_own[256], cgroup_command[2][256]; /* "" if unknown */
	struct ending end[LIMIT__COUNT]; /* of those exceeded by a command */
	bool lingered;			 /* a process was left behind... */
	bool linger_gone;		 /* ...and died with its command */
	pid_t left_pid;			 /* its number here */
	bool clean;			 /* after the end nothing was left */
	struct gate_trial gate;
	struct commands_trial commands;
	struct root_trial root;
	struct tight_trial tight;
};

/*
 * Tries it all in a directory made below dir and removed again. What cannot
 * be tried is noted in *t; service: come in by its socket and no other way.
 * Returns 0; -1 only if not even that can be done.
 */
int trial_run(
    struct trial *t, const char *dir, bool service, struct err *e) MUST_CHECK;
/* One line of what stockade-probe says; answers is indexed by its rows. */
void trial_parse(struct answer *answers, const char *line);

#endif
