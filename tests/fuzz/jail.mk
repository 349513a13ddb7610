# Fuzz targets of the wire. `make tests/fuzz/seeds` builds what wrote the
# first files of their corpora; it is run again when the table changes.
EXTRA_DIST += %D%/corpus/exec %D%/corpus/wire
EXTRA_PROGRAMS += %D%/seeds
%C%_seeds_SOURCES = %D%/seeds.c %D%/fuzz.h tests/unit/raw.c tests/unit/raw.h
%C%_seeds_LDADD = jail/libwire.a

check_PROGRAMS += %D%/fuzz_wire_replay %D%/fuzz_exec_replay
TESTS += %D%/fuzz_wire_replay %D%/fuzz_exec_replay
fuzz_wire_sources = %D%/fuzz_wire.c %D%/fuzz.h \
	tests/unit/raw.c tests/unit/raw.h
fuzz_exec_libs = jail/libjail.a jail/libwire.a policy/libpolicy.a
%C%_fuzz_wire_replay_SOURCES = $(fuzz_wire_sources) %D%/replay.c
%C%_fuzz_wire_replay_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_CORPUS='"%D%/corpus/wire"'
%C%_fuzz_wire_replay_LDADD = jail/libwire.a
%C%_fuzz_exec_replay_SOURCES = %D%/fuzz_exec.c %D%/fuzz.h %D%/replay.c
%C%_fuzz_exec_replay_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_CORPUS='"%D%/corpus/exec"'
%C%_fuzz_exec_replay_LDADD = $(fuzz_exec_libs)

EXTRA_DIST += %D%/corpus/serve %D%/corpus/client
check_PROGRAMS += %D%/fuzz_serve_replay %D%/fuzz_client_replay
TESTS += %D%/fuzz_serve_replay %D%/fuzz_client_replay
fuzz_script_sources = %D%/script.c %D%/script.h %D%/fuzz.h \
	tests/unit/raw.c tests/unit/raw.h
fuzz_client_libs = src/box/libbox.a jail/libwire.a policy/libpolicy.a
%C%_fuzz_serve_replay_SOURCES = %D%/fuzz_serve.c $(fuzz_script_sources) \
	%D%/replay.c
%C%_fuzz_serve_replay_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_CORPUS='"%D%/corpus/serve"'
%C%_fuzz_serve_replay_LDADD = $(fuzz_exec_libs)
%C%_fuzz_client_replay_SOURCES = %D%/fuzz_client.c $(fuzz_script_sources) \
	%D%/replay.c
%C%_fuzz_client_replay_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_CORPUS='"%D%/corpus/client"'
%C%_fuzz_client_replay_LDADD = $(fuzz_client_libs)

if ENABLE_FUZZ
noinst_PROGRAMS += %D%/fuzz_serve %D%/fuzz_client
%C%_fuzz_serve_SOURCES = %D%/fuzz_serve.c $(fuzz_script_sources)
%C%_fuzz_serve_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
%C%_fuzz_serve_LDADD = $(fuzz_exec_libs)
%C%_fuzz_client_SOURCES = %D%/fuzz_client.c $(fuzz_script_sources)
%C%_fuzz_client_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
%C%_fuzz_client_LDADD = $(fuzz_client_libs)
noinst_PROGRAMS += %D%/fuzz_wire %D%/fuzz_exec
%C%_fuzz_wire_SOURCES = $(fuzz_wire_sources)
%C%_fuzz_wire_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
%C%_fuzz_wire_LDADD = jail/libwire.a
%C%_fuzz_exec_SOURCES = %D%/fuzz_exec.c %D%/fuzz.h
%C%_fuzz_exec_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
%C%_fuzz_exec_LDADD = $(fuzz_exec_libs)
endif
