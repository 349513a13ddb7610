# tests/package: what a distribution's package is, installed and purged
PACKAGE_TESTS = %D%/deb.sh
EXTRA_DIST += $(PACKAGE_TESTS)
TESTS += $(PACKAGE_TESTS)
