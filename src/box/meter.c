// SPDX-License-Identifier: ISC
// Output counted: a bucket for the rate, sums for the totals.
#include <string.h>
#include "jail/base/clock.h"
#include "src/box/meter.h"

enum {
	BURST_MS = 50, // of output at the rate that may come at once
};

// What may be saved up: a burst, but a byte at least.
static uint64_t
credit_max(uint64_t rate)
{
	uint64_t byte_us = (1000000 + rate - 1) / rate;

	return byte_us > BURST_MS * 1000 ? byte_us : BURST_MS * 1000;
}

void
meter_start(struct meter *m, struct box *b)
{
	memset(m, 0, sizeof(*m));
	m->b = b;
	m->most = box_limit(b, LIMIT_OUTPUT);
	m->rate = box_limit(b, LIMIT_OUTPUT_RATE);
	m->filled_us = clock_us();
	m->credit_us = m->rate != 0 ? credit_max(m->rate) : 0;
	m->hit = -1;
}

size_t
meter_room(struct meter *m, size_t size, int *wait_ms)
{
	uint64_t now, room;

	*wait_ms = -1;
	if (m->rate == 0)
		return size;
	now = clock_us();
	m->credit_us += now - m->filled_us;
	m->filled_us = now;
	if (m->credit_us > credit_max(m->rate))
		m->credit_us = credit_max(m->rate);
	// Credit is a second at most: no product overflows below 16 TiB/s.
	room = m->rate / 1000000 * m->credit_us +
	       m->rate % 1000000 * m->credit_us / 1000000;
	// A few large pieces, not many small ones.
	if (room < size && m->credit_us < credit_max(m->rate) / 2)
		room = 0;
	if (room == 0)
		*wait_ms = (int)(credit_max(m->rate) / 2000) + 1;
	return room < size ? (size_t)room : size;
}

uint64_t
meter_left(const struct meter *m)
{
	uint64_t session = box_limit(m->b, LIMIT_SESSION_OUTPUT);
	uint64_t all = box_count_output(m->b, 0), left = UINT64_MAX;

	if (m->most != 0)
		left = m->total < m->most ? m->most - m->total : 0;
	if (session != 0 && (all >= session || session - all < left))
		left = all < session ? session - all : 0;
	return left;
}

// Rounded up: pieces too small to cost anything would be free.
static void
spend(struct meter *m, size_t n)
{
	uint64_t cost;

	if (m->rate == 0)
		return;
	cost = (n * UINT64_C(1000000) + m->rate - 1) / m->rate;
	m->credit_us -= cost < m->credit_us ? cost : m->credit_us;
}

bool
meter_count(struct meter *m, size_t n)
{
	uint64_t all = box_count_output(m->b, n);
	uint64_t session = box_limit(m->b, LIMIT_SESSION_OUTPUT);

	m->total += n;
	spend(m, n);
	if (m->hit >= 0)
		return false;
	if (m->most != 0 && m->total > m->most)
		m->hit = LIMIT_OUTPUT;
	else if (session != 0 && all > session)
		m->hit = LIMIT_SESSION_OUTPUT;
	return m->hit >= 0;
}
