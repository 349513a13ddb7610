/* SPDX-License-Identifier: ISC */
/*
 * A policy's patterns of what is struck out: whether they are any.
 */
#ifndef SRC_CLI_PATTERNS_H
#define SRC_CLI_PATTERNS_H

#include <regex.h>
#include "jail/base/err.h"
#include "policy/policy.h"

/* *re is the caller's (regfree), unless ERR_POLICY says what is wrong, and
   where in the file at path. */
int patterns_compile(const struct policy_redact *p, const char *path,
    regex_t *re, struct err *e) MUST_CHECK;
/* All of a policy's, for who does not need them. */
int patterns_check(
    const struct policy *p, const char *path, struct err *e) MUST_CHECK;

#endif
