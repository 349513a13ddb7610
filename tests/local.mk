# Every test prints TAP: each of its points is counted by itself.
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) \
	$(top_srcdir)/contrib/build-aux/tap-driver.sh
LOG_COMPILER = $(SHELL) $(top_srcdir)/tests/lib/run.sh
AM_TESTS_ENVIRONMENT = \
	CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	CC='$(CC)'; export CC; \
	top_builddir=$(abs_top_builddir); export top_builddir; \
	top_srcdir=$(abs_top_srcdir); export top_srcdir;

EXTRA_DIST += \
	%D%/.shellcheckrc \
	%D%/lib/coverage.sh \
	%D%/lib/lane.sh \
	%D%/lib/run.sh \
	%D%/lib/summary.sh

# Executed lines by room. Needs --enable-coverage.
.PHONY: coverage
coverage: check
if ENABLE_COVERAGE
	@GCOV='$(GCOV)' $(top_srcdir)/tests/lib/coverage.sh $(abs_top_builddir)
else
	@echo 'configure with --enable-coverage first' >&2; exit 1
endif

# The whole suite with sanitizers compiled in, in lanes/san; some of it with
# TESTS='...', as ever.
SAN_FLAGS = --with-sanitizers=address,undefined --enable-werror
.PHONY: check-san
check-san:
	top_srcdir=$(abs_top_srcdir) top_builddir=$(abs_top_builddir) \
		$(top_srcdir)/tests/lib/lane.sh san "$(SAN_FLAGS)" check

include %D%/lib/local.mk
include %D%/unit/local.mk
include %D%/lint/local.mk
include %D%/fuzz/local.mk
include %D%/integration/local.mk
include %D%/isolation/local.mk
include %D%/egress/local.mk
include %D%/package/local.mk
include %D%/vm/local.mk
include %D%/workloads/local.mk
include %D%/bench/local.mk
