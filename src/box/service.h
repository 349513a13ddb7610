/* SPDX-License-Identifier: ISC */
/* The client's side of the service way in: when it is taken, and how. */
#ifndef SRC_BOX_SERVICE_H
#define SRC_BOX_SERVICE_H

#include <stdbool.h>
#include "jail/base/err.h"

/*
 * The socket to go to: STOCKADE_SOCKET's, or the default one if asked for or
 * if this user can make no namespaces and can reach it. NULL: another way.
 */
const char *service_socket(bool asked);
/* Connects to a service of root's. Returns the descriptor. */
int service_connect(const char *path, struct err *e) MUST_CHECK;

#endif
