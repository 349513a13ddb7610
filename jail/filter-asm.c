// SPDX-License-Identifier: ISC
// An assembler for seccomp's BPF. A filter's length is the time it takes to
// load, so the search is what is cared for: binary, but for a value that
// stands alone in a range of others, which costs one comparison, not two.
#include <string.h>
#include "jail/filter-asm.h"

enum {
	ALONE_MAX = 3
}; // such values in one range: a chain is searched

// Spans of one label, with the values in them that have another.
struct run {
	uint32_t first;
	int label;
	struct asm_span alone[ALONE_MAX];
	int nalone;
};

static void
fault(struct filter_asm *a, const char *what)
{
	if (a->fault == NULL)
		a->fault = what;
}

void
asm_begin(struct filter_asm *a)
{
	memset(a, 0, sizeof(*a));
}

int
asm_label(struct filter_asm *a)
{
	return ++a->labels;
}

size_t
asm_emit(struct filter_asm *a, uint16_t code, uint32_t k)
{
	if (a->n == ASM_INSNS_MAX) {
		fault(a, "too many instructions");
		return 0;
	}
	a->insn[a->n] = (struct sock_filter){.code = code, .k = k};
	return a->n++;
}

static void
aim(struct filter_asm *a, const struct asm_hole *h)
{
	size_t far = a->n - h->insn - 1;

	if (far > 255)
		fault(a, "a jump is too long");
	if (h->on_true)
		a->insn[h->insn].jt = (uint8_t)far;
	else
		a->insn[h->insn].jf = (uint8_t)far;
}

void
asm_place(struct filter_asm *a, int label)
{
	size_t i, left = 0;

	for (i = 0; i < a->nholes; i++) {
		if (a->hole[i].label == label)
			aim(a, &a->hole[i]);
		else
			a->hole[left++] = a->hole[i];
	}
	a->nholes = left;
}

void
asm_jump(struct filter_asm *a, uint16_t op, uint32_t k, int yes, int no)
{
	size_t at = asm_emit(a, (uint16_t)(BPF_JMP | BPF_K | op), k);

	if (a->nholes + 2 > ASM_HOLES_MAX) {
		fault(a, "too many jumps");
		return;
	}
	a->hole[a->nholes++] = (struct asm_hole){at, true, yes};
	a->hole[a->nholes++] = (struct asm_hole){at, false, no};
}

static size_t
make_runs(const struct asm_span *span, size_t n, struct run *run)
{
	struct run *last = run;
	size_t i;

	*last = (struct run){.first = span[0].first, .label = span[0].label};
	for (i = 1; i < n; i++) {
		if (i + 1 < n && span[i + 1].first == span[i].first + 1 &&
		    span[i + 1].label == last->label &&
		    last->nalone < ALONE_MAX)
			last->alone[last->nalone++] = span[i++];
		else
			*++last = (struct run){
			    .first = span[i].first, .label = span[i].label};
	}
	return (size_t)(last - run) + 1;
}

static void
emit_alone(struct filter_asm *a, const struct run *r)
{
	int i, next;

	for (i = 0; i < r->nalone; i++) {
		next = i + 1 < r->nalone ? asm_label(a) : r->label;
		asm_jump(
		    a, BPF_JEQ, r->alone[i].first, r->alone[i].label, next);
		if (next != r->label)
			asm_place(a, next);
	}
}

// A label that needs no code of its own, or a new one.
static int
entry(struct filter_asm *a, const struct run *r, size_t n)
{
	return n == 1 && r->nalone == 0 ? r->label : asm_label(a);
}

static void
search(struct filter_asm *a, const struct run *r, size_t n)
{
	size_t half = n / 2;
	int low, high;

	if (n == 1) {
		emit_alone(a, r);
		return;
	}
	low = entry(a, r, half);
	high = entry(a, r + half, n - half);
	asm_jump(a, BPF_JGE, r[half].first, high, low);
	if (low != r->label) {
		asm_place(a, low);
		search(a, r, half);
	}
	if (high != r[half].label) {
		asm_place(a, high);
		search(a, r + half, n - half);
	}
}

void
asm_search(struct filter_asm *a, const struct asm_span *span, size_t n)
{
	static struct run run[ASM_SPANS_MAX];
	size_t runs;

	if (n == 0 || n > ASM_SPANS_MAX) {
		fault(a, "too many spans");
		return;
	}
	runs = make_runs(span, n, run);
	// One that leads to one place only would have no code.
	if (runs == 1 && run[0].nalone == 0)
		fault(a, "nothing to search for");
	search(a, run, runs);
}
