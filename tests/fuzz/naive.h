/* SPDX-License-Identifier: ISC */
/*
 * The rules of the network once more, as their manual page says them, slow
 * and without any help of policy/egress.c: what that is compared with.
 */
#ifndef TESTS_FUZZ_NAIVE_H
#define TESTS_FUZZ_NAIVE_H

#include "policy/egress.h"

/* The verdict of one set of rules. */
enum net_verdict
naive_match(const struct spec_net *net, const struct egress_question *q);
/* Of policy and ceiling. */
enum net_verdict
naive_decide(const struct egress_policy *p, const struct egress_question *q);

#endif
