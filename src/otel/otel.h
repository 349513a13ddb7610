/* SPDX-License-Identifier: ISC */
/*
 * A run told to a collector of OpenTelemetry: traces and metrics as OTLP over
 * HTTP, in JSON, with the names of its GenAI conventions.
 *
 * A process of its own does it, fed over a socket that never blocks: a
 * collector that is slow or gone costs the run nothing but what it is not
 * told. What was said and done is left out unless it is asked for.
 *
 * Environment, as OpenTelemetry names it: OTEL_EXPORTER_OTLP_ENDPOINT (none:
 * nothing is done), ..._TRACES_ENDPOINT, ..._METRICS_ENDPOINT, ..._HEADERS,
 * ..._TIMEOUT (ms), OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES,
 * OTEL_SDK_DISABLED, OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT.
 */
#ifndef SRC_OTEL_OTEL_H
#define SRC_OTEL_OTEL_H

#include <stdint.h>
#include "jail/base/err.h"

struct otel;

/*
 * *out is NULL where nothing is configured. ERR_USAGE if it is, and is wrong.
 * Takes the headers out of the environment: they may hold a key.
 */
int otel_open(struct otel **out, struct err *e) MUST_CHECK;
/* An event of the run (src/agent/events.h), as its line. o may be NULL. */
void otel_feed(struct otel *o, const char *line, size_t len);
/*
 * That was all. Waits for at most wait_ms until it is sent; returns how many
 * events were not told. o may be NULL.
 */
uint64_t otel_close(struct otel *o, unsigned wait_ms);

#endif
