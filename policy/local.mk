# What may be asked for: pure functions over plain structs.
policy_sources = \
	%D%/nearest.c %D%/nearest.h \
	%D%/paths.c %D%/paths.h \
	%D%/scan.c %D%/scan.h \
	%D%/policy.h \
	%D%/spec.c %D%/spec.h

noinst_LIBRARIES += %D%/libpolicy.a
%C%_libpolicy_a_SOURCES = $(policy_sources)

