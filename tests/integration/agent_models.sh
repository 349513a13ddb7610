#!/bin/sh
# SPDX-License-Identifier: ISC
# Which model the agent asks, what that costs, when money ends a run, and how
# its wire is looked at.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/integration/agent_lib.sh
. "${top_srcdir:?}/tests/integration/agent_lib.sh"

agent_begin
PROTOCOL=anthropic
# A dollar a token: nobody pays that, and it is easy to add up.
PRICES='{"stockade_prices":1,"models":{"test-model":{"input":1000000,
 "output":1000000,"context_window":4096}}}'

cost() {
	printf '%s\n' "$PRICES" >"$T/prices.json"
	agent_project
	agent_serve "$WRONG" '{"status":500}' "$RIGHT" "$DONE"
	check_status "with a price" 0 agent_asks --prices "$T/prices.json"
	check_equal "each request has its cost, their sum is the run's" \
		"110.0 330.0" "$(events "$(session)" \
		'" ".join([str(e["cost_usd"]) for e in o if "cost_usd" in e and
		e["type"] in ("response", "end")][::3])')"
	check "the summary tells it" grep -q '^  cost: 330.00 dollars$' "$ERR"
	agent_project
	agent_serve "$WRONG" "$RIGHT" "$DONE"
	check_status "a budget of money ends it" 7 agent_asks \
		--prices "$T/prices.json" --max-cost 100
	check "which is told" grep -q 'budget of money is spent' "$ERR"
	check_equal "no answer is asked for that would pass it" True \
		"$(events "$LOG" '[r["body"]["max_tokens"] for r in o] == [500]')"
	agent_project
	agent_serve '{"text":"half","stall_after":400}'
	check_status "time is up amid an answer" 8 agent_asks \
		--prices "$T/prices.json" --max-time 1s
	check_equal "what was asked for is paid for" True \
		"$(events "$(session)" 'o[-1]["cost_usd"] >= 100')"
}

unknown() {
	agent_project
	agent_serve "$WRONG" "$RIGHT" "$DONE"
	check_status "without a price" 0 agent_asks
	check_equal "that is said once" 1 \
		"$(grep -c 'no price of test-model is known' "$ERR")"
	check_equal "and no cost is told" True "$(events "$(session)" \
		'(all("cost_usd" not in e for e in o) and
		o[-1]["tokens_without_price"] == 330)')"
	check_status "no budget of money can be kept then" 2 \
		agent_asks --max-cost 1
	check "which is told" grep -q 'name it in a file for --prices' "$ERR"
	check_equal "and nothing was asked" 3 "$(wc -l <"$LOG")"
	check_status "a wrong table" 2 agent_asks --prices "$W/test.sh"
	check "is named" grep -q 'test.sh: it is no table of prices' "$ERR"
}

# asks_by ENVIRONMENT [OPTION...]: without --provider and --model.
asks_by() {
	BOX_ENV=$1
	shift
	agent --base-url "$URL/v1" "$@"
	set -- $?
	BOX_ENV=
	return "$1"
}

# The path and the model of the first request.
asked() {
	events "$LOG" 'o[0]["path"] + " " + o[0]["body"]["model"]'
}

# A server of one's own, which needs no key.
chosen() {
	printf 'provider openai\nmodel from-policy\n' >"$T/model.policy"
	agent_project
	agent_serve "$WRONG" "$RIGHT" "$DONE"
	check_status "a policy names the model" 0 \
		asks_by "" --policy "$T/model.policy" --max-cost 1
	check_equal "and it is asked" "/v1/chat/completions from-policy" \
		"$(asked)"
	check "a server without a key costs nothing" \
		grep -q '^  cost: 0.00 dollars$' "$ERR"
	check_fails "and gets none" grep -q -i '"authorization"' "$LOG"
	agent_project
	agent_serve "$WRONG" "$RIGHT" "$DONE"
	check_status "the environment goes before it" 0 \
		asks_by STOCKADE_MODEL=from-env --policy "$T/model.policy"
	check_equal "and it is asked" "/v1/chat/completions from-env" \
		"$(asked)"
	agent_project
	agent_serve "$WRONG" "$RIGHT" "$DONE"
	check_status "an option before both" 0 asks_by \
		STOCKADE_MODEL=from-env --policy "$T/model.policy" -m option
	check_equal "and it is asked" "/v1/chat/completions option" \
		"$(asked)"
	check_status "no such provider" 2 asks_by STOCKADE_PROVIDER=gpt
	check "is told" grep -q 'STOCKADE_PROVIDER=gpt: it is' "$ERR"
}

wire() {
	agent_project
	new_dir "wire-$WAY"
	agent_serve "$WRONG" "$RIGHT" "$DONE"
	check_status "--debug wire" 0 agent_asks --debug wire
	check "the request is shown" grep -q '^> POST /v1/messages' "$ERR"
	check "and its body" grep -q '^> {"model":"test-model",' "$ERR"
	check "and the answer" grep -q '^< data: {"type":"message_st' "$ERR"
	check "control: the key was sent" grep -q "$KEY" "$LOG"
	check_fails "but is not shown" grep -q "$KEY" "$ERR"
	agent_project
	agent_serve "$WRONG" "$RIGHT" "$DONE"
	check_status "--debug wire:FILE" 0 \
		agent_asks --debug "wire:$T/wire-$WAY/log"
	check "the file has it" grep -q '^> POST' "$T/wire-$WAY/log"
	check_fails "the screen has not" grep -q '^> POST' "$ERR"
	check_fails "nor has it the key" grep -q "$KEY" "$T/wire-$WAY/log"
	check_equal "it is its owner's" 600 \
		"$(stat -c %a "$T/wire-$WAY/log")"
}

all() {
	cost
	unknown
	chosen
	wire
}

run_ways all
test_end
