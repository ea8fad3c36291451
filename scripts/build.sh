#!/usr/bin/env bash
# Builds bin/gatewatch: the frontend if it changed, then the program around it.
. "$(dirname "$0")/lib.sh"

inputs=()
for f in frontend/src frontend/public frontend/wailsjs frontend/index.html frontend/package-lock.json \
	frontend/vite.config.ts frontend/tsconfig.json frontend/postcss.config.cjs; do
	[ -e "$f" ] && inputs+=("$f")
done
if [ -f frontend/dist/index.html ] && fresh frontend "${inputs[@]}"; then
	: # as it was
else
	say "Building the frontend"
	npm run build --prefix frontend --silent </dev/null
	touch frontend/dist/.gitkeep # embedding needs a file there in a fresh clone
	keep frontend "${inputs[@]}"
fi

version=$(git describe --tags --dirty 2>/dev/null || true)
say "Building ${OUT:-bin/gatewatch} ${version:-(no release)}"
# build/default.pgo is a CPU profile of the event path (make profile): the
# compiler inlines what is hot there.
go build -trimpath -pgo="${PGO:-$root/build/default.pgo}" -tags "$tags${EXTRA_TAGS:+,$EXTRA_TAGS}" -ldflags "-s -w${version:+ -X main.version=$version}" -o "${OUT:-bin/gatewatch}" .
