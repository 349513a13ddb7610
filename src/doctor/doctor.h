/* SPDX-License-Identifier: ISC */
/* stockade doctor: what a sandbox holds on this machine, really tried. */
#ifndef SRC_DOCTOR_DOCTOR_H
#define SRC_DOCTOR_DOCTOR_H

/* argv[0] is "doctor". Returns the exit status. */
int doctor_main(int argc, char **argv);

#endif
