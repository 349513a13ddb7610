# SPDX-License-Identifier: ISC
# What pmccabe does not count: lines of a file, parameters and nesting of each
# function. Trusts the layout that clang-format enforces: a definition's name
# is at the start of a line, and a block is indented by one tab.
/^[a-z_][a-z_0-9]*\(/ {
	name = $0
	sub(/\(.*/, "", name)
	head = ""
	open = 1
}
open {
	head = head $0
	if ($0 ~ /;$/)
		open = 0
}
/^\{/ && open {
	open = 0
	depth = commas = 0
	for (i = 1; i <= length(head); i++) {
		c = substr(head, i, 1)
		if (c == "(")
			depth++
		else if (c == ")" && --depth == 0)
			break
		else if (c == "," && depth == 1)
			commas++
	}
	deepest = 0
	inside = 1
	params[name] = commas + 1
}
inside && /^\t+(\} )?(if|for|while|switch|do)([ (]|$)/ {
	match($0, /^\t+/)
	if (RLENGTH > deepest)
		deepest = RLENGTH
}
/^\}/ && inside {
	inside = 0
	print file, "params", file ":" name, params[name]
	print file, "nesting", file ":" name, deepest
}
END {
	print file, "file", file, NR
}
