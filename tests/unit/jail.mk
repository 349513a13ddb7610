# unit tests of jail
jail_unit_tests = \
	%D%/test_err \
	%D%/test_wire
check_PROGRAMS += $(jail_unit_tests)
TESTS += $(jail_unit_tests)
jail_unit_cflags = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
jail_unit_libs = jail/libjail.a jail/libwire.a policy/libpolicy.a \
	$(CMOCKA_LIBS)

%C%_test_err_SOURCES = %D%/test_err.c
%C%_test_err_CFLAGS = $(jail_unit_cflags)
%C%_test_err_LDADD = $(jail_unit_libs)

%C%_test_wire_SOURCES = %D%/test_wire.c %D%/raw.c %D%/raw.h
%C%_test_wire_CFLAGS = $(jail_unit_cflags)
%C%_test_wire_LDADD = $(jail_unit_libs)
