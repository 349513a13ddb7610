# unit tests of the broker, and of what people see of it
egress_unit_tests = \
	%D%/test_ask \
	%D%/test_fold \
	%D%/test_record \
	%D%/test_store
check_PROGRAMS += $(egress_unit_tests)
TESTS += $(egress_unit_tests)
egress_unit_cflags = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JSON_CFLAGS)
egress_unit_libs = jail/egress/libegress.a src/egress/libegresslog.a src/box/libbox.a \
	jail/libwire.a policy/libpolicy.a $(CMOCKA_LIBS) $(JSON_LIBS) $(MD_LIBS)

%C%_test_store_SOURCES = %D%/test_store.c
%C%_test_store_CFLAGS = $(egress_unit_cflags)
%C%_test_store_LDADD = $(egress_unit_libs)

%C%_test_fold_SOURCES = %D%/test_fold.c
%C%_test_fold_CFLAGS = $(egress_unit_cflags)
%C%_test_fold_LDADD = $(egress_unit_libs)
%C%_test_record_SOURCES = %D%/test_record.c
%C%_test_record_CFLAGS = $(egress_unit_cflags)
%C%_test_record_LDADD = $(egress_unit_libs)

%C%_test_ask_SOURCES = %D%/test_ask.c
%C%_test_ask_CFLAGS = $(egress_unit_cflags)
%C%_test_ask_LDADD = $(egress_unit_libs)
