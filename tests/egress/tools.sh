#!/bin/sh
# SPDX-License-Identifier: ISC
# Everyday network programs in a box whose policy lists the one name that they
# talk to, and nothing set up for them beside: they work. The same to a name
# that is not listed fails at once, says so, and is told and recorded.
# shellcheck disable=SC2086 # words: $PLAIN
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/egress/lib.sh
. "$top_srcdir/tests/egress/lib.sh"

egress_begin
LISTED=www.example.org UNLISTED=www.example.net

# tool NAME RULE WANT REFUSED PROGRAM... <<SCRIPT: `sh -eu' runs the script,
# with the host as $1: to the listed one it succeeds and prints a line that
# matches WANT; to the other it fails within ten seconds and a line matches
# REFUSED. HOST in RULE is the listed one.
tool() {
	tool_name=$1 tool_want=$3 tool_refused=$4
	rules "$(echo "$2" | sed "s/HOST/$LISTED/")"
	shift 4
	cat >"$T/job"
	tool_begin
	cat "$T/job" >"$W/job.sh"
	for tool_need; do
		command -v "$tool_need" >/dev/null || {
			skip "$tool_name" "no $tool_need"
			return 0
		}
	done
	reach sh -eu job.sh "$LISTED" >"$T/tool.out" 2>&1
	tool_status=$?
	if [ "$tool_status" -eq 0 ] && grep -Eqx -e "$tool_want" "$T/tool.out"
	then
		ok "$tool_name"
	else
		not_ok "$tool_name" "no line like $tool_want (status" \
			"$tool_status)
$(tail -c 2000 "$T/tool.out")"
	fi
	tool_unlisted
}

tool_begin() {
	new_dir "work-$WAY"
	cp "$top_srcdir/tests/egress/websocket.py" "$N/key" "$N/known_hosts" "$W"
	chmod 600 "$W/key"
	cat >"$W/ssh_config" <<-END
	IdentityFile key
	BatchMode yes
	UserKnownHostsFile known_hosts
	END
	cat >"$W/apt.conf" <<-END
	Dir::State "/workspace/a";
	Dir::State::status "/dev/null";
	Dir::Cache "/workspace/a";
	Dir::Etc::sourcelist "/workspace/a/list";
	Dir::Etc::sourceparts "/dev/null";
	APT::Sandbox::User "";
	APT::Update::Error-Mode "any";
	Debug::NoLocking "1";
	END
	[ "$WAY" = root ] || ! is_root || chown "$TEST_UID:$TEST_GID" "$W"/*
}

tool_unlisted() {
	tool_start=$(date +%s)
	tool_begin
	cat "$T/job" >"$W/job.sh"
	reach sh -eu job.sh "$UNLISTED" >"$T/tool.out" 2>&1
	tool_status=$?
	tool_took=$(($(date +%s) - tool_start))
	if [ "$tool_status" -ne 0 ] && [ "$tool_took" -le 10 ] &&
		grep -Eq -e "$tool_refused" "$T/tool.out"; then
		ok "$tool_name: unlisted, fails at once and says so"
	else
		not_ok "$tool_name: unlisted, fails at once and says so" \
			"status $tool_status, $tool_took seconds, want" \
			"$tool_refused
$(tail -c 2000 "$T/tool.out")"
	fi
	check "$tool_name: unlisted, told and recorded" \
		refused unlisted "$UNLISTED"
}

stock() {
	/usr/bin/python3 "$top_srcdir/tests/egress/stock.py" "$N" ||
		bail "stock.py"
	(
		cd "$N" || exit 1
		git init -q -b main seed &&
		git -C seed -c user.name=t -c user.email=t@example.org \
			commit -q --allow-empty -m first &&
		git clone -q --bare seed repos/toy.git &&
		git -C repos/toy.git config http.receivepack true
	) || bail "a repository"
	! is_root || chown -R $TEST_UID:$TEST_GID "$N"
}

# An ssh server that knows one key.
ssh_server() {
	ssh-keygen -q -t ed25519 -N '' -f "$N/key"
	mkdir -p "$N/home/.ssh"
	chmod 700 "$N/home/.ssh"
	cp "$N/key.pub" "$N/home/.ssh/authorized_keys"
	dropbearkey -t ed25519 -f "$N/hostkey" >"$N/hostkey.pub" 2>&1
	sed -n "s/^ssh-ed25519 [^ ]*/* &/p" "$N/hostkey.pub" >"$N/known_hosts"
	! is_root || chown -R $TEST_UID:$TEST_GID "$N"
	serve_there $PLAIN dropbear -F -E -s -r "$N/hostkey" -p 25.0.0.80:22 \
		-P "$N/dropbear.pid" >"$N/dropbear.out" 2>&1 &
	servers="${servers-} $!"
}

