# tests/egress: the gate, and what is behind it, against a small internet
EGRESS_TESTS = \
	%D%/controls.sh
EXTRA_DIST += $(EGRESS_TESTS) %D%/internet.py %D%/lib.sh
TESTS += $(EGRESS_TESTS)
