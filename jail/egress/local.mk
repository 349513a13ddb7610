# The broker at the network's edge: a program of its own, outside the sandbox
# and without privilege. Nothing of it is linked into the helper.
noinst_LIBRARIES += %D%/libegress.a
%C%_libegress_a_SOURCES = \
	%D%/accept.c %D%/accept.h \
	%D%/account.c %D%/account.h \
	%D%/agent.c %D%/agent.h \
	%D%/ask.c %D%/ask.h \
	%D%/broker.h \
	%D%/confine.c %D%/confine.h \
	%D%/conn.c %D%/conn.h \
	%D%/decide.c \
	%D%/diag.c %D%/diag.h \
	%D%/dial.c %D%/dial.h \
	%D%/dns.c %D%/dns.h \
	%D%/dnsserve.c %D%/dnsserve.h \
	%D%/fold.c %D%/fold.h \
	%D%/gate.c %D%/gate.h \
	%D%/head.c %D%/head.h \
	%D%/head_fields.c \
	%D%/head_line.c %D%/head_line.h \
	%D%/head_rewrite.c \
	%D%/hello.c %D%/hello.h \
	%D%/inspect.c %D%/inspect.h \
	%D%/line.c %D%/line.h \
	%D%/lookup.c %D%/lookup.h \
	%D%/loop.c %D%/loop.h \
	%D%/names.c %D%/names.h \
	%D%/own.c %D%/own.h \
	%D%/peek.c \
	%D%/publish.c %D%/publish.h \
	%D%/quota.c %D%/quota.h \
	%D%/record.c %D%/record.h \
	%D%/refuse.c %D%/refuse.h \
	%D%/relay.c %D%/relay.h \
	%D%/resolve.c %D%/resolve.h \
	%D%/shared.c %D%/shared.h \
	%D%/tail.c %D%/tail.h \
	%D%/watch.c %D%/watch.h \
	%D%/worker.c %D%/worker.h
%C%_libegress_a_CFLAGS = $(AM_CFLAGS) $(SECCOMP_CFLAGS)

# At the top of the build tree, beside the programs that look for it there.
pkglibexec_PROGRAMS += stockade-egress
stockade_egress_SOURCES = %D%/main.c
stockade_egress_LDADD = %D%/libegress.a jail/libwire.a policy/libpolicy.a \
	$(MD_LIBS) $(SECCOMP_LIBS)
