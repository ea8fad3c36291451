#!/usr/bin/env bash
# Is hard on the whole program while a gateway storms: 50 times SIGKILL, 20
# times a full disk (as root, for a small one), 20 times the desktop's services
# end and come back. It takes some twelve minutes; `make test` does the same a
# few times each. What it printed last is in docs/platforms.md.
. "$(dirname "$0")/lib.sh"

GATEWATCH_LONG=1 go test -count=1 -timeout 60m -v -run '^TestHardship' ./internal/program/run |
	grep -E '^(---|ok|FAIL|panic)|hardship_test.go'
exit "${PIPESTATUS[0]}"
