// SPDX-License-Identifier: ISC
// stockade doctor: from the command line to the exit status.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "src/cli/options.h"
#include "src/doctor/doctor.h"
#include "src/doctor/report.h"

enum {
	OPT_DIR,
	OPT_JSON,
	OPT_SERVICE,
	OPT_HELP,
};

static const struct option_def defs[] = {
    [OPT_DIR] = {"directory", 'C', "DIR",
	"try it on the disk of DIR (default: $TMPDIR, or /tmp)"},
    [OPT_JSON] = {"json", 'j', NULL,
	"print one JSON object instead of a table"},
    [OPT_SERVICE] = {"service", 0, NULL,
	"try the sandboxes of the service of stockade-jail(8)"},
    [OPT_HELP] = {"help", 'h', NULL, "show this and exit"},
    {NULL, 0, NULL, NULL},
};

static const struct option_command command = {
    .name = "doctor",
    .synopsis = "[options]",
    .about = "Builds a sandbox, asks inside for everything that must be "
	     "refused, and tells what holds on this machine, what does not, "
	     "and what mends it. Exits with 0 if all is there, 1 if it runs "
	     "degraded, 2 if it cannot run.",
    .defs = defs,
};

struct doctor {
	const char *dir;
	bool json, service, help;
};

static int
read_options(struct doctor *d, int argc, char **argv, struct err *e)
{
	struct option_state s;
	int opt;

	options_begin(&s, &command, argc, argv);
	while ((opt = options_next(&s, e)) >= 0) {
		if (opt == OPT_DIR)
			d->dir = s.value;
		else if (opt == OPT_JSON)
			d->json = true;
		else if (opt == OPT_SERVICE)
			d->service = true;
		else
			d->help = true;
	}
	if (opt == -2)
		return -1;
	if (argv[s.next] != NULL)
		return err_set(e, ERR_USAGE, 0, "it takes no argument: %.100s",
		    argv[s.next]);
	return 0;
}

static int
examine(const struct doctor *d, struct err *e)
{
	static struct doctor_report report;
	static struct trial trial;
	static struct host host;
	const char *dir = d->dir;

	if (dir == NULL)
		dir = getenv("TMPDIR");
	if (dir == NULL || *dir == '\0')
		dir = "/tmp";
	if (trial_run(&trial, dir, d->service, e) != 0)
		return -1;
	// As who we are now: what is delegated to root is not to us.
	host_read(&host);
	report.host = &host;
	report.trial = &trial;
	doctor_judge(&report);
	if (d->json)
		doctor_json(&report, stdout);
	else
		doctor_table(&report, stdout);
	if (fflush(stdout) != 0)
		return err_set(e, ERR_SYSTEM, errno, "write");
	return (int)report.status;
}

int
doctor_main(int argc, char **argv)
{
	struct doctor d = {.dir = NULL};
	struct err e;
	int status;

	if (read_options(&d, argc, argv, &e) != 0) {
		fprintf(stderr,
		    "stockade doctor: %s\nSee: stockade doctor --help\n",
		    e.text);
		return DOCTOR_CANNOT_RUN;
	}
	if (d.help) {
		options_help(&command, stdout);
		return fflush(stdout) != 0 ? DOCTOR_CANNOT_RUN : 0;
	}
	status = examine(&d, &e);
	if (status >= 0)
		return status;
	fprintf(stderr, "stockade doctor: %s\n", e.text);
	return DOCTOR_CANNOT_RUN;
}
