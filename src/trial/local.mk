# src/trial: stockade bench
noinst_LIBRARIES += %D%/libtrial.a
%C%_libtrial_a_CFLAGS = $(AM_CFLAGS) $(JSON_CFLAGS)
%C%_libtrial_a_SOURCES = \
	%D%/bench.c %D%/bench.h \
	%D%/command.c %D%/command.h \
	%D%/copy.c %D%/copy.h \
	%D%/html.c \
	%D%/json.c \
	%D%/outcome.c %D%/outcome.h \
	%D%/report.h \
	%D%/stats.c %D%/stats.h \
	%D%/sweep.c %D%/sweep.h \
	%D%/table.c \
	%D%/task.c %D%/task.h
