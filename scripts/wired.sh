#!/usr/bin/env bash
# Drives the whole program through its page in Chromium: wired.sh [FILE...].
# Each test has a home, a session bus, a keychain and a gateway of its own.
# With --failed only the files that failed last time run, as they were built
# then, and what was operated last time counts.
. "$(dirname "$0")/lib.sh"

work=${WIRED_WORK:-$cache/wired}
result=$work/result.json
mkdir -p "$work"
clock=()
if [ -n "${GATEWATCH_LONG:-}" ]; then # hours pass in minutes
	export WIRED_CLOCK=1
fi
files=("$@")
if [ "${1:-}" = --failed ]; then
	mapfile -t files < <(node scripts/wired.mjs failed "$result")
	[ ${#files[@]} -gt 0 ] || die "no test failed, so there is nothing to run again"
	result=$work/again.json
	export WIRED_AGAIN=1
else
	rm -f "$work/again.json"
	. scripts/page.sh
	if [ -n "${GATEWATCH_LONG:-}" ]; then
		node scripts/wired-clock.mjs "$(go env GOROOT)" "$work"
		clock=(-overlay "$work/overlay.json")
	fi
	# With cgo, though nothing of it is used: so all but the page's side is compiled already.
	go build ${clock[@]+"${clock[@]}"} -trimpath -tags wired -o "$work/gatewatch" .
	go build -trimpath -o "$work/desk" ./internal/desktop/notification/dbustest/desk
	[ $# -eq 0 ] || export WIRED_PARTIAL=1
fi

CHROMIUM=$(find_browser)
export CHROMIUM WIRED_WORK=$work WIRED_BINARY=$work/gatewatch WIRED_DESK=$work/desk
cd frontend
npx tsc --noEmit -p tsconfig.wired.json
npx vitest run --config vitest.wired.config.ts --reporter=default --reporter=json --outputFile.json="$result" "${files[@]}"
