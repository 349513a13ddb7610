# The trusted base. libwire.a is what both sides of the wire link.
noinst_LIBRARIES += %D%/libwire.a
%C%_libwire_a_SOURCES = \
	%D%/base/banned.h \
	%D%/base/err.c %D%/base/err.h \
	%D%/base/fd.c %D%/base/fd.h
