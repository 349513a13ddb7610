// SPDX-License-Identifier: ISC
// What lines of shell come to by the rules: the strictest of their parts.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "policy/policy.h"

static struct policy p;
static struct policy_fault f;
static struct command_answer a;

static void
rules(const char *text)
{
	policy_init(&p);
	if (policy_parse(text, strlen(text), &p, &f) != 0)
		fail_msg("%u:%u: %s", f.line, f.column, f.text);
}

static void
judge(const char *line)
{
	command_judge(&p.command, line, strlen(line), &a);
}

struct row {
	const char *line;
	enum approve_verdict verdict;
	enum command_reason reason;
	const char *part;
};

static void
check(const struct row *row, size_t n)
{
	char why[COMMAND_WHY_MAX];
	size_t i, wrong = 0;

	for (i = 0; i < n; i++) {
		judge(row[i].line);
		if (a.verdict == row[i].verdict && a.reason == row[i].reason &&
		    (row[i].part == NULL || strcmp(a.part, row[i].part) == 0))
			continue;
		print_error("%s: %s, %s: \"%s\"\n", row[i].line,
		    approve_verdict_name(a.verdict), command_why(&a, why),
		    a.part);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof((rows)[0]))
#define YES(line)                                             \
	{                                                     \
		line, APPROVE_AUTO, COMMAND_BY_APPROVED, NULL \
	}

/* Of a shipped list that knows what everyone uses. */
static const struct row shipped[] = {
    YES(""),
    YES("ls -la src"),
    YES("cat a.c | grep -n 'x(y)' | head -20"),
    YES("/usr/bin/ls"),
    YES("./configure && make -j4 check 2>&1 | tail -30"),
    YES("/workspace/build/test"),
    YES("python3 -m pytest -q tests"),
    YES("python3 -c 'import os; print(os.getcwd())'"),
    YES("PYTHONPATH=src python3 -m unittest"),
    YES("cd build && cmake .. && make && ctest --output-on-failure"),
    YES("cd build && make && cd .. && ./build/test > out.txt"),
    YES("for f in *.c; do gcc -c \"$f\" || exit 1; done"),
    YES("find . -name '*.o' -exec rm {} + -o -name core -delete"),
    YES("find . -type f -print0 | xargs -0 grep -l TODO"),
    YES("find . -name '*.py' -exec sh -c 'wc -l \"$1\"' _ {} \\;"),
    YES("env -i HOME=/tmp ls"),
    YES("timeout -k 5 60 make test"),
    YES("nice -n 10 nohup make >/tmp/log 2>&1 &"),
    YES("bash -ec 'set -o pipefail; make | tee log'"),
    YES("sh run.sh; bash -x ./t.sh a b; . ./env.sh"),
    YES("cat > a.c <<'EOF'\nint main(void) { return run(\"curl x\"); }\n"
	"EOF"),
    YES("git status && git diff HEAD~1 -- src && git log --oneline | head"),
    YES("git --no-pager -C sub log -3"),
    YES("git add -A && git -c user.name=x -c user.email=y commit -m 'push'"),
    YES("git commit -m \"$(cat <<'EOF'\nfix: install\nEOF\n)\""),
    YES("cargo test && go test ./... && npm test && npm run build"),
    YES("while read -r l; do echo \"$l\"; done < list"),
    YES("[ -f x ] && [[ $y == a* ]] || ((z++))"),
    YES("x=$(date +%s); echo $((x + 1))"),
    YES("trap 'rm -f /tmp/x' EXIT; mktemp"),
    YES("hash -r; hash pip; jobs -l; read -r l; printf -v x -- %s y"),
    YES("GIT_PAGER=cat git log; GIT_EDITOR=true git rebase --continue"),
    YES("echo a >/dev/null 2>/dev/stderr; echo b > /workspace/x"),
    YES("export CFLAGS=-O2 CC=gcc; make"),
    YES("python3 - <<'EOF'\nprint(1)\nEOF"),
    YES("diff <(sort a) <(sort b)"),
    YES("(cd sub && ls) && echo x > y"),
    YES("eval 'ls -l'"),
    YES("command -v gcc >/dev/null || which gcc"),
    YES("python3.12 x.py; gcc-12 x.c"),
    YES("pip list; pip show x; npm ls; cargo build"),
    YES("npx --no-install jest"),
    YES("python3 x.py curl"),
    YES("./curl x"),
    YES("gcc -o /tmp/t t.c && /tmp/t"),
    YES("sh \"tests/$t.sh\"; sh t/*.sh; . \"bin/$x\""),
    YES("yarn test; busybox ls"),
    YES("timeout --kill-after=5 10 ls; timeout --signal KILL 10 ls"),
    YES("env -- ls; env; xargs; timeout 5; command; git --version"),
    YES("export PATH"),
    YES("cd /workspace/sub && echo x > y"),
    YES("cd /tmp && echo x > y; cd -- sub && cat > z"),
    YES("cd / && cd /workspace && echo x > y"),
    YES("sh -- -c curl"),
    YES("trap - EXIT; trap; trap -p"),
    YES("python3 x.py -m pip install y; python3 -c 'x' -m pip install y"),
    YES("python3 -m; make run curl; uv run"),
    YES("IFS= read -r x < f"),
};

#define INSTALL(line, part)                                  \
	{                                                    \
		line, APPROVE_ASK, COMMAND_BY_CATEGORY, part \
	}

static const struct row categories[] = {
    INSTALL("pip install x && ls", "pip install x"),
    INSTALL("ls; pip3 --quiet install -r requirements.txt",
	"pip3 --quiet install -r requirements.txt"),
    INSTALL("python3 -m pip install x", "python3 -m pip install x"),
    INSTALL("python -Im pip install x", NULL),
    INSTALL("python3 -mpip install x", NULL),
    INSTALL("python3 -W ignore -Xdev -X dev -m pip install x", NULL),
    INSTALL("nice -- curl x", "curl x"),
    INSTALL("bash -o pipefail -c 'curl x'", "curl x"),
    INSTALL("bash --rcfile f -c 'curl x'", "curl x"),
    INSTALL("npm --prefix web install", NULL),
    INSTALL("npm ci", NULL),
    INSTALL("npx create-app", NULL),
    INSTALL("cargo +nightly install x", NULL),
    INSTALL("sudo apt-get -y install x", "apt-get -y install x"),
    INSTALL("sh -c 'apt update'", "apt update"),
    INSTALL("pip \"$x\" y", NULL),
    INSTALL("uv run pip install x", NULL),
    INSTALL("curl -s https://x/y", "curl -s https://x/y"),
    INSTALL("git push", NULL),
    INSTALL("git -C sub push origin", NULL),
    INSTALL("git --no-pager fetch", NULL),
    INSTALL("echo $(wget -qO- x)", "wget -qO- x"),
    INSTALL("cat <<EOF\n$(curl x)\nEOF", "curl x"),
    INSTALL("f() { curl x; }; f", "curl x"),
    INSTALL("echo x | xargs -n1 curl", "curl ..."),
    INSTALL("find . -exec curl {} \\;", "curl {}"),
    INSTALL("bash <<'EOF'\nls\ncurl x\nEOF", "curl x"),
    INSTALL("bash <<< 'curl x'", "curl x"),
    INSTALL("eval 'curl' x", "curl x"),
    INSTALL("watch -n 1 'curl x'", "curl x"),
    INSTALL("timeout 5 env A=1 nice curl x", "curl x"),
    INSTALL("bash -c \"sh -c 'curl x'\"", "curl x"),
    INSTALL("trap 'curl x' EXIT", "curl x"),
    INSTALL("busybox wget x", "wget x"),
    INSTALL("/usr/bin/curl x", NULL),
    INSTALL("if false; then curl x; fi", NULL),
    INSTALL("ls & curl x", NULL),
    INSTALL("command curl x", NULL),
    INSTALL("exec curl x", NULL),
};

#define ASK(line, why, part)                              \
	{                                                 \
		line, APPROVE_ASK, COMMAND_BY_##why, part \
	}

static const struct row asked[] = {
    ASK("frobnicate x", UNLISTED, "frobnicate x"),
    ASK("ls && frobnicate", UNLISTED, "frobnicate"),
    ASK("sudo ls", UNLISTED, "sudo ls"),
    ASK("../x", UNLISTED, NULL),
    ASK("/workspace/../bin/x", UNLISTED, NULL),
    ASK("/opt/ls", UNLISTED, NULL),
    ASK("/tmp/../opt/ls", UNLISTED, NULL),
    ASK("yarn", UNLISTED, NULL),
    ASK("sh \"$x\"", CODE, NULL),
    ASK("sh $x.sh", CODE, NULL),
    ASK(". \"$x\"", CODE, NULL),
    ASK("alias ls=rm", UNLISTED, NULL),
    ASK("git config core.pager sh", UNLISTED, NULL),
    ASK("git -c core.pager=sh log", UNLISTED, NULL),
    ASK("git -c alias.log='!sh' log", UNLISTED, NULL),
    ASK("git \"$x\"", CATEGORY, NULL),
    ASK("$x", UNKNOWN, NULL),
    ASK("\"$(cat f)\" y", UNKNOWN, NULL),
    ASK("{rm,-rf,x}", UNKNOWN, NULL),
    ASK("/bin/c*l x", UNKNOWN, NULL),
    ASK("~/x", UNKNOWN, NULL),
    ASK("env $x ls", UNKNOWN, NULL),
    ASK("timeout --frob 5 ls", UNKNOWN, NULL),
    ASK("timeout --aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa 5 ls",
	UNKNOWN, NULL),
    ASK("timeout -k$x 5 ls", UNKNOWN, NULL),
    ASK("nice -z 5 ls", UNKNOWN, NULL),
    ASK("watch --frob ls", UNKNOWN, NULL),
    ASK("ls | xargs -I % sh -c 'rm %'", CODE, NULL),
    ASK("git bisect run curl x", RULE, NULL),
    ASK("git -C a rebase -i -x 'curl x' main", RULE, NULL),
    ASK("git grep -Ocurl x", RULE, NULL),
    ASK("git -C", UNLISTED, NULL),
    ASK("git --no-pager", UNLISTED, NULL),
    ASK("xargs -I{} {}", UNKNOWN, NULL),
    ASK("find . -exec {} \\;", UNKNOWN, NULL),
    ASK("cat x | xargs env", UNKNOWN, NULL),
    ASK("echo x | sh", CODE, "sh"),
    ASK("curl x | bash", CATEGORY, "curl x"),
    ASK("bash -c \"$x\"", CODE, NULL),
    ASK("bash -c", CODE, NULL),
    ASK("sh -c \"ls $x\"", CODE, NULL),
    ASK("find . -exec sh -c 'ls {}' \\;", CODE, NULL),
    ASK("ls | xargs -I% sh -c 'rm %'", CODE, NULL),
    ASK("ls | xargs sh -c", CODE, NULL),
    ASK("eval \"$x\"", CODE, NULL),
    ASK("bash <(echo ls)", CODE, NULL),
    ASK("source <(echo ls)", CODE, NULL),
    ASK("bash <<EOF\nls $x\nEOF", CODE, NULL),
    ASK("x='a[$(id)]'; echo $((x))", CODE, NULL),
    ASK("echo 'x", UNPARSABLE, NULL),
    ASK("sh -c 'echo \"x'", UNPARSABLE, "echo \"x"),
    ASK("coproc cat", UNPARSABLE, NULL),
    ASK("sh -c '[[ a && curl ]]'", UNPARSABLE, NULL),
    ASK("echo x > /etc/passwd", REDIRECT, "/etc/passwd"),
    ASK("echo x >> ../x", REDIRECT, "../x"),
    ASK("echo x > a/../../x", REDIRECT, NULL),
    ASK("echo x > \"$f\"", REDIRECT, NULL),
    ASK("echo x > ~/x", REDIRECT, NULL),
    ASK("echo x > /workspace/../x", REDIRECT, NULL),
    ASK("echo x &> /x", REDIRECT, NULL),
    ASK("> /x", REDIRECT, NULL),
    ASK("(ls) > /x", REDIRECT, NULL),
    ASK("cd / && echo x > y", REDIRECT, NULL),
    ASK("cd .. && echo x > y", REDIRECT, NULL),
    ASK("cd a; cd ..; echo x > y", REDIRECT, NULL),
    ASK("cd a && cd ../.. && echo x > y", REDIRECT, NULL),
    ASK("(cd a && (cd b)); cd ../ ; echo x > y", REDIRECT, NULL),
    ASK("(cd a && ls); (cd .. && echo x > y)", REDIRECT, NULL),
    ASK("cd && echo x > y", REDIRECT, NULL),
    ASK("cd - && echo x > y", REDIRECT, NULL),
    ASK("cd $x && echo x > y", REDIRECT, NULL),
    ASK("PATH= ls", ASSIGNMENT, NULL),
    ASK("cd /workspace/.. && echo x > y", REDIRECT, NULL),
    ASK("cd /; cd /workspace; echo x > y", REDIRECT, NULL),
    ASK("cd -P / && echo x > y", REDIRECT, NULL),
    ASK("popd && echo x > y", REDIRECT, NULL),
    ASK("PATH=. ls", ASSIGNMENT, "PATH=."),
    ASK("LD_PRELOAD=./x.so ls", ASSIGNMENT, NULL),
    ASK("export PATH=/x:$PATH; ls", ASSIGNMENT, NULL),
    ASK("env LD_PRELOAD=x ls", ASSIGNMENT, NULL),
    ASK("GIT_SSH_COMMAND=x git log", ASSIGNMENT, NULL),
    ASK("env -i PATH=/x ls", ASSIGNMENT, "PATH=/x"),
    ASK("BASH_ENV=x bash y", ASSIGNMENT, NULL),
    ASK("BASH_CMDS[ls]=/x/y; ls", ASSIGNMENT, NULL),
    ASK("BASH_ALIASES[ls]=y", ASSIGNMENT, NULL),
    ASK("read -r a PATH", ASSIGNMENT, NULL),
    ASK("mapfile BASH_CMDS", ASSIGNMENT, NULL),
    ASK("printf -v PATH x", ASSIGNMENT, NULL),
    ASK("printf -v'BASH_CMDS[ls]' x", ASSIGNMENT, NULL),
    ASK("mapfile -c 1 -C x a", CODE, NULL),
    ASK("readarray -tC x", CODE, NULL),
    ASK("hash -p /x/y ls", UNKNOWN, NULL),
    ASK("jobs -x frob a", UNLISTED, "frob a"),
};

static void
test_shipped(void **state)
{
	char evals[5 * 40 + 3];
	size_t i;

	(void)state;
	rules("");
	CHECK(shipped);
	CHECK(categories);
	CHECK(asked);
	// A text within a text, and so on.
	for (i = 0; i < 40; i++)
		memcpy(evals + 5 * i, "eval ", 5);
	memcpy(evals + 5 * i, "ls", 3);
	judge(evals);
	assert_int_equal(a.reason, COMMAND_BY_UNPARSABLE);
	judge("nice nice nice nice nice nice nice nice nice nice nice nice "
	      "nice nice nice nice nice ls");
	assert_int_equal(a.reason, COMMAND_BY_UNPARSABLE);
	judge(evals + 5 * 35);
	assert_int_equal(a.reason, COMMAND_BY_APPROVED);
	judge("ls; pip install x");
	assert_int_equal(a.category, APPROVE_INSTALL);
	assert_int_equal(a.nparts, 2);
	// What is shown of a part is cut.
	memset(evals, 'x', sizeof(evals));
	command_judge(&p.command, evals, 203, &a);
	assert_int_equal(strlen(a.part), COMMAND_PART_MAX - 1);
	judge("git push");
	assert_int_equal(a.category, APPROVE_NETWORK);
	judge("frob");
	assert_int_equal(a.category, APPROVE_SHELL);
}

static enum approve_verdict
judge_in(const char *cwd, bool posix, const char *line)
{
	const struct command_line l = {line, strlen(line), cwd, posix};

	command_judge_line(&p.command, &l, &a);
	return a.verdict;
}

/* A line that begins where the last one ended, and one that sh reads. */
static void
test_line(void **state)
{
	(void)state;
	rules("");
	assert_int_equal(judge_in(NULL, false, "ls > x"), APPROVE_AUTO);
	assert_int_equal(
	    judge_in("/workspace/a", false, "ls > ../x"), APPROVE_AUTO);
	assert_int_equal(judge_in("/tmp", false, "ls > x"), APPROVE_AUTO);
	assert_int_equal(
	    judge_in("/workspace/a", false, "ls > ../../x"), APPROVE_ASK);
	assert_int_equal(judge_in("/var/lib", false, "ls > x"), APPROVE_ASK);
	assert_int_equal(a.reason, COMMAND_BY_REDIRECT);
	assert_int_equal(
	    judge_in("/workspace/a", false, "cd .. && ls > x"), APPROVE_AUTO);
	assert_int_equal(
	    judge_in(NULL, false, "[[ a && frob ]]"), APPROVE_AUTO);
	assert_int_equal(judge_in(NULL, true, "[[ a && frob ]]"), APPROVE_ASK);
	assert_int_equal(judge_in(NULL, true, "ls && make"), APPROVE_AUTO);
}

/* Own rules: the strictest, in any order. */
static void
test_own(void **state)
{
	static const struct row rows[] = {
	    YES("frob a"),
	    {"frob b", APPROVE_DENY, COMMAND_BY_RULE, "frob b"},
	    {"frob -q b", APPROVE_DENY, COMMAND_BY_RULE, NULL},
	    {"frob -q v b", APPROVE_DENY, COMMAND_BY_RULE, NULL},
	    {"frob \"$x\"", APPROVE_ASK, COMMAND_BY_RULE, NULL},
	    {"frob c", APPROVE_ASK, COMMAND_BY_RULE, NULL},
	    {"zap b", APPROVE_DENY, COMMAND_BY_RULE, NULL},
	    {"zap \"$x\"", APPROVE_ASK, COMMAND_BY_RULE, NULL},
	    {"zap c \"$x\"", APPROVE_ASK, COMMAND_BY_UNLISTED, NULL},
	    {"frob c; frob b; frob", APPROVE_DENY, COMMAND_BY_RULE, "frob b"},
	    {"$x; frob b", APPROVE_DENY, COMMAND_BY_RULE, "frob b"},
	    {"/x/y/frob b", APPROVE_DENY, COMMAND_BY_RULE, NULL},
	    {"sudo frob b", APPROVE_DENY, COMMAND_BY_RULE, "frob b"},
	    {"uv run \"$x\"", APPROVE_ASK, COMMAND_BY_RULE, NULL},
	    YES("run \"$x\" y"),
	    {"run", APPROVE_ASK, COMMAND_BY_UNLISTED, NULL},
	    {"python3 -m frob b", APPROVE_DENY, COMMAND_BY_RULE, NULL},
	    {"make", APPROVE_ASK, COMMAND_BY_RULE, NULL},
	    YES("pip install -r requirements.txt"),
	    {"pip install x", APPROVE_ASK, COMMAND_BY_CATEGORY, NULL},
	    YES("curl x"),
	    YES("/opt/tool/bin/x y"),
	    {"/opt/toolx y", APPROVE_ASK, COMMAND_BY_UNLISTED, NULL},
	    {"/opt/tool/../x", APPROVE_ASK, COMMAND_BY_UNLISTED, NULL},
	    {"mytool x", APPROVE_ASK, COMMAND_BY_CATEGORY, NULL},
	    YES("npm run test:unit"),
	};

	(void)state;
	rules(
	    "command auto frob curl /opt/tool \"run *\"\n"
	    "command deny \"frob  b\" \"zap b\"\tcommand ask \"frob c\" make\n"
	    "command auto \"pip install -r requirements.txt\" "
	    "\"npm run test:*\"\n"
	    "command network mytool");
	CHECK(rows);
	judge("frob b");
	assert_true(a.has_rule);
	assert_int_equal(a.rule.line, 2);
	assert_string_equal(a.rule.pattern, "frob b");
	assert_int_equal(a.rule.origin, COMMAND_FROM_POLICY);
	rules("command ask *");
	judge("ls");
	assert_int_equal(a.verdict, APPROVE_ASK);
	assert_int_equal(a.reason, COMMAND_BY_RULE);
}

/* allow is what Landlock holds, and approves as well. */
static void
test_allow(void **state)
{
	(void)state;
	rules("command allow frob \"git push\" /opt/x");
	assert_int_equal(p.spec.list[LIST_COMMAND].n, 2);
	assert_string_equal(p.spec.list[LIST_COMMAND].item[0], "frob");
	assert_string_equal(p.spec.list[LIST_COMMAND].item[1], "/opt/x");
	judge("frob && git push");
	assert_int_equal(a.verdict, APPROVE_AUTO);
	rules("command auto frob");
	assert_int_equal(p.spec.list[LIST_COMMAND].n, 0);
}

static void
test_defaults(void **state)
{
	(void)state;
	rules("command defaults none command auto cat");
	judge("cat x");
	assert_int_equal(a.verdict, APPROVE_AUTO);
	judge("ls");
	assert_int_equal(a.reason, COMMAND_BY_UNLISTED);
	judge("pip install x");
	assert_int_equal(a.reason, COMMAND_BY_UNLISTED);
}

/* The list as it is written is the list that is built in. */
static void
test_list(void **state)
{
	static char text[32768];
	const char *top = getenv("top_srcdir");
	char path[4096], *save = NULL, *line;
	struct command_rule r;
	uint32_t i, at = 0;
	size_t n;
	FILE *in;

	(void)state;
	snprintf(path, sizeof(path), "%s/policy/profiles/commands.policy",
	    top != NULL ? top : ".");
	in = fopen(path, "r");
	assert_non_null(in);
	n = fread(text, 1, sizeof(text) - 1, in);
	fclose(in);
	assert_true(n > 0 && n < sizeof(text) - 1);
	// Line by line: there are more rules than a policy has room for.
	for (line = strtok_r(text, "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save)) {
		rules(line);
		for (i = 0; i < p.command.n; i++) {
			assert_true(command_default(at++, &r));
			assert_string_equal(
			    r.pattern, p.command.rule[i].pattern);
			assert_int_equal(r.says, p.command.rule[i].says);
		}
	}
	assert_true(at > 100);
	assert_false(command_default(at, &r));
}

static void
test_approve(void **state)
{
	static const struct row any[] = {
	    {"frob", APPROVE_AUTO, COMMAND_BY_UNLISTED, NULL},
	    {"$x", APPROVE_AUTO, COMMAND_BY_UNKNOWN, NULL},
	    {"echo 'x", APPROVE_AUTO, COMMAND_BY_UNPARSABLE, NULL},
	    {"pip install x", APPROVE_NOTIFY, COMMAND_BY_CATEGORY, NULL},
	    {"curl x", APPROVE_DENY, COMMAND_BY_CATEGORY, NULL},
	    {"pip install x; frob", APPROVE_NOTIFY, COMMAND_BY_CATEGORY, NULL},
	};
	static const struct row strict[] = {
	    {"frob", APPROVE_AUTO, COMMAND_BY_UNLISTED, NULL},
	    // What is not seen could be what a rule is about.
	    {"$x", APPROVE_ASK, COMMAND_BY_UNKNOWN, NULL},
	    {"echo 'x", APPROVE_ASK, COMMAND_BY_UNPARSABLE, NULL},
	};

	(void)state;
	rules("approve shell auto\napprove install notify\n"
	      "approve network deny");
	CHECK(any);
	rules("approve shell auto command deny gdb");
	CHECK(strict);
	rules("approve shell auto command ask gdb");
	CHECK(strict);
	rules("approve shell deny");
	judge("ls");
	assert_int_equal(a.verdict, APPROVE_DENY);
	rules("");
	assert_int_equal(p.command.approve[APPROVE_READ], APPROVE_AUTO);
	assert_int_equal(p.command.approve[APPROVE_WRITE], APPROVE_NOTIFY);
	assert_int_equal(p.command.approve[APPROVE_SHELL], APPROVE_ASK);
	assert_int_equal(p.command.approve[APPROVE_NETWORK], APPROVE_ASK);
	assert_int_equal(p.command.approve[APPROVE_INSTALL], APPROVE_ASK);
}

static void
test_why(void **state)
{
	char why[COMMAND_WHY_MAX];

	(void)state;
	rules("\ncommand deny gdb");
	judge("gdb x");
	assert_string_equal(
	    command_why(&a, why), "\"command deny gdb\" (line 2) says so");
	judge("frob");
	assert_string_equal(command_why(&a, why), "no rule approves it");
	judge("pip install x");
	assert_non_null(strstr(command_why(&a, why),
	    "\"command install pip install\" of the "
	    "shipped list (line "));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_shipped),
	    cmocka_unit_test(test_line),
	    cmocka_unit_test(test_own),
	    cmocka_unit_test(test_allow),
	    cmocka_unit_test(test_defaults),
	    cmocka_unit_test(test_list),
	    cmocka_unit_test(test_approve),
	    cmocka_unit_test(test_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
