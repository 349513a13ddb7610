# tests/lint: each script proves itself once by a planted fault
lints = \
	%D%/analyze.sh \
	%D%/banned.sh \
	%D%/dist.sh \
	%D%/egress.sh \
	%D%/format.sh \
	%D%/hardening.sh \
	%D%/helper-libs.sh \
	%D%/includes.sh \
	%D%/limits.sh \
	%D%/man.sh \
	%D%/properties.sh \
	%D%/shell.sh \
	%D%/symbols.sh \
	%D%/syscalls.sh \
	%D%/tables.sh \
	%D%/text.sh
TESTS += $(lints)
EXTRA_DIST += $(lints) \
	%D%/after-clone.objects \
	%D%/after-clone.symbols \
	%D%/exceptions.txt \
	%D%/lib.sh \
	%D%/limits.awk

# Compiles FILE as the build compiles its own; for banned.sh.
.PHONY: lint-compile
lint-compile:
	@$(COMPILE) -c -o /dev/null $(FILE)

# Everything that a tarball gets; for dist.sh.
.PHONY: lint-distfiles
lint-distfiles:
	@for f in $(DISTFILES); do \
		echo "$$f" | sed 's|^$(srcdir)/||'; \
	done

# The analyzers that take minutes, too.
.PHONY: check-analyze
check-analyze:
	ANALYZE=full TEST_TIMEOUT=$${TEST_TIMEOUT:-3600} \
		$(MAKE) check TESTS='tests/lint/analyze.sh'
