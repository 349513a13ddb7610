/* SPDX-License-Identifier: ISC */
/*
 * What `stockade agent` was asked for: its command line, nothing done yet.
 */
#ifndef SRC_AGENT_CONFIG_H
#define SRC_AGENT_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "jail/base/err.h"
#include "policy/policy.h"

#define CONFIG_SETTINGS_MAX 32
#define CONFIG_PUBLISH_MAX  16

/* Whether the tests are run after each turn that changed files. */
enum config_test_each {
	CONFIG_TEST_AUTO, /* if they are quick */
	CONFIG_TEST_ALWAYS,
	CONFIG_TEST_NEVER,
};

/* A `limit` or `budget` of the command line, still text. */
struct config_setting {
	const char *directive; /* "limit", "budget turns"... */
	const char *option;    /* that gave it */
	const char *value;
};

/* Strings stay argv's own. NULL: not given. */
struct config {
	const char *task;
	bool session; /* no task: they are asked for, or come from a pipe */
	const char *workspace; /* never NULL */
	const char *policy_file;
	const char *provider, *model, *base_url, *key_file;
	const char *prices, *debug; /* "wire" or "wire:FILE" */
	const char *test;
	enum config_test_each test_each;
	const char *record, *session_dir, *diff_file;
	const char *resume, *fork;		 /* a session to go on with */
	const char *publish[CONFIG_PUBLISH_MAX]; /* PORT[:HOSTPORT] */
	unsigned npublish;
	bool no_tools; /* the model speaks none */
	bool no_test, no_ask, json, quiet, service, help, version;
	struct config_setting setting[CONFIG_SETTINGS_MAX];
	size_t nsettings;
	uint64_t context_window; /* tokens; 0: not said */
};

/* argv[0] is the command's own name. ERR_USAGE names what is wrong. */
int
config_parse(struct config *c, int argc, char **argv, struct err *e) MUST_CHECK;
/*
 * The policy of the run: defaults, then text (NULL: none) of the policy file,
 * then the command line's own limits and budgets over them.
 */
int config_policy(const struct config *c, const char *text, size_t len,
    struct policy *p, struct err *e) MUST_CHECK;
void config_help(FILE *f);

#endif
