# src/egress: what people see of the broker: its records
noinst_LIBRARIES += %D%/libegresslog.a
%C%_libegresslog_a_CFLAGS = $(AM_CFLAGS) $(JSON_CFLAGS)
%C%_libegresslog_a_SOURCES = \
	%D%/chain.c %D%/chain.h \
	%D%/egress.c %D%/egress.h \
	%D%/read.c %D%/read.h \
	%D%/stats.c \
	%D%/store.c %D%/store.h
