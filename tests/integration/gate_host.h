/* SPDX-License-Identifier: ISC */
/*
 * What a test of the gate does with the host: takes parts of the kernel away
 * from a helper, looks at the network that must stay as it is, and enters a
 * sandbox's namespaces as their root.
 */
#ifndef TESTS_INTEGRATION_GATE_HOST_H
#define TESTS_INTEGRATION_GATE_HOST_H

#include <stdbool.h>
#include <sys/types.h>

#define HOST_STATE_MAX 65536
#define HOST_ADDRESS   "198.51.100.77" /* of the host's lo, if we are root */

/* Root moves to a network namespace of its own, where nobody else is. */
void host_begin(void);
bool host_is_root(void);
/* For peer_before: no nf_tables; no rtnetlink. */
void host_refuse_nftables(void);
void host_refuse_links(void);
/* Links, addresses, routes, rules, tables of nf_tables, and some sysctls. */
void host_state(char out[HOST_STATE_MAX]);
/*
 * Calls f in a process that has every right in the namespaces of the sandbox
 * of that helper. Returns f's value. Needs root.
 */
int host_as_root_of(pid_t helper, int (*f)(void));
/* Each 0 if all is as it must be: nobody answers a ping; no address of IPv6
 * but ::1; no link but lo and eth0. */
int host_ping(void);
int host_only_loopback6(void);
int host_two_links(void);

#endif
