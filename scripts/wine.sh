#!/usr/bin/env bash
# Runs what is built for Windows under Wine: the program's commands, the
# installer, and the Go tests of packages that behave differently there.
#
#   wine.sh [program] [installer] [tests]     without a name all
#
# Skipped, by name, where Wine or the compiler for its missing library is not
# installed. What Wine itself cannot do is told apart by its cause
# (scripts/wine/gotest.mjs), never by the name of a test.
#   INSTALLER      one of dist/ instead of one made of what was built here
#   WINE_PREFIX    instead of a fresh one
. "$(dirname "$0")/lib.sh"

for tool in wine wineserver x86_64-w64-mingw32-gcc Xvfb; do
	if ! command -v $tool >/dev/null; then
		say "skipped: wine ($tool is not installed; Debian: wine wine64 gcc-mingw-w64-x86-64 xvfb)"
		exit 0
	fi
done

steps=("$@")
[ ${#steps[@]} -gt 0 ] || steps=(program installer tests)
out=$cache/wine
export WINEPREFIX=${WINE_PREFIX:-$out/prefix} WINEARCH=win64 WINEDEBUG=-all WINEDLLOVERRIDES='mscoree=;mshtml='
unset DISPLAY WAYLAND_DISPLAY
[ -n "${WINE_PREFIX:-}" ] || rm -rf "$WINEPREFIX"
mkdir -p "$out"
trap 'wineserver -k 2>/dev/null || true; kill $display 2>/dev/null || true' EXIT

# One display for all: an uninstaller goes on as a copy of itself after its
# first process has ended.
Xvfb -displayfd 1 -screen 0 1024x768x24 >"$out/display" 2>/dev/null &
display=$!
until [ -s "$out/display" ]; do sleep 0.1; done
DISPLAY=:$(cat "$out/display")
export DISPLAY

# timed NAME COMMAND…
timed() {
	local from status=0
	from=$(date +%s%N)
	# set -e is off inside a condition: hence &.
	"${@:2}" >"$out/$1.log" 2>&1 </dev/null &
	wait $! || status=$?
	printf '  %-44s %6d ms%s\n' "$1" $((($(date +%s%N) - from) / 1000000)) "$([ $status -eq 0 ] || echo "  FAILED ($status)")"
	if [ $status -ne 0 ]; then
		tail -n 30 "$out/$1.log"
		return 1
	fi
}

new_prefix() {
	DISPLAY='' timeout 1200 wineboot -u # with a display it asks
	local system=$WINEPREFIX/drive_c/windows/system32
	if [ ! -e "$system/bcryptprimitives.dll" ]; then
		x86_64-w64-mingw32-gcc -shared -O2 -o "$system/bcryptprimitives.dll" scripts/wine/bcryptprimitives.c -ladvapi32
	fi
}

# windows COMMAND…: with a time limit; the exit status is the program's.
windows() { timeout -k 5 300 wine "$@"; }

# eventually COMMAND…: waits for it to succeed, three minutes: on a busy machine a
# program of Windows may take one to start.
eventually() {
	local before=$SECONDS
	until "$@"; do
		[ $((SECONDS - before)) -lt 180 ] || { echo "waited three minutes for: $*"; return 1; }
		sleep 0.3
	done
}
lines() { [ -e "$2" ] && [ "$(wc -l <"$2")" -ge "$1" ]; }

# beside FILE LINES COMMAND…: a program that goes on, its pid in $beside, once it
# has said so much. What is left at the end goes with its prefix.
beside() {
	rm -f "$1"
	timeout -k 5 900 wine "${@:3}" >"$1" 2>&1 &
	beside=$!
	eventually lines "$2" "$1" || { cat "$1"; return 1; }
}
stop() {
	kill "$@" 2>/dev/null || true
	wait "$@" 2>/dev/null || true
}

# expect STATUS TEXT COMMAND…: the exit status, and a text in what it prints.
expect() {
	local status=0 said
	said=$("${@:3}" 2>&1) || status=$?
	printf '%s\n' "$said"
	[ "$status" -eq "$1" ] || { echo "exit status $status, not $1"; return 1; }
	grep -qF -- "$2" <<<"$said" || { echo "it does not say: $2"; return 1; }
}

registry() { windows reg query "$1" ${2:+/v "$2"} 2>/dev/null; }

# --- the program -------------------------------------------------------------

exe=$out/gatewatch.exe
build_program() { CGO_ENABLED=0 GOOS=windows GOARCH=amd64 go build -trimpath -o "$exe" .; }

step_program() {
	timed "version --json" expect 0 '"os":"windows"' windows "$exe" version --json
	timed "watch --demo --json" watch_demo "$exe"
	timed "watch, and nobody reads any more" closed_pipe "$exe"
	timed "status --demo" status_demo "$exe"
	timed "settings are read, a mistake is named" broken_settings "$exe"
	timed "history is kept and exported" kept_history "$exe"
}

watch_demo() {
	beside "$out/watch.jsonl" 20 "$1" watch --demo --json
	stop "$beside"
	head -n 100 "$out/watch.jsonl" | head -c 100000 | node -e '
		const lines = require("fs").readFileSync(0, "utf8").split("\n").filter(Boolean)
		for (const l of lines) if (JSON.parse(l).v !== 1) throw new Error(l)
		console.log(lines.length, "lines are JSON")'
}

# closed_pipe: the reader ends after two lines; so does the program, quietly.
closed_pipe() {
	local status=0
	windows "$1" watch --demo 2>"$out/pipe.err" | head -n 2 || status=$?
	cat "$out/pipe.err"
	[ "$status" -eq 0 ] && [ ! -s "$out/pipe.err" ]
}

status_demo() {
	local status=0
	windows "$1" status --demo || status=$?
	case $status in 0 | 10 | 20) ;; *) return 1 ;; esac
}

