# Shared by the scripts of this folder: where we are, how we speak, and which
# tools must be there. Sourced, never run.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

cache=$root/.cache
mkdir -p "$cache/bin" "$cache/stamps"

# The newest of what go.mod and the frontend's tools ask for.
go_floor=$(awk '$1 == "go" { print $2; exit }' go.mod)
node_floor=20.19

tags=desktop,production,webkit2_41

# How much the heap of what compiles or checks may grow before it is tidied, in percent: at Go's
# own 100 it does that for an eighth of its time. Nothing that is tested runs so.
roomy=${GOGC:-400}

# go runs Go's command, with that when it only compiles.
go() {
	case "${1:-}" in
	build | vet) GOGC=$roomy command go "$@" ;;
	*) command go "$@" ;;
	esac
}

say() { printf '%s\n' "$*"; }
warn() { printf '%s\n' "$*" >&2; }
die() { warn "error: $*"; exit 1; }

# at_least HAVE WANT: compares dotted version numbers.
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# need_toolchains stops with one clear line if Go or Node is missing or too old.
need_toolchains() {
	local have
	have=$(go env GOVERSION 2>/dev/null | sed 's/^go//; s/[- ].*//') || true
	if [ -z "$have" ] || ! at_least "$have" "$go_floor"; then
		die "Gatewatch needs Go $go_floor or newer (found: ${have:-none}). The packages of Debian and Ubuntu are too old: unpack the archive of https://go.dev/dl/ into /usr/local and put /usr/local/go/bin into PATH."
	fi
	have=$(node --version 2>/dev/null | sed 's/^v//') || true
	if [ -z "$have" ] || ! at_least "$have" "$node_floor"; then
		die "Gatewatch needs Node.js $node_floor or newer (found: ${have:-none}). The package of Debian 12 is too old: take an LTS version from https://nodejs.org/en/download, or from the NodeSource packages."
	fi
	command -v npm >/dev/null || die "npm is missing: it comes with Node.js from https://nodejs.org/en/download, and is a package of its own in Debian (npm)."
}

# find_browser prints where Chromium is: the one without any windows of its own first,
# which takes a sixth less of the processors for the same tests. CHROMIUM names another.
find_browser() {
	local browser
	for browser in "${CHROMIUM:-}" /usr/lib/chromium/chromium-headless-shell /usr/lib/chromium/chromium /usr/bin/chromium /usr/bin/chromium-browser /usr/bin/google-chrome; do
		[ -x "$browser" ] && { printf '%s\n' "$browser"; return 0; }
	done
	die "there is no Chromium (Debian: chromium-headless-shell; elsewhere: name it in CHROMIUM)"
}

# fresh STAMP FILE...: true if the files are as they were when keep was called.
fresh() {
	local stamp=$cache/stamps/$1
	shift
	[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(digest "$@")" ]
}

# keep STAMP FILE...: remembers the files as they are.
keep() {
	local stamp=$cache/stamps/$1
	shift
	digest "$@" >"$stamp"
}

digest() {
	{
		printf '%s\n' "$(go env GOVERSION) $(node --version)"
		find "$@" -type f -not -path '*/node_modules/*' -print0 2>/dev/null | LC_ALL=C sort -z | xargs -0r sha256sum
	} | sha256sum | cut -d' ' -f1
}
