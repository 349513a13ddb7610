/* SPDX-License-Identifier: ISC */
/*
 * The output of a command on its way to a model: made fit to read, secrets
 * struck out, in the order of the bytes and before anything is cut, so that
 * no cut can leave half a secret; then both ends are kept, and all of it in a
 * file inside that the model can read, where it is too long to be told.
 */
#ifndef SRC_AGENT_OUTFLOW_H
#define SRC_AGENT_OUTFLOW_H

#include "src/agent/clean.h"
#include "src/agent/redact.h"
#include "src/agent/testlog.h"
#include "src/agent/tool.h"
#include "src/agent/truncate.h"

#define OUTFLOW_FILE_MAX (4u << 20) /* bytes of one file */
#define OUTFLOW_FILES	 4	    /* that are kept; older ones go */
#define OUTFLOW_PATH_MAX 40

struct outflow {
	struct tool_env *env;
	struct testlog_reader *log; /* gets all of it; or NULL */
	struct clean clean;
	struct redact redact;
	uint64_t total;		  /* bytes, as they are told */
	struct text head;	  /* TRUNCATE_HEAD at most */
	char tail[TRUNCATE_TAIL]; /* a ring */
	size_t tail_len, tail_at;
	char path[OUTFLOW_PATH_MAX]; /* of the file; "": none yet */
	int fd;
	uint64_t written;
	bool full; /* the file is not to have more */
};

void outflow_begin(
    struct outflow *o, struct tool_env *env, struct testlog_reader *log);
/* The next bytes; arg is the struct outflow. */
void outflow_add(void *arg, const char *data, size_t len);
/* Appends what a model is told of it, nothing if nothing came; whether it is
   cut. */
bool outflow_end(struct outflow *o, struct text *out);
/* For who does not want to know. */
void outflow_free(struct outflow *o);

#endif
