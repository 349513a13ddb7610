/* SPDX-License-Identifier: ISC */
/*
 * A host name in the one form that DNS questions, SNI, Host, CONNECT and the
 * rules are compared in: lower case, no trailing dot, LDH labels and "_".
 */
#ifndef POLICY_HOSTNAME_H
#define POLICY_HOSTNAME_H

#include <stddef.h>
#include "policy/spec.h"

/*
 * s[0..len) to its normal form in out. Rejects rather than repairs: empty
 * labels, labels over 63 bytes or that begin with a hyphen, names over 253,
 * bytes that are not LDH or "_", a last label without a letter or that begins
 * with 0x (an address in disguise). A-labels (xn--) are names as any; one dot
 * at the end is taken off. Returns 0, or -1 with *why a phrase that follows
 * the name, and out then untouched.
 */
int hostname_normal(const char *s, size_t len, char out[SPEC_NET_HOST_MAX],
    const char **why) __attribute__((warn_unused_result));

#endif
