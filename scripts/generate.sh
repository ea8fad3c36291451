#!/usr/bin/env bash
# Writes all generated code again: what //go:generate lines make, the types of
# what passes between Go and the page, which Wails makes by running a build of
# the program that only describes itself, and the page's side of the bridge.
. "$(dirname "$0")/lib.sh"

go generate ./...
if [ -f main.go ] && [ -f wails.json ]; then
	go build -tags bindings -o "$cache/bin/bindings" .
	tsoutputtype=interfaces "$cache/bin/bindings" >"$cache/bindings.log" 2>&1 || { cat "$cache/bindings.log" >&2; die "the bindings could not be generated"; }
fi
go run ./app/bindgen
