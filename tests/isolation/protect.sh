#!/bin/sh
# SPDX-License-Identifier: ISC
# Protected paths: read-only in a writable workspace, there or not, and
# nothing of it is left when the box ends, however it ends.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"

test_begin
needs git
if [ -x "$top_builddir/stockade-agent" ]; then
	cp "$top_builddir/stockade-agent" "$BIN/" || bail "copy"
	cp "$top_srcdir/contrib/demo/transcript.jsonl" "$T/transcript"
	chmod 644 "$T/transcript"
fi
# shellcheck disable=SC2034
BOX_ENV=GIT_CONFIG_NOSYSTEM=1

# own COMMAND...: outside, as the one that the workspace belongs to.
own() {
	if [ "$WAY" = sudo ]; then
		as_user "$@"
	else
		as "$@"
	fi
}

# repo DIR: a repository with one commit, below $W.
repo() {
	own git -c init.defaultBranch=main init -q "$W/$1" &&
		own git -C "$W/$1" config user.name somebody &&
		own git -C "$W/$1" config user.email some@body &&
		own git -C "$W/$1" commit -q --allow-empty -m first
}

# fresh NAME: another workspace.
fresh() {
	new_dir "$1"
	W=$T/$1
}

# inside_sh SCRIPT
inside_sh() {
	inside sh -c "$1"
}

placeholders() {
	find "$W" \( -type s -o -perm 1444 \) -print
}

none_left() {
	left=$(placeholders)
	check_equal "nothing is left $1" "" "$left"
}

absent() {
	fresh "absent-$WAY"
	for p in .stockade.policy .mcp.json .git HEAD .vscode .idea .claude \
		.codex .cursor
	do
		check_fails "$p cannot be made" inside_sh "echo >$p"
		check_fails "$p cannot be a directory" inside mkdir -p "$p/x"
		check_fails "$p cannot be put there" \
			inside_sh "mkdir n && mv -T n $p"
	done
	check "control: another name can" inside_sh \
		'echo >.other && mkdir -p .vs/x && mv .vs .vs2'
	check_fails "no repository is made" inside git init -q
	echo 'unprotect .git .vscode' >"$T/open.policy"
	check "unless the policy says so" box -p "$T/open.policy" -- sh -c \
		'git init -q . && mkdir .vscode && test -f .git/config'
	none_left "of what was not there"
}

there() {
	fresh "there-$WAY"
	own sh -c "mkdir '$W/.vscode' && echo old | tee '$W/.vscode/s' \
		'$W/.envrc' >'$W/.stockade.policy'"
	for p in .vscode/s .envrc .stockade.policy; do
		check_output "$p is read" old inside cat "$p"
		check_fails "$p is not written" inside_sh "echo new >$p"
		check_fails "$p is not removed" inside rm -f "$p"
		check_fails "$p is not replaced" \
			inside_sh "echo new >n; mv -f n $p"
		check_output "$p is as it was" old cat "$W/$p"
	done
	check_fails "a directory is not moved away" inside mv .vscode x
	check "unprotect opens one" box -p "$T/open.policy" -- \
		sh -c 'echo new >.vscode/s'
	check_output "and that one alone" old cat "$W/.envrc"
}

git_inside() {
	fresh "git-$WAY"
	repo . || bail "git"
	own sh -c "printf '#!/bin/sh\necho ran >hook.ran\n' \
		>'$W/.git/hooks/pre-commit' &&
		chmod +x '$W/.git/hooks/pre-commit'"
	check "git works with it" inside_sh 'set -e
		echo one >f; git add f; git commit -qm two; git branch b
		git checkout -q b; git diff HEAD~1 >d; git status >/dev/null
		git stash list; git merge -q main; git gc -q; git add -A'
	check_output "and runs the hooks" ran cat "$W/hook.ran"
	check_fails "the index holds no placeholder" sh -c \
		"git -c safe.directory='*' -C '$W' ls-files |
		grep -E 'vscode|mcp|stockade'"
	check_fails "git config is refused" inside git config a.b c
	for p in .git/config .git/hooks/pre-push .git/commondir \
		.git/config.worktree/x
	do
		check_fails "$p is not written" inside_sh "echo x >$p"
	done
	check_fails ".git is not moved away" inside mv .git g
	check_fails "nor its hooks" inside mv .git/hooks .git/h
	check "control: outside it is" \
		own sh -c "cd '$W' && mv .git g && mv g .git"
	none_left "of git's"
}

