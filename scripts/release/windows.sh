# Windows: a zip that needs no installing, and the installer. Sourced.

release_windows() {
	part "windows/amd64, window and console" windows_programs
	part "zip" windows_zip
	part "installer" windows_installer
}

windows_programs() {
	stage=$work/windows/gatewatch-$VERSION-windows-amd64
	mkdir -p "$stage"
	release_tool go-winres github.com/tc-hib/go-winres
	windows_program gatewatch.exe desktop,production "-H windowsgui"
	windows_program gatewatch-console.exe "" ""
	local name
	for name in LICENSE THIRD-PARTY.txt; do sed 's/$/\r/' "$work/texts/$name" >"$stage/${name%.txt}.txt"; done
	cp "$work/texts/"{README,CHANGELOG,deployment}.md "$stage/"
}

# windows_program NAME TAGS LDFLAGS: with icon, version and manifest, and
# signed if there is a certificate.
windows_program() {
	FILL_ICONS=icons FILL_ORIGINAL=$1 fill build/windows/winres.json "$work/winres.json"
	"$cache/bin/go-winres" make --in "$work/winres.json" --arch amd64 --out "$root/rsrc"
	program "$stage/$1" windows amd64 0 "$2" "$3" || { rm -f "$root/rsrc_windows_amd64.syso"; return 1; }
	rm -f "$root/rsrc_windows_amd64.syso"
	windows_sign "$stage/$1"
}

# windows_sign FILE: with the commit's time, so that it is the same each time,
# unless a time-stamp server is asked.
windows_sign() {
	[ -n "${SIGN_PFX:-}" ] || return 0
	scripts/release/sign.sh "$1"
}

windows_zip() { zipped "$stage" "$dist/gatewatch-$VERSION-windows-amd64.zip"; }

windows_installer() {
	local sign=()
	[ -z "${SIGN_PFX:-}" ] || sign=("-DSIGN=$root/scripts/release/sign.sh")
	settle "$stage"
	windows_icon
	makensis -V2 -NOCD -INPUTCHARSET UTF8 -DVERSION="$VERSION" -DNUMBERS4="$(about NUMBERS4)" -DSTAGE="$stage" \
		-DOUT="$dist/gatewatch-$VERSION-windows-amd64-setup.exe" -DICON="$work/gatewatch.ico" -DPUBLISHER="$(about PUBLISHER)" \
		-DHOMEPAGE="$(about HOMEPAGE)" -DCOPYRIGHT="$(about COPYRIGHT)" "${sign[@]}" build/windows/installer.nsi
	windows_sign "$dist/gatewatch-$VERSION-windows-amd64-setup.exe"
}

windows_icon() {
	local i=$work/icons
	node scripts/release/icons.mjs ico "$work/gatewatch.ico" "$i/16.png" "$i/24.png" "$i/32.png" "$i/48.png" "$i/64.png" "$i/256.png"
}
