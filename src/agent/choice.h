/* SPDX-License-Identifier: ISC */
/*
 * Which model a run asks: what the command line says, else the environment
 * (STOCKADE_PROVIDER, STOCKADE_MODEL), else the policy, else the default.
 */
#ifndef SRC_AGENT_CHOICE_H
#define SRC_AGENT_CHOICE_H

#include "src/agent/config.h"

/* Strings are the config's, the environment's or the policy's. */
struct choice {
	const char *provider; /* never NULL */
	const char *model;    /* NULL: the provider's default */
	/* The server's base URL, as far as it is known; NULL: a transcript */
	const char *server;
};

/*
 * A name of a model counts for the provider that it was meant for: one that
 * stands beside another provider, further down, is passed over. ERR_USAGE if
 * the provider is none.
 */
int choice_make(struct choice *ch, const struct config *c,
    const struct policy *p, struct err *e) MUST_CHECK;
/*
 * The table of prices: the installed one, the user's over it, and --prices
 * over both.
 */
struct prices *choice_prices(const struct config *c, struct err *e) MUST_CHECK;

#endif
