/* SPDX-License-Identifier: ISC */
/*
 * The stream of OpenAI's Chat Completions, into an answer.
 */
#ifndef SRC_MODEL_OPENAI_H
#define SRC_MODEL_OPENAI_H

#include "src/model/dialect.h"

void *openai_begin(void);
int openai_event(void *parser, struct answer *a, const char *data, size_t len,
    struct err *e) MUST_CHECK;
int openai_finish(void *parser, struct answer *a, struct err *e) MUST_CHECK;
void openai_end(void *parser);

#endif