# What commondir is held for: git obeys another directory's config.
commondir() {
	fresh "common-$WAY"
	repo . || bail "git"
	own sh -c "cd '$W' && mkdir -p e/refs e/objects && printf '%s\n' \
		'[core]' 'fsmonitor = touch obeyed; false' >e/config"
	cp -a "$W" "$W.outside"
	inside_sh 'echo ../e >.git/commondir'
	(cd "$W" && own git status >/dev/null 2>&1)
	check_fails "git obeys no other directory" test -e "$W/obeyed"
	(cd "$W.outside" && own sh -c 'echo ../e >.git/commondir
		git status' >/dev/null 2>&1)
	check "control: outside it does" test -e "$W.outside/obeyed"
}

nested() {
	fresh "nested-$WAY"
	repo . || bail "git"
	repo third/party/lib
	repo third/mod
	own git clone -q --bare "$W/third/mod" "$W/bare.git" 2>/dev/null
	own git -C "$W" worktree add -q wt 2>/dev/null
	own sh -c "mkdir -p '$W/.git/modules/a' '$W/sub' &&
		cp -a '$W/third/mod/.git' '$W/.git/modules/a/b' &&
		echo 'gitdir: ../.git/modules/a/b' >'$W/sub/.git'"
	for p in third/party/lib/.git/config third/mod/.git/hooks/x \
		bare.git/config bare.git/hooks/x sub/.git \
		.git/modules/a/b/config .git/modules/a/b/hooks/x \
		.git/worktrees/wt/commondir wt/.git
	do
		check_fails "$p is not written" inside_sh "echo x >$p"
	done
	check_fails "what is above is not moved" inside_sh \
		'python3 -c "import os; os.rename(\"third\", \"x\")" ||
		perl -e "rename(\"third\", \"x\") or exit 1"'
	check "control: other directories are" inside_sh \
		'mkdir -p o/p && mv o q'
	check "a commit in a nested one" inside \
		git -C third/party/lib commit -q --allow-empty -m inside
	none_left "of the nested"
}

links() {
	fresh "links-$WAY"
	own sh -c "cd '$W' && mkdir real && ln -s real .vscode &&
		ln -s /nowhere .idea"
	check_fails "a link is not replaced" inside ln -sfn /tmp .vscode
	check_fails "nor what it leads to" inside_sh 'echo >real/x'
	check_fails "nor moved" inside mv real other
	check_fails "one that leads out is not replaced" \
		inside_sh 'rm .idea'
	own ln -s later "$W/.claude"
	check_match "one that leads nowhere yet is told" \
		'stockade run: .*protect \.claude: .*unprotect.*' inside true
}

more() {
	fresh "more-$WAY"
	own sh -c "mkdir -p '$W/d' && echo old >'$W/d/f' && echo >'$W/file'"
	echo 'protect d/f d/new no/such/dir file/x' >"$T/more.policy"
	for p in d/f d/new no no/such/dir file; do
		check_fails "protect: $p is not written" \
			box -p "$T/more.policy" -- sh -c "echo x >$p"
	done
	check_fails "nor what is above" box -p "$T/more.policy" -- mv d e
	check "control: beside it" box -p "$T/more.policy" -- \
		sh -c 'echo x >d/other'
	check "control: without it" inside_sh 'echo x >d/f; mkdir -p no/such'
	none_left "of the policy's"
}

# Two boxes in one workspace.
# shellcheck disable=SC2016
shared() {
	fresh "shared-$WAY"
	(box -- sh -c 'echo up >up; while [ ! -e stop ]; do sleep 0.05; done
		mkdir .vscode && echo broken >broken' >"$T/first" 2>&1) &
	first=$!
	within 20 test -e "$W/up" || diag "$(cat "$T/first")"
	check_fails "a second box holds it, too" inside mkdir .vscode
	check "the first is still held" test -S "$W/.vscode"
	own touch "$W/stop"
	wait "$first"
	check_fails "and was to its end" test -e "$W/broken"
	none_left "by either"
}

# killed WHO: what is left by a box whose processes of that name are.
killed() {
	fresh "killed-$WAY"
	(box -- sh -c 'echo up >up; exec sleep 60' >/dev/null 2>&1) &
	first=$!
	within 20 test -e "$W/up"
	for pid in $(marked "$T/bin/stockade.*$W" | sort -n); do
		tree=$(descendants "$pid")
		# At once, so that none sees the other's end.
		for signal in STOP KILL; do
			for p in $pid $tree; do
				[ "$(cat "/proc/$p/comm" 2>/dev/null)" != \
					"$1" ] || kill -"$signal" "$p" 2>/dev/null
			done
		done
	done
	wait "$first" 2>/dev/null
}

descendants() {
	# shellcheck disable=SC2013
	for kid in $(cat /proc/"$1"/task/*/children 2>/dev/null); do
		echo "$kid"
		descendants "$kid"
	done
}

no_placeholders() {
	[ -z "$(placeholders)" ]
}

kills() {
	killed stockade
	check "the caller killed: nothing is left" within 20 no_placeholders
	killed stockade-jail
	# That is the helper, its keeper and pid 1 at once.
	check "all of the helper killed: it is left" test -S "$W/.vscode"
	check "the next box works" inside true
	none_left "by the next box"
	killed stockade-jail
	check "one that unprotects, too" box -p "$T/open.policy" -- \
		mkdir .vscode
	killed_helper
}

# The helper alone, by its place: the child of the caller.
killed_helper() {
	fresh "helper-$WAY"
	(box -- sh -c 'echo up >up; exec sleep 60' >/dev/null 2>&1) &
	first=$!
	within 20 test -e "$W/up"
	for pid in $(marked "$T/bin/stockade.*$W"); do
		[ "$(cat "/proc/$pid/comm")" = stockade ] || continue
		# shellcheck disable=SC2013
		for kid in $(cat /proc/"$pid"/task/*/children); do
			kill -9 "$kid"
		done
	done
	wait "$first" 2>/dev/null
	check "the helper killed: nothing is left" within 20 no_placeholders
}

bound() {
	fresh "bound-$WAY"
	own python3 -c 'import os, sys
os.chdir(sys.argv[1])
for i in range(4200):
    os.makedirs("d%d/e/f" % i)' "$W"
	check_match "a search that is not finished says so" \
		'stockade run: note: .*git.*protect.*' inside true
	box --json - -- true >"$T/j" 2>/dev/null
	check_output "and JSON says so" bounded \
		json "$T/j" 'o["sandbox"]["protect"]'
	[ -x "$BIN/stockade-agent" ] || return 0
	new_dir "sessions-$WAY"
	as "$STOCKADE" agent -C "$W" --no-test \
		--provider "replay:$T/transcript" \
		--session-dir "$T/sessions-$WAY" look >/dev/null 2>"$T/err"
	check_match "and the agent" 'stockade agent: note: .*git.*protect.*' \
		cat "$T/err"
}

# One that cannot be listed is protected, and the rest is told.
blind() {
	[ "$WAY" = rootless ] && is_root || return 0
	fresh "blind-$WAY"
	chgrp "$TEST_GID" "$W"
	chown 0 "$W"
	chmod 0730 "$W"
	check_match "what cannot be listed is told" \
		'stockade run: note: .*git.*protect.*' inside true
	check_fails "and protected" inside mkdir .vscode
	rm -f "$W"/.[a-z]* "$W/HEAD"
}

readonly_workspace() {
	[ "$WAY" = rootless ] && is_root || return 0
	fresh "others-$WAY"
	chown 0:0 "$W"
	check "another's workspace needs none" inside true
	check_fails "for nothing can be made in it" inside mkdir .vscode
}

protect() {
	absent
	there
	git_inside
	commondir
	nested
	links
	more
	shared
	kills
	readonly_workspace
	blind
}

run_ways protect
WAY=rootless
is_root || WAY=user
[ -n "$ROOTLESS_WHY" ] || bound
WAY=
test_end