# The real one, if it is installed.
postgres_server() {
	pg=$(find /usr/lib/postgresql/*/bin -name initdb 2>/dev/null | tail -n 1)
	pg=${pg%/initdb}
	if [ -n "$pg" ] && $PLAIN env -i PATH=/usr/bin:/bin "$pg/initdb" -A trust \
		-U tester -D "$N/pg" >"$N/pg.out" 2>&1; then
		echo 'host all all all trust' >>"$N/pg/pg_hba.conf"
		serve_there $PLAIN env -i PATH=/usr/bin:/bin "$pg/postgres" \
			-D "$N/pg" -h 25.0.0.80 -k "$N" >>"$N/pg.out" 2>&1 &
	else
		serve_there /usr/bin/python3 \
			"$top_srcdir/tests/egress/postgres.py" \
			>"$N/pg.out" 2>&1 &
	fi
	servers="${servers-} $!"
}

web() {
	tool "curl: http" "net allow HOST:80" '.*"host": "www.example.org".*' \
		'net allow www\.example\.net' curl <<'END'
curl -sS -i -m 20 "http://$1/echo" >out
cat out
grep -q '200 x' out
END
	tool "curl: https" "net allow HOST" '.*"sni": "www.example.org".*' \
		'access denied' curl <<'END'
curl -sS -m 20 "https://$1/echo"
END
	tool "curl: 20 at a time" "net allow HOST" 'all 20' 'access denied' \
		curl <<'END'
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	curl -sS -m 20 "https://$1/echo/$i" >out.$i &
done
wait
n=$(cat out.* | grep -c echo)
echo "all $n"
[ "$n" = 20 ]
END
	tool "a download of 200 MB" "net allow HOST" 209715200 'access denied' \
		curl <<'END'
curl -sS -m 40 "https://$1/bytes/209715200" >out
wc -c <out
rm out
END
	tool "an upload of 100 MB" "net allow HOST" 104857600 'access denied' \
		curl <<'END'
head -c 104857600 /dev/zero | curl -sS -m 40 -T - "https://$1/count"
END
	tool "WebSocket" "net allow HOST:80" 'again' \
		'403|net allow' python3 <<'END'
python3 websocket.py ws "$1" hello again
END
	tool "WebSocket over TLS" "net allow HOST:443" 'again' \
		'ACCESS_DENIED|access denied' python3 <<'END'
python3 websocket.py wss "$1" hello again
END
}

versions() {
	tool "git clones and pushes over https" "net allow HOST" 'pushed' \
		'[Aa]ccess (was )?denied|alert' git <<'END'
git clone -q "https://$1/git/toy.git" toy
cd toy
git log --oneline | grep first
git -c user.name=t -c user.email=t@example.org commit -q --allow-empty -m two
git push -q origin HEAD:refs/heads/$(date +%s%N)
echo pushed
END
	tool "git clones and pushes over ssh" "net allow HOST:22" 'pushed' \
		'[Cc]onnection (reset|closed)' git ssh <<END
export GIT_SSH_COMMAND="ssh -F \$PWD/ssh_config"
git clone -q "ssh://tester@\$1$N/repos/toy.git" toy
cp key known_hosts toy; cd toy
git log --oneline | grep first
git -c user.name=t -c user.email=t@example.org commit -q --allow-empty -m two
git push -q origin HEAD:refs/heads/\$(date +%s%N)
echo pushed
END
}

packages() {
	tool "pip installs from an index" "net allow HOST" red \
		'[Aa][Cc][Cc][Ee][Ss][Ss].[Dd][Ee][Nn][Ii][Ee][Dd]' pip3 <<'END'
/usr/bin/python3 -m pip install --no-cache-dir --retries 0 --target t \
	--index-url "https://$1/simple" toy 2>&1
PYTHONPATH=t /usr/bin/python3 -c 'import toy; print(toy.colour)'
END
	tool "npm installs from a registry" "net allow HOST" red \
		'access.denied|alert' npm node <<'END'
export NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca.pem npm_config_cache=$PWD/c
npm install --silent --no-audit --no-fund --no-update-notifier \
	--fetch-retries=0 --registry "https://$1/npm/$1/" toy 2>&1 ||
	{ cat c/_logs/*; exit 1; }
node -e 'console.log(require("toy").colour)'
END
	tool "apt updates and downloads" "net allow HOST:80" toy_1.0_all.deb \
		'403' apt-get <<'END'
mkdir -p a/lists/partial a/archives/partial
echo "deb [trusted=yes] http://$1/apt ./" >a/list
export APT_CONFIG=$PWD/apt.conf
apt-get update 2>&1
apt-get download toy
ls *.deb
END
	tool "psql asks a server" "net allow HOST:5432 raw" 42 \
		'reset|closed' psql <<'END'
psql -h "$1" -U tester -d postgres -Atc 'select 6 * 7'
END
}

tools() {
	web
	versions
	packages
}

stock
ssh_server
postgres_server
STOCKADE_WAYS=${STOCKADE_WAYS:-root rootless}
run_ways tools
test_end
