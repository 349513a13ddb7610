# The unprivileged half. Each folder says its own part.
include %D%/box/local.mk
include %D%/doctor/local.mk
include %D%/egress/local.mk
include %D%/egress/presets.mk
include %D%/keep/local.mk
include %D%/cli/local.mk
if ENABLE_AGENT
include %D%/model/local.mk
include %D%/otel/local.mk
include %D%/agent/local.mk
include %D%/session/local.mk
include %D%/term/local.mk
include %D%/trial/local.mk
endif
