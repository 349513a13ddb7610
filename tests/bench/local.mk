# tests/bench: what a start costs, beside the least it could cost
EXTRA_DIST += %D%/bench.sh %D%/net.sh %D%/smoke.sh
check_PROGRAMS += %D%/bench %D%/calls %D%/floor %D%/gate %D%/net \
	%D%/standing
TESTS += %D%/smoke.sh

%C%_bench_SOURCES = %D%/bench.c
%C%_net_SOURCES = %D%/net.c
%C%_calls_SOURCES = %D%/calls.c
%C%_floor_SOURCES = %D%/floor.c %D%/floor_filter.h
# As small as a program can be; see the probe.
%C%_floor_CFLAGS = -std=gnu17 -Wall -Wextra -O2 -fno-pie
%C%_floor_LDFLAGS = -static -no-pie

%C%_gate_SOURCES = %D%/gate.c
%C%_gate_LDADD = jail/libjail.a jail/libwire.a policy/libpolicy.a

%C%_standing_SOURCES = %D%/standing.c
%C%_standing_LDADD = src/box/libbox.a jail/libwire.a policy/libpolicy.a

.PHONY: bench
bench: all $(check_PROGRAMS) bench-net
	@top_builddir=$(abs_top_builddir) \
		$(SHELL) $(top_srcdir)/tests/bench/bench.sh $(BENCH_FLAGS)

# The network alone.
.PHONY: bench-net
bench-net: all $(check_PROGRAMS)
	@top_builddir=$(abs_top_builddir) \
		$(SHELL) $(top_srcdir)/tests/bench/net.sh $(BENCH_NET_FLAGS)