home=$WINEPREFIX/drive_c/home
broken_settings() {
	mkdir -p "$home"
	printf '[window]\r\ntheme = 3\r\n' >"$home/settings.toml"
	local status=0 said
	said=$(GATEWATCH_HOME='C:\home' windows "$1" doctor --json 2>&1) || status=$?
	rm -rf "$home"
	printf '%s\n' "$said"
	grep -q 'window.theme\|theme' <<<"$said"
}

# kept_history watches a demo gateway by its address, so that it is kept, and
# exports it.
kept_history() {
	mkdir -p "$home"
	local gateway watch
	beside "$out/gateway.txt" 1 "$1" demo-gateway --listen 127.0.0.1:0 --listen-admin 127.0.0.1:0
	gateway=$beside
	eventually grep -q 'Ctrl-C' "$out/gateway.txt"
	access "$out/gateway.txt"
	GATEWATCH_HOME='C:\home' beside "$out/watch.txt" 1 "$1" watch --core "$core" --admin "$admin"
	watch=$beside
	eventually exported "$1"
	stop "$watch" "$gateway"
	GATEWATCH_HOME='C:\home' exported "$1" # also when nobody writes any more
	ls -l "$home"
	rm -rf "$home"
}

exported() {
	GATEWATCH_HOME='C:\home' windows "$1" export --since 1h --format csv >"$out/export.csv"
	wc -l "$out/export.csv"
	lines 5 "$out/export.csv"
}

# access FILE: where a demo gateway is and how one gets in, as it said.
access() {
	core=$(sed -n 's/^core URL *//p' "$1" | tr -d '\r') admin=$(sed -n 's/^admin URL *//p' "$1" | tr -d '\r')
	GATEWATCH_VIRTUAL_KEY=$(sed -n 's/^virtual key //p' "$1" | tr -d '\r') GATEWATCH_MASTER_KEY=$(sed -n 's/^master key *//p' "$1" | tr -d '\r')
	export GATEWATCH_VIRTUAL_KEY GATEWATCH_MASTER_KEY
}

# --- the installer -----------------------------------------------------------

