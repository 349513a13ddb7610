# Fuzz targets of the agent's tools. See local.mk.
FUZZERS += edit fence patch redact
EXTRA_DIST += %D%/corpus/edit %D%/corpus/fence %D%/corpus/patch %D%/corpus/redact
tools_fuzz_cflags = $(AM_CFLAGS) $(JSON_CFLAGS)
tools_fuzz_libs = src/agent/libagent.a src/agent/libtext.a src/cli/libcli.a \
	policy/libpolicy.a jail/libwire.a $(JSON_LIBS) -lm

check_PROGRAMS += %D%/fuzz_edit_replay %D%/fuzz_fence_replay \
	%D%/fuzz_patch_replay \
	%D%/fuzz_redact_replay
TESTS += %D%/fuzz_edit_replay %D%/fuzz_fence_replay %D%/fuzz_patch_replay \
	%D%/fuzz_redact_replay
%C%_fuzz_edit_replay_SOURCES = %D%/fuzz_edit.c %D%/fuzz.h %D%/replay.c
%C%_fuzz_edit_replay_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_CORPUS='"%D%/corpus/edit"'
%C%_fuzz_edit_replay_CFLAGS = $(tools_fuzz_cflags)
%C%_fuzz_edit_replay_LDADD = $(tools_fuzz_libs)
%C%_fuzz_fence_replay_SOURCES = %D%/fuzz_fence.c %D%/fuzz.h %D%/replay.c
%C%_fuzz_fence_replay_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_CORPUS='"%D%/corpus/fence"'
%C%_fuzz_fence_replay_CFLAGS = $(tools_fuzz_cflags)
%C%_fuzz_fence_replay_LDADD = $(tools_fuzz_libs)
%C%_fuzz_patch_replay_SOURCES = %D%/fuzz_patch.c %D%/fuzz.h %D%/replay.c
%C%_fuzz_patch_replay_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_CORPUS='"%D%/corpus/patch"'
%C%_fuzz_patch_replay_CFLAGS = $(tools_fuzz_cflags)
%C%_fuzz_patch_replay_LDADD = $(tools_fuzz_libs)
%C%_fuzz_redact_replay_SOURCES = %D%/fuzz_redact.c %D%/fuzz.h %D%/replay.c
%C%_fuzz_redact_replay_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_CORPUS='"%D%/corpus/redact"'
%C%_fuzz_redact_replay_CFLAGS = $(tools_fuzz_cflags)
%C%_fuzz_redact_replay_LDADD = $(tools_fuzz_libs)

if ENABLE_FUZZ
noinst_PROGRAMS += %D%/fuzz_edit %D%/fuzz_fence %D%/fuzz_patch %D%/fuzz_redact
%C%_fuzz_edit_SOURCES = %D%/fuzz_edit.c %D%/fuzz.h
%C%_fuzz_edit_CFLAGS = $(tools_fuzz_cflags)
%C%_fuzz_edit_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
%C%_fuzz_edit_LDADD = $(tools_fuzz_libs)
%C%_fuzz_fence_SOURCES = %D%/fuzz_fence.c %D%/fuzz.h
%C%_fuzz_fence_CFLAGS = $(tools_fuzz_cflags)
%C%_fuzz_fence_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
%C%_fuzz_fence_LDADD = $(tools_fuzz_libs)
%C%_fuzz_patch_SOURCES = %D%/fuzz_patch.c %D%/fuzz.h
%C%_fuzz_patch_CFLAGS = $(tools_fuzz_cflags)
%C%_fuzz_patch_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
%C%_fuzz_patch_LDADD = $(tools_fuzz_libs)
%C%_fuzz_redact_SOURCES = %D%/fuzz_redact.c %D%/fuzz.h
%C%_fuzz_redact_CFLAGS = $(tools_fuzz_cflags)
%C%_fuzz_redact_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
%C%_fuzz_redact_LDADD = $(tools_fuzz_libs)
endif
