/* SPDX-License-Identifier: ISC */
/*
 * The stream of OpenAI's Responses, into an answer.
 */
#ifndef SRC_MODEL_RESPONSES_H
#define SRC_MODEL_RESPONSES_H

#include "src/model/dialect.h"

void *responses_begin(void);
int responses_event(void *parser, struct answer *a, const char *data,
    size_t len, struct err *e) MUST_CHECK;
int responses_finish(void *parser, struct answer *a, struct err *e) MUST_CHECK;
void responses_end(void *parser);

#endif
