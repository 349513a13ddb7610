# tests/egress: the gate, and what is behind it, against a small internet
EGRESS_TESTS = \
	%D%/agent.sh \
	%D%/alone.sh \
	%D%/ask.sh \
	%D%/controls.sh \
	%D%/faults.sh \
	%D%/inside.sh \
	%D%/names.sh \
	%D%/roads.sh \
	%D%/soak.sh \
	%D%/tools.sh
EXTRA_DIST += $(EGRESS_TESTS) %D%/ROWS %D%/alone.py \
	%D%/ask_drive.py %D%/client.py %D%/gate.py %D%/inside.py %D%/internet.py %D%/lib.sh \
	%D%/postgres.py %D%/soak.py %D%/stock.py %D%/websocket.py
TESTS += $(EGRESS_TESTS)

# 10,000 connections where `make check' makes a few.
.PHONY: check-soak
check-soak: all $(check_PROGRAMS)
	@SOAK=full $(MAKE) check TESTS='%D%/soak.sh' TEST_TIMEOUT=1200
