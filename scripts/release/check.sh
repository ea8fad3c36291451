#!/usr/bin/env bash
# What of a release can be checked quickly: everything that goes into the
# packages besides the program is made once, from the same data, and looked at.
. "$(dirname "$0")/../lib.sh"
. scripts/tools.sh
. scripts/release/common.sh
. scripts/release/linux.sh

# packed makes both packages, with no program in them, and looks at what they hold.
packed() {
	local kind
	say "  the packages themselves"
	release_tool nfpm github.com/goreleaser/nfpm/v2/cmd/nfpm
	echo "no program" >"$stage/bin/gatewatch" # which need not be compressed to check them
	settle "$stage"
	for kind in deb rpm; do
		linux_nfpm $kind "$stage" >"$work/$kind.yaml"
		"$cache/bin/nfpm" package -f "$work/$kind.yaml" -p $kind -t "$work/gatewatch.$kind" >"$work/nfpm.log" 2>&1 || { cat "$work/nfpm.log"; exit 1; }
	done
	dpkg-deb --fsys-tarfile "$work/gatewatch.deb" | tar -t | sed -n 's#^\./\(.*[^/]\)$#/\1#p' | LC_ALL=C sort >"$work/deb.files"
	diff build/linux/files.txt "$work/deb.files" || die "the deb holds other files than build/linux/files.txt lists"
	[ "$(dpkg-deb -f "$work/gatewatch.deb" Package)" = gatewatch ]
	# Nothing runs when it is installed, so nothing can be started unasked.
	scripts=$(dpkg-deb --ctrl-tarfile "$work/gatewatch.deb" | tar -t | grep -vxE '\./|(\./)?(control|md5sums)' || true)
	[ -z "$scripts" ] || die "the deb has scripts: $scripts"
}

work=$cache/check
rm -rf "$work" && mkdir -p "$work/texts" "$work/icons"
told=$work/told # what the program says of itself

say "  licences"
node scripts/release/licences.mjs --check internal/foundation/licences/third-party.txt

say "  what the program says of itself"
plain=$cache/bin/gatewatch-plain
go build -trimpath -o "$plain" . # as make test compiles all else, so little of it is new
mkdir "$told"
"$plain" version --json >"$told/version.json"
node -e '
	const v = JSON.parse(require("fs").readFileSync(process.argv[1]))
	for (const name of ["version", "go", "os", "arch"]) if (!v[name]) throw new Error(`version --json does not tell ${name}`)
' "$told/version.json"
"$plain" licences | cmp - internal/foundation/licences/third-party.txt
for shell in bash zsh fish; do
	"$plain" completion $shell >"$work/texts/$shell"
	if command -v $shell >/dev/null; then $shell -n "$work/texts/$shell"; fi
done
"$plain" manual >"$work/texts/gatewatch.1"
# It has no date, because this program was linked without one.
if mandoc -T lint -W warning "$work/texts/gatewatch.1" | grep -v 'missing date'; then die "the manual page has mistakes"; fi

say "  what Linux' packages hold"
cp README.md CHANGELOG.md LICENSE docs/deployment.md "$work/texts/"
cp internal/foundation/licences/third-party.txt "$work/texts/THIRD-PARTY.txt"
for size in 16 24 32 48 64 128 256 512; do echo "no picture" >"$work/icons/$size.png"; done # drawn by make release
stage=$work/stage
install -D "$plain" "$stage/bin/gatewatch"
linux_share "$stage/share"
desktop-file-validate "$stage/share/applications/gatewatch.desktop"
appstreamcli validate --no-net --no-color "$stage"/share/metainfo/*.xml >"$work/appstream.log" || { cat "$work/appstream.log"; exit 1; }

# Every file that the description names is there, and the deb has what files.txt lists.
settle "$stage"
linux_nfpm deb "$stage" >"$work/deb.yaml"
if grep -qE '^ *scripts:' "$work/deb.yaml"; then die "the packages have scripts: nothing may run when they are installed"; fi
sed -nE '/packager: rpm/! s#^  - \{ src: "[^"]*", dst: ([^ ,]+).*#\1#p' "$work/deb.yaml" | LC_ALL=C sort | diff build/linux/files.txt - ||
	die "build/linux/nfpm.yaml names other files for the deb than build/linux/files.txt lists"
sed -nE 's#^  - \{ src: "([^"]*)".*#\1#p' "$work/deb.yaml" | while read -r file; do
	[ -f "$file" ] || die "build/linux/nfpm.yaml names $file, which nothing makes"
done

# The packages themselves take nfpm, which takes longer to compile than all else here together:
# make release has them looked at.
[ -z "${GATEWATCH_LONG:-}" ] || packed

say "  what other systems are told"
dist=$work/dist
mkdir -p "$dist"
for name in linux-amd64.tar.gz linux-amd64-static.tar.gz linux-arm64-static.tar.gz macos-universal-static.tar.gz windows-amd64-setup.exe; do
	echo "$name" >"$dist/gatewatch-$VERSION-$name"
done
node scripts/release/manifests.mjs "$dist"
bash -n "$dist/manifests/aur/PKGBUILD"
FILL_ICONS=icons FILL_ORIGINAL=gatewatch.exe fill build/windows/winres.json "$work/winres.json"
node -e 'JSON.parse(require("fs").readFileSync(process.argv[1]))' "$work/winres.json"
fill build/darwin/Info.plist "$work/Info.plist"
plistutil -i "$work/Info.plist" -o /dev/null
plistutil -i build/darwin/entitlements.plist -o /dev/null
