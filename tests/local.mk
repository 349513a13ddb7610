# Every test prints TAP: each of its points is counted by itself.
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) \
	$(top_srcdir)/contrib/build-aux/tap-driver.sh
AM_TESTS_ENVIRONMENT = \
	CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	top_builddir=$(abs_top_builddir); export top_builddir; \
	top_srcdir=$(abs_top_srcdir); export top_srcdir;

include %D%/unit/local.mk
include %D%/lint/local.mk
include %D%/fuzz/local.mk
include %D%/integration/local.mk
include %D%/isolation/local.mk
include %D%/bench/local.mk
