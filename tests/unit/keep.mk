# unit tests of keep: what workspaces were, and the audit log
keep_unit_tests = \
	%D%/test_audit \
	%D%/test_keep_plan \
	%D%/test_keep_store \
	%D%/test_keep_tree
check_PROGRAMS += $(keep_unit_tests)
TESTS += $(keep_unit_tests)
keep_unit_cflags = $(AM_CFLAGS) $(CMOCKA_CFLAGS) $(JSON_CFLAGS)
keep_unit_libs = src/keep/libkeep.a src/egress/libegresslog.a src/box/libbox.a \
	src/box/libbox.a jail/libwire.a policy/libpolicy.a \
	$(CMOCKA_LIBS) $(JSON_LIBS) $(MD_LIBS)

%C%_test_audit_SOURCES = %D%/test_audit.c \
	%D%/below.c %D%/below.h
%C%_test_audit_CFLAGS = $(keep_unit_cflags)
%C%_test_audit_LDADD = $(keep_unit_libs)

%C%_test_keep_plan_SOURCES = %D%/test_keep_plan.c
%C%_test_keep_plan_CFLAGS = $(keep_unit_cflags)
%C%_test_keep_plan_LDADD = $(keep_unit_libs)

%C%_test_keep_store_SOURCES = %D%/test_keep_store.c \
	%D%/below.c %D%/below.h
%C%_test_keep_store_CFLAGS = $(keep_unit_cflags)
%C%_test_keep_store_LDADD = $(keep_unit_libs)

%C%_test_keep_tree_SOURCES = %D%/test_keep_tree.c
%C%_test_keep_tree_CFLAGS = $(keep_unit_cflags)
%C%_test_keep_tree_LDADD = $(keep_unit_libs)
