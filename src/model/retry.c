// SPDX-License-Identifier: ISC
// When a request is worth another try, and how long to wait before it.
#include <stddef.h>
#include <string.h>
#include <strings.h>
#include <curl/curl.h>
#include "src/model/retry.h"

bool
retry_status(long status, const char *should_retry)
{
	if (strcasecmp(should_retry, "true") == 0)
		return true;
	if (strcasecmp(should_retry, "false") == 0)
		return false;
	return status == 408 || status == 409 || status == 429 || status >= 500;
}

/*
 * A decimal number times a power of ten, in whole units; -1 if it is not one.
 * strtod would read it by the locale.
 */
static int64_t
decimal(const char *s, int64_t unit)
{
	int64_t v = 0, most = INT64_MAX / 100;
	bool digits = false;

	for (; *s >= '0' && *s <= '9'; s++) {
		v = v < most / 10 ? v * 10 + (*s - '0') : most / 10;
		digits = true;
	}
	v = v < most / unit ? v * unit : most;
	if (*s == '.')
		for (s++; *s >= '0' && *s <= '9'; s++) {
			unit /= 10;
			v += unit * (*s - '0');
			digits = true;
		}
	return digits && *s == '\0' ? v : -1;
}

int64_t
retry_asked_ms(const char *after_ms, const char *after, time_t now)
{
	int64_t v = decimal(after_ms, 1);
	time_t when;

	if (v >= 0)
		return v;
	v = decimal(after, 1000);
	if (v >= 0)
		return v;
	// Three letters at least: curl_getdate reads a bare number as a date.
	if (strspn(after, "0123456789.-+ ") == strlen(after))
		return -1;
	when = curl_getdate(after, NULL);
	if (when == -1)
		return -1;
	return when > now ? (int64_t)(when - now) * 1000 : 0;
}

uint64_t
retry_wait_ms(uint32_t n, int64_t asked_ms, uint32_t dice)
{
	uint64_t own = RETRY_MOST_MS;

	if (n < 4)
		own = (uint64_t)RETRY_FIRST_MS << n;
	own -= own * (dice < 1000 ? dice : 1000) / 4000;
	return asked_ms > 0 && (uint64_t)asked_ms > own ? (uint64_t)asked_ms
							: own;
}
