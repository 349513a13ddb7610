# src/model: model servers behind one interface
noinst_LIBRARIES += %D%/libmodel.a
%C%_libmodel_a_CPPFLAGS = $(AM_CPPFLAGS) -DPRICES_INSTALLED='"$(pkgdatadir)/prices.json"'
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
	%D%/prices.c %D%/prices.h \
	%D%/record.c %D%/record.h \
	%D%/replay.c %D%/replay.h \
	%D%/responses.c %D%/responses.h %D%/responses_stream.c \
	%D%/retry.c %D%/retry.h \
	%D%/sse.c %D%/sse.h \
	%D%/transcript.c %D%/transcript.h \
	%D%/url.c \
	%D%/usage.c %D%/usage.h \
	%D%/wirelog.c %D%/wirelog.h \
	%D%/utf8.c %D%/utf8.h

# The table that is shipped, for a program that finds no file: as a string.
nodist_%C%_libmodel_a_SOURCES = %D%/prices_shipped.h
BUILT_SOURCES += %D%/prices_shipped.h
CLEANFILES += %D%/prices_shipped.h
%D%/prices_shipped.h: contrib/prices.json
	$(AM_V_GEN)$(MKDIR_P) %D% && sed -e 's/[\\"]/\\&/g' \
		-e 's/^/"/' -e 's/$$/\\n"/' '$(srcdir)/contrib/prices.json' >'$@'
%D%/libmodel_a-prices.$(OBJEXT): %D%/prices_shipped.h
