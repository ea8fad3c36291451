#!/usr/bin/env bash
# Builds bin/gatewatch: the frontend if it changed, then the program around it.
. "$(dirname "$0")/lib.sh"
. scripts/page.sh

version=$(git describe --tags --dirty 2>/dev/null || true)
say "Building ${OUT:-bin/gatewatch} ${version:-(no release)}"
# build/default.pgo is a CPU profile of the event path (make profile): the
# compiler inlines what is hot there.
go build -trimpath -pgo="${PGO:-$root/build/default.pgo}" -tags "$tags${EXTRA_TAGS:+,$EXTRA_TAGS}" -ldflags "-s -w${version:+ -X main.version=$version}" -o "${OUT:-bin/gatewatch}" .
