# Fuzz targets. Each is built twice.
#
# `make check` builds FUZZ_TARGET_replay, which runs the target over the files
# in corpus/TARGET: whatever was once found stays found.
#
# To look for more, with clang and its sanitizers, in lanes/fuzz:
#	make check-fuzz [FUZZ_SECONDS=600] [FUZZ_TARGETS='policy serve']
# An input that crashes is minimised (-minimize_crash=1), put into the corpus
# under a name that says what it broke, and committed with the mend.
FUZZERS = arguments broker changing client dns exec head hello host model_json policy scan serve sse wire
.PHONY: check-fuzz fuzz-here
check-fuzz:
	top_srcdir=$(abs_top_srcdir) top_builddir=$(abs_top_builddir) \
		$(top_srcdir)/tests/lib/lane.sh fuzz "CC=clang --enable-fuzz \
		--with-sanitizers=address,undefined" fuzz-here
# The same in a tree that is configured for it.
fuzz-here: $(FUZZERS:%=%D%/fuzz_%)
	top_srcdir=$(abs_top_srcdir) $(top_srcdir)/tests/fuzz/run.sh \
		$(FUZZERS:%=%D%/fuzz_%)

EXTRA_DIST += \
	%D%/run.sh \
	%D%/corpus/policy \
	%D%/corpus/scan \
	%D%/policy.dict

check_PROGRAMS += %D%/fuzz_policy_replay
TESTS += %D%/fuzz_policy_replay
%C%_fuzz_policy_replay_SOURCES = %D%/fuzz_policy.c %D%/fuzz.h %D%/replay.c
%C%_fuzz_policy_replay_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_CORPUS='"%D%/corpus/policy"'
%C%_fuzz_policy_replay_LDADD = policy/libpolicy.a

check_PROGRAMS += %D%/fuzz_scan_replay
TESTS += %D%/fuzz_scan_replay
%C%_fuzz_scan_replay_SOURCES = %D%/fuzz_scan.c %D%/fuzz.h %D%/replay.c
%C%_fuzz_scan_replay_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_CORPUS='"%D%/corpus/scan"'
%C%_fuzz_scan_replay_LDADD = policy/libpolicy.a

if ENABLE_FUZZ
noinst_PROGRAMS += %D%/fuzz_policy %D%/fuzz_scan
%C%_fuzz_policy_SOURCES = %D%/fuzz_policy.c %D%/fuzz.h
%C%_fuzz_policy_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
%C%_fuzz_policy_LDADD = policy/libpolicy.a
%C%_fuzz_scan_SOURCES = %D%/fuzz_scan.c %D%/fuzz.h
%C%_fuzz_scan_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
%C%_fuzz_scan_LDADD = policy/libpolicy.a
endif

EXTRA_DIST += \
	%D%/corpus/arguments \
	%D%/corpus/changing \
	%D%/corpus/model_json \
	%D%/corpus/sse
model_fuzz_cflags = $(AM_CFLAGS) $(JSON_CFLAGS)
model_fuzz_libs = src/model/libmodel.a jail/libwire.a \
	$(JSON_LIBS) $(CURL_LIBS)

check_PROGRAMS += %D%/fuzz_changing_replay
TESTS += %D%/fuzz_changing_replay
%C%_fuzz_changing_replay_SOURCES = \
	%D%/fuzz_changing.c %D%/fuzz.h %D%/replay.c
%C%_fuzz_changing_replay_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_CORPUS='"%D%/corpus/changing"'
%C%_fuzz_changing_replay_CFLAGS = $(model_fuzz_cflags)
%C%_fuzz_changing_replay_LDADD = $(model_fuzz_libs)

check_PROGRAMS += %D%/fuzz_arguments_replay
TESTS += %D%/fuzz_arguments_replay
fuzz_arguments_libs = src/agent/libagent.a src/agent/libtext.a \
	$(model_fuzz_libs)
%C%_fuzz_arguments_replay_SOURCES = \
	%D%/fuzz_arguments.c %D%/fuzz.h %D%/replay.c
%C%_fuzz_arguments_replay_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_CORPUS='"%D%/corpus/arguments"'
%C%_fuzz_arguments_replay_CFLAGS = $(model_fuzz_cflags)
%C%_fuzz_arguments_replay_LDADD = $(fuzz_arguments_libs)

check_PROGRAMS += %D%/fuzz_model_json_replay
TESTS += %D%/fuzz_model_json_replay
%C%_fuzz_model_json_replay_SOURCES = \
	%D%/fuzz_model_json.c %D%/fuzz.h %D%/replay.c
%C%_fuzz_model_json_replay_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_CORPUS='"%D%/corpus/model_json"'
%C%_fuzz_model_json_replay_CFLAGS = $(model_fuzz_cflags)
%C%_fuzz_model_json_replay_LDADD = $(model_fuzz_libs)

check_PROGRAMS += %D%/fuzz_sse_replay
TESTS += %D%/fuzz_sse_replay
%C%_fuzz_sse_replay_SOURCES = \
	%D%/fuzz_sse.c %D%/fuzz.h %D%/replay.c
%C%_fuzz_sse_replay_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_CORPUS='"%D%/corpus/sse"'
%C%_fuzz_sse_replay_CFLAGS = $(model_fuzz_cflags)
%C%_fuzz_sse_replay_LDADD = $(model_fuzz_libs)

if ENABLE_FUZZ
noinst_PROGRAMS += \
	%D%/fuzz_arguments \
	%D%/fuzz_changing \
	%D%/fuzz_model_json \
	%D%/fuzz_sse
%C%_fuzz_arguments_SOURCES = %D%/fuzz_arguments.c %D%/fuzz.h
%C%_fuzz_arguments_CFLAGS = $(model_fuzz_cflags)
%C%_fuzz_arguments_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
%C%_fuzz_arguments_LDADD = $(fuzz_arguments_libs)
%C%_fuzz_changing_SOURCES = %D%/fuzz_changing.c %D%/fuzz.h
%C%_fuzz_changing_CFLAGS = $(model_fuzz_cflags)
%C%_fuzz_changing_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
%C%_fuzz_changing_LDADD = $(model_fuzz_libs)
%C%_fuzz_model_json_SOURCES = %D%/fuzz_model_json.c %D%/fuzz.h
%C%_fuzz_model_json_CFLAGS = $(model_fuzz_cflags)
%C%_fuzz_model_json_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
%C%_fuzz_model_json_LDADD = $(model_fuzz_libs)
%C%_fuzz_sse_SOURCES = %D%/fuzz_sse.c %D%/fuzz.h
%C%_fuzz_sse_CFLAGS = $(model_fuzz_cflags)
%C%_fuzz_sse_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
%C%_fuzz_sse_LDADD = $(model_fuzz_libs)
endif

include %D%/command.mk
include %D%/jail.mk
include %D%/egress.mk
include %D%/peek.mk
include %D%/rules.mk
include %D%/tools.mk
