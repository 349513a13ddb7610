# src/model: model servers behind one interface
noinst_LIBRARIES += %D%/libmodel.a
%C%_libmodel_a_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS) $(JSON_CFLAGS)
%C%_libmodel_a_SOURCES = \
	%D%/answer.c %D%/answer.h \
	%D%/anthropic.c %D%/anthropic.h %D%/anthropic_stream.c \
	%D%/buf.c %D%/buf.h \
	%D%/call.c %D%/call.h \
	%D%/changing.c %D%/changing.h \
	%D%/dialect.c %D%/dialect.h \
	%D%/difference.c \
	%D%/field.c %D%/field.h \
	%D%/http.c %D%/http.h \
	%D%/keys.c %D%/keys.h \
	%D%/model.c %D%/model.h \
	%D%/openai.c %D%/openai.h %D%/openai_stream.c \
	%D%/record.c %D%/record.h \
	%D%/replay.c %D%/replay.h \
	%D%/retry.c %D%/retry.h \
	%D%/sse.c %D%/sse.h \
	%D%/transcript.c %D%/transcript.h \
	%D%/url.c \
	%D%/utf8.c %D%/utf8.h
