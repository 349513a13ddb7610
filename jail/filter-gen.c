// SPDX-License-Identifier: ISC
// Compiles the system call tables to BPF while the project is built, so that
// starting a box compiles nothing and the helper links no compiler.
//
// Every command loads its filter anew, so that its length is time: calls are
// sorted into ranges of one verdict, found by binary search. A third of what
// libseccomp makes of the same rules; a unit test holds the two against each
// other for every number. libseccomp knows the numbers.
//
// Output: a C header with one array of struct sock_filter values a profile.
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include "policy/syscalls.h"

enum {
	NUMBERS = SYSCALL_KNOWN_MAX + 1,
	X32_BIT = 0x40000000,
	INSNS_MAX = 512,
	CHECKS_MAX = 32,
	HOLES_MAX = 1024,
};

// What becomes of a number; from CHECK on, which block looks at arguments.
enum verdict {
	DENY,
	ALLOW,
	NOSYS,
	KILL,
	CHECK,
};

struct range {
	uint32_t first;
	int verdict;
};

// A jump whose place is not known yet.
struct hole {
	size_t insn;
	bool on_true;
	int verdict;
};

static struct {
	int of[NUMBERS]; // verdicts
	const char *check[CHECKS_MAX];
	int nchecks;
	struct range range[NUMBERS + 2];
	int nranges;
	struct sock_filter insn[INSNS_MAX];
	size_t n;
	struct hole hole[HOLES_MAX];
	size_t nholes;
	bool failed;
} g;

static void
fail(const char *what, const char *name)
{
	fprintf(stderr, "filter-gen: %s%s\n", what, name);
	g.failed = true;
}

static size_t
emit(uint16_t code, uint32_t k)
{
	if (g.n == INSNS_MAX) {
		fail("too many instructions", "");
		return 0;
	}
	g.insn[g.n] = (struct sock_filter){.code = code, .k = k};
	return g.n++;
}

static void
aim(size_t from, bool on_true, size_t to)
{
	size_t far = to - from - 1;

	if (far > 255)
		fail("a jump is too long", "");
	if (on_true)
		g.insn[from].jt = (uint8_t)far;
	else
		g.insn[from].jf = (uint8_t)far;
}

static void
aim_later(size_t from, bool on_true, int verdict)
{
	if (g.nholes == HOLES_MAX) {
		fail("too many jumps", "");
		return;
	}
	g.hole[g.nholes++] = (struct hole){from, on_true, verdict};
}

// Points every waiting jump of a verdict here.
static void
land(int verdict)
{
	size_t i;

	for (i = 0; i < g.nholes; i++)
		if (g.hole[i].verdict == verdict)
			aim(g.hole[i].insn, g.hole[i].on_true, g.n);
}

static void branch(size_t from, bool on_true, int lo, int hi);

static void
search(int lo, int hi)
{
	int mid = (lo + hi + 1) / 2;
	size_t at = emit(BPF_JMP | BPF_JGE | BPF_K, g.range[mid].first);

	branch(at, false, lo, mid - 1);
	branch(at, true, mid, hi);
}

static void
branch(size_t from, bool on_true, int lo, int hi)
{
	if (lo == hi) {
		aim_later(from, on_true, g.range[lo].verdict);
		return;
	}
	aim(from, on_true, g.n);
	search(lo, hi);
}

static uint32_t
low_half(unsigned arg)
{
	return (uint32_t)(offsetof(struct seccomp_data, args) + 8 * arg);
}

// One alternative: falls through to the next one if it does not hold.
static void
emit_rule(const struct syscall_rule *r)
{
	size_t failed[3];
	int i, n = 0;

	for (i = 0; i < 3 && r->cond[i].used; i++) {
		if (r->cond[i].mask > UINT32_MAX)
			fail("a mask of more than 32 bits: ", r->name);
		emit(BPF_LD | BPF_W | BPF_ABS, low_half(r->cond[i].arg));
		if (r->cond[i].mask != UINT32_MAX)
			emit(BPF_ALU | BPF_AND | BPF_K,
			    (uint32_t)r->cond[i].mask);
		failed[n++] =
		    emit(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)r->cond[i].value);
	}
	emit(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	while (n > 0)
		aim(failed[--n], false, g.n);
}

