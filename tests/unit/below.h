/* SPDX-License-Identifier: ISC */
/* All that lies below a directory of a test: counted, or removed. */
#ifndef TESTS_UNIT_BELOW_H
#define TESTS_UNIT_BELOW_H

unsigned below_count(const char *dir); /* files */
int below_remove(const char *dir);

#endif
