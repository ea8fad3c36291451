#!/usr/bin/env bash
# Runs the checks of `make test`, each with its time, all of them even if one
# fails: test.sh [STEP...]. The last line counts. Without a STEP all are run:
# what only computes runs beside the tests that mostly wait for each other, in
# the time that those leave, and is printed after them.
. "$(dirname "$0")/lib.sh"
. scripts/tools.sh

[ -t 1 ] || export NO_COLOR=1
fuzz_runs=${FUZZ_RUNS:-3000}
race=${RACE:--race}
# One way of compiling for all steps: with and without -trimpath, each module
# would be compiled twice.
export GOFLAGS="-trimpath${GOFLAGS:+ $GOFLAGS}"
began=$SECONDS
failed=()
skipped=()
counts=()

# A frontend folder must be there to be embedded, even before it is built.
[ -e frontend/dist/.gitkeep ] || { mkdir -p frontend/dist && touch frontend/dist/.gitkeep; }

format() {
	tool gofumpt mvdan.cc/gofumpt
	local files bad
	mapfile -t files < <(go_files)
	bad=$("$cache/bin/gofumpt" -l "${files[@]}")
	if [ -n "$bad" ]; then
		say "These files are not formatted (make fmt does it):" "$bad"
		return 1
	fi
}

# macOS, of which this machine has no SDK: what has cgo there cannot be checked; and Windows, all of it.
# From the source (tools/vet): go vet would have each package compiled for it first, of which nothing runs.
systems() {
	local pure
	(cd tools && go build -o "$cache/bin/vet" ./vet)
	diff <(checks_of go tool vet) <(checks_of "$cache/bin/vet") || die "tools/vet has other checks than this Go's vet: < lacks, > is too much"
	mapfile -t pure < <(CGO_ENABLED=0 GOOS=darwin light go list -e -f '{{if .GoFiles}}{{.ImportPath}}{{end}}' ./internal/...)
	[ ${#pure[@]} -gt 20 ] || die "only ${#pure[@]} packages are without cgo on macOS"
	read_for darwin "${pure[@]}"
	read_for windows -tags desktop,production ./...
}

# checks_of COMMAND... lists what a vet checks.
checks_of() { "$@" help | sed -n '/^Registered analyzers:/,$ s/^    \([a-z]*\) .*/\1/p' | LC_ALL=C sort; }

# read_for SYSTEM ARGUMENTS...: after a type error each check says that it did not run, which is left out.
read_for() { CGO_ENABLED=0 GOOS=$1 light "$cache/bin/vet" "${@:2}" 2>&1 | { grep -vE 'analysis skipped|failed prerequisites' || true; }; }

# forget_other_clones removes from Go's cache what cgo made of the same code in another clone:
# with -trimpath it is used here too, and names files there, that linters cannot open.
forget_other_clones() {
	local made
	while read -r made; do
		if grep -q '^//line /' "$made" && ! grep -qF "//line $root/" "$made"; then
			rm -f "$made"
		fi
	done < <(light go list -e -compiled -tags "$tags" -f '{{range .CompiledGoFiles}}{{println .}}{{end}}' ./... | grep '^/')
}

# With all of go vet's own checks, so that there is no other step for them.
lint() {
	golangci
	forget_other_clones
	GOLANGCI_LINT_CACHE=$cache/golangci light "$cache/bin/golangci-lint" run --build-tags "$tags" ./...
	if command -v shellcheck >/dev/null; then
		shellcheck -x -S warning scripts/*.sh scripts/release/*.sh .ci/run
	fi
}

pins() {
	go mod verify
	go mod verify -modfile=tools/go.mod
	go mod verify -modfile=tools/release/go.mod
	local sqlite want have
	sqlite=$(go list -m -f '{{.GoMod}}' modernc.org/sqlite)
	want=$(awk '$1 == "modernc.org/libc" { print $2 }' "$sqlite")
	have=$(go list -m -f '{{.Version}}' modernc.org/libc)
	if [ "$want" != "$have" ]; then
		say "modernc.org/libc is $have, but modernc.org/sqlite was made for $want: the two only work together."
		return 1
	fi
}

vulnerabilities() {
	local archive dir
	archive=$(upward shared/vulndb.tgz) || { skip "no vulnerability database (shared/vulndb.tgz) beside this folder"; return 0; }
	tool govulncheck golang.org/x/vuln/cmd/govulncheck
	dir=$cache/vulndb
	if [ ! -d "$dir" ] || ! fresh vulndb "$archive"; then
		rm -rf "$dir" && mkdir -p "$dir" && tar -xzf "$archive" -C "$dir"
		keep vulndb "$archive"
	fi
	dir=$(dirname "$(find "$dir" -maxdepth 3 -type d -name index | head -n 1)")
	GOGC=$roomy "$cache/bin/govulncheck" -db "file://$dir" -tags "$tags" ./...
}

# Three packages at a time also on two processors: the longest mostly wait, for a
# gateway that stays away or a notification that is gathered. The race detector is told
# to leave out SQLite, which a machine translated from C: nothing of ours is in
# there, and the tests of the history take several times as long with it. Only of a package without generic
# code: the linker takes one copy of that for all, and without the detector it tells of races that are none.
go_tests() {
	local flags=()
	# What only computes, on what it is given, and has no goroutine is not watched: it takes twice as long.
	[ -z "$race" ] || flags=("$race" '-gcflags=modernc.org/sqlite/lib=-race=false' '-gcflags=gatewatch/internal/core/forecast=-race=false')
	GOGC=$roomy node scripts/gotest.mjs "$cache/go-tests.count" -exec "env -u GOGC" ${flags[@]+"${flags[@]}"} -vet=off -shuffle=on -p "$(($(nproc) + 1))" -timeout 15m ./...
	counts+=("$(cat "$cache/go-tests.count")")
}

# What is told, held against what happened, on 4 composed days: without the
# race detector, which plays a few of them among the other tests.
scorecard() {
	GOGC=$roomy go test -exec "env -u GOGC" -vet=off -timeout 40m -run '^TestScorecard$' ./internal/program/run
}

# Every fuzz target for so many inputs; what it finds is in testdata/fuzz. A
# number and not a time: go test calls the end of its time a failure
# ("context deadline exceeded") if a worker is slow to answer just then. Each
# package is built once for all of its targets. Guided by coverage where more inputs
# are asked for (FUZZ_RUNS): for a few it costs four times as much, as every module is compiled
# once more for it; and never what stands on the database, which takes longer than all the rest.
fuzz() {
	local dir name bin=$cache/fuzz.test n=0 guided
	while read -r dir; do
		guided=()
		[ "$fuzz_runs" -le 3000 ] || [ "$dir" = ./internal/store/history ] || guided=(-fuzz=.)
		GOGC=$roomy go test -vet=off -c ${guided[@]+"${guided[@]}"} -o "$bin" "$dir"
		while read -r name; do
			say "  $dir $name"
			(cd "$dir" && "$bin" -test.run='^$' -test.fuzz="^$name\$" -test.fuzzcachedir="$cache/fuzz" -test.fuzztime="${fuzz_runs}x" \
				-test.fuzzminimizetime=20x -test.paniconexit0) >"$cache/fuzz.log" 2>&1 || { cat "$cache/fuzz.log"; return 1; }
			grep -qE "execs: [1-9]" "$cache/fuzz.log" || { cat "$cache/fuzz.log"; return 1; }
			n=$((n + 1))
		done < <(grep -hoE '^func Fuzz[A-Za-z0-9_]+' "$dir"/*_test.go | sed 's/^func //')
	done < <(go_files | grep '_test\.go$' | xargs grep -lE '^func Fuzz' | xargs -n 1 dirname | LC_ALL=C sort -u)
	counts+=("$n fuzz targets")
}

frontend_lint() {
	npm run lint --prefix frontend --silent
	npm run typecheck --prefix frontend --silent
}

# Packages that only tests import: what stands in for desktops, gateways and
# recordings, and what judges the runs on them.
test_support='^internal/(desktop/notification/dbustest|sources/hub/hubtest|tools/replay|tools/scorecard)/'

# What nobody uses: in TypeScript what no page or test imports, in Go what the
# program of no system, nor the one that is tested in a browser, can reach; that
# a test reaches it does not count. Functions of the packages above are left
# out, and event.Decode: tests of six packages read with it what was written.
unused() {
	npm run unused --prefix frontend --silent
	tool deadcode golang.org/x/tools/cmd/deadcode
	local linux windows browser
	linux=$(light "$cache/bin/deadcode" -tags "$tags" ./...)
	windows=$(CGO_ENABLED=0 GOOS=windows light "$cache/bin/deadcode" -tags desktop,production ./...)
	browser=$(CGO_ENABLED=0 light "$cache/bin/deadcode" -tags wired ./...)
	if grep -xF -f <(printf '%s\n' "$windows") <(printf '%s\n' "$linux") | grep -xF -f <(printf '%s\n' "$browser") |
		grep -vE "$test_support" | grep -v 'event\.go:.* Decode$'; then
		say "These functions are reached by nothing but tests: use or remove them."
		return 1
	fi
}

frontend_tests() {
	npm run test --prefix frontend --silent -- --reporter=default --reporter=json --outputFile.json="$cache/vitest.json"
	counts+=("$(node -p "const r = JSON.parse(require('fs').readFileSync('$cache/vitest.json')); r.numPassedTests + ' frontend tests' + (r.numPendingTests ? ' (' + r.numPendingTests + ' skipped)' : '')")")
}

build() { PGO=off scripts/build.sh; } # a profile would compile all once more

# Generated code must be what the generators make now.
generated() {
	local before
	before=$(sums)
	scripts/generate.sh
	if ! diff <(printf '%s\n' "$before") <(sums); then
		say "Generated code is not up to date: the files above changed by make generate. Commit them."
		return 1
	fi
}

sums() { git ls-files -z --cached --others --exclude-standard | LC_ALL=C sort -z | xargs -0 sha256sum 2>/dev/null; }

packages() { scripts/release/check.sh; }

wired() {
	scripts/wired.sh || { say "Once more what failed:"; scripts/wired.sh --failed; }
	counts+=("$(node scripts/wired.mjs count "$cache/wired/result.json" "$cache/wired/again.json") wired tests")
}

smoke() {
	if [ ! -x scripts/smoke.sh ]; then
		skip "scripts/smoke.sh is not there"
		return 0
	fi
	scripts/smoke.sh
}

# upward PATH: finds a path in a folder above this one.
upward() {
	local dir=$root
	while [ "$dir" != / ]; do
		dir=$(dirname "$dir")
		[ -e "$dir/$1" ] && { printf '%s\n' "$dir/$1"; return 0; }
	done
	return 1
}

# spent is how much of the processors' time the children of a step took.
spent() { awk 'NR == 2 { gsub(/[ms]/, " "); split($0, t); printf "%d s\n", 60 * (t[1] + t[3]) + t[2] + t[4] }' "$own.times"; }

# faults STEP: of what a step said, what tells why it failed, to be said again at
# the very end: what is in the middle of a long output is often cut.
faults() {
	say "" "== Why $1 failed"
	grep -nE -A 3 'FAIL|Error:|error:|not within|once more|panic:|DATA RACE' "$own.said" | tail -n 60 || tail -n 20 "$own.said"
}

# Under Wine; what is compiled for it is not optimised.
wine() {
	local tool
	for tool in wine wineserver x86_64-w64-mingw32-gcc Xvfb; do
		type -P $tool >/dev/null || { skip "wine ($tool is not installed)"; return 0; }
	done
	GOFLAGS="$GOFLAGS '-gcflags=all=-N -l'" scripts/wine.sh
}

skip() { say "skipped: $*"; skipped+=("$current"); }

declare -A title=(
	[format]="Go format (gofumpt)"
	[systems]="go vet for macOS and Windows"
	[lint]="golangci-lint, go vet in it"
	[pins]="Pinned modules"
	[vulnerabilities]="Known vulnerabilities (govulncheck)"
	[go-tests]="Go tests ($race, shuffled)"
	[fuzz]="Fuzzing, $fuzz_runs inputs each"
	[frontend-lint]="Frontend: Biome and TypeScript"
	[unused]="Nothing built and unused (knip, deadcode)"
	[frontend-tests]="Frontend: Vitest"
	[scorecard]="Scorecard of 4 composed days"
	[build]="Build of the window"
	[generated]="Generated code"
	[packages]="What packages are made of"
	[wired]="The whole program, its page in Chromium"
	[smoke]="The real window under Xvfb"
	[wine]="Windows' programs, installer and tests under Wine"
)
order=(format frontend-lint build generated frontend-tests go-tests wired)
# Lanes beside that, each from a step on: what only computes, once the page and
# what is generated are written and the modules compiled for this system, in two, as
# much of it uses one processor; and the real window, which mostly waits, as does the
# page in Chromium.
declare -A lane=(
	[builds]="pins systems lint vulnerabilities unused packages wine"
	[plays]="scorecard fuzz"
	[window]=smoke
)
declare -A lane_from=([builds]=build [plays]=go-tests [window]=wired)
declare -A lane_nice=([builds]=19 [plays]=19 [window]=0)
declare -A lane_pid=()
[ $# -gt 0 ] && order=("$@") && lane=()

# begin_lanes STEP: starts the lanes that begin with this step; what they print and
# how they ended is in files.
begin_lanes() {
	local name steps
	for name in "${!lane[@]}"; do
		[ "${lane_from[$name]}" = "$1" ] || continue
		read -ra steps <<<"${lane[$name]}"
		LANE=$name nice -n "${lane_nice[$name]}" "$0" "${steps[@]}" </dev/null >"$cache/lane.$name.log" 2>&1 &
		lane_pid[$name]=$!
	done
}

# end_lane NAME: waits for it and counts its steps.
end_lane() {
	local steps what name
	wait "${lane_pid[$1]}" || true
	unset "lane_pid[$1]"
	cat "$cache/lane.$1.log"
	read -ra steps <<<"${lane[$1]}"
	order+=("${steps[@]}")
	[ -e "$cache/lane.$1.result" ] || { failed+=("${steps[@]}"); return 0; }
	while read -r what name; do
		case "$what" in
		failed) failed+=("$name") ;;
		skipped) skipped+=("$name") ;;
		counts) counts+=("$name") ;;
		esac
	done <"$cache/lane.$1.result"
}

own=$cache/step.$$ # files of this process
trap 'rm -f "$own".*; [ ${#lane_pid[@]} -eq 0 ] || kill "${lane_pid[@]}" 2>/dev/null' EXIT
[ -n "${LANE:-}" ] || rm -f "$cache"/lane.* "$cache/faults.log"

for current in "${order[@]}"; do
	[ -n "${title[$current]:-}" ] || die "there is no step called $current"
	begin_lanes "$current"
	say "" "== ${title[$current]}"
	from=$SECONDS
	# The step runs under set -e, which is off inside a condition: hence &.
	# Its counts come back through a file.
	status=0
	(
		set -e
		"${current//-/_}" </dev/null > >(tee "$own.said") 2>&1
		printf '%s\n' "${counts[@]}" >"$own.counts"
		printf '%s\n' "${skipped[@]}" >"$own.skipped"
		times >"$own.times"
	) &
	wait $! || status=$?
	if [ "$status" -eq 0 ]; then
		mapfile -t counts < <(grep . "$own.counts" || true)
		mapfile -t skipped < <(grep . "$own.skipped" || true)
		say "-- ok, $((SECONDS - from)) s, processors $(spent)"
	else
		failed+=("$current")
		sleep 1 # until the last of it is written
		faults "$current" >>"$cache/faults.log"
		say "-- FAILED, $((SECONDS - from)) s"
	fi
done

if [ -n "${LANE:-}" ]; then
	{ printf 'failed %s\n' "${failed[@]}" && printf 'skipped %s\n' "${skipped[@]}" && printf 'counts %s\n' "${counts[@]}"; } |
		grep ' .' >"$cache/lane.$LANE.result" || true
	exit 0
fi
for name in window builds plays; do [ -z "${lane_pid[$name]:-}" ] || end_lane "$name"; done

say ""
[ ${#skipped[@]} -eq 0 ] || say "skipped: ${skipped[*]}"
[ ! -s "$cache/faults.log" ] || cat "$cache/faults.log"
[ ${#failed[@]} -eq 0 ] || say "failed: ${failed[*]}"
summary="$((${#order[@]} - ${#failed[@]} - ${#skipped[@]})) of ${#order[@]} steps passed"
for c in "${counts[@]}"; do summary+=", $c"; done
say "$summary, in $((SECONDS - began)) s"
[ ${#failed[@]} -eq 0 ]
