#!/usr/bin/env bash
# Builds, signs and notarises Gatewatch.app on a Mac, for both processors, into
# dist/. Needs Xcode's command line tools, Go and Node.js.
#
#   IDENTITY   "Developer ID Application: …" of the keychain; without it the
#              bundle is signed for this Mac only
#   NOTARY     a profile of `xcrun notarytool store-credentials`; without it
#              nothing is sent to Apple
set -euo pipefail
cd "$(dirname "$0")/.."
[ "$(uname -s)" = Darwin ] || { echo "error: the bundle is built on a Mac: its window needs Apple's frameworks. Everything else comes from make release." >&2; exit 1; }
for tool in go node npm xcrun lipo codesign hdiutil sips qlmanage plutil; do
	command -v "$tool" >/dev/null || { echo "error: $tool is missing: xcode-select --install, Go from https://go.dev/dl, Node.js from https://nodejs.org" >&2; exit 1; }
done
. scripts/release/version.sh

work=.cache/macos
app=$work/Gatewatch.app
dmg=dist/gatewatch-$VERSION-macos.dmg
rm -rf "$work"
mkdir -p "$work/icons" "$work/image" dist

npm ci --prefix frontend --no-audit --no-fund --loglevel=error </dev/null
npm run build --prefix frontend --silent </dev/null
touch frontend/dist/.gitkeep

qlmanage -t -s 1024 -o "$work" frontend/public/icon.svg >/dev/null
for size in 32 64 128 256 512 1024; do
	sips -z $size $size "$work/icon.svg.png" --out "$work/icons/$size.png" >/dev/null
done
scripts/release/bundle.sh "$app" "$work/icons"
plutil -lint "$app/Contents/Info.plist" build/darwin/entitlements.plist

for arch in amd64 arm64; do
	GOFLAGS='' GOOS=darwin GOARCH=$arch CGO_ENABLED=1 CGO_CFLAGS=-mmacosx-version-min=12.0 \
		CGO_LDFLAGS="-framework UniformTypeIdentifiers -mmacosx-version-min=12.0" \
		go build -trimpath -buildvcs=false -pgo=build/default.pgo -tags desktop,production -ldflags "$linked" -o "$work/$arch" .
done
lipo -create -output "$app/Contents/MacOS/gatewatch" "$work/amd64" "$work/arm64"
[ "$("$app/Contents/MacOS/gatewatch" --version)" = "$VERSION" ]

if [ -n "${IDENTITY:-}" ]; then
	codesign --force --options runtime --timestamp --entitlements build/darwin/entitlements.plist --sign "$IDENTITY" "$app"
else
	codesign --force --options runtime --entitlements build/darwin/entitlements.plist --sign - "$app"
fi
codesign --verify --strict --verbose=2 "$app"

cp -R "$app" "$work/image/"
ln -s /Applications "$work/image/Applications"
hdiutil create -quiet -volname "Gatewatch $VERSION" -srcfolder "$work/image" -ov -format UDZO "$dmg"
if [ -n "${IDENTITY:-}" ]; then codesign --force --timestamp --sign "$IDENTITY" "$dmg"; fi
if [ -n "${NOTARY:-}" ]; then
	xcrun notarytool submit "$dmg" --keychain-profile "$NOTARY" --wait
	xcrun stapler staple "$dmg"
	spctl --assess --type open --context context:primary-signature --verbose "$dmg"
fi
node scripts/release/manifests.mjs cask "$dmg"
shasum -a 256 "$dmg"
