/* SPDX-License-Identifier: ISC */
/*
 * Writing a transcript, each turn durable before it is acted on.
 */
#ifndef SRC_MODEL_RECORD_H
#define SRC_MODEL_RECORD_H

#include "src/model/keys.h"
#include "src/model/model.h"

struct record;

/*
 * Makes the file, or empties one that is a transcript already or is empty;
 * any other is left alone, and an error.
 */
struct record *record_open(const char *path, const char *provider,
    const char *model, struct err *e) MUST_CHECK;
/* Keys are struck out. After a failure the file ends with the turn before. */
int record_turn(struct record *r, const struct model_request *q,
    const struct model_response *a, const struct keys *k,
    struct err *e) MUST_CHECK;
void record_close(struct record *r);

#endif
