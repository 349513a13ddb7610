// SPDX-License-Identifier: ISC
// Which commands are found in a line of shell, and what is a fault in one.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "policy/shell.h"

#define FOUND_MAX 4096

static char found[FOUND_MAX];
static struct shell sh;

static void
add(const char *s, size_t len)
{
	size_t at = strlen(found);

	assert_true(at + len < sizeof(found));
	memcpy(found + at, s, len);
	found[at + len] = '\0';
}

static void
add_word(const struct shell_word *w)
{
	if ((w->flags & SHELL_DYNAMIC) != 0)
		add("$", 1);
	if ((w->flags & SHELL_GLOB) != 0)
		add("*", 1);
	add("<", 1);
	add(w->s, w->len);
	add(">", 1);
}

/* Each command as a line: {assignments} words > targets. */
static bool
note(void *arg, struct shell *s, const struct shell_command *c)
{
	static const char *const marks[] = {"r", "w", "d", "h"};
	size_t i;

	(void)arg;
	(void)s;
	if (found[0] != '\0')
		add(" ", 1);
	for (i = 0; i < c->nassign; i++) {
		add("=", 1);
		add_word(&c->assign[i]);
	}
	for (i = 0; i < c->nwords; i++)
		add_word(&c->word[i]);
	for (i = 0; i < c->nredirs; i++) {
		add(marks[c->redir[i].kind], 1);
		add_word(&c->redir[i].target);
	}
	return true;
}

static const char *
read_line(const char *line, size_t len, bool posix)
{
	found[0] = '\0';
	shell_init(&sh, note, NULL);
	if (!shell_read(&sh, line, len, posix)) {
		assert_non_null(sh.fault);
		return sh.fault;
	}
	assert_null(sh.fault);
	assert_int_equal(sh.nwords, 0);
	assert_int_equal(sh.nredirs, 0);
	assert_int_equal(sh.ntext, 0);
	assert_int_equal(sh.depth, 0);
	return NULL;
}

