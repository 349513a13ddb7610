# src/doctor: what a sandbox holds on this machine
noinst_LIBRARIES += %D%/libdoctor.a
%C%_libdoctor_a_CFLAGS = $(AM_CFLAGS) $(JSON_CFLAGS)
%C%_libdoctor_a_CPPFLAGS = $(AM_CPPFLAGS) \
	-DCEILING_FILE='"$(sysconfdir)/stockade/ceiling.policy"'
%C%_libdoctor_a_SOURCES = \
	%D%/doctor.c %D%/doctor.h \
	%D%/host.c %D%/host.h \
	%D%/json.c \
	%D%/judge.c \
	%D%/judge_asked.c \
	%D%/judge_gate.c \
	%D%/judge_limit.c \
	%D%/limits.c %D%/limits.h \
	%D%/mend.c %D%/mend.h \
	%D%/probes.h \
	%D%/property.c %D%/property.h \
	%D%/report.c %D%/report.h \
	%D%/strict.c %D%/strict.h \
	%D%/table.c \
	%D%/trial.c %D%/trial.h \
	%D%/trial_asked.c %D%/trial_asked.h \
	%D%/trial_further.c %D%/trial_further.h \
	%D%/trial_gate.c %D%/trial_gate.h \
	%D%/trial_inside.c %D%/trial_inside.h \
	%D%/trial_linger.c %D%/trial_linger.h \
	%D%/trial_ns.c %D%/trial_ns.h \
	%D%/trial_place.c %D%/trial_place.h

# Runs inside the throw-away sandbox.
pkglibexec_PROGRAMS += stockade-probe
stockade_probe_SOURCES = \
	%D%/probe/probe.h \
	%D%/probe/main.c \
	%D%/probe/files.c \
	%D%/probe/kernel.c \
	%D%/probe/life.c \
	%D%/probe/net.c
stockade_probe_LDFLAGS = $(AM_LDFLAGS) $(HELPER_LDFLAGS)
