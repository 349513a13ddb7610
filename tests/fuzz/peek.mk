# Fuzz targets of what the broker reads. corpus/*/real-*: recorded from
# programs as they are; test_head and test_hello want each of them taken.
EXTRA_DIST += \
	%D%/corpus/dns \
	%D%/corpus/head \
	%D%/corpus/hello \
	%D%/corpus/host \
	%D%/dns.dict \
	%D%/head.dict \
	%D%/hello.dict \
	%D%/host.dict
fuzz_peek_libs = jail/egress/libegress.a policy/libpolicy.a

check_PROGRAMS += \
	%D%/fuzz_dns_replay \
	%D%/fuzz_head_replay \
	%D%/fuzz_hello_replay \
	%D%/fuzz_host_replay
TESTS += \
	%D%/fuzz_dns_replay \
	%D%/fuzz_head_replay \
	%D%/fuzz_hello_replay \
	%D%/fuzz_host_replay
%C%_fuzz_dns_replay_SOURCES = %D%/fuzz_dns.c %D%/fuzz.h %D%/replay.c
%C%_fuzz_dns_replay_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_CORPUS='"%D%/corpus/dns"'
%C%_fuzz_dns_replay_LDADD = $(fuzz_peek_libs) -lresolv
%C%_fuzz_head_replay_SOURCES = %D%/fuzz_head.c %D%/fuzz.h %D%/replay.c
%C%_fuzz_head_replay_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_CORPUS='"%D%/corpus/head"'
%C%_fuzz_head_replay_LDADD = $(fuzz_peek_libs)
%C%_fuzz_hello_replay_SOURCES = %D%/fuzz_hello.c %D%/fuzz.h %D%/replay.c
%C%_fuzz_hello_replay_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_CORPUS='"%D%/corpus/hello"'
%C%_fuzz_hello_replay_LDADD = $(fuzz_peek_libs)
%C%_fuzz_host_replay_SOURCES = %D%/fuzz_host.c %D%/fuzz.h %D%/replay.c
%C%_fuzz_host_replay_CPPFLAGS = $(AM_CPPFLAGS) \
	-DFUZZ_CORPUS='"%D%/corpus/host"'
%C%_fuzz_host_replay_LDADD = $(fuzz_peek_libs)

if ENABLE_FUZZ
noinst_PROGRAMS += %D%/fuzz_dns %D%/fuzz_head %D%/fuzz_hello %D%/fuzz_host
%C%_fuzz_dns_SOURCES = %D%/fuzz_dns.c %D%/fuzz.h
%C%_fuzz_dns_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
%C%_fuzz_dns_LDADD = $(fuzz_peek_libs) -lresolv
%C%_fuzz_head_SOURCES = %D%/fuzz_head.c %D%/fuzz.h
%C%_fuzz_head_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
%C%_fuzz_head_LDADD = $(fuzz_peek_libs)
%C%_fuzz_hello_SOURCES = %D%/fuzz_hello.c %D%/fuzz.h
%C%_fuzz_hello_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
%C%_fuzz_hello_LDADD = $(fuzz_peek_libs)
%C%_fuzz_host_SOURCES = %D%/fuzz_host.c %D%/fuzz.h
%C%_fuzz_host_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
%C%_fuzz_host_LDADD = $(fuzz_peek_libs)
endif
