# What the broker is given by those around it.
EXTRA_DIST += %D%/corpus/broker
fuzz_broker_libs = jail/egress/libegress.a jail/libwire.a policy/libpolicy.a \
	$(MD_LIBS) $(SECCOMP_LIBS)
check_PROGRAMS += %D%/fuzz_broker_replay
TESTS += %D%/fuzz_broker_replay
%C%_fuzz_broker_replay_SOURCES = %D%/fuzz_broker.c %D%/fuzz.h %D%/replay.c
%C%_fuzz_broker_replay_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_CORPUS='"%D%/corpus/broker"'
%C%_fuzz_broker_replay_LDADD = $(fuzz_broker_libs)
if ENABLE_FUZZ
noinst_PROGRAMS += %D%/fuzz_broker
%C%_fuzz_broker_SOURCES = %D%/fuzz_broker.c %D%/fuzz.h
%C%_fuzz_broker_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
%C%_fuzz_broker_LDADD = $(fuzz_broker_libs)
endif
