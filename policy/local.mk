# What may be asked for: pure functions over plain structs.
noinst_LIBRARIES += %D%/libpolicy.a
%C%_libpolicy_a_SOURCES = \
	%D%/policy.h \
	%D%/spec.c %D%/spec.h
