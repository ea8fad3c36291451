#!/usr/bin/env bash
# Formats Go and TypeScript.
. "$(dirname "$0")/lib.sh"
. scripts/tools.sh

tool gofumpt mvdan.cc/gofumpt
mapfile -t files < <(go_files)
"$cache/bin/gofumpt" -w "${files[@]}"
npm run format --prefix frontend --silent
