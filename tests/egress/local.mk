# tests/egress: the gate, and what is behind it, against a small internet
EGRESS_TESTS = \
	%D%/controls.sh
EXTRA_DIST += $(EGRESS_TESTS) %D%/faults.sh %D%/roads.sh %D%/tools.sh \
	%D%/client.py %D%/gate.py %D%/internet.py %D%/lib.sh \
	%D%/postgres.py %D%/stock.py %D%/websocket.py
TESTS += $(EGRESS_TESTS)
