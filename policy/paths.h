/* SPDX-License-Identifier: ISC */
/*
 * Paths as text: what a clean one is, which lies beneath which, and where in
 * a sandbox something may be mounted. Nothing here looks at a file system.
 */
#ifndef POLICY_PATHS_H
#define POLICY_PATHS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What is wrong with len bytes as a path: NULL if it is absolute and clean
 * (no empty, "." or ".." component, no slash at the end but for "/" itself,
 * no control character) and fits SPEC_PATH_MAX with its terminator; else a
 * phrase to follow the path in a message.
 */
const char *paths_fault(const char *s, size_t len);
/* The same of a string, as a predicate. */
bool paths_clean(const char *path);
/* True if path is root or lies beneath it. Both must be clean. */
bool paths_beneath(const char *root, const char *path);
/*
 * Why a clean path may not be the destination of a mount: NULL if it may;
 * else a phrase to follow the path in a message.
 */
const char *paths_mount_fault(const char *dst);

#endif
