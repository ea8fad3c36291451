#!/usr/bin/env bash
# Lays out Gatewatch.app without its program: bundle.sh APP ICONS, where ICONS
# is a folder of PNG files, 32.png to 1024.png. VERSION must be set.
set -euo pipefail
app=${1:?usage: bundle.sh APP ICONS} icons=${2:?usage: bundle.sh APP ICONS}
mkdir -p "$app/Contents/MacOS" "$app/Contents/Resources"
node scripts/release/about.mjs fill build/darwin/Info.plist "$app/Contents/Info.plist"
printf 'APPL????' >"$app/Contents/PkgInfo"
node scripts/release/icons.mjs icns "$app/Contents/Resources/gatewatch.icns" \
	"$icons/32.png" "$icons/64.png" "$icons/128.png" "$icons/256.png" "$icons/512.png" "$icons/1024.png"
cp internal/foundation/licences/third-party.txt "$app/Contents/Resources/THIRD-PARTY.txt"
cp LICENSE CHANGELOG.md "$app/Contents/Resources/"
