/* SPDX-License-Identifier: ISC */
/*
 * What models cost and hold: a dated table, over which users put their own.
 *
 *   {"stockade_prices":1,"date":"2025-11-30","models":{
 *     "NAME":{"input":3,"output":15,"cache_read":0.3,"cache_write":3.75,
 *             "context_window":200000,"max_output_tokens":64000,
 *             "long":{"above":200000,"input":6,"output":22.5,...}}}}
 *
 * in US dollars for a million tokens. cache_read and cache_write are as input
 * where they are missing; `long` is of requests whose input is above so many
 * tokens. An entry may have the window alone: then its price is not known.
 */
#ifndef SRC_MODEL_PRICES_H
#define SRC_MODEL_PRICES_H

#include <stdbool.h>
#include <stddef.h>
#include "jail/base/err.h"
#include "src/model/usage.h"

struct prices;

/* Millionths of a dollar for a million tokens. */
struct price_rate {
	uint64_t input, output, cache_read, cache_write;
};

struct price {
	bool known; /* rates are */
	struct price_rate usual, far;
	uint64_t far_above;	    /* tokens of input; 0: no such rate */
	uint64_t context_window;    /* tokens, of input and output; 0: ? */
	uint64_t max_output_tokens; /* of one answer; 0: ? */
};

/*
 * The table that is shipped, with what these files say over it: an entry
 * replaces one of the same name. Paths that are NULL are passed over. A file
 * that is not there, or not for us to read, is an error if `must` says so of
 * it (bit 0: the first).
 */
struct prices *prices_open(const char *const *paths, size_t n, unsigned must,
    struct err *e) MUST_CHECK;
/* Where the shipped table is installed. */
const char *prices_installed(void);
void prices_close(struct prices *p);
/*
 * Finds a model by its name: as it stands, without a vendor in front
 * ("vendor/name"), a date, "-latest" or a variant behind it (":free"), and
 * with '.' as good as '-'. False, and *price zero: the table has it not.
 */
bool
prices_find(const struct prices *p, const char *model, struct price *price);
/* The date of the newest table read. */
const char *prices_date(const struct prices *p);
/* What usage costs, in millionths of a dollar, rounded up. */
uint64_t price_cost(const struct price *price, const struct model_usage *u);

#endif
