// SPDX-License-Identifier: ISC
// A fault of one page maps the sixteen around it, and a build touches them
// all: three quarters of a megabyte that a sandbox would hold while nobody
// uses it, and find again in the page cache in some twenty microseconds.
#include <elf.h>
#include <link.h>
#include <stdint.h>
#include <sys/mman.h>
#include "jail/base/trim.h"

enum {
	PAGE = 4096,
};

// The linker's: where the running program begins.
extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden")));

void
trim(void)
{
	const char *base = (const char *)&__ehdr_start;
	const ElfW(Phdr) *p =
	    (const ElfW(Phdr) *)(const void *)(base + __ehdr_start.e_phoff);
	uintptr_t from, to;
	int i;

	for (i = 0; i < __ehdr_start.e_phnum; i++, p++) {
		// What was written, by relocation or by us, would be lost.
		if (p->p_type != PT_LOAD || (p->p_flags & PF_W) != 0)
			continue;
		from = (uintptr_t)base + p->p_vaddr;
		to = (from + p->p_memsz) & ~(uintptr_t)(PAGE - 1);
		from &= ~(uintptr_t)(PAGE - 1);
		if (to > from)
			(void)madvise((void *)from, to - from, MADV_DONTNEED);
	}
}
