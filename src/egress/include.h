/* SPDX-License-Identifier: ISC */
/*
 * Included texts of rules: files, and presets, which the administrator's or
 * the user's file of that name may say instead of us.
 */
#ifndef SRC_EGRESS_INCLUDE_H
#define SRC_EGRESS_INCLUDE_H

#include "jail/base/err.h"
#include "policy/policy.h"
#include "src/egress/preset.h"

#define INCLUDE_DEPTH_MAX 8 /* of one text in another */

/* A text that was read. */
struct include_source {
	char *name; /* "preset:pip", "/etc/stockade/presets/pip" */
	char *text;
	char preset[32]; /* that its rules bear; "": the policy's own */
	int parent;	 /* the source that includes it; -1: the policy */
	uint32_t line;	 /* of that one */
};

/* Where each rule came from: for people. */
struct include_trail {
	size_t nsources;
	struct include_source source[POLICY_INCLUDES_MAX];
	uint8_t of_rule[SPEC_NET_MAX]; /* 1 and more: source + 1 */
	char *notes; /* what presets lack, a line each; or NULL */
};

/*
 * Reads all that *p includes into *p, and then checks what it expects. file
 * is the policy's own, to which relative names are relative; NULL: none. *t
 * is filled and to be freed, whatever is returned. ERR_POLICY names file,
 * line and column.
 */
int include_expand(struct policy *p, const char *file,
    const struct preset_where *where, struct include_trail *t,
    struct err *e) MUST_CHECK;
void include_free(struct include_trail *t);

#endif
