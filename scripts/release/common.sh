# What the releases of all systems share: version, times, reproducible
# archives, texts and icons. Sourced after lib.sh and tools.sh.

began=$SECONDS
export LC_ALL=C.UTF-8 TZ=UTC
umask 022
# Nothing of whoever builds may get into the files.
unset GOFLAGS GOAMD64 GOARM64 GOEXPERIMENT CGO_CFLAGS CGO_CXXFLAGS CGO_LDFLAGS
export GOFLAGS= GOAMD64=v1

dist=$(realpath -m "${DIST:-dist}")
work=$cache/release

. scripts/release/version.sh

# part NAME COMMAND…: runs it, and says how long it took.
part() {
	local from=$SECONDS
	"${@:2}"
	printf '  %-34s %4d s\n' "$1" $((SECONDS - from))
}

about() { node scripts/release/about.mjs get "$1"; }
fill() { node scripts/release/about.mjs fill "$1" "$2"; }

# release_tool NAME PACKAGE: as tool, from tools/release/go.mod.
release_tool() {
	if [ -x "$cache/bin/$1" ] && fresh "tool-$1" tools/release/go.mod; then
		return
	fi
	go build -modfile=tools/release/go.mod -o "$cache/bin/$1" "$2"
	keep "tool-$1" tools/release/go.mod
}

# program OUT GOOS GOARCH CGO TAGS [LDFLAGS]
program() {
	GOOS=$2 GOARCH=$3 CGO_ENABLED=$4 go build -trimpath -buildvcs=false -pgo="$root/build/default.pgo" \
		-tags "$5" -ldflags "$linked ${6:-}" -o "$1" .
}

# settle DIR: every file and folder gets the commit's time and plain modes.
settle() {
	chmod -R u=rwX,go=rX "$1"
	find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
}

# tarball DIR FILE: the folder DIR as it is named, the same bytes each time.
tarball() {
	settle "$1"
	tar -C "$(dirname "$1")" --sort=name --format=ustar --owner=0 --group=0 --numeric-owner \
		--mtime="@$SOURCE_DATE_EPOCH" -cf - "$(basename "$1")" | gzip -9n >"$2"
}

# zipped DIR FILE
zipped() {
	settle "$1"
	(cd "$(dirname "$1")" && find "$(basename "$1")" -type f | LC_ALL=C sort | zip -X -9 -q -@ "$2")
}

page() {
	npm run build --prefix frontend --silent </dev/null >"$work/page.log" 2>&1 || { cat "$work/page.log" >&2; die "the page cannot be built"; }
	touch frontend/dist/.gitkeep
}

# texts lays out what every system's package holds besides the program, in
# $work/texts and $work/icons, as the program itself tells it.
texts() {
	local size t=$work/texts
	mkdir -p "$t" "$work/icons"
	program "$work/teller" "$(go env GOHOSTOS)" "$(go env GOHOSTARCH)" 0 ""
	"$work/teller" manual >"$t/gatewatch.1"
	"$work/teller" completion bash >"$t/bash"
	"$work/teller" completion zsh >"$t/zsh"
	"$work/teller" completion fish >"$t/fish"
	"$work/teller" licences >"$t/THIRD-PARTY.txt"
	cp README.md CHANGELOG.md LICENSE docs/deployment.md "$t/"
	for size in 16 24 32 48 64 128 256 512 1024; do
		rsvg-convert -w $size -h $size frontend/public/icon.svg -o "$work/icons/$size.png"
	done
}

# announce writes the signed file that tells programs of this version.
announce() { node scripts/release/announce.mjs >"$dist/gatewatch-version"; }

# bill_of_materials writes the list of all parts: the modules that are linked
# into any of the programs, and the packages of the page.
bill_of_materials() {
	local program lists=()
	release_tool cyclonedx-gomod github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod
	while read -r program; do
		lists+=("$work/$(sha256sum <<<"$program" | cut -c1-12).cdx.json")
		"$cache/bin/cyclonedx-gomod" bin -json -licenses -assert-licenses -noserial -std -version "$VERSION" \
			-output "${lists[-1]}" "$program" 2>>"$work/sbom.log" || { cat "$work/sbom.log" >&2; return 1; }
	done < <(find "$work" -type f \( -path '*/bin/gatewatch' -o -name 'gatewatch*.exe' -o -path '*/MacOS/gatewatch' \) | LC_ALL=C sort)
	node scripts/release/sbom.mjs "${lists[@]}" >"$dist/gatewatch-$VERSION.cdx.json"
}
