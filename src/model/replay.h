/* SPDX-License-Identifier: ISC */
/*
 * A recorded transcript in the place of a model: it answers what was answered
 * then, to the same requests, and to no other.
 */
#ifndef SRC_MODEL_REPLAY_H
#define SRC_MODEL_REPLAY_H

#include "src/model/model.h"

struct replay;

struct replay *replay_open(const char *path, struct err *e) MUST_CHECK;
/*
 * The next turn; ERR_REPLAY if the request is not the recorded one (turn,
 * place and both values in the text), or if the record is at its end.
 */
int replay_turn(struct replay *p, const struct model_request *q,
    const struct model_sink *sink, const volatile sig_atomic_t *stop,
    struct model_response *r, struct err *e) MUST_CHECK;
void replay_close(struct replay *p);
/* The model that was recorded. */
const char *replay_model(const struct replay *p);

#endif
