# Fuzz targets. Each is built twice.
#
# `make check` builds FUZZ_TARGET_replay, which runs the target over the files
# in corpus/TARGET: whatever was once found stays found.
#
# To look for more, with clang:
#	../configure CC=clang --enable-fuzz --with-sanitizers=address,undefined
#	make tests/fuzz/fuzz_policy && mkdir -p found
#	tests/fuzz/fuzz_policy -max_len=8192 -max_total_time=120 \
#		-dict=../tests/fuzz/policy.dict found ../tests/fuzz/corpus/policy
# An input that crashes is minimised (-minimize_crash=1), put into the corpus
# under a name that says what it broke, and committed with the mend.
EXTRA_DIST += \
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
