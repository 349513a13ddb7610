# The unprivileged half. Each folder says its own part.
include %D%/box/local.mk
include %D%/cli/local.mk
include %D%/model/local.mk
include %D%/agent/local.mk
