# SPDX-License-Identifier: ISC
# Completion of stockade(1) for bash: commands and options are asked of the
# program itself, so that they are always those of the installed one.
# shellcheck shell=bash disable=SC2207 # words of ours have no spaces

_stockade_option() # COMMAND OPTION: what its value is, if it takes one
{
	stockade "$1" --print-options 2>/dev/null |
		while IFS= read -r line; do
			long=${line%%$'\t'*} rest=${line#*$'\t'}
			letter=${rest%%$'\t'*} rest=${rest#*$'\t'}
			[[ $2 == "$long" || $2 == "$letter" ]] || continue
			printf '%s\n' "${rest%%$'\t'*}"
			break
		done
}

_stockade_value() # KIND CURRENT
{
	case $1 in
	DIR) compopt -o dirnames 2>/dev/null; COMPREPLY=($(compgen -d -- "$2")) ;;
	FILE*) compopt -o default 2>/dev/null; COMPREPLY=($(compgen -f -- "$2")) ;;
	*) COMPREPLY=() ;;
	esac
}

_stockade()
{
	local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
	local command=${COMP_WORDS[1]} kind words i

	COMPREPLY=()
	if ((COMP_CWORD == 1)); then
		COMPREPLY=($(compgen -W "$(stockade --print-commands 2>/dev/null |
			cut -f1) --help --version" -- "$current"))
		return
	fi
	# What follows "--" is another command's own line.
	for ((i = 2; i < COMP_CWORD; i++)); do
		if [[ ${COMP_WORDS[i]} == -- ]]; then
			COMPREPLY=($(if ((i + 1 == COMP_CWORD)); then
				compgen -c -- "$current" | sort -u
			else
				compgen -f -- "$current"
			fi))
			return
		fi
	done
	if [[ $before == -* && $before != *=* ]]; then
		kind=$(_stockade_option "$command" "$before")
		if [[ -n $kind ]]; then
			_stockade_value "$kind" "$current"
			return
		fi
	fi
	if ((COMP_CWORD == 2)) && [[ $current != -* ]]; then
		words=$(stockade --print-commands 2>/dev/null |
			sed -n "s/^$command	\([^	]*|[^	]*\)	.*/\1/p" | tr '|' ' ')
		COMPREPLY=($(compgen -W "$words" -- "$current"))
		[[ -z $words ]] || return
	fi
	if [[ $current == -* ]]; then
		COMPREPLY=($(compgen -W "$(stockade "$command" --print-options \
			2>/dev/null | cut -f1)" -- "$current"))
	else
		compopt -o default 2>/dev/null
		COMPREPLY=($(compgen -f -- "$current"))
	fi
}
complete -F _stockade stockade