static const struct {
	const char *line, *found;
} good[] = {
    {"", ""},
    {"  # nothing", ""},
    {"ls", "<ls>"},
    {"ls -l  'a b' \"c d\" e\\ f", "<ls><-l><a b><c d><e f>"},
    {"a'b'\"c\"\\d", "<abcd>"},
    {"''", "<>"},
    {"a;b&c&&d||e|f|&g\nh", "<a> <b> <c> <d> <e> <f> <g> <h>"},
    {"a \\\nb", "<a><b>"},
    {"a\\\nb", "<ab>"},
    {"a#b #c;d\ne", "<a#b> <e>"},
    {"echo $x \"$y\" '$z' \\$w", "<echo>$<$x>$<$y><$z><$w>"},
    {"echo * a? [b] {c,d} '*' {}", "<echo>*<*>*<a?>*<[b]>*<{c,d}><*><{}>"},
    {"[ -f x ]", "<[><-f><x><]>"},
    {"echo ~/x a~", "<echo>$<~/x><a~>"},
    {"x=1 y=$z ls", "=<x=1>=$<y=$z><ls>"},
    {"x=1", "=<x=1>"},
    {"x+=1 a[1]=2 ls", "=<x+=1>=*<a[1]=2><ls>"},
    {"ls x=1", "<ls><x=1>"},
    {"1=2 a", "<1=2><a>"},
    {"echo $1 $@x $? $1a", "<echo>$<$1>$<$@x>$<$?>$<$1a>"},
    {"\"a\\\nb\" \"\\$x\\\\\\\"\\`c\\`\\d\"", "<ab><$x\\\"`c`\\d>"},
    {"a <<E \"b\\\"c\"\nd\nE", "<a><b\"c>h<d\n>"},
    {"x=(a $(b) c)", "<b> =<x=>"},
    {"declare -a x=(a `b`)", "<b> <declare><-a><x=>"},
    // Substitutions.
    {"echo $(rm x)", "<rm><x> <echo>$<>"},
    {"echo a$(b)c", "<b> <echo>$<ac>"},
    {"echo \"a $(b \"c d\") e\"", "<b><c d> <echo>$<a  e>"},
    {"echo '$(a)'", "<echo><$(a)>"},
    {"echo `a \\`b\\``", "<b> <a>$<> <echo>$<>"},
    {"echo \"`a \\\"b\\\"`\"", "<a><b> <echo>$<>"},
    {"$(a $(b $(c)))", "<c> <b>$<> <a>$<> $<>"},
    {"echo $((1 + $(a)))", "<a> <echo>$<>"},
    {"echo $( (a) )", "<a> <echo>$<>"},
    {"echo $((a) | b)", "<a> <b> <echo>$<>"},
    {"echo ${x} ${x:-$(a)} ${x:-`b`}", "<a> <b> <echo>$<>$<>$<>"},
    {"echo \"${x:-\"$(a)\"}\"", "<a> <echo>$<>"},
    {"echo ${x#'}'} b", "<echo>$<><b>"},
    {"diff <(a) >(b)", "<a> <b> <diff>$<>$<>"},
    {"$'a\\nb' $\"c\" $'\\x41'", "<a\nb><c>$<x41>"},
    {"echo $", "<echo><$>"},
    {"case $(a) in $(b)) c;; esac", "<a> <b> <c>"},
    {"for i in $(a) b; do c; done", "<a> <c>"},
    {"x[$(a)]=1", "<a> =$*<x[]=1>"},
    // Compound commands.
    {"(a; b)", "<a> <b>"},
    {"((a)) && b", "<b>"},
    {"( (a) )", "<a>"},
    {"{ a; b; }", "<a> <b>"},
    {"! a", "<a>"},
    {"time -p a", "<a>"},
    {"time a", "<a>"},
    {"if a; then b; elif c; then d; else e; fi", "<a> <b> <c> <d> <e>"},
    {"while a; do b; done >x", "<a> <b> w<x>"},
    {"until a; do b; done", "<a> <b>"},
    {"for i in a b; do c; done", "<c>"},
    {"for i; do c; done", "<c>"},
    {"for i\ndo c; done", "<c>"},
    {"for i in a\nb\ndo c; done", "<b> <c>"},
    {"for ((i=0;i<3;i++)); do c; done", "<c>"},
    {"select i in a b; do c; done", "<c>"},
    {"case x in a|b) c;; (d) e;& f) g;;& *) h; esac; i", "<c> <e> <g> <h> <i>"},
    {"case x in a) b\nesac\nc", "<b> <c>"},
    {"case x in esac", ""},
    {"case a in a) case b in b) c;; esac;; d) e;; esac", "<c> <e>"},
    {"f() { a; }; b", "<a> <b>"},
    {"f () a", "<a>"},
    {"function f { a; }", "<a>"},
    {"function f() { a; }", "<a>"},
    {"[[ -f x && $(a) < b || ( c =~ ^(d|e)$ ) ]] && f",
	"<a> <[[><-f><x>$<><b><c><=~><^><d><e><$><]]> <f>"},
    {"echo if then fi }", "<echo><if><then><fi><}>"},
    {"'if' a", "<if><a>"},
    {"a() b; c", "<b> <c>"},
    // Redirections.
    {"a >b", "<a>w<b>"},
    {"a 2>&1 >>b <c", "<a>d<1>w<b>r<c>"},
    {"2>b a", "<a>w<b>"},
    {"a 2 >b", "<a><2>w<b>"},
    {"a2>b", "<a2>w<b>"},
    {"a &>b &>>c", "<a>w<b>w<c>"},
    {"a >&b >&2 >&- <&3-", "<a>w<b>d<2>d<->d<3->"},
    {"a >|b <>c", "<a>w<b>w<c>"},
    {"a {fd}>b", "<a>w<b>"},
    {"{a,b}>c", "*<{a,b}>w<c>"},
    {"a > $b", "<a>w$<$b>"},
    {"a > >(b)", "<b> <a>w$<>"},
    {"a <<<'b c'", "<a>h<b c>"},
    {">b", "w<b>"},
    {"a&b>c", "<a> <b>w<c>"},
    // Here-documents.
    {"a <<E\nb $(c) d\nE\ne", "<c> <a>h$<b $(c) d\n> <e>"},
    {"a <<'E'\nb $(c)\nE\ne", "<a>h<b $(c)\n> <e>"},
    {"a <<\\E\n`b`\nE", "<a>h<`b`\n>"},
    {"a <<-E\n\tb\n\tE\nc", "<a>h<\tb\n> <c>"},
    {"a <<E; b\nc\nE\nd", "<a>h<c\n> <b> <d>"},
    {"a <<E | b <<F\nc\nE\nd\nF\ne", "<a>h<c\n> <b>h<d\n> <e>"},
    {"a <<E\nb\\\nE\nc\nE\nd", "<a>h$<b\\\nE\nc\n> <d>"},
    {"a <<E\nb\\\\\nE\nc\nE", "<a>h$<b\\\\\n> <c> <E>"},
    {"b=\"c\" d['e']='f' g", "=<b=c>=*<d[e]=f><g>"},
    {"echo $(a <<E\nb\nE\n) c", "<a>h<b\n> <echo>$<><c>"},
    {"a <<E # it\nb\nE", "<a>h<b\n>"},
    {"a <<''\nb\n\nc", "<a>h<b\n> <c>"},
    {"a <<E && b 'c d'\ne\nE\n", "<a>h<e\n> <b><c d>"},
    {"a <<E\nE", "<a>h<>"},
};

