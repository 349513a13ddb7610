// SPDX-License-Identifier: ISC
// Compiles the system call tables to BPF while the project is built, so that
// starting a box compiles nothing and the helper links no compiler.
//
// A unit test holds what comes out against libseccomp's of the same tables,
// for every number; libseccomp also knows the numbers here.
//
// Output: a C header with one array of struct sock_filter values a profile.
// With the operand "man": the tables of stockade-syscalls(7).
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include "jail/filter-asm.h"
#include "jail/filter-rows.h"
#include "policy/syscalls.h"

enum {
	NUMBERS = SYSCALL_KNOWN_MAX + 1,
	X32_BIT = 0x40000000,
	CALLS_MAX = 48,
	KEY_WORDS = 4,
	MAN_WIDTH = 78,
};

static const uint32_t returns[SYSCALL__VERDICTS] = {
    [SYSCALL_ALLOW] = SECCOMP_RET_ALLOW,
    [SYSCALL_REFUSE] = SECCOMP_RET_ERRNO | EPERM,
    [SYSCALL_NOSYS] = SECCOMP_RET_ERRNO | ENOSYS,
    [SYSCALL_INVAL] = SECCOMP_RET_ERRNO | EINVAL,
    [SYSCALL_PRETEND] = SECCOMP_RET_ERRNO | 0,
};

// A call whose arguments decide.
struct call {
	struct row row[ROWS_MAX];
	int rows;
	int label;
};

static struct {
	struct filter_asm a;
	int leaf[SYSCALL__VERDICTS], kill; // labels
	int of[NUMBERS];		   // a label; 0: refused
	struct call call[CALLS_MAX];
	int calls;
	size_t key[KEY_WORDS]; // the instructions that hold it
} g;

static bool failed;

static void
fail(const char *what, const char *name)
{
	fprintf(stderr, "filter-gen: %s%s\n", what, name);
	failed = true;
}

static uint32_t
argument(unsigned arg, unsigned half)
{
	return (
	    uint32_t)(offsetof(struct seccomp_data, args) + 8 * arg + 4 * half);
}

static void
load(uint32_t at)
{
	asm_emit(&g.a, BPF_LD | BPF_W | BPF_ABS, at);
}

static void
add_word(struct row *r, uint32_t at, uint64_t mask, uint64_t value)
{
	if ((uint32_t)mask != 0)
		r->word[r->words++] =
		    (struct word){at, (uint32_t)mask, (uint32_t)value};
}

static void
add_row(struct call *c, const struct syscall_rule *r)
{
	struct row *row = &c->row[c->rows];
	const struct syscall_cond *d;
	int i;

	if (c->rows == ROWS_MAX) {
		fail("too many rows: ", r->name);
		return;
	}
	row->verdict = r->verdict;
	for (i = 0; i < 3 && r->cond[i].used; i++) {
		d = &r->cond[i];
		add_word(row, argument(d->arg, 0), d->mask, d->value);
		add_word(
		    row, argument(d->arg, 1), d->mask >> 32, d->value >> 32);
	}
	c->rows++;
}

static int
number_of(const char *name)
{
	const struct syscall_number *n;
	int nr = seccomp_syscall_resolve_name(name);

	for (n = syscalls_numbers; nr == __NR_SCMP_ERROR && n->name; n++)
		if (strcmp(n->name, name) == 0)
			nr = n->number;
	if (nr == __NR_SCMP_ERROR)
		fail("unknown system call ", name);
	if (nr >= NUMBERS)
		fail("beyond the known numbers: ", name);
	return nr; // negative: not on this architecture
}

// The rows of a name, which may stand in several groups.
static int
collect(const char *name, uint32_t in, struct call *c)
{
	const struct syscall_group *s;
	const struct syscall_rule *r;

	memset(c, 0, sizeof(*c));
	for (s = syscalls_groups; s->name != NULL; s++)
		for (r = s->rows; (s->in & in) != 0 && r && r->name; r++)
			if (strcmp(r->name, name) == 0)
				add_row(c, r);
	return c->rows;
}

// The label of a call that asks for the same, or 0.
static int
find_same(const struct call *c)
{
	int i;

	for (i = 0; i < g.calls; i++)
		if (g.call[i].rows == c->rows &&
		    rows_same(g.call[i].row, c->row, c->rows, 0))
			return g.call[i].label;
	return 0;
}

static void
decide(const char *name, uint32_t in)
{
	static struct call c;
	int nr = number_of(name);

	if (nr < 0 || g.of[nr] != 0 || collect(name, in, &c) == 0)
		return;
	if (c.row[0].words == 0)
		g.of[nr] = g.leaf[c.row[0].verdict];
	else
		g.of[nr] = find_same(&c);
	if (g.of[nr] != 0)
		return;
	if (g.calls == CALLS_MAX) {
		fail("too many calls with conditions", "");
		return;
	}
	c.label = g.of[nr] = asm_label(&g.a);
	g.call[g.calls++] = c;
}

static void
allow(const char *const *names)
{
	int nr;

	for (; names != NULL && *names != NULL; names++) {
		nr = number_of(*names);
		if (nr >= 0)
			g.of[nr] = g.leaf[SYSCALL_ALLOW];
	}
}

static void
read_tables(uint32_t in, bool helper)
{
	const struct syscall_group *s;
	const struct syscall_rule *r;

	if (helper)
		allow(syscalls_helper);
	for (s = syscalls_groups; s->name != NULL; s++)
		if ((s->in & in) != 0)
			allow(s->calls);
	for (s = syscalls_groups; s->name != NULL; s++)
		for (r = s->rows; (s->in & in) != 0 && r && r->name; r++)
			decide(r->name, in);
}

