/* SPDX-License-Identifier: ISC */
/*
 * What a test command's output says: how many tests passed, failed and were
 * skipped, and which failed. For people and models; whether the tests are
 * green is the exit status's to say, and nobody else's.
 */
#ifndef SRC_AGENT_TESTLOG_H
#define SRC_AGENT_TESTLOG_H

#include <stddef.h>
#include "src/agent/text.h"

#define TESTLOG_NAMES_MAX 50

struct testlog {
	const char *runner; /* "pytest", "go"...; NULL: none was recognised */
	unsigned long passed, failed, skipped;
	char *name[TESTLOG_NAMES_MAX]; /* of tests that failed; as printed */
	size_t names;
	char *trace; /* what the runner says of the first of them; or NULL */
};

/*
 * Reads output as it comes, all of it: what a model is told of it is cut.
 * testlog_end() frees the reader; free *t in any case.
 */
struct testlog_reader;
struct testlog_reader *testlog_begin(void);
void testlog_add(struct testlog_reader *r, const char *data, size_t len);
void testlog_end(struct testlog_reader *r, struct testlog *t);
/* The same of len bytes of output. */
void testlog_read(struct testlog *t, const char *output, size_t len);
void testlog_free(struct testlog *t);
/* "pytest: 8 failed, 9 passed: a, b and 6 more"; nothing if runner is NULL. */
void testlog_say(const struct testlog *t, struct text *out);
/* Tests that ran or were skipped. */
unsigned long testlog_total(const struct testlog *t);

#endif
