/* SPDX-License-Identifier: ISC */
/*
 * Whole files of the sandbox: opened inside, read and written by descriptor.
 */
#ifndef SRC_AGENT_FILES_H
#define SRC_AGENT_FILES_H

#include <stdbool.h>
#include <stdint.h>
#include "src/agent/text.h"
#include "src/box/box.h"

/*
 * Appends the content of a regular file to *t. ERR_FILE if it is not one, or
 * larger than max (sys_errno EFBIG).
 */
int files_read(struct box *b, const char *path, size_t max, struct text *t,
    struct err *e) MUST_CHECK;
/* The same of an open descriptor; path is for the error only. */
int files_read_fd(int fd, const char *path, size_t max, struct text *t,
    struct err *e) MUST_CHECK;
/*
 * Writes a whole file: beside it under another name, then renamed, so that
 * nobody sees half of it; parents are made, the mode is kept. A symbolic
 * link is written through, and so is a file whose mode only it can have.
 */
int files_write(struct box *b, const char *path, const char *data, size_t len,
    bool *created, struct err *e) MUST_CHECK;

#endif