static void
emit_check(const char *name)
{
	const struct syscall_refusal *f;
	const struct syscall_rule *r;
	bool refused = false;
	size_t at;

	for (f = syscalls_refused; f->name != NULL; f++) {
		if (strcmp(f->name, name) != 0)
			continue;
		emit(BPF_LD | BPF_W | BPF_ABS, low_half(f->arg));
		at = emit(BPF_JMP | BPF_JEQ | BPF_K, f->value);
		aim(at, false, g.n + 1);
		emit(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
		refused = true;
	}
	for (r = syscalls_default; !refused && r->name != NULL; r++)
		if (strcmp(r->name, name) == 0)
			emit_rule(r);
	emit(BPF_RET | BPF_K,
	    refused ? SECCOMP_RET_ALLOW : SECCOMP_RET_ERRNO | EPERM);
}

static int
number_of(const char *name, int fallback)
{
	int nr = seccomp_syscall_resolve_name(name);

	if (nr == __NR_SCMP_ERROR && fallback > 0)
		return fallback;
	if (nr == __NR_SCMP_ERROR)
		fail("unknown system call ", name);
	if (nr >= NUMBERS)
		fail("beyond the known numbers: ", name);
	// negative: not on this architecture
	return nr;
}

static void
set_check(int nr, const char *name)
{
	if (g.of[nr] >= CHECK)
		return; // another alternative of the same call
	if (g.nchecks == CHECKS_MAX) {
		fail("too many calls with conditions", "");
		return;
	}
	g.check[g.nchecks] = name;
	g.of[nr] = CHECK + g.nchecks++;
}

static void
read_tables(bool helper)
{
	const struct syscall_refusal *f;
	const struct syscall_rule *r;
	size_t i;
	int nr;

	for (r = syscalls_default; r->name != NULL; r++) {
		nr = number_of(r->name, r->number);
		if (nr < 0)
			continue;
		if (r->cond[0].used)
			set_check(nr, r->name);
		else
			g.of[nr] = r->verdict == SYSCALL_ALLOW ? ALLOW : NOSYS;
	}
	for (f = syscalls_refused; f->name != NULL; f++)
		set_check(number_of(f->name, 0), f->name);
	for (i = 0; helper && syscalls_helper[i] != NULL; i++)
		g.of[number_of(syscalls_helper[i], 0)] = ALLOW;
}

static void
make_ranges(void)
{
	uint32_t nr;

	for (nr = 0; nr < NUMBERS; nr++)
		if (nr == 0 || g.of[nr] != g.of[nr - 1])
			g.range[g.nranges++] = (struct range){nr, g.of[nr]};
	g.range[g.nranges++] = (struct range){NUMBERS, NOSYS};
	g.range[g.nranges++] = (struct range){X32_BIT, KILL};
}

static void
compile(bool helper)
{
	size_t at;
	int i;

	memset(&g, 0, sizeof(g));
	read_tables(helper);
	make_ranges();
	emit(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
	at = emit(BPF_JMP | BPF_JEQ | BPF_K, seccomp_arch_native());
	aim_later(at, false, KILL);
	emit(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	search(0, g.nranges - 1);
	land(ALLOW);
	emit(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	land(DENY);
	emit(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
	land(NOSYS);
	emit(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS);
	land(KILL);
	emit(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
	for (i = 0; i < g.nchecks; i++) {
		land(CHECK + i);
		emit_check(g.check[i]);
	}
}

static void
print(const char *name, bool helper)
{
	size_t i;

	compile(helper);
	printf("static const struct sock_filter filter_%s[] = {\n", name);
	for (i = 0; i < g.n; i++)
		printf("\t{0x%x, %u, %u, 0x%x},\n", g.insn[i].code,
		    g.insn[i].jt, g.insn[i].jf, g.insn[i].k);
	printf("};\n");
}

int
main(void)
{
	printf("/* Made by filter-gen from policy/syscalls.c. */\n");
	print("box", false);
	if (g.failed)
		return 1;
	print("helper", true);
	return g.failed || fflush(stdout) != 0;
}
