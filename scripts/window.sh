#!/usr/bin/env bash
# What surrounds the real window: it opens where it was, comes to the user on
# another workspace, a second start is done by it or refused, homes do not share
# one, and where no display can be opened the terminal is taken. By smoke.sh.
. "$(dirname "$0")/lib.sh"
. scripts/display.sh

binary=${SMOKE_BINARY:-$cache/bin/gatewatch-e2e}
own_home one
own_display 1280x860
own_bus
also openbox

windows() { xdotool search --onlyvisible --name '^Gatewatch$' 2>/dev/null || true; }

# eventually WHAT COMMAND...: a minute is generous for a busy machine.
eventually() {
	local what=$1
	shift
	for _ in $(seq 300); do
		if "$@" 2>/dev/null; then
			say "  $what"
			return
		fi
		sleep 0.2
	done
	die "not within a minute: $what"
}
shows() { [ "$(windows | wc -l)" = "$1" ]; }
is_at() { xdotool getwindowgeometry --shell "$1" | tr '\n' ' ' | grep -q "WIDTH=$2 HEIGHT=$3"; }
in_front() { [ "$(xdotool get_desktop_for_window "$1")" = "$2" ] && [ "$(xdotool getactivewindow)" = "$1" ]; }
refuses() { # refuses SENTENCE ARGUMENT...
	local want=$1 status=0
	shift
	timeout 60 "$binary" "$@" 2>"$work/said" || status=$?
	grep -qF "$want" "$work/said" || die "$* says: $(cat "$work/said")"
	[ "$status" = 2 ] || die "$* ends with $status"
	say "  $* is refused: $want"
}

# ends PID SIGNAL: it ends by it, within a minute; who hangs says where.
ends() {
	kill -"$2" "$1"
	for _ in $(seq 300); do
		kill -0 "$1" 2>/dev/null || break
		sleep 0.2
	done
	if kill -0 "$1" 2>/dev/null; then
		kill -KILL "$1"
		die "SIG$2 did not end it within a minute"
	fi
	wait "$1" || die "SIG$2 ended it with $?"
}

# Where CI runs under nohup, SIGHUP would be ignored.
env --default-signal=HUP "$binary" --hidden 2>/dev/null &
first=$!
pids+=("$first")
eventually "a hidden start without a tray shows the window" shows 1
window=$(windows)
xdotool windowsize --sync "$window" 900 600
refuses 'End it first to watch the profile "other"' --profile other
refuses "End it first to start it with --no-notify" --no-notify
for _ in {1..50}; do xdotool set_num_desktops 3 2>/dev/null && [ "$(xdotool get_num_desktops 2>/dev/null)" = 3 ] && break; sleep 0.2; done # the window manager may be starting
xdotool set_desktop 2
"$binary" 2>/dev/null
eventually "a second start brings it to the user's workspace" in_front "$window" 2
GATEWATCH_HOME=$work/two "$binary" 2>/dev/null &
second=$!
pids+=("$second")
eventually "another home has a window of its own" shows 2
ends "$second" TERM
ends "$first" HUP
"$binary" 2>/dev/null &
first=$!
pids+=("$first")
eventually "it is there again" shows 1
eventually "as large as it was" is_at "$(windows)" 900 600
ends "$first" TERM
DISPLAY=:59321 timeout 5 "$binary" --demo >/dev/null 2>"$work/said" || true
grep -qF "the display :59321 does not answer" "$work/said" || die "a display that is not there: $(cat "$work/said")"
grep -qF "Watching in the terminal instead" "$work/said" || die "the terminal is not taken"
say "  a display that is not there is named, and the terminal taken"
