/* SPDX-License-Identifier: ISC */
/* What a program needs to be executed: the interpreter that its file names. */
#ifndef JAIL_ELF_H
#define JAIL_ELF_H

#include <stddef.h>

/*
 * The interpreter of the program at fd: an ELF file's dynamic linker, or what
 * stands behind #! in a script. 1 with its path; 0 if it names none; -1 if
 * the file cannot be read, or says nonsense.
 */
int elf_interpreter(int fd, char *path, size_t size);

#endif
