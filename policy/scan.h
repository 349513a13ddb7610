/* SPDX-License-Identifier: ISC */
/*
 * Text to checked value, and back. Input is s[0..len), no terminator needed.
 *
 * A scanner returns 0 and its value; or -1, leaves the value alone and sets
 * *why to a constant phrase that follows the text in a message:
 * `"10" has no unit: add ms, s, m or h, as in 10s`.
 */
#ifndef POLICY_SCAN_H
#define POLICY_SCAN_H

#include <stddef.h>
#include <stdint.h>
#include "policy/spec.h"

#define SCAN_CHECK	__attribute__((warn_unused_result))
#define SCAN_FORMAT_MAX 24  /* bytes scan_format() fills at most */
#define SCAN_NAME_MAX	255 /* bytes of an environment name */

/* 128 */
int
scan_count(const char *s, size_t len, uint64_t *v, const char **why) SCAN_CHECK;
/* 512, 64K, 1M, 2G, 3T: bytes, powers of 1024. */
int
scan_size(const char *s, size_t len, uint64_t *v, const char **why) SCAN_CHECK;
/* 300ms, 10s, 5m, 1h: to milliseconds. A bare number is refused. */
int scan_duration(
    const char *s, size_t len, uint64_t *v, const char **why) SCAN_CHECK;
/* 50%, 150%: of one core. A bare number is refused. */
int scan_percent(
    const char *s, size_t len, uint64_t *v, const char **why) SCAN_CHECK;
/* 64K/s, 10M/s: bytes a second. A bare number is refused. */
int
scan_rate(const char *s, size_t len, uint64_t *v, const char **why) SCAN_CHECK;
/* 2, 0.50, 12.25: dollars, to millionths of one. */
int
scan_money(const char *s, size_t len, uint64_t *v, const char **why) SCAN_CHECK;
/* One of these by its unit; "none" is 0. */
int scan_value(enum spec_unit unit, const char *s, size_t len, uint64_t *v,
    const char **why) SCAN_CHECK;
/* A clean absolute path (policy/paths.h), copied to buf with terminator. */
int scan_path(const char *s, size_t len, char *buf, size_t size,
    const char **why) SCAN_CHECK;
/* A name of a variable: letters, digits, _; no digit first. */
int scan_env_name(const char *s, size_t len, const char **why) SCAN_CHECK;
/* NAME=VALUE, any VALUE without NUL; *name_len is where the = stands. */
int scan_env(
    const char *s, size_t len, size_t *name_len, const char **why) SCAN_CHECK;

/*
 * The reverse of scan_value(), exact, in the greatest unit that divides it:
 * "2G", "1500ms", "none" for 0.
 */
void scan_format(enum spec_unit unit, uint64_t v, char buf[SCAN_FORMAT_MAX]);

#endif
