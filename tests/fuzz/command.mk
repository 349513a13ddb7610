# The fuzz target of lines of shell. See local.mk.
FUZZERS += command
EXTRA_DIST += %D%/corpus/command %D%/command.dict

check_PROGRAMS += %D%/fuzz_command_replay
TESTS += %D%/fuzz_command_replay
%C%_fuzz_command_replay_SOURCES = \
	%D%/fuzz_command.c %D%/fuzz.h %D%/replay.c
%C%_fuzz_command_replay_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_CORPUS='"%D%/corpus/command"'
%C%_fuzz_command_replay_LDADD = policy/libpolicy.a

if ENABLE_FUZZ
noinst_PROGRAMS += %D%/fuzz_command
%C%_fuzz_command_SOURCES = %D%/fuzz_command.c %D%/fuzz.h
%C%_fuzz_command_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
%C%_fuzz_command_LDADD = policy/libpolicy.a
endif
