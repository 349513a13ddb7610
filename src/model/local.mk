# src/model: model servers behind one interface
noinst_LIBRARIES += %D%/libmodel.a
%C%_libmodel_a_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS) $(JSON_CFLAGS)
%C%_libmodel_a_SOURCES = \
	%D%/answer.c %D%/answer.h \
	%D%/anthropic.c %D%/anthropic.h %D%/anthropic_stream.c \
	%D%/buf.c %D%/buf.h \
	%D%/dialect.c %D%/dialect.h \
	%D%/field.c %D%/field.h \
	%D%/openai.c %D%/openai.h %D%/openai_stream.c \
	%D%/sse.c %D%/sse.h \
	%D%/utf8.c %D%/utf8.h
