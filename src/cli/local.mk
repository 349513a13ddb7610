# src/cli: the stockade command
noinst_LIBRARIES += %D%/libcli.a
%C%_libcli_a_CFLAGS = $(AM_CFLAGS) $(JSON_CFLAGS)
%C%_libcli_a_CPPFLAGS = $(AM_CPPFLAGS) \
	-DCEILING_FILE='"$(sysconfdir)/stockade/ceiling.policy"'
%C%_libcli_a_SOURCES = \
	%D%/always.c %D%/always.h \
	%D%/ask.c %D%/ask.h \
	%D%/explain.c %D%/explain.h \
	%D%/explain_command.c %D%/explain_command.h \
	%D%/network.c %D%/network.h \
	%D%/network_tell.c \
	%D%/options.c %D%/options.h \
	%D%/patterns.c %D%/patterns.h \
	%D%/policy_command.c %D%/policy_command.h \
	%D%/policy_file.c %D%/policy_file.h \
	%D%/pump.c %D%/pump.h \
	%D%/report.c %D%/report.h \
	%D%/run.c %D%/run.h \
	%D%/signals.c %D%/signals.h \
	%D%/stdio.c %D%/stdio.h \
	%D%/terminal.c %D%/terminal.h \
	%D%/tty.c %D%/tty.h

bin_PROGRAMS += stockade
stockade_SOURCES = %D%/main.c
stockade_CPPFLAGS = $(AM_CPPFLAGS) -DPKGLIBEXECDIR='"$(pkglibexecdir)"'
if ENABLE_AGENT
stockade_CPPFLAGS += -DENABLE_AGENT
endif
stockade_LDFLAGS = $(AM_LDFLAGS) $(PROGRAM_LDFLAGS)
stockade_LDADD =
if ENABLE_AGENT
stockade_LDADD += src/session/libsession.a src/trial/libtrial.a src/agent/libtext.a
endif
stockade_LDADD += src/keep/libkeep.a src/egress/libegresslog.a %D%/libcli.a src/egress/libegresslog.a \
	src/egress/libpresets.a src/doctor/libdoctor.a src/box/libbox.a jail/libwire.a \
	policy/libpolicy.a $(JSON_LIBS) $(MD_LIBS)
