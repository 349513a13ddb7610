# unit tests of doctor
doctor_unit_tests = \
	%D%/test_host \
	%D%/test_mend \
	%D%/test_property
check_PROGRAMS += $(doctor_unit_tests)
TESTS += $(doctor_unit_tests)
doctor_unit_cflags = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JSON_CFLAGS)
doctor_unit_libs = src/doctor/libdoctor.a src/cli/libcli.a src/egress/libegresslog.a src/egress/libpresets.a src/box/libbox.a \
	policy/libpolicy.a jail/libwire.a $(CMOCKA_LIBS) $(JSON_LIBS)

%C%_test_host_SOURCES = %D%/test_host.c
%C%_test_host_CFLAGS = $(doctor_unit_cflags)
%C%_test_host_LDADD = $(doctor_unit_libs)

%C%_test_mend_SOURCES = %D%/test_mend.c
%C%_test_mend_CFLAGS = $(doctor_unit_cflags)
%C%_test_mend_LDADD = $(doctor_unit_libs)

%C%_test_property_SOURCES = %D%/test_property.c
%C%_test_property_CFLAGS = $(doctor_unit_cflags)
%C%_test_property_LDADD = $(doctor_unit_libs)
