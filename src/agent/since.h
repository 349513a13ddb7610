/* SPDX-License-Identifier: ISC */
/*
 * What the workspace was when a run left it, kept beside its session, so that
 * who goes on hears what changed since.
 */
#ifndef SRC_AGENT_SINCE_H
#define SRC_AGENT_SINCE_H

#include "src/agent/snapshot.h"

/* The file beside a session's: its own name, the ending another. The caller's.
 */
char *since_path(const char *session);
/*
 * Writes beside the session the state of each file, no content: at the
 * beginning of a run (now NULL), and at its end. If it cannot, there is none
 * afterwards, and since_tell() says that nothing is known.
 */
void since_keep(const char *session, const struct snapshot *start,
    const struct snapshot *now);
/* Appends in words what differs now. */
void since_tell(const char *path, const struct snapshot *now, struct text *out);

#endif
