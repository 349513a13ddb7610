# SPDX-License-Identifier: ISC
# Completion of stockade(1) for fish: commands and options are asked of the
# program itself, so that they are always those of the installed one.

function __stockade_options
    set -l words (commandline -opc)
    test (count $words) -ge 2; or return
    contains -- -- $words; and return
    stockade $words[2] --print-options 2>/dev/null | while read -l -d \t long letter value help
        printf '%s\t%s\n' $long $help
        test -n "$letter"; and printf '%s\t%s\n' $letter $help
    end
end

function __stockade_commands
    stockade --print-commands 2>/dev/null | while read -l -d \t name words help
        printf '%s\t%s\n' $name $help
    end
end

# The words that some commands go on with.
function __stockade_words
    set -l line (commandline -opc)
    test (count $line) -eq 2; or return
    stockade --print-commands 2>/dev/null | while read -l -d \t name words help
        test "$name" = "$line[2]"; and string split -n '|' $words
    end
end

complete -c stockade -f -n __fish_use_subcommand -a '(__stockade_commands)'
complete -c stockade -f -n 'test (count (__stockade_words)) -gt 0' -a '(__stockade_words)'
complete -c stockade -n 'not __fish_use_subcommand' -a '(__stockade_options)'
