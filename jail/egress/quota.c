// SPDX-License-Identifier: ISC
// How much may pass.
#include "jail/egress/quota.h"

enum {
	BURST_MS = 100, // of the rate, that may come at once
	BURST_MIN = 16384,
};

void
quota_limits(struct quota *q, const struct egress_policy *p)
{
	q->connections = p->limit[LIMIT_NET_CONNECTIONS];
	if (q->connections == 0)
		q->connections = UINT64_MAX;
	q->names = p->limit[LIMIT_NET_NAMES];
	if (q->names == 0)
		q->names = UINT64_MAX;
	q->most[QUOTA_UP] = p->limit[LIMIT_NET_UP];
	q->most[QUOTA_DOWN] = p->limit[LIMIT_NET_DOWN];
	q->rate = p->limit[LIMIT_NET_RATE];
}

bool
quota_spent(const struct quota *q, enum quota_way way)
{
	return q->most[way] != 0 && *q->count[way] >= q->most[way];
}

static void
fill(struct quota *q, uint64_t now_ms)
{
	uint64_t passed = now_ms - q->filled_ms;
	uint64_t most = q->rate / (1000 / BURST_MS);

	if (most < BURST_MIN)
		most = BURST_MIN;
	// What is below a byte is not lost: it is counted the next time.
	if (passed > 1000) {
		q->tokens = most;
		q->filled_ms = now_ms;
	} else if (q->rate * passed / 1000 > 0) {
		q->tokens += q->rate * passed / 1000;
		q->filled_ms = now_ms;
	}
	if (q->tokens > most)
		q->tokens = most;
}

size_t
quota_room(struct quota *q, enum quota_way way, size_t size, uint64_t now_ms)
{
	uint64_t left;

	if (q->most[way] != 0) {
		left = quota_spent(q, way) ? 0 : q->most[way] - *q->count[way];
		if (left < size)
			size = (size_t)left;
	}
	if (q->rate == 0)
		return size;
	fill(q, now_ms);
	return q->tokens < size ? (size_t)q->tokens : size;
}

void
quota_count(struct quota *q, enum quota_way way, size_t n)
{
	*q->count[way] += n;
	if (q->rate != 0)
		q->tokens -= q->tokens < n ? q->tokens : n;
}
