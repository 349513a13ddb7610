/* SPDX-License-Identifier: ISC */
/*
 * Command rules below the shell: which files of the system can be executed,
 * whoever asks and by whatever name.
 *
 * Two means, for each leaves a gap. Landlock lets execve(2) take only what is
 * named and the interpreters it needs; but a dynamic linker that is run as a
 * program maps what it is told to. So all mounts but the workspace's are
 * noexec, from which nothing can be mapped for execution, and what is named
 * and the directories of libraries are mounted over themselves without it.
 */
#ifndef JAIL_COMMANDS_H
#define JAIL_COMMANDS_H

#include "jail/base/err.h"
#include "policy/spec.h"

/*
 * In the child, its root in place and the workspace not: finds what the spec
 * names, and what that needs, and sets the mounts. Nothing if none is named.
 */
int commands_put(const struct spec *spec, int root, struct err *e) MUST_CHECK;
/* Then, with no_new_privs: execve(2), and no executable memfd. */
int commands_confine(const struct spec *spec, struct err *e) MUST_CHECK;

#endif
