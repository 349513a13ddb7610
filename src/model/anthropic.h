/* SPDX-License-Identifier: ISC */
/*
 * The stream of Anthropic's Messages, into an answer.
 */
#ifndef SRC_MODEL_ANTHROPIC_H
#define SRC_MODEL_ANTHROPIC_H

#include "src/model/dialect.h"

void *anthropic_begin(void);
int anthropic_event(void *parser, struct answer *a, const char *data,
    size_t len, struct err *e) MUST_CHECK;
int anthropic_finish(void *parser, struct answer *a, struct err *e) MUST_CHECK;
void anthropic_end(void *parser);

#endif
