// SPDX-License-Identifier: ISC
// What a sandbox beside the first one is built with: by the service, one comes
// in once more; else the first one's helper is asked for it.
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include "jail/base/fd.h"
#include "src/doctor/trial_further.h"

int
further_open(struct further *f, const struct trial *t, struct box *beside,
    const struct place *p, struct err *e)
{
	memset(f, 0, sizeof(*f));
	f->helper = f->workspace = -1;
	if (t->way == WAY_IN_SERVICE) {
		if (way_in_by(&f->w, p->workspace, NULL, true, e) != 0)
			return -1;
		f->service = true;
		f->helper = f->w.helper;
		f->workspace = f->w.workspace;
		return 0;
	}
	f->workspace = open(p->workspace, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (f->workspace < 0)
		return err_set(e, ERR_USAGE, errno, "%.180s", p->workspace);
	f->helper = box_further(beside, e);
	return f->helper < 0 ? -1 : 0;
}

void
further_close(struct further *f)
{
	if (f->service) {
		way_in_close(&f->w);
		return;
	}
	fd_close(&f->helper);
	fd_close(&f->workspace);
}
