/* SPDX-License-Identifier: ISC */
/*
 * What mends a property that is degraded or missing: from what the host says
 * of itself, the reason and the exact commands.
 */
#ifndef SRC_DOCTOR_MEND_H
#define SRC_DOCTOR_MEND_H

#include "jail/base/err.h"
#include "policy/spec.h"
#include "src/doctor/host.h"

enum mend_kind {
	MEND_NONE,
	MEND_REPORT,	 /* a fault of stockade's own */
	MEND_UNHELD,	 /* a limit that nothing here can hold */
	MEND_USERNS,	 /* user namespaces cannot be made */
	MEND_MOUNT,	 /* the box's file systems cannot be mounted */
	MEND_CGROUP,	 /* no control group of its own */
	MEND_CONTROLLER, /* a control group without a controller */
	MEND_LANDLOCK,	 /* not in use, or too old */
	MEND_OWN_IDS,	 /* the box runs under the caller's own id */
	MEND_GROUPS,	 /* supplementary groups stay */
	MEND_CEILING,	 /* the administrator said no */
	MEND_KERNEL,	 /* this kernel is too old */
	MEND_GATE,	 /* no gate could be made */
	MEND_TPROXY,	 /* one that hears some ports alone */
	MEND_INSTALL,	 /* a program of stockade's is not there */
};

#define MEND_COMMANDS_MAX 4

struct mend {
	char why[240];
	int ncommands;
	char command[MEND_COMMANDS_MAX][120];
};

/* controller: for MEND_CONTROLLER, "memory"; privileged: we came as root. */
struct mend_about {
	enum mend_kind kind;
	const char *controller;
	bool privileged;
	unsigned landlock_abi;
};

void
mend_find(const struct host *h, const struct mend_about *about, struct mend *m);
/* Which mend an error of a build calls for. */
enum mend_kind mend_of_error(const struct err *e);

#endif
