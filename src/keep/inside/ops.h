/* SPDX-License-Identifier: ISC */
/*
 * What is said to stockade-keeper on its stdin, and what it answers on its
 * stdout. A request is a letter and strings that end with a NUL each; numbers
 * in answers are of 32 bits, in the byte order of the machine that both run
 * on.
 */
#ifndef SRC_KEEP_INSIDE_OPS_H
#define SRC_KEEP_INSIDE_OPS_H

enum keeper_op {
	KEEPER_SCAN = 'S', /* NAME... "": directories not to look into; is
			      answered by entries, and one of type '.' */
	KEEPER_READ = 'R', /* PATH: pieces, or KEEPER_FAILED and an errno */
	/* The rest is answered by an errno, or 0. */
	KEEPER_UNLINK = 'U', /* PATH */
	KEEPER_RMDIR = 'D',  /* PATH */
	KEEPER_MODE = 'C',   /* MODE PATH, of a file or directory */
	/* In the place of whatever is at PATH, but a directory with entries. */
	KEEPER_DIR = 'M',  /* MODE PATH */
	KEEPER_FIFO = 'P', /* MODE PATH */
	KEEPER_LINK = 'L', /* TARGET PATH */
	KEEPER_FILE = 'F', /* MODE PATH, then pieces */
	KEEPER_SYNC = 'Y', /* waits until all of it is on disk */
};

/* A piece is its length and so many bytes; a length of 0 ends them. */
#define KEEPER_FAILED	 0xffffffffu
#define KEEPER_PIECE_MAX 65536u

/* Under this name a thing is made, before it takes its place. */
#define KEEPER_TEMP ".stockade-undo~"

#endif
