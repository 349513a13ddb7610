/* SPDX-License-Identifier: ISC */
/*
 * Ports inside that the host's loopback reaches: who comes is accepted here,
 * and handed to the broker with a socket that was made inside.
 */
#ifndef SRC_BOX_PUBLISH_H
#define SRC_BOX_PUBLISH_H

#include <stdint.h>
#include "jail/base/err.h"

#define PUBLISH_MAX 16

struct box;

struct publish {
	int poll; /* epoll of the broker's channel and all listeners; or -1 */
	unsigned n;
	struct {
		int fd;
		uint16_t inside;
	} port[PUBLISH_MAX];
};

/* What publish_end() may be called on. */
#define PUBLISH_NONE       \
	(struct publish)   \
	{                  \
		.poll = -1 \
	}

/* chan: what else poll shall tell of. */
int publish_begin(struct publish *p, int chan, struct err *e) MUST_CHECK;
void publish_end(struct publish *p);
/* Listens on the host's loopback; see box_publish(). */
int publish_add(struct publish *p, uint16_t inside, uint16_t host,
    uint16_t *bound, struct err *e) MUST_CHECK;
/* Accepts who has come. */
int publish_turn(struct publish *p, struct box *b, struct err *e) MUST_CHECK;

#endif
