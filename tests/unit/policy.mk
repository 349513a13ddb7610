# unit tests of policy
check_PROGRAMS += %D%/test_nearest
TESTS += %D%/test_nearest
%C%_test_nearest_SOURCES = %D%/test_nearest.c
check_PROGRAMS += %D%/test_paths
TESTS += %D%/test_paths
%C%_test_paths_SOURCES = %D%/test_paths.c
check_PROGRAMS += %D%/test_scan
TESTS += %D%/test_scan
%C%_test_scan_SOURCES = %D%/test_scan.c
check_PROGRAMS += %D%/test_spec
TESTS += %D%/test_spec
%C%_test_spec_SOURCES = %D%/test_spec.c
