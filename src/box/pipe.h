/* SPDX-License-Identifier: ISC */
/* Pipes that a process of other ids may open by its name in /proc. */
#ifndef SRC_BOX_PIPE_H
#define SRC_BOX_PIPE_H

/* As pipe2(2) with O_CLOEXEC. */
int pipe_make(int fds[2]) __attribute__((warn_unused_result));
/*
 * Lets a box open an anonymous pipe of ours again: /dev/stdin, /dev/stderr.
 * Leaves whatever else fd is as it is.
 */
void pipe_for_box(int fd);

#endif
