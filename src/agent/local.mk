# src/agent: the loop, its tools, sessions
noinst_LIBRARIES += %D%/libagent.a
%C%_libagent_a_CFLAGS = $(AM_CFLAGS) $(JSON_CFLAGS)
%C%_libagent_a_SOURCES = \
	%D%/clean.c %D%/clean.h \
	%D%/diff.c %D%/diff.h \
	%D%/exit.c %D%/exit.h \
	%D%/myers.c %D%/myers.h \
	%D%/text.c %D%/text.h \
	%D%/truncate.c %D%/truncate.h
