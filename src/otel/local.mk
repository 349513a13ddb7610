# src/otel: a run told to a collector of OpenTelemetry
noinst_LIBRARIES += %D%/libotel.a
%C%_libotel_a_CFLAGS = $(AM_CFLAGS) $(JSON_CFLAGS)
%C%_libotel_a_SOURCES = \
	%D%/configure.c \
	%D%/exporter.c %D%/exporter.h \
	%D%/otel.c %D%/otel.h \
	%D%/spans.c %D%/spans.h
