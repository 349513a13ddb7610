/* SPDX-License-Identifier: ISC */
/* The parts of a test log's reader: a line, the first failure's trace, and
   JUnit's XML, which has no lines. */
#ifndef SRC_AGENT_TESTLOG_PARTS_H
#define SRC_AGENT_TESTLOG_PARTS_H

#include <stdbool.h>
#include "src/agent/testlog.h"

/* A line, without its end, spaces and colours. */
struct testlog_line {
	const char *s;
	bool indented;
	char buf[1024];
};

/* What a line is to the account of a failed test. */
enum testlog_edge {
	EDGE_NONE,
	EDGE_BEGIN, /* its first; another account before it is over */
	EDGE_MAYBE, /* the same, if the test turns out to have failed */
	EDGE_END,   /* the first that is no more of it */
	EDGE_PASS,  /* the test has passed: forget it */
};

struct testlog_trace {
	struct text text;
	enum {
		TRACE_NONE,
		TRACE_ON,
		TRACE_DONE,
	} state;
};

/* What the line is in the output of this runner. */
enum testlog_edge
testlog_edge(const char *runner, const struct testlog_line *l);
void testlog_trace_line(
    struct testlog_trace *t, const char *runner, const struct testlog_line *l);
/* The account, cut to size; NULL: there is none. The caller's. */
char *testlog_trace_take(struct testlog_trace *t);

/* Adds a name once. */
void testlog_name(struct testlog *t, const char *name, size_t len);

/* JUnit's XML, byte by byte. Zeroed at the beginning. */
struct testlog_xml {
	struct testlog log;
	bool sure; /* there was a testsuite */
	enum {
		XML_TEXT,
		XML_TAG,
		XML_CDATA,
		XML_COMMENT,
	} state;
	char quote; /* within a tag, that of a value; or 0 */
	char tag[2048], name[256];
	size_t len;
	bool in_case, failed, skipped, telling;
	struct text trace;
};
void testlog_xml_add(struct testlog_xml *x, const char *data, size_t len);

#endif
