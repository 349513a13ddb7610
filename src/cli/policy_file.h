/* SPDX-License-Identifier: ISC */
/* A policy read from a file, with its faults as errors. */
#ifndef SRC_CLI_POLICY_FILE_H
#define SRC_CLI_POLICY_FILE_H

#include "jail/base/err.h"
#include "policy/policy.h"

/* Reads path over *p; ERR_POLICY "path:line:column: what". */
int
policy_file_read(const char *path, struct policy *p, struct err *e) MUST_CHECK;
/* One --limit NAME=VALUE over *p. */
int
policy_file_limit(const char *text, struct policy *p, struct err *e) MUST_CHECK;

#endif