programs=$WINEPREFIX/drive_c/users/$(id -un)/AppData/Local/Programs/Gatewatch
data=$WINEPREFIX/drive_c/users/$(id -un)/AppData/Local/gatewatch
menu="$WINEPREFIX/drive_c/users/$(id -un)/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Gatewatch.lnk"
key='HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\Gatewatch'
run='HKCU\Software\Microsoft\Windows\CurrentVersion\Run'

step_installer() {
	local setup=${INSTALLER:-$out/setup.exe}
	if [ -z "${INSTALLER:-}" ]; then
		if ! command -v makensis >/dev/null; then
			say "  skipped: installer (makensis is not installed; Debian: nsis. Or INSTALLER=…-setup.exe)"
			return 0
		fi
		timed "an installer of the program as it is" make_installer "$setup"
	fi
	timed "silent install" install_silently "$setup" /S
	timed "first start" expect 0 '"os":"windows"' windows 'C:\users\'"$(id -un)"'\AppData\Local\Programs\Gatewatch\gatewatch-console.exe' version --json
	timed "two at once: one writes" second_start
	timed "upgrade while it runs" upgrade_running "$setup"
	timed "silent install, starting at login" at_login "$setup"
	timed "uninstall while it runs is refused" refuse_uninstall
	timed "silent uninstall keeps the data" uninstall_keeps
	timed "silent uninstall that purges" uninstall_purges "$setup"
}

# make_installer FILE: as a release makes it, but of one program without window,
# which is the only one that can run here, and hardly compressed.
make_installer() (
	. scripts/release/common.sh
	local stage=$out/stage
	rm -rf "$stage" && mkdir -p "$stage"
	cp "$out/gatewatch.exe" "$stage/gatewatch-console.exe"
	cp "$out/gatewatch.exe" "$stage/gatewatch.exe"
	cp LICENSE "$stage/LICENSE.txt"
	cp internal/foundation/licences/third-party.txt "$stage/THIRD-PARTY.txt"
	cp README.md CHANGELOG.md docs/deployment.md "$stage/"
	makensis -V2 -NOCD -INPUTCHARSET UTF8 -X'SetCompressor /FINAL zlib' -DVERSION="$VERSION" -DNUMBERS4="$(about NUMBERS4)" -DSTAGE="$stage" \
		-DOUT="$1" -DICON="$root/internal/desktop/tray/icons/ok.ico" -DPUBLISHER="$(about PUBLISHER)" \
		-DHOMEPAGE="$(about HOMEPAGE)" -DCOPYRIGHT="$(about COPYRIGHT)" build/windows/installer.nsi
)

# Installers fork nothing when silent; the uninstaller copies itself first, so
# its end is seen by what is gone.
install_silently() {
	windows "$@"
	[ -x "$programs/gatewatch.exe" ] && [ -x "$programs/gatewatch-console.exe" ] && [ -x "$programs/uninstall.exe" ] && [ -f "$menu" ]
	registry "$key" DisplayVersion | grep -q REG_SZ
	registry 'HKCU\Software\Classes\gatewatch\shell\open\command' | grep -qF 'gatewatch.exe" "%1"'
}

console='C:\users\'$(id -un)'\AppData\Local\Programs\Gatewatch\gatewatch-console.exe'

second_start() {
	local gateway
	beside "$out/gateway2.txt" 1 "$console" demo-gateway --listen 127.0.0.1:0 --listen-admin 127.0.0.1:0
	gateway=$beside
	eventually grep -q 'Ctrl-C' "$out/gateway2.txt"
	access "$out/gateway2.txt"
	beside "$out/first.txt" 1 "$console" watch --core "$core" --admin "$admin"
	# Only one writes history and notifies; the doctor says which.
	eventually second_is_told
	stop "$beside" "$gateway"
	[ -d "$data" ]
}
second_is_told() {
	windows "$console" doctor --json >"$out/second.txt" 2>&1 || true
	grep -q lock_held "$out/second.txt"
}

