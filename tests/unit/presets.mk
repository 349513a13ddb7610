# unit tests of included texts and presets
presets_unit_libs = src/egress/libpresets.a policy/libpolicy.a jail/libwire.a \
	$(CMOCKA_LIBS)
check_PROGRAMS += %D%/test_include
TESTS += %D%/test_include
%C%_test_include_SOURCES = %D%/test_include.c
%C%_test_include_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
%C%_test_include_LDADD = $(presets_unit_libs)
check_PROGRAMS += %D%/test_preset
TESTS += %D%/test_preset
%C%_test_preset_SOURCES = %D%/test_preset.c
%C%_test_preset_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
%C%_test_preset_LDADD = $(presets_unit_libs)
check_PROGRAMS += %D%/test_hostfile
TESTS += %D%/test_hostfile
%C%_test_hostfile_SOURCES = %D%/test_hostfile.c
%C%_test_hostfile_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
%C%_test_hostfile_LDADD = $(presets_unit_libs)