static const struct {
	const char *line;
	bool posix;
} bad[] = {
    {"a 'b", false},
    {"a \"b", false},
    {"a `b", false},
    {"a $(b", false},
    {"a ${b", false},
    {"a \\", false},
    {"(a", false},
    {"a)", false},
    {"a ( b )", false},
    {"a b() c", false},
    {"a <<E", false},
    {"a <<E\nb", false},
    {"a <<'E'\nb", false},
    {"a <<E 'b\nc'\nE", false},
    {"a <<EF\nE\\\nF\nb\nEF", false},
    {"a <<'c \"' # \"\\\nc \"\nb\nc \"", false},
    {"a <<E; b $(c <<F)\nE\nd\nF", false},
    {"b $(c <<F)\nd\nF", false},
    {"'A'=/b", false},
    {"A\\\nB=c d", false},
    {"a[b]'='c", false},
    {"a <<E $(b\nE\n)", false},
    {"a <<E \\\nb\nE", false},
    {"a <<$E\nb\n$E", false},
    {"a >", false},
    {"a <", false},
    {"a;;b", false},
    {"esac", false},
    {"case a b", false},
    {"case a on b) c;; esac", false},
    {"case a in b c) d;; esac", false},
    {"case a in b", false},
    {"[[ a", false},
    {"[[ a ; ]]", false},
    {"coproc ls { curl x; }", false},
    {"echo $[1]", false},
    {"echo ${ a; }", false},
    {"echo ${x@P}", false},
    {"echo $((1'2'))", false},
    {"echo \"${x:-'a'}\"", false},
    {"echo $'\\''", false},
    {"echo ${x:-<(a)}", false},
    {"x=(a;b)", false},
    {"echo @(a|b)", false},
    {"[[ a ]]", true},
    {"((a))", true},
    {"function f { a; }", true},
};

static void
test_good(void **state)
{
	const char *fault;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		fault = read_line(good[i].line, strlen(good[i].line), false);
		if (fault != NULL)
			fail_msg("%s: %s", good[i].line, fault);
		if (strcmp(found, good[i].found) != 0)
			fail_msg("%s:\n%s, not\n%s", good[i].line, found,
			    good[i].found);
	}
}

