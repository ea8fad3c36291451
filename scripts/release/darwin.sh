# macOS: the program without a window for both processors in one file, and what
# of the bundle can be made and checked elsewhere. The window itself is built,
# signed and notarised on a Mac, by scripts/macos.sh. Sourced.

release_darwin() {
	part "macOS, both processors, no window" darwin_plain
	part "macOS bundle, checked" darwin_bundle
}

darwin_plain() {
	local dir=$work/darwin/gatewatch-$VERSION-macos-universal-static arch
	mkdir -p "$dir/bin"
	release_tool makefat github.com/randall77/makefat
	for arch in amd64 arm64; do program "$work/darwin/$arch" darwin $arch 0 ""; done
	"$cache/bin/makefat" "$dir/bin/gatewatch" "$work/darwin/amd64" "$work/darwin/arm64"
	linux_texts "$dir/share"
	tarball "$dir" "$dist/gatewatch-$VERSION-macos-universal-static.tar.gz"
}

darwin_bundle() {
	local app=$work/darwin/Gatewatch.app
	scripts/release/bundle.sh "$app" "$work/icons"
	plistutil -i "$app/Contents/Info.plist" -o /dev/null
	plistutil -i build/darwin/entitlements.plist -o /dev/null
	node scripts/release/icons.mjs check "$app/Contents/Resources/gatewatch.icns"
}
