# SPDX-License-Identifier: ISC
# Judges what was asked in one box: a TAP point each, as property.sh's judge.
# Reads ID<tab>TEXT of what is known, then ID<tab>WANT<tab>WHERE<tab>CONTROL.
# The answers are in dir/answer.PLACE, "ID ANSWER"; dir/missing.PLACE says why
# there is no such place.
function load(place,    line, id) {
	if (place in loaded)
		return
	loaded[place] = 1
	while ((getline line < (dir "/answer." place)) > 0) {
		id = line
		sub(/ .*/, "", id)
		sub(/^[^ ]* /, "", line)
		n = ++lines[place, id]
		answer[place, id, n] = line
	}
	getline missing[place] < (dir "/missing." place)
}

# Each line matches, and there is one.
function like(want, place, id,    i) {
	for (i = 1; i <= lines[place, id]; i++)
		if (answer[place, id, i] !~ ("^(" want ")$"))
			return 0
	return lines[place, id] > 0
}

function point(word, name) {
	print word " " ++count " - " way ": " name
}

function show(place, id,    i) {
	for (i = 1; i <= lines[place, id]; i++)
		print "# got: " answer[place, id, i]
}

function judge(id, want, where, control,    may) {
	may = sub(/\?$/, "", where)
	load("in")
	load(where)
	print way "\t" id > (dir "/judged.way")
	if (!(id in text))
		point("not ok", id " is in tests/isolation/PROPERTIES")
	else if (!like(want, "in", id)) {
		point("not ok", id ": " text[id])
		print "# inside, want: " want
		show("in", id)
	} else if (missing[where] != "" ||
	    (may && like(lacking, where, id))) {
		point("ok", id ": " text[id])
		print "# control not tried: " way ": " id ": " \
		    (missing[where] != "" ? missing[where] : \
			"this kernel lacks it")
	} else if (!like(control, where, id)) {
		point("not ok", id ": " text[id])
		print "# outside, want: " control
		show(where, id)
	} else
		point("ok", id ": " text[id])
}

BEGIN { FS = "\t" }
FILENAME == ARGV[1] { text[$1] = $2; next }
{ judge($1, $2, $3, $4) }
END { print count > (dir "/count") }
