#!/bin/sh
# SPDX-License-Identifier: ISC
# A collector of OpenTelemetry is told of a run, without what was said, and
# one that does not answer costs the run nothing.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/integration/agent_lib.sh
. "${top_srcdir:?}/tests/integration/agent_lib.sh"

agent_begin
on_exit collector_end
collector=

collector_end() {
	[ -z "$collector" ] || kill "$collector" 2>/dev/null
	collector=
}

# collect [MODE]: a collector at $AT, what it gets in $TOLD.
collect() {
	collector_end
	TOLD=$T/told
	rm -f "$TOLD" "$T/collector-port"
	: >"$TOLD"
	/usr/bin/python3 "$top_srcdir/tests/lib/collector.py" "$TOLD" "$@" \
		>"$T/collector-port" 2>"$T/collector.err" &
	collector=$!
	within 10 test -s "$T/collector-port" || bail "no collector"
	AT=http://127.0.0.1:$(cat "$T/collector-port")
}

# mend VARIABLE=VALUE...: a run of three turns, told to whom these say.
mend() {
	agent_project
	agent_serve "$LOOK" "$WRONG" "$RIGHT" "$DONE"
	as env ANTHROPIC_API_KEY="$KEY" "$@" timeout --foreground -s KILL 60 \
		"$STOCKADE" agent -C "$W" --session-dir "$S" --test \
		"$TEST_COMMAND" --provider anthropic --model test-model \
		--base-url "$URL" "Mend add." >"$OUT" 2>"$ERR"
}

# told EXPRESSION: Python on requests r, spans s (by name) and attributes a().
told() {
	/usr/bin/python3 -c 'import json, sys
r = [json.loads(line) for line in open(sys.argv[1])]
l = [x for q in r if q["path"].endswith("traces") and q["status"] == 200
	for t in q["body"]["resourceSpans"] for c in t["scopeSpans"]
	for x in c["spans"]]
s = {}
for x in l:
	s.setdefault(x["name"], []).append(x)
def a(x):
	return {k["key"]: list(k["value"].values())[0] for k in x["attributes"]}
m = [x for q in r if q["path"].endswith("metrics") and q["status"] == 200
	for t in q["body"]["resourceMetrics"] for c in t["scopeMetrics"]
	for x in c["metrics"]]
print(eval(" ".join(sys.argv[2].split())))' "$TOLD" "$1"
}

well() {
	collect
	check_status "told, it is green" 0 mend \
		OTEL_EXPORTER_OTLP_ENDPOINT="$AT/" OTEL_SERVICE_NAME=mine \
		OTEL_RESOURCE_ATTRIBUTES='team=a%20b' \
		OTEL_EXPORTER_OTLP_HEADERS="x-token=secret-$KEY"
	check_output "one span for the run" 1 \
		told 'len(s["invoke_agent stockade"])'
	check_output "all others are its children, in one trace" True told \
		'all(x["parentSpanId"] == s["invoke_agent stockade"][0]["spanId"]
		for x in l if not x["name"].startswith("invoke")) and
		len({x["traceId"] for x in l}) == 1 and
		len({x["spanId"] for x in l}) == len(l)'
	check_output "one for each request" 4 told 'len(s["chat test-model"])'
	check_output "with tokens, by the names of the conventions" True told \
		'all(int(a(x)["gen_ai.usage.input_tokens"]) > 0 and
		a(x)["gen_ai.provider.name"] == "anthropic" and
		a(x)["gen_ai.operation.name"] == "chat"
		for x in s["chat test-model"])'
	check_output "one for each tool" "1 1 2" told '" ".join(str(len(
		s["execute_tool " + n])) for n in
		("read_file", "bash", "edit_file"))'
	check_output "and for the tests" True told 'len(s["run_tests"]) >= 3'
	check_output "none ends before it begins" True told \
		'all(0 < int(x["startTimeUnixNano"]) <= int(x["endTimeUnixNano"])
		for x in l)'
	check_output "the resource is who the user says" "mine a b" told \
		'" ".join(v["value"]["stringValue"] for v in r[0]["body"]
		["resourceSpans"][0]["resource"]["attributes"]
		if v["key"] in ("service.name", "team"))'
	check_output "the metrics count each request" "4 4 4" told \
		'" ".join(p["count"] for x in m for p in
		x["histogram"]["dataPoints"])'
	check_output "and their buckets add up" True told \
		'all(sum(map(int, p["bucketCounts"])) == int(p["count"]) and
		len(p["bucketCounts"]) == len(p["explicitBounds"]) + 1
		for x in m for p in x["histogram"]["dataPoints"])'
	check_output "the header is sent" "secret-$KEY" told \
		'r[0]["headers"]["x-token"]'
	check_fails "nothing that was said or done is told" \
		grep -Eq 'Let me look|environ|Mend add|It adds now' "$TOLD"
	check_fails "nor the key of the collector to anybody else" \
		grep -rq "secret-$KEY" "$S" "$LOG" "$W" "$OUT" "$ERR"
}

