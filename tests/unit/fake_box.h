/* SPDX-License-Identifier: ISC */
/*
 * A box that is only a directory: for tests of what is built upon box.h and
 * capture.h. It confines nothing.
 */
#ifndef TESTS_UNIT_FAKE_BOX_H
#define TESTS_UNIT_FAKE_BOX_H

#include "src/box/capture.h"

/* Stands for /workspace. */
extern char fake_root[64];
/* What the next commands come to; kept until changed. */
extern struct capture fake_capture;
extern const char *fake_output;
/* If set, commands exit 0 when this file is there, else 1. */
extern const char *fake_pass_file;
/* So many commands from now on the last one fails all the same; 0: none. */
extern unsigned fake_fail_run;
/* What the last command was. */
extern char fake_command[256];
extern uint64_t fake_time_ms;
extern char fake_cwd[256]; /* "": none was said */

/* cmocka group set-up and tear-down: makes and removes fake_root. */
int fake_begin(void **state);
int fake_end(void **state);
/* Writes a file below fake_root, parents too. */
void fake_put(const char *path, const char *content);
/* Its content; "" if there is none. Valid until the next call. */
const char *fake_get(const char *path);

#endif
