/* SPDX-License-Identifier: ISC */
/* Where the other programs of stockade lie. */
#ifndef SRC_BOX_SIBLING_H
#define SRC_BOX_SIBLING_H

#include <stddef.h>

/*
 * The path of a program: beside the running one (a build tree, a copy) if it
 * can be executed there, else where it was installed.
 */
void sibling_find(const char *name, char *path, size_t size);

#endif
