# Fuzz targets of the network's rules. See local.mk.
FUZZERS += preset rules
EXTRA_DIST += %D%/corpus/preset %D%/corpus/rules %D%/rules.dict
rules_fuzz_sources = %D%/fuzz_rules.c %D%/fuzz.h %D%/naive.c %D%/naive.h
preset_fuzz_sources = %D%/fuzz_preset.c %D%/fuzz.h
preset_fuzz_libs = src/egress/libpresets.a policy/libpolicy.a jail/libwire.a

check_PROGRAMS += %D%/fuzz_rules_replay %D%/fuzz_preset_replay
TESTS += %D%/fuzz_rules_replay %D%/fuzz_preset_replay
%C%_fuzz_rules_replay_SOURCES = $(rules_fuzz_sources) %D%/replay.c
%C%_fuzz_rules_replay_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_CORPUS='"%D%/corpus/rules"'
%C%_fuzz_rules_replay_LDADD = policy/libpolicy.a
%C%_fuzz_preset_replay_SOURCES = $(preset_fuzz_sources) %D%/replay.c
%C%_fuzz_preset_replay_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_CORPUS='"%D%/corpus/preset"'
%C%_fuzz_preset_replay_LDADD = $(preset_fuzz_libs)

if ENABLE_FUZZ
noinst_PROGRAMS += %D%/fuzz_rules %D%/fuzz_preset
%C%_fuzz_rules_SOURCES = $(rules_fuzz_sources)
%C%_fuzz_rules_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
%C%_fuzz_rules_LDADD = policy/libpolicy.a
%C%_fuzz_preset_SOURCES = $(preset_fuzz_sources)
%C%_fuzz_preset_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
%C%_fuzz_preset_LDADD = $(preset_fuzz_libs)
endif
