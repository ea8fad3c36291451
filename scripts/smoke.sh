#!/usr/bin/env bash
# Drives the real window (GTK, WebKit) under Xvfb with a D-Bus session, a
# window manager and a notification service, and looks at what a user would:
# smoke.sh [PART...], all parts if none is named.
. "$(dirname "$0")/lib.sh"
. scripts/display.sh

SMOKE_BINARY=${SMOKE_BINARY:-$cache/bin/gatewatch-e2e}
go build -trimpath -tags "$tags,e2e" -o "$SMOKE_BINARY" .

own_home
own_display 1280x860
own_bus
also openbox
also dunst
dbus-monitor "interface='org.freedesktop.Notifications',member='Notify'" >"$work/notify.log" 2>/dev/null &
pids+=($!)

export WEBKIT_DRIVER=${WEBKIT_DRIVER:-WebKitWebDriver}
export SMOKE_BINARY SMOKE_NOTIFY_LOG=$work/notify.log SMOKE_WORK=$work
export SMOKE_SHOTS=${SMOKE_SHOTS:-$cache/shots}
status=0

parts=("$@")
wanted() { [ ${#parts[@]} -eq 0 ] || [[ " ${parts[*]} " = *" $1 "* ]]; }

# part NAME [HOME]: once more, in a home of its own, if it fails: mouse and keys go
# to windows that nobody says are ready. What failed the first time is said.
part() {
	wanted "$1" || return 0
	GATEWATCH_HOME=${2:-$GATEWATCH_HOME} node "scripts/$1.mjs" && return
	say "  $1 failed, once more:"
	GATEWATCH_HOME=$work/$1-again node "scripts/$1.mjs" || status=1
}
part smoke

# Links, through a desktop entry as it is installed.
export XDG_DATA_HOME=$HOME/.local/share XDG_CONFIG_HOME=$HOME/.config
BINARY=$SMOKE_BINARY PREFIX=$HOME/.local scripts/install.sh >/dev/null
desktop-file-validate "$XDG_DATA_HOME/applications/gatewatch.desktop"
[ "$(xdg-mime query default x-scheme-handler/gatewatch)" = gatewatch.desktop ] || die "links have no handler"
GATEWATCH_VIRTUAL_KEY=demo-virtual-key GATEWATCH_MASTER_KEY=demo-master-key part smoke-links
# Where the desktop's own dialogs are used, on a display that shows no notifications.
own_display 1280x1000
also openbox
own_keyring
part smoke-walk "$work/walk"
part smoke-import "$work/import"
if wanted window; then scripts/window.sh || scripts/window.sh || status=1; fi
exit $status
