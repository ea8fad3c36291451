#!/usr/bin/env bash
# Takes the pictures in docs/screenshots: every page in every state, light and
# dark, small and large, with made-up data. Needs Chromium and ImageMagick.
# PATTERN=… takes only those whose names fit, SIZES="1280x800 …" other sizes.
. "$(dirname "$0")/lib.sh"

command -v convert >/dev/null || die "convert is missing: apt-get install imagemagick"
CHROMIUM=$(find_browser)
export CHROMIUM
npm run build --prefix frontend --silent </dev/null
touch frontend/dist/.gitkeep
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
read -ra sizes <<<"${SIZES:-}"
node scripts/screenshots.mjs frontend/dist "$work" "${PATTERN:-.}" "${sizes[@]}"

# Text and lines need few colours; with fewer than these, an amber mark beside a chart turns red.
out=${OUT:-docs/screenshots}
mkdir -p "$out"
for picture in "$work"/*.png; do
	convert "$picture" -dither None -colors 128 -strip -define png:compression-level=9 -define png:compression-filter=0 "PNG8:$out/$(basename "$picture")"
done
say "$(find "$work" -name '*.png' | wc -l) pictures in $out, $(du -sh "$out" | cut -f 1)"
