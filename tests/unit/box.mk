# unit tests of box
box_unit_tests = \
	%D%/test_args \
	%D%/test_edge \
	%D%/test_meter \
	%D%/test_pipe \
	%D%/test_result
check_PROGRAMS += $(box_unit_tests)
TESTS += $(box_unit_tests)
box_unit_cflags = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
box_unit_libs = src/box/libbox.a jail/libwire.a policy/libpolicy.a \
	$(CMOCKA_LIBS)

%C%_test_args_SOURCES = %D%/test_args.c
%C%_test_args_CFLAGS = $(box_unit_cflags)
%C%_test_args_LDADD = $(box_unit_libs)

%C%_test_edge_SOURCES = %D%/test_edge.c
%C%_test_edge_CFLAGS = $(box_unit_cflags)
%C%_test_edge_LDADD = $(box_unit_libs)

%C%_test_meter_SOURCES = %D%/test_meter.c
%C%_test_meter_CFLAGS = $(box_unit_cflags)
%C%_test_meter_LDADD = $(box_unit_libs)

%C%_test_result_SOURCES = %D%/test_result.c
%C%_test_result_CFLAGS = $(box_unit_cflags)
%C%_test_result_LDADD = $(box_unit_libs)

%C%_test_pipe_SOURCES = %D%/test_pipe.c
%C%_test_pipe_CFLAGS = $(box_unit_cflags)
%C%_test_pipe_LDADD = $(box_unit_libs)

# At the top of the build tree: a program looks for the helper beside itself.
check_PROGRAMS += test_background test_capture \
	test_session_limits test_way_in
TESTS += test_background test_capture \
	test_session_limits test_way_in
can_box = %D%/can_box.c %D%/can_box.h
test_session_limits_SOURCES = %D%/test_session_limits.c $(can_box)
test_session_limits_CFLAGS = $(box_unit_cflags)
test_session_limits_LDADD = $(box_unit_libs)
test_background_SOURCES = %D%/test_background.c $(can_box)
test_background_CFLAGS = $(box_unit_cflags)
test_background_LDADD = $(box_unit_libs)
test_capture_SOURCES = %D%/test_capture.c $(can_box)
test_capture_CFLAGS = $(box_unit_cflags)
test_capture_LDADD = $(box_unit_libs)
test_way_in_SOURCES = %D%/test_way_in.c
test_way_in_CFLAGS = $(box_unit_cflags)
test_way_in_LDADD = $(box_unit_libs)
