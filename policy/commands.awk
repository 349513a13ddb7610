# SPDX-License-Identifier: ISC
# The shipped list of commands, from a policy's text to rows of C.
# Words are a policy's: between blanks, or in double quotes.
{
	line = $0
	n = 0
	while (sub(/^[ \t]+/, "", line) || line != "") {
		if (line ~ /^#/ || line == "")
			break
		if (match(line, /^"[^"]*"/))
			word[++n] = substr(line, 2, RLENGTH - 2)
		else if (match(line, /^[^ \t]+/))
			word[++n] = substr(line, 1, RLENGTH)
		line = substr(line, RLENGTH + 1)
	}
	if (n == 0)
		next
	if (word[1] != "command" || n < 3) {
		print FILENAME ":" NR ": not a command line" > "/dev/stderr"
		exit 1
	}
	for (i = 3; i <= n; i++)
		printf "{COMMAND_%s, %d, \"%s\"},\n", toupper(word[2]), NR,
		    word[i]
}
