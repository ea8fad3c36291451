#!/usr/bin/env bash
# Runs what is built for Windows under Wine: the program's commands, the
# installer, and the Go tests of packages that behave differently there.
#
#   wine.sh [program] [installer] [tests]     without a name all
#
# Skipped, by name, where Wine or the compiler for its missing library is not
# installed. What Wine itself cannot do is told apart by its cause
# (scripts/wine/gotest.mjs), never by the name of a test.
#   INSTALLER      instead of the newest of dist/
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
windows() { timeout -k 5 120 wine "$@"; }

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

step_program() {
	local exe=$out/gatewatch.exe
	CGO_ENABLED=0 GOOS=windows GOARCH=amd64 go build -trimpath -o "$exe" .
	timed "version --json" expect 0 '"os":"windows"' windows "$exe" version --json
	timed "watch --demo, five seconds" watch_demo "$exe"
	timed "watch, and nobody reads any more" closed_pipe "$exe"
	timed "status --demo" status_demo "$exe"
	timed "settings are read, a mistake is named" broken_settings "$exe"
	timed "history is kept and exported" kept_history "$exe"
}

watch_demo() {
	timeout -k 5 8 wine "$1" watch --demo --json >"$out/watch.jsonl" || [ $? -eq 124 ]
	[ "$(wc -l <"$out/watch.jsonl")" -ge 10 ] || { echo "only $(wc -l <"$out/watch.jsonl") lines"; return 1; }
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
	timeout -k 5 40 wine "$1" demo-gateway --listen 127.0.0.1:0 --listen-admin 127.0.0.1:0 >"$out/gateway.txt" 2>&1 &
	local gateway=$! n=0
	until grep -q 'Ctrl-C' "$out/gateway.txt" 2>/dev/null; do
		n=$((n + 1)) && [ $n -lt 100 ] || { cat "$out/gateway.txt"; return 1; }
		sleep 0.2
	done
	local core admin key master
	core=$(sed -n 's/^core URL *//p' "$out/gateway.txt" | tr -d '\r') admin=$(sed -n 's/^admin URL *//p' "$out/gateway.txt" | tr -d '\r')
	key=$(sed -n 's/^virtual key //p' "$out/gateway.txt" | tr -d '\r') master=$(sed -n 's/^master key *//p' "$out/gateway.txt" | tr -d '\r')
	GATEWATCH_HOME='C:\home' GATEWATCH_VIRTUAL_KEY=$key GATEWATCH_MASTER_KEY=$master timeout -k 5 10 wine "$1" watch --core "$core" --admin "$admin" >"$out/watch.txt" 2>&1 || [ $? -eq 124 ]
	wait "$gateway" 2>/dev/null || true
	ls -l "$home"
	GATEWATCH_HOME='C:\home' windows "$1" export --since 1h --format csv >"$out/export.csv"
	rm -rf "$home"
	wc -l "$out/export.csv"
	[ "$(wc -l <"$out/export.csv")" -ge 5 ]
}

# --- the installer -----------------------------------------------------------

programs=$WINEPREFIX/drive_c/users/$(id -un)/AppData/Local/Programs/Gatewatch
data=$WINEPREFIX/drive_c/users/$(id -un)/AppData/Local/gatewatch
menu="$WINEPREFIX/drive_c/users/$(id -un)/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Gatewatch.lnk"
key='HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\Gatewatch'
run='HKCU\Software\Microsoft\Windows\CurrentVersion\Run'

