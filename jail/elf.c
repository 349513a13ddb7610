// SPDX-License-Identifier: ISC
// What a program needs to be executed: the interpreter that its file names.
// The file may be hostile (a root of the user's); nothing it says is believed
// beyond what the kernel would make of it.
#include <elf.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>
#include "jail/elf.h"

enum {
	HEAD = 256, // bytes that the kernel looks at for #!
	PHDRS_MAX = 64,
};

static int
take_path(const char *from, size_t n, char *path, size_t size)
{
	if (n == 0 || n >= size || from[0] != '/')
		return -1;
	memcpy(path, from, n);
	path[n] = '\0';
	return 1;
}

static int
script(const char *head, size_t n, char *path, size_t size)
{
	const char *p = head + 2, *end = memchr(head, '\n', n);

	if (end == NULL)
		end = head + n;
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	for (n = 0; p + n < end; n++)
		if (p[n] == ' ' || p[n] == '\t' || p[n] == '\0')
			break;
	return take_path(p, n, path, size);
}

// PT_INTERP's place in the file.
static int
interp(int fd, uint64_t at, uint64_t len, char *path, size_t size)
{
	if (len == 0 || len > size ||
	    pread(fd, path, len, (off_t)at) != (ssize_t)len)
		return -1;
	return path[len - 1] == '\0' && path[0] == '/' ? 1 : -1;
}

struct phdrs {
	uint64_t at; // in the file
	unsigned n;
	size_t size; // of one: Elf64_Phdr's, or Elf32_Phdr's
};

static int
find_interp(int fd, const struct phdrs *h, char *path, size_t size)
{
	union {
		Elf64_Phdr h64;
		Elf32_Phdr h32;
	} p;
	unsigned i;

	for (i = 0; i < h->n && i < PHDRS_MAX; i++) {
		if (pread(fd, &p, h->size, (off_t)(h->at + i * h->size)) !=
		    (ssize_t)h->size)
			return -1;
		// The type comes first in both.
		if (p.h64.p_type != PT_INTERP)
			continue;
		if (h->size == sizeof(p.h32))
			return interp(
			    fd, p.h32.p_offset, p.h32.p_filesz, path, size);
		return interp(fd, p.h64.p_offset, p.h64.p_filesz, path, size);
	}
	return 0;
}

int
elf_interpreter(int fd, char *path, size_t size)
{
	union {
		char head[HEAD];
		Elf64_Ehdr h64;
		Elf32_Ehdr h32;
	} u;
	struct phdrs h;
	ssize_t n = pread(fd, &u, sizeof(u), 0);

	if (n < 0)
		return -1;
	if (n >= 2 && u.head[0] == '#' && u.head[1] == '!')
		return script(u.head, (size_t)n, path, size);
	if (n < (ssize_t)sizeof(u.h64) || memcmp(u.head, ELFMAG, SELFMAG) != 0)
		return 0;
	h = (struct phdrs){u.h64.e_phoff, u.h64.e_phnum, sizeof(Elf64_Phdr)};
	if (u.head[EI_CLASS] == ELFCLASS32)
		h = (struct phdrs){
		    u.h32.e_phoff, u.h32.e_phnum, sizeof(Elf32_Phdr)};
	return find_interp(fd, &h, path, size);
}
