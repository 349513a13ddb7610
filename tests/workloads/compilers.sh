#!/bin/sh
# SPDX-License-Identifier: ISC
# Compilers and build tools.
# shellcheck source=tests/lib/harness.sh
. "${top_srcdir:?}/tests/lib/harness.sh"
# shellcheck source=tests/workloads/lib.sh
. "$top_srcdir/tests/workloads/lib.sh"

test_begin

compilers() {
	workload "gcc compiles, links and runs" "sum 5050" gcc <<'END'
cat >a.c <<'C'
#include <stdio.h>
int main(void) { int i, s = 0; for (i = 1; i <= 100; i++) s += i;
printf("sum %d\n", s); return 0; }
C
gcc -O2 -pipe -Wall -o a a.c
./a
END
	workload "g++ with templates, exceptions and threads" "caught 42" \
		g++ <<'END'
cat >a.cc <<'C'
#include <iostream>
#include <stdexcept>
#include <thread>
#include <vector>
int main() {
	std::vector<std::thread> t;
	for (int i = 0; i < 8; i++) t.emplace_back([] {});
	for (auto &x : t) x.join();
	try { throw std::runtime_error("42"); }
	catch (const std::exception &e) { std::cout << "caught " << e.what() << "\n"; }
}
C
g++ -std=c++17 -O1 -pthread -o a a.cc
./a
END
	workload "make -j4 with a shared library" "answer 20" gcc make <<'END'
for i in 0 1 2 3 4; do
	echo "int f$i(void) { return $i * 2; }" >"f$i.c"
done
cat >main.c <<'C'
#include <stdio.h>
int f0(void), f1(void), f2(void), f3(void), f4(void);
int main(void) { printf("answer %d\n", f0() + f1() + f2() + f3() + f4()); }
C
cat >Makefile <<'M'
OBJS = f0.o f1.o f2.o f3.o f4.o
main: main.c libf.so
	$(CC) -o $@ main.c -L. -lf -Wl,-rpath,'$$ORIGIN'
libf.so: $(OBJS)
	$(CC) -shared -o $@ $(OBJS)
%.o: %.c
	$(CC) -fPIC -c $<
M
make -s -j4
./main
END
	workload "cmake, ninja and ctest" "100% tests passed.*" \
		cmake ninja gcc <<'END'
cat >CMakeLists.txt <<'M'
cmake_minimum_required(VERSION 3.10)
project(t C)
enable_testing()
add_executable(t t.c)
add_test(NAME t COMMAND t)
M
echo 'int main(void) { return 0; }' >t.c
cmake -G Ninja -B out >/dev/null
ninja -C out >/dev/null
cd out && ctest
END
	workload "autoconf and configure" "answer 42" autoconf gcc make <<'END'
cat >configure.ac <<'M'
AC_INIT([t], [1])
AC_CONFIG_SRCDIR([t.c])
AC_PROG_CC
AC_CHECK_HEADERS([unistd.h])
AC_CHECK_FUNCS([fork])
AC_DEFINE([ANSWER], [42], [it])
AC_CONFIG_HEADERS([config.h])
AC_CONFIG_FILES([Makefile])
AC_OUTPUT
M
echo '#undef ANSWER' >config.h.in
printf 't: t.c\n\t@CC@ -I. -o t t.c\n' >Makefile.in
printf '#include <stdio.h>\n#include "config.h"\nint main(void) { printf("answer %%d\\n", ANSWER); }\n' >t.c
autoconf
./configure -q
make -s
./t
END
	workload "meson" "Ok: +1 *" meson ninja gcc <<'END'
printf "project('t', 'c')\ntest('t', executable('t', 't.c'))\n" >meson.build
echo 'int main(void) { return 0; }' >t.c
meson setup out >/dev/null
meson test -C out
END
	workload "bison and flex" "value 14" bison flex gcc <<'END'
cat >p.y <<'Y'
%{
#include <stdio.h>
int yylex(void); void yyerror(const char *s) { puts(s); }
%}
%token NUM
%left '+'
%left '*'
%%
line: e { printf("value %d\n", $1); };
e: e '+' e { $$ = $1 + $3; } | e '*' e { $$ = $1 * $3; } | NUM;
%%
int main(void) { return yyparse(); }
Y
cat >l.l <<'L'
%option noyywrap nounput noinput
%{
#include <stdlib.h>
#include "p.tab.h"
%}
%%
[0-9]+ { yylval = atoi(yytext); return NUM; }
[ \n] ;
. return yytext[0];
L
bison -d p.y
flex l.l
gcc -o calc p.tab.c lex.yy.c
echo '2 + 3 * 4' | ./calc
END
	workload "clang" "clang 7" +clang <<'END'
printf '#include <stdio.h>\nint main(void) { printf("clang %%d\\n", 7); }\n' >a.c
clang -O2 -o a a.c
./a
END
	workload "gfortran" " *42" +gfortran <<'END'
printf 'program t\nprint *, 6*7\nend program\n' >t.f90
gfortran -o t t.f90
./t
END
	workload "go builds and tests" "ok .*" +go <<'END'
printf 'module t\n\ngo 1.19\n' >go.mod
printf 'package t\nfunc F() int { return 42 }\n' >t.go
cat >t_test.go <<'G'
package t
import "testing"
func TestF(t *testing.T) {
	c := make(chan int)
	for i := 0; i < 50; i++ { go func() { c <- F() }() }
	for i := 0; i < 50; i++ { if <-c != 42 { t.Fatal("no") } }
}
G
go test -vet=off ./...
END
	workload "rustc" "rust 42" +rustc <<'END'
echo 'fn main() { println!("rust {}", 6 * 7); }' >a.rs
rustc -O a.rs
./a
END
	workload "javac and java" "java 42" +javac +java <<'END'
cat >A.java <<'J'
import java.util.stream.*;
public class A {
	public static void main(String[] a) throws Exception {
		int s = IntStream.rangeClosed(1, 6).parallel().sum() * 2;
		java.security.MessageDigest.getInstance("SHA-256");
		Process p = new ProcessBuilder("true").start();
		System.out.println("java " + (s + p.waitFor()));
	}
}
J
javac A.java
java -Xmx256m A
END
}

workload_ways compilers
test_end