static void
test_bad(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (read_line(bad[i].line, strlen(bad[i].line), bad[i].posix) ==
		    NULL)
			fail_msg("%s was read: %s", bad[i].line, found);
	assert_non_null(read_line("a\0b", 3, false));
	assert_non_null(read_line("a 'b\0c'", 7, false));
}

static bool
count(void *arg, struct shell *s, const struct shell_command *c)
{
	(void)arg;
	(void)s;
	assert_true(c->nwords <= SHELL_WORDS_MAX);
	return true;
}

/* As much as there is room for, and one more. */
static void
test_long(void **state)
{
	static char line[SHELL_LINE_MAX + 2];
	size_t i;

	(void)state;
	memset(line, ' ', sizeof(line));
	line[0] = 'a';
	assert_null(read_line(line, SHELL_LINE_MAX, false));
	assert_non_null(read_line(line, SHELL_LINE_MAX + 1, false));
	// One word that is as long, and one that fits.
	memset(line, 'a', SHELL_LINE_MAX);
	assert_string_equal(
	    read_line(line, SHELL_LINE_MAX, false), "it is too long");
	shell_init(&sh, count, NULL);
	assert_true(shell_read(&sh, line, SHELL_LINE_MAX - 3, false));
	for (i = 0; i <= SHELL_REDIRS_MAX; i++)
		memcpy(line + 3 * i, " >a", 3);
	assert_null(read_line(line, 3 * SHELL_REDIRS_MAX, false));
	assert_string_equal(read_line(line, 3 * SHELL_REDIRS_MAX + 3, false),
	    "it has too many redirections");
	memset(line, ' ', sizeof(line));
	// Each word is dropped once its command is over, but no sooner.
	for (i = 0; i <= SHELL_WORDS_MAX; i++)
		line[2 * i] = ':';
	found[0] = '\0';
	shell_init(&sh, count, NULL);
	assert_true(shell_read(&sh, line, 2 * SHELL_WORDS_MAX, false));
	assert_false(shell_read(&sh, line, 2 * SHELL_WORDS_MAX + 1, false));
	assert_non_null(sh.fault);
}

static void
test_nested(void **state)
{
	char line[8 * SHELL_DEPTH_MAX];
	size_t i;

	(void)state;
	// With blanks between: "((" is arithmetic.
	for (i = 0; i < SHELL_DEPTH_MAX; i++) {
		line[2 * i] = '(';
		line[2 * i + 1] = ' ';
	}
	line[2 * i] = 'a';
	memset(line + 2 * i + 1, ')', SHELL_DEPTH_MAX);
	assert_null(read_line(line, 3 * SHELL_DEPTH_MAX + 1, false));
	memmove(line + 2, line, 3 * SHELL_DEPTH_MAX + 1);
	line[3 * SHELL_DEPTH_MAX + 3] = ')';
	assert_non_null(read_line(line, 3 * SHELL_DEPTH_MAX + 4, false));
	// Backquotes are one more, too.
	memmove(line, line + 2, 2 * SHELL_DEPTH_MAX);
	memcpy(line + 2 * SHELL_DEPTH_MAX, "`a`", 3);
	memset(line + 2 * SHELL_DEPTH_MAX + 3, ')', SHELL_DEPTH_MAX);
	assert_string_equal(read_line(line, 3 * SHELL_DEPTH_MAX + 3, false),
	    "it is nested too deeply");
}

static bool
end_it(void *arg, struct shell *s, const struct shell_command *c)
{
	(void)s;
	(void)c;
	++*(int *)arg;
	return false;
}

static void
test_end(void **state)
{
	int n = 0;

	(void)state;
	shell_init(&sh, end_it, &n);
	assert_false(shell_read(&sh, "a $(b) c; d", 11, false));
	assert_null(sh.fault);
	assert_int_equal(n, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_good),
	    cmocka_unit_test(test_bad),
	    cmocka_unit_test(test_long),
	    cmocka_unit_test(test_nested),
	    cmocka_unit_test(test_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
