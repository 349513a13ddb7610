# tests/vm: in virtual machines with Debian's kernels and every controller
VM_TESTS = %D%/short.sh
EXTRA_DIST += $(VM_TESTS) \
	%D%/doctor.sh \
	%D%/facts.sh \
	%D%/guest.sh \
	%D%/kernel.sh \
	%D%/lacking.sh \
	%D%/ladder.sh \
	%D%/lane.sh \
	%D%/limits.sh \
	%D%/matrix.sh \
	%D%/start.sh \
	%D%/systemd.sh \
	%D%/vm.service \
	%D%/vm.sh \
	%D%/vm.target
TESTS += $(VM_TESTS)

# Every kind of machine, with all suites; VM_ROWS='NAME...' for some.
.PHONY: check-vm
check-vm: all $(check_PROGRAMS)
	@top_srcdir=$(abs_top_srcdir) top_builddir=$(abs_top_builddir) \
		sh $(srcdir)/%D%/matrix.sh $(VM_ROWS)
