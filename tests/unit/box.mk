# unit tests of box
box_unit_tests = \
	%D%/test_args
check_PROGRAMS += $(box_unit_tests)
TESTS += $(box_unit_tests)
box_unit_cflags = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
box_unit_libs = src/box/libbox.a jail/libwire.a policy/libpolicy.a \
	$(CMOCKA_LIBS)

%C%_test_args_SOURCES = %D%/test_args.c
%C%_test_args_CFLAGS = $(box_unit_cflags)
%C%_test_args_LDADD = $(box_unit_libs)
