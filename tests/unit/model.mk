# unit tests of model
model_unit_tests = \
	%D%/test_anthropic \
	%D%/test_changing \
	%D%/test_field \
	%D%/test_keys \
	%D%/test_openai \
	%D%/test_prices \
	%D%/test_responses \
	%D%/test_retry \
	%D%/test_dialect \
	%D%/test_servers \
	%D%/test_spans \
	%D%/test_sse \
	%D%/test_transcript \
	%D%/test_url \
	%D%/test_utf8 \
	%D%/test_wirelog
check_PROGRAMS += $(model_unit_tests)
TESTS += $(model_unit_tests)
model_unit_cflags = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JSON_CFLAGS) $(CURL_CFLAGS)
model_unit_libs = src/model/libmodel.a jail/libwire.a \
	$(CMOCKA_LIBS) $(JSON_LIBS) $(CURL_LIBS)

%C%_test_anthropic_SOURCES = %D%/test_anthropic.c %D%/stream.c %D%/stream.h
%C%_test_anthropic_CFLAGS = $(model_unit_cflags)
%C%_test_anthropic_LDADD = $(model_unit_libs)

%C%_test_changing_SOURCES = %D%/test_changing.c
%C%_test_changing_CFLAGS = $(model_unit_cflags)
%C%_test_changing_LDADD = $(model_unit_libs)

%C%_test_field_SOURCES = %D%/test_field.c
%C%_test_field_CFLAGS = $(model_unit_cflags)
%C%_test_field_LDADD = $(model_unit_libs)

%C%_test_keys_SOURCES = %D%/test_keys.c
%C%_test_keys_CFLAGS = $(model_unit_cflags)
%C%_test_keys_LDADD = $(model_unit_libs)

%C%_test_openai_SOURCES = %D%/test_openai.c %D%/stream.c %D%/stream.h
%C%_test_openai_CFLAGS = $(model_unit_cflags)
%C%_test_openai_LDADD = $(model_unit_libs)

%C%_test_prices_SOURCES = %D%/test_prices.c
%C%_test_prices_CFLAGS = $(model_unit_cflags)
%C%_test_prices_LDADD = $(model_unit_libs)

%C%_test_retry_SOURCES = %D%/test_retry.c
%C%_test_retry_CFLAGS = $(model_unit_cflags)
%C%_test_retry_LDADD = $(model_unit_libs)

%C%_test_spans_SOURCES = %D%/test_spans.c
%C%_test_spans_CFLAGS = $(model_unit_cflags)
%C%_test_spans_LDADD = src/otel/libotel.a $(model_unit_libs)

%C%_test_sse_SOURCES = %D%/test_sse.c
%C%_test_sse_CFLAGS = $(model_unit_cflags)
%C%_test_sse_LDADD = $(model_unit_libs)

%C%_test_transcript_SOURCES = %D%/test_transcript.c
%C%_test_transcript_CFLAGS = $(model_unit_cflags)
%C%_test_transcript_LDADD = $(model_unit_libs)

%C%_test_url_SOURCES = %D%/test_url.c
%C%_test_url_CFLAGS = $(model_unit_cflags)
%C%_test_url_LDADD = $(model_unit_libs)

%C%_test_utf8_SOURCES = %D%/test_utf8.c
%C%_test_utf8_CFLAGS = $(model_unit_cflags)
%C%_test_utf8_LDADD = $(model_unit_libs)

%C%_test_wirelog_SOURCES = %D%/test_wirelog.c
%C%_test_wirelog_CFLAGS = $(model_unit_cflags)
%C%_test_wirelog_LDADD = $(model_unit_libs)

%C%_test_responses_SOURCES = %D%/test_responses.c %D%/stream.c %D%/stream.h
%C%_test_responses_CFLAGS = $(model_unit_cflags)
%C%_test_responses_LDADD = $(model_unit_libs)

%C%_test_dialect_SOURCES = %D%/test_dialect.c
%C%_test_dialect_CFLAGS = $(model_unit_cflags)
%C%_test_dialect_LDADD = $(model_unit_libs)

%C%_test_servers_SOURCES = %D%/test_servers.c %D%/stream.c %D%/stream.h
%C%_test_servers_CFLAGS = $(model_unit_cflags)
%C%_test_servers_LDADD = $(model_unit_libs)
