# The broker at the network's edge: a program of its own, outside the sandbox
# and without privilege. Nothing of it is linked into the helper.
noinst_LIBRARIES += %D%/libegress.a
%C%_libegress_a_SOURCES = \
	%D%/ask.c %D%/ask.h \
	%D%/dns.c %D%/dns.h \
	%D%/fold.c %D%/fold.h \
	%D%/head.c %D%/head.h \
	%D%/head_fields.c \
	%D%/head_line.c %D%/head_line.h \
	%D%/head_rewrite.c \
	%D%/hello.c %D%/hello.h \
	%D%/line.c %D%/line.h \
	%D%/names.c %D%/names.h \
	%D%/record.c %D%/record.h \
	%D%/tail.c %D%/tail.h

# At the top of the build tree, beside the programs that look for it there.
pkglibexec_PROGRAMS += stockade-egress
stockade_egress_SOURCES = %D%/main.c
stockade_egress_LDADD = %D%/libegress.a jail/libwire.a policy/libpolicy.a $(MD_LIBS)