upgrade_running() {
	beside "$out/running.txt" 1 "$console" demo-gateway --listen 127.0.0.1:0 --listen-admin 127.0.0.1:0
	install_silently "$1" /S
	kill -0 "$beside" # it goes on
	[ -e "$programs/gatewatch-console.exe.old" ]
	stop "$beside"
	wineserver -k || true
	install_silently "$1" /S
	[ ! -e "$programs/gatewatch-console.exe.old" ]
}

at_login() {
	install_silently "$1" /S /LOGIN
	registry "$run" Gatewatch | grep -qF 'gatewatch.exe" --hidden'
}

# The window cannot be had here, so its file is held open as if it ran.
refuse_uninstall() {
	cp "$programs/gatewatch-console.exe" "$out/held.exe"
	cp "$programs/gatewatch.exe" "$out/window.exe"
	cp "$out/held.exe" "$programs/gatewatch.exe"
	beside "$out/held.txt" 1 "${console/-console/}" demo-gateway --listen 127.0.0.1:0 --listen-admin 127.0.0.1:0
	uninstall /S
	eventually no_uninstaller
	sleep 1
	[ -x "$programs/gatewatch-console.exe" ] && registry "$key" DisplayVersion | grep -q REG_SZ
	stop "$beside"
	wineserver -k || true
	cp "$out/window.exe" "$programs/gatewatch.exe"
}

uninstall() { windows "$programs/uninstall.exe" "$@"; }

# no_uninstaller: it goes on as a copy of itself, of which only its name is known.
no_uninstaller() { ! pgrep -f '~nsu[A-Z]*\.tmp' >/dev/null; }

gone() {
	eventually no_programs || { ls -l "$programs"; return 1; }
	eventually no_uninstaller
	sleep 1
	[ ! -e "$programs" ] && [ ! -e "$menu" ] || { ls -lR "$programs"; return 1; }
	! registry "$key" && ! registry 'HKCU\Software\Classes\gatewatch' && ! registry "$run" Gatewatch
}

no_programs() { [ ! -e "$programs/uninstall.exe" ] && [ ! -e "$programs/gatewatch.exe" ]; }

uninstall_keeps() {
	mkdir -p "$data"
	echo '# mine' >"$data/settings.toml"
	uninstall /S
	gone
	[ "$(cat "$data/settings.toml")" = '# mine' ]
}

uninstall_purges() {
	install_silently "$1" /S
	[ -f "$data/settings.toml" ]
	uninstall /S /PURGE
	gone
	[ ! -e "$data" ]
}

# --- Go tests ----------------------------------------------------------------

# Packages with code of their own for Windows, and those that deal with what
# is different there: files that are open, links, locks, rights, line ends.
tested() {
	{
		git ls-files 'internal/*_windows.go' 'internal/*_windows_test.go' | xargs -n 1 dirname
		printf 'internal/%s\n' foundation/logfile foundation/secret store/config store/history program/doctor
	} | LC_ALL=C sort -u
}

step_tests() {
	local dir name bad=0
	for dir in $(tested); do
		compgen -G "$dir/*_test.go" >/dev/null || continue
		name=$(basename "$dir")
		CGO_ENABLED=0 GOOS=windows go test -vet=off -c -o "$out/$name.test.exe" "./$dir"
		run_tests "$name" "$dir" && continue
		[ -s "$out/$name.failed" ] || { bad=1; continue; }
		say "  once more, alone: $(cat "$out/$name.failed")"
		run_tests "$name" "$dir" "-test.run=$(cat "$out/$name.failed")" || bad=1
	done
	return $bad
}

# run_tests NAME DIR [ARGUMENT…]: and judges them.
run_tests() {
	(cd "$2" && timeout -k 5 900 wine "$out/$1.test.exe" -test.v -test.short "${@:3}" >"$out/$1.test.log" 2>&1) || true
	node scripts/wine/gotest.mjs "$1" "$out/$1.test.log" "$out/$1.failed"
}

say "$(wine --version) in $WINEPREFIX"
timed "new prefix" new_prefix
timed "the program for Windows" build_program
for step in "${steps[@]}"; do
	say "$step"
	"step_$step"
done