step_installer() {
	local setup=${INSTALLER:-}
	[ -n "$setup" ] || setup=$(find dist -maxdepth 1 -name '*-setup.exe' 2>/dev/null | sort -V | tail -n 1)
	if [ -z "$setup" ]; then
		say "  skipped: installer (dist/ has none; make release makes it)"
		return 0
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

# Installers fork nothing when silent; the uninstaller copies itself first, so
# its end is seen by what is gone.
install_silently() {
	windows "$@"
	[ -x "$programs/gatewatch.exe" ] && [ -x "$programs/gatewatch-console.exe" ] && [ -x "$programs/uninstall.exe" ] && [ -f "$menu" ]
	registry "$key" DisplayVersion | grep -q REG_SZ
	registry 'HKCU\Software\Classes\gatewatch\shell\open\command' | grep -qF 'gatewatch.exe" "%1"'
}

# console ARGS…: the installed program, in the background, with its pid in $!.
console='C:\users\'$(id -un)'\AppData\Local\Programs\Gatewatch\gatewatch-console.exe'

started() { # started FILE: waits for its first line
	local n=0
	until [ -s "$1" ]; do
		n=$((n + 1)) && [ $n -lt 150 ] || { echo "it did not start"; return 1; }
		sleep 0.2
	done
}

second_start() {
	timeout -k 5 20 wine "$console" demo-gateway >"$out/gateway2.txt" 2>&1 &
	local gateway=$! first
	started "$out/gateway2.txt"
	sleep 1
	local core admin
	core=$(sed -n 's/^core URL *//p' "$out/gateway2.txt" | tr -d '\r') admin=$(sed -n 's/^admin URL *//p' "$out/gateway2.txt" | tr -d '\r')
	export GATEWATCH_VIRTUAL_KEY GATEWATCH_MASTER_KEY
	GATEWATCH_VIRTUAL_KEY=$(sed -n 's/^virtual key //p' "$out/gateway2.txt" | tr -d '\r')
	GATEWATCH_MASTER_KEY=$(sed -n 's/^master key *//p' "$out/gateway2.txt" | tr -d '\r')
	timeout -k 5 14 wine "$console" watch --core "$core" --admin "$admin" >"$out/first.txt" 2>&1 &
	first=$!
	started "$out/first.txt"
	sleep 2
	# Only one writes history and notifies; the doctor says which.
	windows "$console" doctor --json >"$out/second.txt" 2>&1 || true
	wait "$gateway" "$first" 2>/dev/null || true
	grep -q lock_held "$out/second.txt"
	[ -d "$data" ]
}

upgrade_running() {
	timeout -k 5 60 wine "$console" demo-gateway >"$out/running.txt" 2>&1 &
	local running=$!
	started "$out/running.txt"
	install_silently "$1" /S
	kill -0 "$running" # it goes on
	[ -e "$programs/gatewatch-console.exe.old" ]
	kill "$running" 2>/dev/null || true
	wait "$running" 2>/dev/null || true
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
	timeout -k 5 40 wine 'C:\users\'"$(id -un)"'\AppData\Local\Programs\Gatewatch\gatewatch.exe' demo-gateway >"$out/held.txt" 2>&1 &
	local held=$!
	started "$out/held.txt"
	uninstall /S
	sleep 3
	[ -x "$programs/gatewatch-console.exe" ] && registry "$key" DisplayVersion | grep -q REG_SZ
	kill "$held" 2>/dev/null || true
	wait "$held" 2>/dev/null || true
	wineserver -k || true
	cp "$out/window.exe" "$programs/gatewatch.exe"
}

uninstall() { windows "$programs/uninstall.exe" "$@"; }

gone() {
	local n=0
	while [ -e "$programs/uninstall.exe" ] || [ -e "$programs/gatewatch.exe" ]; do
		n=$((n + 1)) && [ $n -lt 100 ] || { ls -l "$programs"; return 1; }
		sleep 0.2
	done
	sleep 1
	[ ! -e "$programs" ] && [ ! -e "$menu" ] || { ls -lR "$programs"; return 1; }
	! registry "$key" && ! registry 'HKCU\Software\Classes\gatewatch' && ! registry "$run" Gatewatch
}

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

# Packages with code or tests that behave differently on Windows.
tested=(config history lock logfile notification secret)

step_tests() {
	local name bad=0
	for name in "${tested[@]}"; do
		local dir
		dir=$(go list -f '{{.Dir}}' ./... | grep "/$name\$" | head -n 1)
		CGO_ENABLED=0 GOOS=windows go test -c -o "$out/$name.test.exe" "$dir"
		(cd "$dir" && timeout -k 5 600 wine "$out/$name.test.exe" -test.v -test.short >"$out/$name.test.log" 2>&1) || true
		node scripts/wine/gotest.mjs "$name" "$out/$name.test.log" || bad=1
	done
	return $bad
}

say "$(wine --version) in $WINEPREFIX"
timed "new prefix" new_prefix
for step in "${steps[@]}"; do
	say "$step"
	"step_$step"
done
