# unit tests of the terminal's side
term_unit_tests = \
	%D%/test_term_editor \
	%D%/test_term_history \
	%D%/test_term_keys \
	%D%/test_term_line \
	%D%/test_term_markdown \
	%D%/test_term_status \
	%D%/test_term_width
check_PROGRAMS += $(term_unit_tests)
TESTS += $(term_unit_tests)
term_unit_cflags = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
term_unit_libs = src/term/libterm.a src/agent/libtext.a jail/libwire.a \
	$(CMOCKA_LIBS)

%C%_test_term_editor_SOURCES = %D%/test_term_editor.c
%C%_test_term_editor_CFLAGS = $(term_unit_cflags)
%C%_test_term_editor_LDADD = $(term_unit_libs)

%C%_test_term_history_SOURCES = %D%/test_term_history.c
%C%_test_term_history_CFLAGS = $(term_unit_cflags)
%C%_test_term_history_LDADD = $(term_unit_libs)

%C%_test_term_keys_SOURCES = %D%/test_term_keys.c
%C%_test_term_keys_CFLAGS = $(term_unit_cflags)
%C%_test_term_keys_LDADD = $(term_unit_libs)

%C%_test_term_line_SOURCES = %D%/test_term_line.c
%C%_test_term_line_CFLAGS = $(term_unit_cflags)
%C%_test_term_line_LDADD = $(term_unit_libs)

%C%_test_term_markdown_SOURCES = %D%/test_term_markdown.c
%C%_test_term_markdown_CFLAGS = $(term_unit_cflags)
%C%_test_term_markdown_LDADD = $(term_unit_libs)

%C%_test_term_status_SOURCES = %D%/test_term_status.c
%C%_test_term_status_CFLAGS = $(term_unit_cflags)
%C%_test_term_status_LDADD = $(term_unit_libs)

%C%_test_term_width_SOURCES = %D%/test_term_width.c
%C%_test_term_width_CFLAGS = $(term_unit_cflags)
%C%_test_term_width_LDADD = $(term_unit_libs)
