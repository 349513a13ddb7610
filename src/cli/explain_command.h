/* SPDX-License-Identifier: ISC */
/* What a policy says of commands: its rules, and what lines come to. */
#ifndef SRC_CLI_EXPLAIN_COMMAND_H
#define SRC_CLI_EXPLAIN_COMMAND_H

#include <json-c/json.h>
#include <stdio.h>
#include "policy/policy.h"

/* The policy's own rules, with file and line; the shipped ones are known. */
void explain_command_rules(const struct policy *p, const char *file, FILE *out);
/* The verdict of a line, and which part and rule decided. */
void explain_command(
    const struct policy *p, const char *file, const char *line, FILE *out);
struct json_object *explain_command_json(
    const struct policy *p, const char *file, const char *line);

#endif
