/* SPDX-License-Identifier: ISC */
/* A policy read from a file, with its faults as errors. */
#ifndef SRC_CLI_POLICY_FILE_H
#define SRC_CLI_POLICY_FILE_H

#include "jail/base/err.h"
#include "policy/policy.h"
#include "src/egress/include.h"

/* Reads path over *p; ERR_POLICY "path:line:column: what". */
int
policy_file_read(const char *path, struct policy *p, struct err *e) MUST_CHECK;
/* One --limit NAME=VALUE over *p. */
int
policy_file_limit(const char *text, struct policy *p, struct err *e) MUST_CHECK;
/* One --net RULE, added to what is there. */
int
policy_file_net(const char *text, struct policy *p, struct err *e) MUST_CHECK;
/*
 * Reads what *p includes, once its file (or NULL) and all options are in it,
 * and checks what it expects. What presets lack is told on stderr.
 */
int policy_file_complete(const char *path, const struct preset_where *where,
    struct policy *p, struct err *e) MUST_CHECK;

#endif
