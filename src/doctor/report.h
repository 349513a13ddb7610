/* SPDX-License-Identifier: ISC */
/* The findings, for people and for programs. */
#ifndef SRC_DOCTOR_REPORT_H
#define SRC_DOCTOR_REPORT_H

#include <stdbool.h>
#include <stdio.h>
#include "src/doctor/property.h"

#define DOCTOR_PROPERTIES_MAX 96

enum doctor_status {
	DOCTOR_WELL = 0,
	DOCTOR_DEGRADED = 1,
	DOCTOR_CANNOT_RUN = 2,
};

struct doctor_report {
	const struct host *host;
	const struct trial *trial;
	enum doctor_status status;
	size_t n;
	struct finding found[DOCTOR_PROPERTIES_MAX]; /* as in properties[] */
};

/* Judges every row, and the whole. */
void doctor_judge(struct doctor_report *r);
/* What the Landlock of that ABI lacks, a phrase each, until the next call; NULL
 * past the last. */
const char *doctor_landlock_lacks(unsigned abi, size_t i);
/* 80 columns; colour if f is a terminal that wants it. */
void doctor_table(const struct doctor_report *r, FILE *f);
/* One object and a newline. */
void doctor_json(const struct doctor_report *r, FILE *f);

#endif