content() {
	collect busy
	check_status "asked to, it tells more" 0 mend \
		OTEL_EXPORTER_OTLP_ENDPOINT="$AT" \
		OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true
	check_output "a collector that is busy is asked again" "503 200" told \
		'" ".join(str(q["status"]) for q in r
		if q["path"].endswith("traces"))[:7]'
	check "the arguments of a call" grep -q 'cat /proc' "$TOLD"
	check "and what was said" grep -q 'Let me look' "$TOLD"
	check_fails "but no key" grep -q "$KEY" "$TOLD"
}

deaf() {
	collect deaf
	began=$(date +%s)
	check_status "a deaf collector is waited for a moment, no more" 0 mend \
		OTEL_EXPORTER_OTLP_ENDPOINT="$AT" \
		OTEL_EXPORTER_OTLP_TIMEOUT=2000
	check "and not while the run goes on" \
		[ $(($(date +%s) - began)) -lt 30 ]
	check_status "nor does one that is not there matter" 0 mend \
		OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:9
	check_status "disabled is not told" 0 mend OTEL_SDK_DISABLED=true \
		OTEL_EXPORTER_OTLP_ENDPOINT="$AT"
	check_status "what is no address is an error" 2 mend \
		OTEL_EXPORTER_OTLP_ENDPOINT=localhost:4318
	check "that names the variable and the mend" grep -q \
		'OTEL_EXPORTER_OTLP_ENDPOINT=localhost:4318: .*http://' "$ERR"
	check_status "so is a header without a value" 2 mend \
		OTEL_EXPORTER_OTLP_ENDPOINT="$AT" \
		OTEL_EXPORTER_OTLP_HEADERS=token
	check_status "and a time-out that is none" 2 mend \
		OTEL_EXPORTER_OTLP_ENDPOINT="$AT" OTEL_EXPORTER_OTLP_TIMEOUT=5s
}

# A run that is killed tells its end all the same, and nothing of it stays.
killed() {
	collect
	agent_project
	agent_serve "$LOOK" '{"hang":true}'
	as env ANTHROPIC_API_KEY="$KEY" OTEL_EXPORTER_OTLP_ENDPOINT="$AT" \
		"$STOCKADE" agent -C "$W" --session-dir "$S" --test \
		"$TEST_COMMAND" --provider anthropic --model test-model \
		--base-url "$URL" "Mend add." >"$OUT" 2>"$ERR" &
	pid=$!
	within 20 grep -q 'turn 2' "$ERR"
	# The first one: who tells has the same command line.
	kill -9 "$(marked "$S" | sort -n | head -n 1)"
	wait "$pid" 2>/dev/null
	within 10 grep -q invoke_agent "$TOLD"
	check_output "killed, what it did is told, as a failure" 2 told \
		's["invoke_agent stockade"][0]["status"]["code"]'
	check "and who told it is gone" within 15 none_marked "$S"
}

all() {
	well
	content
	deaf
	killed
}

# Where a run was begun makes no difference to who is told.
STOCKADE_WAYS="root rootless" run_ways all
test_end
