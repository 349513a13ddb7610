// SPDX-License-Identifier: ISC
// Follows the chain of hashes through a file of the broker's records.
#include <inttypes.h>
#include <sha2.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "jail/base/fd.h"
#include "src/egress/chain.h"
#include "src/egress/read.h"

struct walk {
	struct chain *c;
	char prev[2 * CHAIN_HASH + 1]; // of the last record's line
	uint64_t record_line;	       // where that is
	uint64_t seq;
	bool in_piece;
	SHA2_CTX piece; // of what is torn, since that line
};

static void
hex(SHA2_CTX *x, char out[2 * CHAIN_HASH + 1])
{
	uint8_t sum[CHAIN_HASH];
	size_t i;

	SHA256Final(sum, x);
	for (i = 0; i < CHAIN_HASH; i++)
		snprintf(out + 2 * i, 3, "%02x", sum[i]);
}

__attribute__((format(printf, 2, 3))) static int
fault(struct walk *w, const char *fmt, ...)
{
	va_list ap;

	w->c->fault = w->c->lines;
	va_start(ap, fmt);
	vsnprintf(w->c->why, sizeof(w->c->why), fmt, ap);
	va_end(ap);
	return -1;
}

static void
take_piece(struct walk *w, const char *line, size_t n)
{
	if (!w->in_piece)
		SHA256Init(&w->piece);
	w->in_piece = true;
	SHA256Update(&w->piece, (const uint8_t *)line, n);
	w->c->pieces++;
}

// What is torn must be told by the record that comes after it.
static int
check_repair(struct walk *w, struct json_object *o)
{
	bool repair = strcmp(read_text(o, "event"), "repair") == 0;
	char sum[2 * CHAIN_HASH + 1];

	if (!w->in_piece)
		return repair ? fault(w, "it tells of a torn line that is not "
					 "there any more")
			      : 0;
	w->in_piece = false;
	hex(&w->piece, sum);
	if (!repair)
		return fault(w, "the lines before it are no records, and it "
				"does not tell why");
	if (strcmp(read_text(o, "torn"), sum) != 0)
		return fault(w, "the torn line before it was changed");
	return 0;
}

static int
check(struct walk *w, struct json_object *o, const char *line, size_t n)
{
	uint64_t seq = read_number(o, "seq");
	SHA2_CTX x;

	if (strcmp(read_text(o, "prev"), w->prev) != 0)
		return w->record_line == 0
			   ? fault(w, "something was there before it")
			   : fault(w,
				 "line %" PRIu64 " before it was changed, or "
				 "lines between them were taken away or put in",
				 w->record_line);
	if (seq != w->seq + 1)
		return fault(w, "its number is %" PRIu64 ", after %" PRIu64,
		    seq, w->seq);
	if (check_repair(w, o) != 0)
		return -1;
	if (strcmp(read_text(o, "event"), "lost") == 0)
		w->c->lost += read_number(o, "count");
	SHA256Init(&x);
	SHA256Update(&x, (const uint8_t *)line, n);
	hex(&x, w->prev);
	w->seq = seq;
	w->record_line = w->c->lines;
	w->c->records++;
	return 0;
}

int
chain_verify(FILE *f, struct chain *c)
{
	struct walk w = {.c = c};
	autofree char *line = NULL;
	size_t size = 0;
	ssize_t n;
	int rc = 0;

	memset(c, 0, sizeof(*c));
	memset(w.prev, '0', sizeof(w.prev) - 1);
	while (rc == 0 && (n = getline(&line, &size, f)) > 0) {
		struct json_object *o = read_record(line, (size_t)n);

		c->lines++;
		if (o == NULL)
			take_piece(&w, line, (size_t)n);
		else
			rc = check(&w, o, line, (size_t)n);
		json_object_put(o);
	}
	c->torn_end = rc == 0 && w.in_piece;
	memcpy(c->last, w.prev, sizeof(c->last));
	return rc;
}
