#!/usr/bin/env bash
# Drives the real window (GTK, WebKit) under Xvfb with a D-Bus session, a
# window manager and a notification service, and looks at what a user would.
. "$(dirname "$0")/lib.sh"

SMOKE_BINARY=${SMOKE_BINARY:-$cache/bin/gatewatch-e2e}
go build -trimpath -tags "$tags,e2e" -o "$SMOKE_BINARY" .

work=$(mktemp -d)
pids=()
cleanup() {
	for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
	rm -rf "$work"
}
trap cleanup EXIT
export HOME=$work/home XDG_RUNTIME_DIR=$work/run GATEWATCH_HOME=$work/gatewatch
mkdir -p "$HOME" "$XDG_RUNTIME_DIR" && chmod 700 "$XDG_RUNTIME_DIR"

# Xvfb chooses a free display and says which.
Xvfb -displayfd 3 -screen 0 1280x860x24 -nolisten tcp 3>"$work/display" 2>/dev/null &
pids+=($!)
for _ in $(seq 100); do [ -s "$work/display" ] && break; sleep 0.1; done
DISPLAY=:$(cat "$work/display")
export DISPLAY

address=$(dbus-daemon --session --fork --print-address=1 --print-pid=1 2>/dev/null)
DBUS_SESSION_BUS_ADDRESS=$(printf '%s\n' "$address" | head -n 1)
export DBUS_SESSION_BUS_ADDRESS
pids+=("$(printf '%s\n' "$address" | tail -n 1)")
openbox >/dev/null 2>&1 &
pids+=($!)
dunst >/dev/null 2>&1 &
pids+=($!)
dbus-monitor "interface='org.freedesktop.Notifications',member='Notify'" >"$work/notify.log" 2>/dev/null &
pids+=($!)

export WEBKIT_DRIVER=${WEBKIT_DRIVER:-WebKitWebDriver}
export SMOKE_BINARY SMOKE_NOTIFY_LOG=$work/notify.log SMOKE_WORK=$work
export SMOKE_SHOTS=${SMOKE_SHOTS:-$cache/shots}
status=0
node scripts/smoke.mjs || status=1

# Links, through a desktop entry as it is installed.
export XDG_DATA_HOME=$HOME/.local/share XDG_CONFIG_HOME=$HOME/.config
BINARY=$SMOKE_BINARY PREFIX=$HOME/.local scripts/install.sh >/dev/null
desktop-file-validate "$XDG_DATA_HOME/applications/gatewatch.desktop"
[ "$(xdg-mime query default x-scheme-handler/gatewatch)" = gatewatch.desktop ] || die "links have no handler"
GATEWATCH_VIRTUAL_KEY=demo-virtual-key GATEWATCH_MASTER_KEY=demo-master-key node scripts/smoke-links.mjs || status=1
exit $status
