# src/model: model servers behind one interface
noinst_LIBRARIES += %D%/libmodel.a
%C%_libmodel_a_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS) $(JSON_CFLAGS)
%C%_libmodel_a_SOURCES = \
	%D%/buf.c %D%/buf.h \
	%D%/sse.c %D%/sse.h \
	%D%/utf8.c %D%/utf8.h
