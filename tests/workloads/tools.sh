#!/bin/sh
# SPDX-License-Identifier: ISC
# What a developer's shell is full of.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/workloads/lib.sh
. "$top_srcdir/tests/workloads/lib.sh"

test_begin

make_repository() {
	as sh -c "cd '$W' && git init -q -b main . && git -c user.name=t \
		-c user.email=t@example.org commit -q --allow-empty -m one"
}

tools() {
	workload "git: commit, branch, merge, log" "2 merged" git <<'END'
git init -q -b main repo
cd repo
git config user.name t
git config user.email t@example.org
echo a >a; git add a; git commit -q -m one
git checkout -q -b side; echo b >b; git add b; git commit -q -m two
git checkout -q main; git merge -q side
echo "$(git log --oneline | wc -l) merged"
git gc -q
git fsck
END
	workload "git clones and pushes locally, with hooks" "hook ran" \
		git <<'END'
git init -q --bare -b main up.git
printf '#!/bin/sh\necho hook ran >/workspace/hook.out\n' >up.git/hooks/post-receive
chmod +x up.git/hooks/post-receive
git clone -q up.git work 2>/dev/null
cd work
git config user.name t
git config user.email t@example.org
echo a >a; git add a; git commit -q -m one
git push -q origin HEAD:main
cat /workspace/hook.out
END
	workload "git rebases and stashes" "rebased 2" git <<'END'
git init -q -b main repo
cd repo
git config user.name t; git config user.email t@example.org
echo a >a; git add a; git commit -q -m one
git checkout -q -b side; echo b >b; git add b; git commit -q -m two
git checkout -q main; echo a2 >>a; git commit -q -a -m three
git checkout -q side; echo x >>b; git stash -q; git rebase -q main; git stash pop -q
echo "rebased $(git log --oneline | tail -n +2 | wc -l)"
END
	LOAD_BEFORE=make_repository
	workload "git in a workspace that is a repository" "2 branches" \
		git <<'END'
git status --short | grep -q '?? job.sh'
git checkout -q -b side
git add job.sh
git -c user.name=t -c user.email=t@example.org commit -q -m two
git log --oneline | grep -q two
git diff main..side --stat >/dev/null
echo "$(git branch | wc -l) branches"
END
	LOAD_BEFORE=
	workload "sqlite3 with a journal" "2" +sqlite3 <<'END'
sqlite3 t.db 'pragma journal_mode=wal; create table t(x);
insert into t values (1), (2);'
sqlite3 t.db 'select count(*) from t'
END
	workload "tar with gzip, xz and zstd" "same same same" \
		tar gzip xz zstd <<'END'
mkdir d; seq 10000 >d/a; ln -s a d/l; ln d/a d/h
for z in gzip xz zstd; do
	tar -c --$z -f t.$z d
	mkdir out.$z; tar -x -f t.$z -C out.$z
	cmp d/a out.$z/d/h && printf '%s ' same
done | sed 's/ $//'
echo
END
	workload "rsync" "same" rsync <<'END'
mkdir a; seq 1000 >a/x; chmod 600 a/x
rsync -aH --delete a/ b/
diff -r a b && echo same
END
	workload "openssl and ssh-keygen" "Verified OK" openssl ssh-keygen <<'END'
ssh-keygen -q -t ed25519 -N '' -f key
test -s key.pub
openssl genrsa -out rsa.pem 2048 2>/dev/null
openssl rsa -in rsa.pem -pubout -out pub.pem 2>/dev/null
echo text >t
openssl dgst -sha256 -sign rsa.pem -out t.sig t
openssl dgst -sha256 -verify pub.pem -signature t.sig t
END
	workload "ssh-agent holds a key" ".*ED25519.*" ssh-agent ssh-keygen <<'END'
ssh-keygen -q -t ed25519 -N '' -f key
eval "$(ssh-agent -s)" >/dev/null
ssh-add -q key
ssh-add -l
ssh-agent -k >/dev/null
END
	workload "jq" "3" +jq <<'END'
echo '{"a":[1,2]}' | jq '.a | add'
END
	workload "ripgrep" "src/a:1:needle" +rg <<'END'
mkdir src; echo needle >src/a; echo hay >src/b
rg --no-heading -n needle src
END
	workload "grep -P, sed -i, sort, xargs, find" "c 3" grep sed find <<'END'
printf 'b 2\na 1\nc 33\n' >t
sed -i 's/33/3/' t
find . -name t -print0 | xargs -0 sort | grep -P '^c \d$'
END
	workload "busybox" "busybox 2" busybox <<'END'
printf 'a\nb\n' >t
busybox sh -c 'echo "busybox $(busybox wc -l <t)"'
END
	workload "tmux runs a command in a pane" "in a pane" tmux <<'END'
tmux -f /dev/null new-session -d -x 80 -y 24 'echo in a pane >out; sleep 1'
for i in 1 2 3 4 5 6 7 8 9 10; do test -s out && break; sleep 0.1; done
tmux list-sessions >/dev/null
tmux kill-server || :
cat out
END
	workload "script makes a terminal" "tty /dev/pts/.*" script <<'END'
script -qec 'echo "tty $(tty)"' /dev/null | tr -d '\r'
END
	workload "vim edits a file" "edited" +vim <<'END'
echo draft >t
vim -u NONE -es -c '%s/draft/edited/' -c wq t
cat t
END
	workload "patch and diff" "new" patch diff <<'END'
echo old >a; echo new >b
diff -u a b >p || :
patch -s a p
cat a
END
	workload "a pager and a here-document" "paged" less <<'END'
echo paged | less -FX
END
	workload "flock and mkfifo" "locked fifo" flock <<'END'
mkfifo f
(echo fifo >f) &
echo "$(flock t echo locked) $(cat f)"
END
	workload "date, locale and time zone" "1970-01-01" date <<'END'
LC_ALL=C.UTF-8 TZ=Europe/Berlin date -d @0 +%Y-%m-%d
END
	workload "id, hostname, df, free, ps, top" "all there" ps <<'END'
id >/dev/null; hostname >/dev/null; df -h . >/dev/null; free >/dev/null
ps aux >/dev/null; top -b -n 1 >/dev/null; uptime >/dev/null; nproc >/dev/null
echo all there
END
}

workload_ways tools
test_end
