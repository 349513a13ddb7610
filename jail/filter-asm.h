/* SPDX-License-Identifier: ISC */
/*
 * An assembler for seccomp's BPF: jumps to labels, and the search for a value
 * among ranges. Used while the project is built, never at run time.
 */
#ifndef JAIL_FILTER_ASM_H
#define JAIL_FILTER_ASM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/filter.h>

enum {
	ASM_INSNS_MAX = 512,
	ASM_HOLES_MAX = 1024,
	ASM_SPANS_MAX = 512,
};

/* From first on, up to the next span's, a value leads to label. */
struct asm_span {
	uint32_t first;
	int label;
};

/* A jump whose place is not known yet. */
struct asm_hole {
	size_t insn;
	bool on_true;
	int label;
};

struct filter_asm {
	struct sock_filter insn[ASM_INSNS_MAX];
	size_t n;
	struct asm_hole hole[ASM_HOLES_MAX];
	size_t nholes;
	int labels;
	const char *fault; /* the first thing that went wrong, or NULL */
};

void asm_begin(struct filter_asm *a);
/* A label of no place yet. All jumps lead forward: place it afterwards. */
int asm_label(struct filter_asm *a);
void asm_place(struct filter_asm *a, int label);
/* Returns the instruction's number. */
size_t asm_emit(struct filter_asm *a, uint16_t code, uint32_t k);
/* Compares the accumulator: op is BPF_JEQ, BPF_JGE... */
void asm_jump(struct filter_asm *a, uint16_t op, uint32_t k, int yes, int no);
/* Jumps by the accumulator; spans ascend, the first begins at 0. */
void asm_search(struct filter_asm *a, const struct asm_span *span, size_t n);

#endif
