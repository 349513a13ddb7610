#!/bin/sh
# SPDX-License-Identifier: ISC
# stockade policy: a policy and what it includes is checked, each rule is shown
# with its origin, and questions are answered by the rule that decides.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin
HOME=$T/home
XDG_CONFIG_HOME=$T/config
export HOME XDG_CONFIG_HOME
mkdir -p "$HOME" "$XDG_CONFIG_HOME/stockade/presets"
unset PIP_INDEX_URL

policy() {
	"$STOCKADE" policy "$@"
}

# Each line with its blanks made one.
explained() {
	policy explain --ceiling "$T/open" "$@" | tr -s ' '
}

echo 'net open private' >"$T/open"
cat >"$T/p" <<-'END'
	net allow a.example
	include more
	include preset:mine
	net deny *.a.example
	expect deny net x.a.example:443
END
echo 'net allow host:5432' >"$T/more"
echo 'net allow mine.example:443 raw' \
	>"$XDG_CONFIG_HOME/stockade/presets/mine"

check "a right policy is right" policy check "$T/p"
check_output "and nothing is said" "" policy check "$T/p"
check_output "rules and their origins" \
"net allow a.example # $T/p:1
net deny *.a.example # $T/p:4
net allow host:5432 # $T/more:1
net allow mine.example:443 raw # preset:mine ($XDG_CONFIG_HOME/\
stockade/presets/mine:1)
# $T/open must allow it, too" explained "$T/p"
answers() {
	explained "$T/p" net a.example:443 net x.a.example:22 \
		net b.example:443 net mine.example:443 net host:5432 |
		grep -v '^#\|^net '
}
check_output "answers" \
"a.example:443: allow: net allow a.example # $T/p:1
x.a.example:22: deny: net deny *.a.example # $T/p:4
b.example:443: deny: no rule allows it
mine.example:443: allow raw: net allow mine.example:443 raw # preset:mine ($XDG_CONFIG_HOME/stockade/presets/mine:1)
host:5432: deny: the administrator's ceiling does not allow it, $T/open" \
	answers
check_output "a rule of the command line, and no file" \
"net ask * # --net
# $T/open must allow it, too
x.example:1: ask: net ask * # --net" \
	explained --net 'ask=*' net x.example:1
check_output "no rule at all" "# no net rule: a sandbox has no network" \
	policy explain --ceiling /dev/null /dev/null

cat >"$T/commands" <<-'END'
	command deny gdb
	command auto "pip install -r requirements.txt"
	approve network notify
	expect ask  command "ls && pip install x"
	expect deny command "sh -c 'gdb -p 1'"
END
commands_explained() {
	policy explain --ceiling /dev/null "$T/commands" command 'ls | wc' \
		command 'pip install -r requirements.txt' command 'env gdb' \
		command frob command 'git push' command "$(printf 'a\nb')" |
		tr -s ' ' | sed -E 's/(commands.policy:)[0-9]+/\1N/'
}
check_output "commands: rules and answers" \
"# no net rule: a sandbox has no network
command deny gdb # $T/commands:1
command auto \"pip install -r requirements.txt\" # $T/commands:2
ls | wc: auto (shell): every part of it is approved
pip install -r requirements.txt: auto (shell): every part of it is approved
env gdb: deny (shell): gdb: command deny gdb # $T/commands:1
frob: ask (shell): no rule approves it
git push: notify (network): command network \"git push\" # the shipped \
commands.policy:N
a?b: ask (shell): a: no rule approves it" commands_explained
echo 'expect allow command "ls; pip install x"' >"$T/wrong"
check_status "an expectation of a command that fails" 3 policy check "$T/wrong"
wrong_said() {
	policy check "$T/wrong" 2>&1 | sed -E 's/\(line [0-9]+/(line N/'
}
check_output "it says which part and which rule" \
"stockade policy: $T/wrong:1:22: \"pip install x\" is asked about, not \
allowed as expected: \"command install pip install\" of the shipped list \
(line N) says so" wrong_said

PIP_INDEX_URL=https://me:secret@index.example:8443/simple
export PIP_INDEX_URL
echo 'include preset:pip' >"$T/pip"
check_output "a preset follows the environment" \
"net allow index.example:8443 private # preset:pip (PIP_INDEX_URL)
# $T/open must allow it, too" explained "$T/pip"
unset PIP_INDEX_URL

json_of() {
	policy explain --json --ceiling /dev/null "$T/p" net x.a.example:22
}
if [ -x /usr/bin/python3 ]; then
	json_of >"$T/o.json"
	check_output "JSON: rules" 4 json "$T/o.json" 'len(o["rules"])'
	check_output "JSON: the line" 4 json "$T/o.json" 'o["rules"][1]["line"]'
	check_output "JSON: the preset" mine \
		json "$T/o.json" 'o["rules"][3]["preset"]'
	check_output "JSON: the answer" '["deny", "denied", "net deny *.a.example"]' \
		json "$T/o.json" \
		'[o["answers"][0][k] for k in ("verdict", "reason", "rule")]'
	policy explain --json --ceiling /dev/null "$T/commands" \
		command 'env gdb' >"$T/o.json"
	check_output "JSON: a command" \
		'["deny", "shell", "rule", "gdb", "gdb", 2]' \
		json "$T/o.json" '[o["commands"][0][k] for k in ("verdict", '\
'"category", "reason", "part", "pattern", "parts")]'
fi

# faulty NAME LINES...: exit status 3, and stderr is this.
faulty() {
	name=$1 text=$2 said=$3
	printf '%s\n' "$text" >"$T/bad"
	check_status "$name: exit status" 3 policy check "$T/bad"
	check_output "$name: told" "stockade policy: $said" \
		sh -c '"$1" policy check "$2" 2>&1' - "$STOCKADE" "$T/bad"
}
faulty "a broken rule" 'net allow *' \
	"$T/bad:1:11: \"*\" would open everything: say \"net open\" if that is \
meant"
faulty "an expectation" 'expect allow net a.example:443' \
	"$T/bad:1:18: a.example:443 is denied, not allowed as expected: no rule \
names it"
faulty "a file that is not there" 'include none' \
	"$T/bad:1:9: include none: it cannot be read: No such file or directory"
faulty "a cycle" 'include bad' \
	"$T/bad:1:9: include bad: it includes itself"
faulty "a pattern that is none" 'redact "a("' \
	"$T/bad:1:8: redact \"a(\": Unmatched ( or \\("
faulty "a pattern that matches everywhere" 'redact x*' \
	"$T/bad:1:8: redact \"x*\": matches where nothing is: some of it must \
be there"
faulty "no pattern" 'redact ""' \
	"$T/bad:1:8: \"\" is no pattern: it has 1 to 255 bytes"
echo 'redact x' >"$T/redact"
check_status "a ceiling strikes nothing out" 3 \
	policy check --as-ceiling "$T/redact"
check "a pattern is right" policy check "$T/redact"
check_status "a ceiling has no includes" 3 \
	policy check --as-ceiling "$T/pip"
check "a ceiling" policy check --as-ceiling "$T/open"
check_status "no command" 2 policy
check_status "no file" 2 policy check
check_status "no question" 2 policy explain "$T/p" net
check_status "half a question" 2 policy explain "$T/p" net a.example
check_status "no line" 2 policy explain "$T/p" command
check_status "run refuses a wrong expectation" 125 \
	"$STOCKADE" run -p "$T/wrong" true
check_status "run refuses it too" 125 "$STOCKADE" run -p "$T/bad" true
test_end
