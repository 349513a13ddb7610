#!/bin/sh
# SPDX-License-Identifier: ISC
# Three shells complete commands, options and their values, as they really do.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck disable=SC2034 # the harness reads it
TEST_ALSO=stockade-agent
needs bash zsh fish /usr/bin/python3
test_begin
export PATH="$BIN:$PATH"
FILES=$(cd "$top_srcdir/contrib/completions" && pwd)
mkdir "$T/only-here" && : >"$T/policy-of-mine"

# by_bash WORD...: the last is what is being typed.
by_bash() {
	# shellcheck disable=SC2016 # it is bash's to expand
	bash -c '. "$0"; COMP_WORDS=(stockade "$@"); COMP_CWORD=$#
		_stockade; printf "%s\n" "${COMPREPLY[@]}" | sort -u | xargs' \
		"$FILES/stockade.bash" "$@"
}

by_fish() {
	# shellcheck disable=SC2016
	fish --no-config -c 'source $argv[1]; complete -C "stockade $argv[2]"' \
		"$FILES/stockade.fish" "$*" | cut -f1 | sort -u | xargs
}

by_zsh() {
	/usr/bin/python3 "$top_srcdir/tests/lib/zsh_complete.py" "$FILES" \
		"stockade $*"
}

commands=$("$STOCKADE" --print-commands | cut -f1 | sort | xargs)
check_match "there are commands" '.*agent.* run.*' echo "$commands"
check_output "each with a sentence" "" \
	sh -c "'$STOCKADE' --print-commands | grep -Ev '^[a-z]+	[a-z|]*	.+'"
for command in $commands; do
	check_output "$command tells its options, four fields each" "" \
		sh -c "'$STOCKADE' $command --print-options |
			grep -Ev '^--[a-z-]+	(-.)?	[^	]*	[^	]+\$'"
	check_match "as --help has them" '.*--help.*' \
		"$STOCKADE" "$command" --print-options
done

check_output "bash: a command" doctor by_bash doc
check_output "bash: all of them" \
	"$(echo "$commands --help --version" | tr ' ' '\n' | LC_ALL=C sort | xargs)" \
	env LC_ALL=C sh -c 'bash -c ". \"\$0\"; COMP_WORDS=(stockade \"\")
		COMP_CWORD=1; _stockade; printf \"%s\n\" \"\${COMPREPLY[@]}\" |
		sort -u | xargs" "$0"' "$FILES/stockade.bash"
check_output "bash: an option" --limit by_bash run --lim
check_output "bash: the word that follows a command" check by_bash policy c
check_output "bash: a directory" "$T/only-here" by_bash run -C "$T/only"
check_output "bash: a file" "$T/policy-of-mine" by_bash run --policy "$T/pol"
check_output "bash: no option of ours after --" "" by_bash run -- --lim
check_output "fish: a command" doctor by_fish doc
check_output "fish: an option" --limit by_fish run --lim
check_output "fish: the word that follows a command" check by_fish policy c
check_output "fish: no option of ours after --" "" by_fish run -- --lim
check_output "zsh: a command" "stockade doctor" by_zsh doc
check_output "zsh: an option, and that it has a value" \
	"stockade run --limit=" by_zsh run --lim
check_output "zsh: an option" "stockade run --no-tty" by_zsh run --no-t
check_output "zsh: the word that follows a command" "stockade policy check" \
	by_zsh policy ch
check_output "zsh: a directory" "stockade run -C $T/only-here/" \
	by_zsh run -C "$T/only"
test_end
