# tests/lib: what the shell tests share
EXTRA_DIST += %D%/harness.sh %D%/property.awk %D%/property.sh %D%/collector.py %D%/zsh_complete.py

# Static: it runs in any root. Plain flags, so that hardening and sanitizers
# made for dynamic programs stay out of it.
check_PROGRAMS += %D%/probe/probe
%C%_probe_probe_SOURCES = \
	%D%/probe/probe.h \
	%D%/probe/main.c \
	%D%/probe/batch.c \
	%D%/probe/fs.c \
	%D%/probe/life.c \
	%D%/probe/net.c \
	%D%/probe/ns.c \
	%D%/probe/proc.c \
	%D%/probe/self.c \
	%D%/probe/sys.c \
	%D%/probe/use.c
%C%_probe_probe_CFLAGS = -std=gnu17 -Wall -Wextra -fno-pie
%C%_probe_probe_LDFLAGS = -static -no-pie

# A socket for the service, passed as a service manager would.
check_PROGRAMS += %D%/listen
%C%_listen_SOURCES = %D%/listen.c
%C%_listen_CFLAGS = $(AM_CFLAGS)

# The named system calls fail: an older kernel, as far as a program can tell.
check_PROGRAMS += %D%/enosys
%C%_enosys_SOURCES = %D%/enosys.c
%C%_enosys_CFLAGS = $(AM_CFLAGS) $(SECCOMP_CFLAGS)
%C%_enosys_LDADD = $(SECCOMP_LIBS)

# A model's server that does as a script says; its form is at the file's top.
check_PROGRAMS += %D%/model_server
%C%_model_server_SOURCES = \
	%D%/model_server.c \
	%D%/model_stream.c %D%/model_stream.h
%C%_model_server_CFLAGS = $(AM_CFLAGS) $(JSON_CFLAGS)
%C%_model_server_LDADD = $(JSON_LIBS)
