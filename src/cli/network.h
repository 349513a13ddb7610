/* SPDX-License-Identifier: ISC */
/*
 * What whoever runs a sandbox does about its network: where it is recorded,
 * who is asked, published ports, new rules while it stands, and what was
 * refused.
 */
#ifndef SRC_CLI_NETWORK_H
#define SRC_CLI_NETWORK_H

#include <stdbool.h>
#include <stdint.h>
#include "jail/base/err.h"
#include "policy/policy.h"
#include "src/box/box.h"
#include "src/cli/ask.h"
#include "src/egress/store.h"

#define NETWORK_PUBLISH_MAX 16

/* What was asked for. */
struct network_config {
	const char *who;	 /* "stockade run": what messages begin with */
	const char *policy_path; /* or NULL */
	bool likely; /* before the policy is read: it may have a network */
	bool ask; /* a person at the terminal is asked, about the rest, too */
	bool listen; /* the same where a rule says so, if there is one */
	bool (*stopped)(void); /* ends a question; may be NULL */
	const char *publish[NETWORK_PUBLISH_MAX]; /* PORT[:HOSTPORT] */
	unsigned npublish;
	/* Reads the policy as it was read at first, anew. */
	int (*reread)(void *arg, struct policy *p, struct err *e);
	void *arg;
	/* Before and after a question is on the terminal; may be NULL. */
	void (*terminal)(void *arg, bool ours);
	/* What a person said; for who keeps a log. May be NULL. */
	void (*answered)(
	    void *arg, const struct wire_ask *q, enum ask_said said);
};

struct network {
	const struct network_config *config;
	struct spec *spec; /* the rules in force are its net */
	struct box *box;   /* NULL: it does not stand */
	struct store store;
	struct ask_terminal terminal;
	char workspace[4096];
	uint32_t generation;
	bool gone;	 /* the broker is, and it was said */
	bool incomplete; /* it did not tell its totals */
};

/* What network_end() may be called on. */
#define NETWORK_NONE                                                  \
	{                                                             \
		.store = {.fd = -1}, .terminal = {.tty = {.fd = -1} } \
	}

/* Before the way in: what uid 0 without privilege could not make after. */
int network_prepare(const struct network_config *c, const char *workspace,
    struct err *e) MUST_CHECK;
/*
 * Directories that must stay writable for uid 0 without capabilities: at
 * most two, in room of the caller's. Returns how many.
 */
#define NETWORK_WRITABLE_MAX 2
unsigned network_writable(const struct network_config *c,
    char room[NETWORK_WRITABLE_MAX][STORE_PATH_MAX],
    const char *out[NETWORK_WRITABLE_MAX]);
/*
 * The sandbox, and all that c wants of its network. workspace: its own
 * path. run: what the records call it; NULL: a name is made. c and spec must
 * outlive *n.
 */
struct network_start {
	int helper, workspace;
	const char *workspace_path;
	const char *run;
};
int network_start(struct network *n, const struct network_config *c,
    struct spec *spec, const struct network_start *s, struct err *e) MUST_CHECK;
/* Hears and answers what there is; what fails is told, once. */
void network_attend(struct network *n);
/* Reads the policy again; what is wrong with it is told, and changes nothing. */
void network_reload(struct network *n);
/* Everything that was refused is known afterwards. */
void network_sync(struct network *n);
/* One line on stderr for each destination refused. After network_sync(). */
void network_report(struct network *n);
/* After the box's end. */
void network_end(struct network *n);

/* Why it was refused and what would allow it, as a sentence. */
struct edge_refusal;
#define NETWORK_SENTENCE_MAX 1024
void
network_sentence(const struct edge_refusal *r, char out[NETWORK_SENTENCE_MAX]);

/* "gate" and "violations" of the JSON about a run. */
struct json_object;
void network_json(const struct network *n, struct json_object *o);

#endif
