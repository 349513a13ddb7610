/* SPDX-License-Identifier: ISC */
/*
 * The known word that was likely meant: for "did you mean" in messages.
 */
#ifndef POLICY_NEAREST_H
#define POLICY_NEAREST_H

#include <stddef.h>

/* Edits from s[0..len) to word: insert, delete, change, swap neighbours. */
size_t nearest_distance(const char *s, size_t len, const char *word);
/*
 * The nearest to s[0..len) of n words (a NULL among them is skipped), the
 * first of equals; NULL if none is near enough to be worth a question.
 */
const char *
nearest_word(const char *s, size_t len, const char *const *words, size_t n);

#endif