static void
search_number(void)
{
	static struct asm_span span[NUMBERS + 2];
	uint32_t nr;
	size_t n = 0;
	int label;

	for (nr = 0; nr < NUMBERS; nr++) {
		label = g.of[nr] ? g.of[nr] : g.leaf[SYSCALL_REFUSE];
		if (n == 0 || label != span[n - 1].label)
			span[n++] = (struct asm_span){nr, label};
	}
	if (span[n - 1].label != g.leaf[SYSCALL_NOSYS])
		span[n++] = (struct asm_span){NUMBERS, g.leaf[SYSCALL_NOSYS]};
	span[n++] = (struct asm_span){X32_BIT, g.kill};
	asm_search(&g.a, span, n);
}

// No time is told by how much of the key is right: all of it is looked at.
static void
emit_key(void)
{
	static const struct {
		unsigned arg, half;
	} part[KEY_WORDS] = {{2, 0}, {2, 1}, {3, 0}, {3, 1}};
	size_t i;

	asm_place(&g.a, g.leaf[SYSCALL_KEYED]);
	for (i = 0; i < KEY_WORDS; i++) {
		load(argument(part[i].arg, part[i].half));
		g.key[i] = asm_emit(
		    &g.a, BPF_ALU | BPF_XOR | BPF_K, 0x5eed0000 + (uint32_t)i);
		if (i > 0) {
			asm_emit(&g.a, BPF_LDX | BPF_MEM, 0);
			asm_emit(&g.a, BPF_ALU | BPF_OR | BPF_X, 0);
		}
		if (i < KEY_WORDS - 1)
			asm_emit(&g.a, BPF_ST, 0);
	}
	asm_jump(
	    &g.a, BPF_JEQ, 0, g.leaf[SYSCALL_ALLOW], g.leaf[SYSCALL_NOSYS]);
}

static void
compile(uint32_t in, bool helper)
{
	const struct rows_out out = {&g.a, g.leaf, SYSCALL__VERDICTS};
	int i, begin;

	memset(&g, 0, sizeof(g));
	asm_begin(&g.a);
	for (i = 0; i < SYSCALL__VERDICTS; i++)
		g.leaf[i] = asm_label(&g.a);
	g.kill = asm_label(&g.a);
	read_tables(in, helper);
	begin = asm_label(&g.a);
	load(offsetof(struct seccomp_data, arch));
	asm_jump(&g.a, BPF_JEQ, seccomp_arch_native(), begin, g.kill);
	asm_place(&g.a, begin);
	load(offsetof(struct seccomp_data, nr));
	search_number();
	for (i = 0; i < g.calls; i++) {
		asm_place(&g.a, g.call[i].label);
		rows_emit(&out, g.call[i].row, g.call[i].rows,
		    g.leaf[SYSCALL_REFUSE]);
	}
	if (!helper)
		emit_key();
	for (i = 0; i < SYSCALL_KEYED; i++) {
		asm_place(&g.a, g.leaf[i]);
		asm_emit(&g.a, BPF_RET | BPF_K, returns[i]);
	}
	asm_place(&g.a, g.kill);
	asm_emit(&g.a, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
	if (g.a.nholes != 0)
		fail("a jump leads nowhere", "");
	if (g.a.fault != NULL)
		fail(g.a.fault, "");
}

static void
print(const char *name, uint32_t in, bool helper)
{
	size_t i;

	compile(in, helper);
	printf("static const struct sock_filter filter_%s[] = {\n", name);
	for (i = 0; i < g.a.n; i++)
		printf("\t{0x%x, %u, %u, 0x%x},\n", g.a.insn[i].code,
		    g.a.insn[i].jt, g.a.insn[i].jf, g.a.insn[i].k);
	printf("};\n");
	if (helper)
		return;
	printf("static const unsigned short filter_%s_key[] = {", name);
	for (i = 0; i < KEY_WORDS; i++)
		printf("%zu, ", g.key[i]);
	printf("};\n");
}

// A line of the manual's source, broken where it is too long.
static void
print_text(const char *line, size_t len)
{
	const char *end = line + len;
	size_t word, column = 0;

	while (line < end) {
		for (; line < end && *line == ' '; line++)
			continue;
		for (word = 0; line + word < end && line[word] != ' '; word++)
			continue;
		if (column + 1 + word > MAN_WIDTH && column > 0) {
			printf("\n");
			column = 0;
		}
		column += (size_t)printf(
		    "%s%.*s", column > 0 ? " " : "", (int)word, line);
		line += word;
	}
	printf("\n");
}

static void
print_reasons(const struct syscall_reason *r)
{
	const char *line;
	size_t i, len;

	for (; r->group != NULL; r++) {
		printf(".It Sy %s%s\n", r->group,
		    r->in == SYSCALL_IN_STRICT ? " Pq strict" : "");
		for (i = 0; r->calls[i] != NULL; i++)
			printf(".Fn %s%s\n", r->calls[i],
			    r->calls[i + 1] == NULL ? " :" : " ,");
		for (line = r->why; *line != '\0'; line += len) {
			len = strcspn(line, "\n");
			print_text(line, len);
			len += line[len] == '\n';
		}
	}
}

int
main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "man") == 0) {
		print_reasons(syscalls_refused);
		printf(".El\n.Sh REFUSED IN PART\n.Bl -tag -width Ds\n");
		print_reasons(syscalls_partly);
		return fflush(stdout) != 0;
	}
	printf("/* Made by filter-gen from policy/syscalls.c. */\n");
	print("default", SYSCALL_IN_DEFAULT, false);
	print("strict", SYSCALL_IN_STRICT, false);
	print("helper", SYSCALL_IN_DEFAULT | SYSCALL_IN_HELPER, true);
	return failed || fflush(stdout) != 0;
}
